import { describe, expect, it } from 'vitest';
import type { Fault, FaultRule } from '../../src/sandbox/faults.ts';
import type { Ran } from './cli.ts';
import { expectExactlyOnce } from './expect.ts';
import { someRows } from './rows.ts';
import { aStage } from './stage.ts';

/** Everything that can come and go. A black hole would take the client's 30 s; `no-answer.test.ts` has it. */
const KINDS: readonly Fault[] = [
  { kind: 'reset-before' },
  { kind: 'reset-after' },
  { kind: 'cut-body' },
  { kind: 'html' },
  { kind: 'html', committed: true },
  { kind: 'not-json' },
  { kind: 'no-data' },
  { kind: 'error', status: 400, code: 1002001 },
  { kind: 'error', status: 200, code: 1002001, committed: true },
  { kind: 'error', status: 503, code: 5000 },
  { kind: 'error', status: 500, code: 99999, committed: true },
  { kind: 'delay', ms: 200 },
  { kind: 'delay', ms: 200, committed: false },
];
const WORLDS = [
  { seed: 11, repeat: 'returns-existing', readLagMs: 0 },
  { seed: 22, repeat: 'refuses', readLagMs: 0 },
  { seed: 33, repeat: 'returns-existing', readLagMs: 2000 },
  { seed: 44, repeat: 'refuses', readLagMs: 2000 },
] as const;
const MOST_RUNS = 6;

describe.concurrent('a flapping network', { timeout: 60_000 }, () => {
  it.for(WORLDS)(
    '(seed $seed, $repeat, lag $readLagMs ms) ends with one object per row',
    { timeout: 120_000 },
    async ({ seed, ...world }, context) => {
      const rows = someRows(200);
      const faults: FaultRule[] = KINDS.map((fault, index) => ({
        match: { probability: 0.02, seed: seed * 100 + index },
        fault,
      }));
      faults.push(
        { match: { probability: 0.005, seed }, times: 3, fault: { kind: 'token-dead' } },
        {
          match: { probability: 0.005, seed: seed + 1 },
          times: 3,
          fault: { kind: 'limited', resetSeconds: 0.5 },
        },
      );
      const stage = await aStage(context, { rows, sandbox: { ...world, faults } });
      const runs: Ran[] = [];
      while (runs.at(-1)?.exitCode !== 0 && runs.length < MOST_RUNS) {
        const ran = await stage.sync('--allow', 'existing-content');
        expect(ran.exitCode, ran.stderr).toBeOneOf([0, 1, 3]);
        expect(ran.report?.rows.rejected ?? 0).toBe(0);
        runs.push(ran);
      }
      const told = runs.map(({ report, stderr }) =>
        JSON.stringify({ ...report?.rows, heldRows: report?.heldRows, stderr }),
      );
      expect(runs.at(-1)?.exitCode, told.join('\n')).toBe(0);
      expectExactlyOnce(stage, rows);
      const met = new Set(stage.sandbox.arrivals().map(({ fault }) => fault));
      expect(met.size).toBeGreaterThan(8);

      // Source edits under the same faults: updates are sent again until an answer comes.
      const edited = rows.map((row, index) =>
        index % 4 === 0 ? { ...row, comment: `${row.comment}，改` } : row,
      );
      stage.write(edited);
      for (let run = 0; run < MOST_RUNS; run++) {
        const ran = await stage.sync();
        if (ran.exitCode === 0) break;
        expect(ran.exitCode, ran.stderr).toBeOneOf([1, 3]);
      }
      expectExactlyOnce(stage, edited);
    },
  );
});
