import { describe, expect, it } from 'vitest';
import type { FaultRule } from '../../src/sandbox/faults.ts';
import { BATCH_QUERY, CREATE, objectsIn, PATH } from '../target.ts';
import { expectExactlyOnce, expectRows } from './expect.ts';
import { createInFeishu, deleteInFeishu } from './feishu-user.ts';
import { bodyOf, someRows } from './rows.ts';
import { aStage } from './stage.ts';

const lost = (key: string, committed: boolean): FaultRule => ({
  match: { endpoint: CREATE, key },
  times: 1,
  fault: { kind: committed ? 'reset-after' : 'reset-before' },
});
const WORLDS = [
  { repeat: 'returns-existing', readLagMs: 0 },
  { repeat: 'refuses', readLagMs: 0 },
] as const;

describe.concurrent('what nobody can know', { timeout: 60_000 }, () => {
  it.for(WORLDS)(
    "somebody else's equal interview: held as ambiguous with both ids, never guessed: $repeat",
    async (world, context) => {
      const rows = someRows(6);
      let stranger: string | undefined;
      const stage = await aStage(context, {
        rows,
        sandbox: { ...world, faults: [lost('R-003', true)] },
        async onRequest({ method, url }, { sandbox }) {
          // After the run has looked, so that it cannot adopt it.
          if (stranger !== undefined || method !== 'POST' || !url.endsWith(PATH)) return;
          stranger = '';
          stranger = await createInFeishu(sandbox, bodyOf(rows[2]!));
        },
      });
      const ran = await stage.sync();
      expect(ran.exitCode, ran.stderr).toBe(3);
      expectRows(ran, { read: 6, created: 5, held: 1 });
      const ours = objectsIn(stage.sandbox).find(({ externalId }) => externalId === 'faults:R-003')!.id;
      expect(stage.entries().get('R-003')?.held).toEqual({
        code: 'ambiguous-objects',
        ids: expect.toSatisfy(
          (ids: string[]) => [...ids].sort().join() === [ours, stranger].sort().join(),
        ) as string[],
        records: 1,
      });

      const before = stage.sandbox.state().writes;
      const again = await stage.sync();
      expect(again.exitCode).toBe(3);
      expectRows(again, { read: 6, unchanged: 5, held: 1 });
      expect(stage.sandbox.state().writes).toEqual(before);
    },
  );

  it.for(WORLDS)(
    'two equal rows of which one arrived: one object each in the end: $repeat',
    async (world, context) => {
      const rows = someRows(6);
      // are equal and belong to one application.
      const faults = [lost('R-004', false), lost('R-005', true)];
      const stage = await aStage(context, { rows, sandbox: { ...world, faults } });
      const ran = await stage.sync();
      expect(ran.exitCode, ran.stderr).toBe(0);
      expectRows(ran, { read: 6, created: 6 });
      expectExactlyOnce(stage, rows);
    },
  );

  it('an interview that was deleted in Feishu before its create was settled: held, not created a second time', {
    timeout: 60_000,
  }, async (context) => {
    const rows = someRows(3);
    // The answer to the repeat: the external_id was used, and there is nothing under it.
    const stage = await aStage(context, {
      rows,
      sandbox: {
        faults: [
          lost('R-002', true),
          // The first two ask what is there before anything is created: of a first run, and of each create. A list that
          // is refused is asked for once more.
          ...[3, 4].map((nth) => ({
            match: { endpoint: BATCH_QUERY, nth },
            fault: { kind: 'error', status: 400, code: 1002002 } as const,
          })),
        ],
      },
    });
    const first = await stage.sync();
    expectRows(first, { read: 3, created: 2, inDoubt: 1 });
    await deleteInFeishu(
      stage.sandbox,
      objectsIn(stage.sandbox).find(({ externalId }) => externalId === 'faults:R-002')!.id,
    );
    const next = await stage.sync();
    expect(next.exitCode, next.stderr).toBe(3);
    expectRows(next, { read: 3, unchanged: 2, held: 1 });
    expect(next.report?.recovered).toEqual({ adopted: 0, created: 0, held: 1, open: 0 });
    expect(stage.entries().get('R-002')?.held).toEqual({ code: 'refused-repeat' });
    expect(objectsIn(stage.sandbox)).toHaveLength(2);
  });
});
