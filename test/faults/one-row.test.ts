import { describe, expect, it } from 'vitest';
import type { Fault, FaultRule } from '../../src/sandbox/faults.ts';
import { BATCH_QUERY, CREATE, SHORT } from '../target.ts';
import { expectExactlyOnce, expectRows, openKeys } from './expect.ts';
import { someRows } from './rows.ts';
import { aStage } from './stage.ts';

/** What may happen to one create without anything being wrong with its row. */
const FAULTS: Readonly<Record<string, Fault>> = {
  'R-001': { kind: 'reset-before' },
  'R-002': { kind: 'reset-after' },
  'R-003': { kind: 'cut-body' },
  'R-004': { kind: 'html' },
  'R-005': { kind: 'html', committed: true },
  'R-006': { kind: 'not-json' },
  'R-007': { kind: 'no-data' },
  'R-008': { kind: 'error', status: 200, code: 1002001 },
  'R-009': { kind: 'error', status: 400, code: 1002001, committed: true },
  'R-010': { kind: 'error', status: 500, code: 1002001 },
  'R-011': { kind: 'error', status: 503, code: 424242, committed: true },
  'R-012': { kind: 'error', status: 500, code: 5000, committed: true },
  'R-013': { kind: 'error', status: 500, code: 2200 },
  'R-014': { kind: 'limited' },
  'R-015': { kind: 'error', status: 400, code: 1663, committed: true },
};
const EVERYWHERE = [
  { repeat: 'returns-existing', readLagMs: 0 },
  { repeat: 'returns-existing', readLagMs: 2000 },
  { repeat: 'refuses', readLagMs: 0 },
  { repeat: 'refuses', readLagMs: 2000 },
] as const;
const WORLDS = SHORT ? EVERYWHERE.slice(-1) : EVERYWHERE;

describe.concurrent('every kind of lost or broken answer to a create', { timeout: 60_000 }, () => {
  it.for(WORLDS)(
    'ends with one object per row, where a repeat $repeat and reads lag $readLagMs ms',
    async (world, context) => {
      const rows = someRows(20);
      const faults: FaultRule[] = Object.entries(FAULTS).map(([key, fault]) => ({
        match: { endpoint: CREATE, key },
        times: 1,
        fault,
      }));
      const stage = await aStage(context, { rows, sandbox: { ...world, faults } });
      const ran = await stage.sync();
      expectRows(ran, { read: 20, created: 20 });
      expect(ran.exitCode, ran.stderr).toBe(0);
      expectExactlyOnce(stage, rows);
      const met = stage.arrivals(CREATE).filter(({ fault }) => fault !== null);
      expect(new Set(met.map(({ key }) => key))).toEqual(
        new Set(Object.keys(FAULTS).map((key) => `faults:${key}`)),
      );

      const before = stage.sandbox.state().writes;
      const again = await stage.sync();
      expectRows(again, { read: 20, unchanged: 20 });
      expect(again.exitCode).toBe(0);
      expect(stage.sandbox.state().writes).toEqual(before);
    },
  );

  it.for(WORLDS)(
    'is settled by the next run where the first could not read back: $repeat, lag $readLagMs ms',
    async (world, context) => {
      const rows = someRows(20);
      const faults: FaultRule[] = [
        ...Object.entries(FAULTS).map(([key, fault]) => ({
          match: { endpoint: CREATE, key } as const,
          times: 1,
          fault,
        })),
        // Refused for good, so that no attempts are made: whatever is doubtful stays so.
        {
          match: { endpoint: BATCH_QUERY },
          fault: { kind: 'error', status: 400, code: 1002002 },
        },
      ];
      const stage = await aStage(context, { rows, sandbox: { ...world, faults } });
      const first = await stage.sync();
      // What is doubtful at once; where a repeat is refused also what was committed behind an error.
      const inDoubt = world.repeat === 'refuses' ? 10 : 5;
      expectRows(first, { read: 20, created: 20 - inDoubt, inDoubt });
      expect(first.exitCode).toBe(3);
      expect(openKeys(stage)).toHaveLength(inDoubt);

      stage.sandbox.setFaults([]);
      const second = await stage.sync();
      expect(second.exitCode).toBe(0);
      expectRows(second, { read: 20, unchanged: 20 });
      const { adopted, created, held, open } = second.report!.recovered!;
      expect([adopted + created, held, open]).toEqual([inDoubt, 0, 0]);
      expectExactlyOnce(stage, rows);
    },
  );
});
