import { describe, expect, it } from 'vitest';
import { CREATE, PATH } from '../target.ts';
import { expectExactlyOnce, expectRows } from './expect.ts';
import { runHere } from './in-process.ts';
import { someRows } from './rows.ts';
import { aStage } from './stage.ts';

const HOURS_2 = 2 * 3_600_000;
const WORLDS = [
  { tokenErrorStatus: 400, repeat: 'returns-existing', readLagMs: 0 },
  { tokenErrorStatus: 401, repeat: 'refuses', readLagMs: 2000 },
  { tokenErrorStatus: 200, repeat: 'refuses', readLagMs: 0 },
] as const;

describe.concurrent('the token', { timeout: 60_000 }, () => {
  it.for(WORLDS)(
    'dead in the middle of a run (HTTP $tokenErrorStatus) is fetched anew once for all that are under way',
    async (world, context) => {
      const rows = someRows(60);
      let creates = 0;
      const killed = Promise.withResolvers<void>();
      const stage = await aStage(context, {
        rows,
        sandbox: world,
        async onRequest({ method, url }, { sandbox }) {
          if (method !== 'POST' || !url.endsWith(PATH)) return;
          creates += 1;
          // The 11th to 22nd are all on their way with the same token when it dies.
          if (creates === 22) {
            sandbox.clock.advance(HOURS_2);
            killed.resolve();
          }
          if (creates > 10 && creates < 22) await killed.promise;
        },
      });
      const ran = await stage.sync();
      expect(ran.exitCode, ran.stderr).toBe(0);
      expectRows(ran, { read: 60, created: 60 });
      const refused = stage.arrivals(CREATE).filter(({ code }) => code === 99991663);
      expect(refused.length).toBeGreaterThanOrEqual(12);
      expect(stage.arrivals('token')).toHaveLength(2);
      // Each was sent once more, and no oftener.
      expect(stage.arrivals(CREATE)).toHaveLength(60 + refused.length);
      expectExactlyOnce(stage, rows);
    },
  );

  it('that Feishu takes back is fetched anew once', async (context) => {
    const rows = someRows(20);
    const faults = [{ match: { endpoint: CREATE, nth: 10 }, fault: { kind: 'token-dead' } }] as const;
    const stage = await aStage(context, { rows, sandbox: { faults } });
    const ran = await stage.sync();
    expect(ran.exitCode, ran.stderr).toBe(0);
    expectRows(ran, { read: 20, created: 20 });
    expect(stage.arrivals('token')).toHaveLength(2);
    expectExactlyOnce(stage, rows);
  });

  it('that Feishu lets die hours early is fetched anew once each time', async (context) => {
    const rows = someRows(90);
    const dead: string[] = [];
    let creates = 0;
    const stage = await aStage(context, {
      rows,
      sandbox: { latency: { meanMs: 100, jitter: 0.5 } },
      onRequest({ method, url, header }, { sandbox, arrivals }) {
        if (method !== 'POST' || !url.endsWith(PATH)) return;
        creates += 1;
        const keys = (code: number) =>
          new Set(arrivals(CREATE).flatMap((arrival) => (arrival.code === code ? [arrival.key] : [])));
        // Each death is another token's, and nothing waits for its second try: a request that meets two dead tokens in
        // a row rightly stops the run.
        const token = header('authorization') ?? '';
        if (dead.length === 3 || creates < 12 || dead.includes(token)) return;
        if ([...keys(99991663)].some((key) => !keys(0).has(key))) return;
        sandbox.clock.advance(HOURS_2);
        dead.push(token);
        creates = 0;
      },
    });
    const ran = await stage.sync('--rate', '25');
    expect(ran.exitCode, ran.stderr).toBe(0);
    expectRows(ran, { read: 90, created: 90 });
    expect(dead.length).toBeGreaterThanOrEqual(2);
    const refused = stage.arrivals(CREATE).filter(({ code }) => code === 99991663);
    expect(refused.length).toBeGreaterThanOrEqual(dead.length);
    expect(stage.arrivals(CREATE)).toHaveLength(90 + refused.length);
    expect(stage.arrivals('token')).toHaveLength(1 + dead.length);
    expectExactlyOnce(stage, rows);
  });

  it('over hours is refreshed once per expiry, before it dies, by all workers together', async (context) => {
    const rows = someRows(60);
    let creates = 0;
    const aged: string[] = [];
    const stage = await aStage(context, {
      rows,
      sandbox: { latency: { meanMs: 100, jitter: 0.5 } },
      onRequest({ method, url, header }, { sandbox }) {
        if (method !== 'POST' || !url.endsWith(PATH)) return;
        creates += 1;
        const token = header('authorization') ?? '';
        if (aged.length === 3 || creates < 12 || aged.includes(token)) return;
        // 1 h 56 min: the token lives for 4 min more, and its holder knows.
        sandbox.clock.advance(116 * 60_000);
        aged.push(token);
        creates = 0;
      },
    });
    const report = await runHere(stage, { now: stage.sandbox.clock.now, rate: 40 });
    expect(report.exitCode).toBe(0);
    expect(report.rows.created).toBe(60);
    expect(stage.sandbox.arrivals().filter(({ code }) => code === 99991663)).toEqual([]);
    expect(aged.length).toBeGreaterThanOrEqual(2);
    expect(stage.arrivals('token')).toHaveLength(1 + aged.length);
    expectExactlyOnce(stage, rows);
  });
});
