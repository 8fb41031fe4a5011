import { describe, expect, it } from 'vitest';
import { PATH } from '../target.ts';
import { expectExactlyOnce, expectRows, expectStopped, openKeys } from './expect.ts';
import { someRows } from './rows.ts';
import { aStage } from './stage.ts';

const WORLDS = [
  { repeat: 'returns-existing', readLagMs: 0 },
  { repeat: 'returns-existing', readLagMs: 2000 },
  { repeat: 'refuses', readLagMs: 0 },
  { repeat: 'refuses', readLagMs: 2000 },
] as const;
const NO_ANSWER = /"outcome":"no-answer"/;

describe.concurrent('a connection that is refused', { timeout: 60_000 }, () => {
  it('is tried again until the server is there', async (context) => {
    const rows = someRows(5);
    const stage = await aStage(context, { rows, listening: false });
    const running = stage.start('--log-level', 'debug');
    await running.said(NO_ANSWER, 2);
    await stage.up();
    const ran = await running.ended;
    expect(ran.exitCode, ran.stderr).toBe(0);
    expectRows(ran, { read: 5, created: 5 });
    expectExactlyOnce(stage, rows);
  });

  it('and refused again stops the run with the address and what to check; nothing is noted as sent', {
    timeout: 60_000,
  }, async (context) => {
    const rows = someRows(5);
    const stage = await aStage(context, { rows, listening: false });
    const ran = await stage.sync();
    expectStopped(
      ran,
      'FEISHU_UNREACHABLE',
      new URL(stage.url).host,
      /ECONNREFUSED/,
      /Check the network, the proxy settings/,
    );
    expectRows(ran, { read: 5, held: 5 });
    expect(ran.report?.notAttempted).toBe(5);
    expect(stage.entries().size).toBe(0);

    await stage.up();
    const next = await stage.sync();
    expect(next.exitCode, next.stderr).toBe(0);
    expectExactlyOnce(stage, rows);
  });

  it.for(WORLDS)(
    'in the middle of a run is waited out: $repeat, lag $readLagMs ms',
    { timeout: 60_000 },
    async (world, context) => {
      const rows = someRows(30);
      let creates = 0;
      const stage = await aStage(context, {
        rows,
        sandbox: world,
        onRequest({ method, url }, { down }) {
          if (method !== 'POST' || !url.endsWith(PATH)) return;
          creates += 1;
          // Not awaited: it ends when this request has been reset.
          if (creates === 10) void down();
        },
      });
      const running = stage.start('--rate', '20', '--log-level', 'debug');
      // Some are reset, the others find nobody listening: those were never sent.
      await running.said(NO_ANSWER, 5);
      await stage.up();
      const ran = await running.ended;
      expect(ran.exitCode, ran.stderr).toBe(0);
      expectRows(ran, { read: 30, created: 30 });
      expectExactlyOnce(stage, rows);
    },
  );

  it('from the middle of a run on leaves what was never sent out of the ledger, and the next run ends it', {
    timeout: 90_000,
  }, async (context) => {
    const rows = someRows(12);
    let creates = 0;
    const stage = await aStage(context, {
      rows,
      sandbox: { repeat: 'refuses', readLagMs: 2000 },
      onRequest({ method, url }, { down }) {
        if (method !== 'POST' || !url.endsWith(PATH)) return;
        creates += 1;
        if (creates === 6) void down();
      },
    });
    const ran = await stage.sync('--rate', '20');
    const { created, failed, inDoubt } = ran.report!.rows;
    expect(ran.exitCode, ran.stderr).toBe(3);
    expect(created + failed + inDoubt).toBe(12);
    expect(inDoubt).toBeGreaterThanOrEqual(1);
    expect(openKeys(stage)).toHaveLength(inDoubt);
    expect(stage.entries().size).toBe(created + inDoubt);

    await stage.up();
    const next = await stage.sync();
    expect(next.exitCode, next.stderr).toBe(0);
    expectExactlyOnce(stage, rows);
  });
});
