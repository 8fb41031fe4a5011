import { expect, it } from 'vitest';
import { CREATE, objectsIn, PATH } from '../target.ts';
import { bodyOf, someRows } from './rows.ts';
import { aStage } from './stage.ts';

it('a run that was stopped beyond its lease wakes up, and leaves alone what its successor settled', async (context) => {
  const rows = someRows(8);
  let [creates, asleep] = [0, false];
  let wake: () => void = () => {};
  const woken = new Promise<void>((resolve) => {
    wake = resolve;
  });
  let allSent: () => void = () => {};
  const sent = new Promise<void>((resolve) => {
    allSent = resolve;
  });
  const stage = await aStage(context, {
    rows,
    onRequest: async ({ method, url }) => {
      if (asleep || method !== 'POST' || url.split('?')[0] !== PATH) return;
      creates++;
      if (creates === 4) allSent();
      // These arrive only when the first run has long been given up; those before are answered at once.
      if (creates > 2) await woken;
    },
  });
  stage.write(rows);
  const first = stage.start();
  await sent;
  const { pid = 0 } = first;
  process.kill(pid, 'SIGSTOP');
  asleep = true;
  // A living process of the same host keeps its lease; this one might be a laptop of somebody else's.
  stage.sql("UPDATE lease SET host = 'elsewhere', expires_at = 0");
  const second = await stage.sync();
  expect(second.report?.rows).toMatchObject({ held: 0, failed: 0, inDoubt: 0 });
  expect(second.exitCode).toBe(0);
  const settled = stage.entries();
  expect(settled.size).toBe(8);

  const before = stage.arrivals(CREATE).length;
  wake();
  process.kill(pid, 'SIGCONT');
  const ended = await first.ended;
  expect([ended.exitCode, ended.stderr]).toEqual([5, expect.stringContaining('no longer owns the ledger')]);
  // What it had sent before it slept arrives; it sends nothing more.
  expect(stage.arrivals(CREATE).length - before).toBeLessThanOrEqual(creates - 2);
  expect(stage.entries()).toEqual(settled);
  expect(objectsIn(stage.sandbox)).toHaveLength(8);
  const last = await stage.sync();
  expect([last.exitCode, last.report?.rows]).toMatchObject([0, { unchanged: 8, held: 0, created: 0 }]);
  const bodies = new Map(objectsIn(stage.sandbox).map(({ id, body }) => [id, body]));
  for (const row of rows)
    expect(bodies.get(stage.entries().get(row.id)?.remote_id ?? '')).toEqual(bodyOf(row));
});
