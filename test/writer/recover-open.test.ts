import { describe, expect, it } from 'vitest';
import { HireSyncError } from '../../src/errors.ts';
import { aPayload } from '../builders.ts';
import { aWorld, stateOf, type World } from './recover-world.ts';

const ANSWERS = [{ repeat: 'returns-existing' }, { repeat: 'refuses' }] as const;
const _WORLDS = ANSWERS.flatMap((answer) => [
  { ...answer, readLagMs: 0 },
  { ...answer, readLagMs: 1500 },
]);
const _other = aPayload({ begin_time: 1_709_600_000_000 });

/** Each of the keys has an object of its own, and no object is left over. */
function expectOneEach(world: World, ...keys: readonly string[]): void {
  const ids = keys.map((key) => stateOf(world, key));
  expect(new Set(ids)).toEqual(new Set(world.sandbox.interviews().map(({ id }) => id)));
  expect(ids).toHaveLength(world.sandbox.interviews().length);
}

describe.concurrent('what cannot be settled now', () => {
  it('stays open when Feishu cannot be read, application by application', async (context) => {
    const world = aWorld(context);
    const elsewhere = aPayload({ external_application_id: '6960663240925956438' });
    await world.lose('IV-1', aPayload(), true);
    const id = await world.lose('IV-2', elsewhere, true);
    // However often it is asked for; the other one is answered.
    const application = '6960663240925956437';
    world.sandbox.setFaults([
      {
        match: { endpoint: 'external_interview.batch_query', application },
        fault: { kind: 'error', status: 400, code: 1002002 },
      },
    ]);
    expect(await world.recover()).toEqual({ adopted: 1, created: 0, held: 0, open: 1 });
    expect([stateOf(world, 'IV-1'), stateOf(world, 'IV-2')]).toEqual(['open', id]);
    world.sandbox.setFaults([]);
    expect(await world.recover()).toMatchObject({ adopted: 1, open: 0 });
    expectOneEach(world, 'IV-1', 'IV-2');
  });

  it('stays open when the second page cannot be had: half a list proves nothing', async (context) => {
    const world = aWorld(context);
    for (let minute = 1; minute <= 20; minute++)
      await world.somebodyCreates(aPayload({ begin_time: 1_709_500_000_000 + minute * 60_000 }));
    await world.lose('IV-1', aPayload(), true);
    const match = { endpoint: 'external_interview.batch_query' } as const;
    world.sandbox.setFaults(
      [2, 3].map((nth) => ({ match: { ...match, nth }, fault: { kind: 'html' } as const })),
    );
    world.creates();
    expect(await world.recover()).toEqual({ adopted: 0, created: 0, held: 0, open: 1 });
    expect(world.creates()).toBe(0);
  });

  it('stays open when the repeat has no answer either, and is not taken back by a refusal that follows', async (context) => {
    const world = aWorld(context, { repeat: 'refuses', readLagMs: 1500 });
    await world.lose('IV-1', aPayload(), false);
    const match = { endpoint: 'external_interview.create' } as const;
    world.sandbox.setFaults([
      { match, times: 1, fault: { kind: 'error', status: 500, code: 1002001, committed: true } },
    ]);
    const { held } = await world.recover();
    expect(held).toBe(0);
    expect((await world.recover()).held).toBe(0);
    expectOneEach(world, 'IV-1');
  });

  it('is left as it is when the run is stopped while it waits', async (context) => {
    const world = aWorld(context, { repeat: 'refuses', readLagMs: 60_000 });
    await world.lose('IV-1', aPayload(), true);
    const stop = new HireSyncError('INTERRUPTED', 'Interrupted.');
    const recovering = world.recover();
    const refused = () => world.sandbox.arrivals().some(({ code }) => code === 1002002);
    await expect.poll(refused, { interval: 10 }).toBe(true);
    world.halt.abort(stop);
    await expect(recovering).rejects.toBe(stop);
    expect(stateOf(world, 'IV-1')).toBe('open');
  });

  it('stops the run when no row can go through', async (context) => {
    const world = aWorld(context);
    await world.lose('IV-1', aPayload(), false);
    world.sandbox.setFaults([
      { match: { endpoint: 'external_interview.batch_query' }, fault: { kind: 'permission' } },
    ]);
    await expect(world.recover()).rejects.toMatchObject({ code: 'FEISHU_REFUSES_APP' });
    expect(stateOf(world, 'IV-1')).toBe('open');
  });
});
