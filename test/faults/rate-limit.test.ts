import { describe, expect, it } from 'vitest';
import { BATCH_QUERY, CREATE } from '../target.ts';
import { expectExactlyOnce, expectRows } from './expect.ts';
import { someRows } from './rows.ts';
import { aStage } from './stage.ts';

const SPELLINGS = [
  { limitedStatus: 429, limitedReset: 'seconds', repeat: 'returns-existing', readLagMs: 2000 },
  { limitedStatus: 400, limitedReset: 'fractional', repeat: 'refuses', readLagMs: 0 },
  { limitedStatus: 200, limitedReset: 'absent', repeat: 'refuses', readLagMs: 2000 },
] as const;

describe.concurrent('"rate limited"', { timeout: 60_000 }, () => {
  it.for(SPELLINGS)(
    'as HTTP $limitedStatus with reset $limitedReset: every row gets through',
    async (rules, context) => {
      const rows = someRows(15);
      const stage = await aStage(context, { rows, sandbox: { ...rules, limits: { [CREATE]: 4 } } });
      // Far faster than the sandbox allows, on a busy machine, too.
      const ran = await stage.sync('--rate', '60');
      expect(ran.exitCode, ran.stderr).toBe(0);
      expectRows(ran, { read: 15, created: 15 });
      const counts = ran.report!.requests[CREATE]!;
      expect(counts.limited).toBeGreaterThan(0);
      const limited = stage.arrivals(CREATE).filter(({ code }) => code === 99991400);
      expect(counts).toEqual({ sent: 15 + limited.length, retried: limited.length, limited: limited.length });
      expectExactlyOnce(stage, rows);
    },
  );

  it.for([
    { status: 429, resetSeconds: 0 },
    { status: 400, resetSeconds: 0.25 },
    { status: 200, resetSeconds: null },
  ] as const)(
    'seven times in a row to one row ($status, $resetSeconds s) uses up none of its six attempts',
    { timeout: 60_000 },
    async (spelling, context) => {
      const rows = someRows(5);
      const stage = await aStage(context, {
        rows,
        sandbox: {
          faults: [
            {
              match: { endpoint: CREATE, key: 'R-002' },
              times: spelling.status === 200 ? 4 : 7,
              fault: { kind: 'limited', ...spelling },
            },
            {
              match: { endpoint: CREATE, key: 'R-002' },
              times: 3,
              fault: { kind: 'error', status: 500, code: 1002001 },
            },
          ],
        },
      });
      const ran = await stage.sync();
      expect(ran.exitCode, ran.stderr).toBe(0);
      expectRows(ran, { read: 5, created: 5 });
      // The whole endpoint rests: after the first such answer nobody sends for a second at least, then again and again.
      const times = stage
        .arrivals(CREATE)
        .filter(({ fault }) => fault === 'limited')
        .map(({ atMs }) => atMs);
      const gaps = times.slice(1).map((time, index) => time - times[index]!);
      expect(
        gaps.every((gap) => gap >= 990),
        String(gaps),
      ).toBe(true);
      expectExactlyOnce(stage, rows);
    },
  );

  it('to the read-back and to the request for a token holds nothing up for good', async (context) => {
    const rows = someRows(5);
    const limited = { kind: 'limited', resetSeconds: 0.5 } as const;
    const stage = await aStage(context, {
      rows,
      sandbox: {
        faults: [
          { match: { endpoint: 'token' }, times: 2, fault: limited },
          { match: { endpoint: CREATE, key: 'R-001' }, times: 1, fault: { kind: 'cut-body' } },
          { match: { endpoint: BATCH_QUERY }, times: 3, fault: limited },
        ],
      },
    });
    const ran = await stage.sync();
    expect(ran.exitCode, ran.stderr).toBe(0);
    expectRows(ran, { read: 5, created: 5 });
    expectExactlyOnce(stage, rows);
  });
});
