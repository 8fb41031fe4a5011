import { describe, expect, it } from 'vitest';
import { aPayload } from '../builders.ts';
import { aWorld, HOUR, stateOf, type World } from './recover-world.ts';

const ANSWERS = [{ repeat: 'returns-existing' }, { repeat: 'refuses' }] as const;
const WORLDS = ANSWERS.flatMap((answer) => [
  { ...answer, readLagMs: 0 },
  { ...answer, readLagMs: 1500 },
]);
const other = aPayload({ begin_time: 1_709_600_000_000 });

/** Each of the keys has an object of its own, and no object is left over. */
function expectOneEach(world: World, ...keys: readonly string[]): void {
  const ids = keys.map((key) => stateOf(world, key));
  expect(new Set(ids)).toEqual(new Set(world.sandbox.interviews().map(({ id }) => id)));
  expect(ids).toHaveLength(world.sandbox.interviews().length);
}

describe.concurrent('3: no match, inside the window', () => {
  it.for(WORLDS)('is sent again under the same key: $repeat, lag $readLagMs ms', async (rules, context) => {
    const world = aWorld(context, rules);
    const arrived = await world.lose('IV-1', aPayload(), true);
    await world.lose('IV-2', other, false);
    const { held, open } = await world.recover();
    expect({ held, open }).toEqual({ held: 0, open: 0 });
    expect(stateOf(world, 'IV-1')).toBe(arrived);
    expectOneEach(world, 'IV-1', 'IV-2');
    const keys = world.sandbox.interviews().map(({ externalId }) => externalId);
    expect(keys.sort()).toEqual(['legacy-ats:IV-1', 'legacy-ats:IV-2']);
  });

  it.for(WORLDS)(
    'still does so 22 h 59 min after the first attempt: $repeat, lag $readLagMs ms',
    async (rules, context) => {
      const world = aWorld(context, rules);
      await world.lose('IV-1', aPayload(), false);
      world.pass(23 * HOUR - 60_000);
      world.creates();
      expect(await world.recover()).toEqual({ adopted: 0, created: 1, held: 0, open: 0 });
      expect(world.creates()).toBe(1);
      // Its protection dates from the first attempt: it was not taken for a new create.
      const { firstAttemptAt } = world.ledger.find('legacy-ats', 'IV-1')!;
      expect(Date.now() - firstAttemptAt).toBeGreaterThan(22 * HOUR);
    },
  );

  it('and refused again without ever being seen is held, and stays so', {
    timeout: 20_000,
  }, async (context) => {
    const world = aWorld(context, {
      faults: [
        {
          match: { endpoint: 'external_interview.create' },
          fault: { kind: 'error', status: 400, code: 1002002 },
        },
      ],
    });
    await world.lose('IV-1', aPayload(), false);
    expect(await world.recover()).toEqual({ adopted: 0, created: 0, held: 1, open: 0 });
    expect(stateOf(world, 'IV-1')).toBe('refused-repeat');
    world.creates();
    expect(await world.recover()).toEqual({ adopted: 0, created: 0, held: 0, open: 0 });
    expect(world.creates()).toBe(0);
  });

  it('and answered with an id that another record owns is a conflict', async (context) => {
    const world = aWorld(context);
    // The other record's object changed meanwhile, so its content does not give it away.
    const id = await world.somebodyCreates(other, 'legacy-ats:IV-1');
    world.own('IV-9', other, id);
    await world.lose('IV-1', aPayload(), false);
    expect(await world.recover()).toEqual({ adopted: 0, created: 0, held: 1, open: 0 });
    expect(world.ledger.find('legacy-ats', 'IV-1')?.held).toEqual({ code: 'owned-by-another', remoteId: id });
    expect(stateOf(world, 'IV-9')).toBe(id);
  });
});

describe.concurrent('4: no match, the window over', () => {
  it.for(ANSWERS)('is sent as a new create, protected anew: $repeat', async (rules, context) => {
    const world = aWorld(context, rules);
    await world.lose('IV-1', aPayload(), false);
    world.pass(25 * HOUR);
    world.creates();
    expect(await world.recover()).toEqual({ adopted: 0, created: 1, held: 0, open: 0 });
    expect(world.creates()).toBe(1);
    expectOneEach(world, 'IV-1');
    expect(Date.now() - world.ledger.find('legacy-ats', 'IV-1')!.firstAttemptAt).toBeLessThan(HOUR);
  });

  it.for(WORLDS)(
    'finds what the first one did create: $repeat, lag $readLagMs ms',
    async (rules, context) => {
      const world = aWorld(context, rules);
      const id = await world.lose('IV-1', aPayload(), true);
      world.pass(25 * HOUR);
      world.creates();
      expect(await world.recover()).toEqual({ adopted: 1, created: 0, held: 0, open: 0 });
      expect(stateOf(world, 'IV-1')).toBe(id);
      expect(world.creates()).toBe(0);
    },
  );

  it.for(ANSWERS)(
    'finds what arrives only now, as a request of a killed run may: $repeat',
    async (rules, context) => {
      const world = aWorld(context, { ...rules, readLagMs: 1500 });
      await world.lose('IV-1', aPayload(), false);
      world.pass(25 * HOUR);
      const late = await world.somebodyCreates(aPayload(), 'legacy-ats:IV-1');
      const { held, open } = await world.recover();
      expect({ held, open }).toEqual({ held: 0, open: 0 });
      expect(stateOf(world, 'IV-1')).toBe(late);
      expectOneEach(world, 'IV-1');
    },
  );

  it.for(ANSWERS)(
    'and the new create in doubt again: settled by the next run inside its own window: $repeat',
    async (rules, context) => {
      const world = aWorld(context, { ...rules, readLagMs: 1500 });
      await world.lose('IV-1', aPayload(), false);
      world.pass(25 * HOUR);
      world.sandbox.setFaults([
        { match: { endpoint: 'external_interview.create' }, fault: { kind: 'reset-after' } },
      ]);
      expect(await world.recover()).toEqual({ adopted: 0, created: 0, held: 0, open: 1 });
      world.sandbox.setFaults([]);
      const { held, open } = await world.recover();
      expect({ held, open }).toEqual({ held: 0, open: 0 });
      expectOneEach(world, 'IV-1');
    },
  );
});

describe.concurrent('where a repeat creates another object, as a probe has found out', () => {
  const learned = { readBackWaitsMs: [100, 300, 600], repeatCreates: true };
  it.for([0, 400])('looks first and sends then: lag %i ms', async (readLagMs, context) => {
    const world = aWorld(context, { repeat: 'creates', readLagMs }, learned);
    const arrived = await world.lose('IV-1', aPayload(), true);
    await world.lose('IV-2', other, false);
    world.creates();
    expect(await world.recover()).toEqual({ adopted: 1, created: 1, held: 0, open: 0 });
    expect(stateOf(world, 'IV-1')).toBe(arrived);
    expect(world.creates()).toBe(1);
    expectOneEach(world, 'IV-1', 'IV-2');
  });
});
