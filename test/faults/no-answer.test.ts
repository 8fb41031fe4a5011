import { describe, expect, it, vi } from 'vitest';
import type { FaultRule } from '../../src/sandbox/faults.ts';
import { BATCH_QUERY, CREATE, objectsIn, PATH, UPDATE } from '../target.ts';
import { expectExactlyOnce, openKeys } from './expect.ts';
import { runHere } from './in-process.ts';
import { someRows } from './rows.ts';
import { aStage, type Stage } from './stage.ts';

/** The CLI's are 30 s, 30 s and 120 s: everything here is a hundredth of it. */
const LIMITS = { headersMs: 300, bodyMs: 300, totalMs: 1200 };
/** Ten minutes. */
const LATE_MS = 6000;
const POLICY = { attempts: 3, baseMs: 20, capMs: 50 };
const WORLDS = [
  { repeat: 'returns-existing', readLagMs: 0 },
  { repeat: 'returns-existing', readLagMs: 2000 },
  { repeat: 'refuses', readLagMs: 0 },
  { repeat: 'refuses', readLagMs: 2000 },
] as const;

/** Until the sandbox has ended every delayed request. */
async function everythingLateHasCome(stage: Stage): Promise<void> {
  const isOut = () =>
    stage.arrivals(CREATE).some(({ fault, status }) => fault === 'delay' && status === null);
  await vi.waitFor(() => expect(isOut()).toBe(false), { timeout: 2 * LATE_MS, interval: 50 });
}

describe.concurrent('no answer in time', { timeout: 60_000 }, () => {
  it.for(WORLDS)(
    'a black hole and an answer ten minutes late leave one object per row: $repeat, lag $readLagMs ms',
    async (world, context) => {
      const rows = someRows(9);
      const on = (key: string, fault: FaultRule['fault']): FaultRule => ({
        match: { endpoint: CREATE, key },
        times: 1,
        fault,
      });
      const stage = await aStage(context, {
        rows,
        sandbox: {
          ...world,
          faults: [
            on('R-001', { kind: 'black-hole' }),
            on('R-003', { kind: 'black-hole', committed: true }),
            on('R-005', { kind: 'delay', ms: LATE_MS }),
            // Its work is done long after the run has read back, and sent it again.
            on('R-007', { kind: 'delay', ms: LATE_MS, committed: false }),
          ],
        },
      });
      const report = await runHere(stage, { limits: LIMITS, policy: POLICY });
      expect(report.rows).toMatchObject({ read: 9, created: 9, inDoubt: 0, held: 0, failed: 0 });
      expect(report.exitCode).toBe(0);
      await everythingLateHasCome(stage);
      expectExactlyOnce(stage, rows);
    },
  );

  it.for(WORLDS)(
    'work done between the read-back and the repeat is found: $repeat, lag $readLagMs ms',
    async (world, context) => {
      const rows = someRows(3);
      const applications = new Set(rows.map(({ application }) => application)).size;
      const stage = await aStage(context, {
        rows,
        sandbox: {
          ...world,
          faults: [
            {
              match: { endpoint: CREATE, key: 'R-002' },
              times: 1,
              fault: { kind: 'delay', ms: 1000, committed: false },
            },
          ],
        },
        async onRequest({ method, url }, { sandbox, arrivals }) {
          const isRead = url.includes('/batch_query');
          // Each application is read as a sample of a first run and before anything is created under it, and R-002's once
          // more because it is in doubt.
          const hasRead = arrivals(BATCH_QUERY).length > 2 * applications;
          if (method !== 'POST' || isRead || !hasRead) return;
          // The repeat: it is let in after the first request has done its work.
          await vi.waitFor(() => expect(objectsIn(sandbox)).toHaveLength(3), {
            timeout: 5000,
            interval: 20,
          });
        },
      });
      const report = await runHere(stage, {
        limits: { ...LIMITS, headersMs: 1200, totalMs: 4000 },
        policy: POLICY,
      });
      expect(report.exitCode).toBe(0);
      expectExactlyOnce(stage, rows);
    },
  );

  it.for(WORLDS)(
    'a run that cannot read back either leaves it open, and the next one settles it: $repeat, lag $readLagMs ms',
    async (world, context) => {
      const rows = someRows(6);
      const hole = { kind: 'black-hole', committed: true } as const;
      const faults: FaultRule[] = [
        { match: { endpoint: CREATE, key: 'R-002' }, fault: hole },
        { match: { endpoint: BATCH_QUERY }, fault: { kind: 'black-hole' } },
      ];
      let silent = false;
      const stage = await aStage(context, {
        rows,
        sandbox: world,
        onRequest({ method, url }, { sandbox }) {
          // Before the first create Feishu could still be asked what it holds.
          if (silent || method !== 'POST' || !url.endsWith(PATH)) return;
          silent = true;
          sandbox.setFaults(faults);
        },
      });
      const first = await runHere(stage, { limits: LIMITS, policy: POLICY });
      expect(first.rows).toMatchObject({ created: 5, inDoubt: 1 });
      expect(first.exitCode).toBe(3);
      expect(openKeys(stage)).toEqual(['R-002']);
      // Still nothing: the second run takes it for what it is, and creates nothing that it could not compare.
      stage.write([...rows, { ...rows[5]!, id: 'R-007', comment: 'neu' }]);
      const second = await runHere(stage, { limits: LIMITS, policy: POLICY });
      expect(second.rows).toMatchObject({ read: 7, created: 0, failed: 1, unchanged: 5, inDoubt: 1 });
      expect(second.recovered).toEqual({ adopted: 0, created: 0, held: 0, open: 1 });
      expect(second.exitCode).toBe(3);

      stage.sandbox.setFaults([]);
      const third = await stage.sync();
      expect(third.exitCode).toBe(0);
      expectExactlyOnce(stage, [...rows, { ...rows[5]!, id: 'R-007', comment: 'neu' }]);
    },
  );

  it.for(WORLDS)(
    'an update in a black hole, or answered ten minutes late, is sent again: $repeat, lag $readLagMs ms',
    async (world, context) => {
      const rows = someRows(6);
      const stage = await aStage(context, { rows, sandbox: world });
      expect((await runHere(stage)).exitCode).toBe(0);
      const on = (key: string, fault: FaultRule['fault']): FaultRule => ({
        match: { endpoint: UPDATE, key: stage.entries().get(key)!.remote_id! },
        times: 1,
        fault,
      });
      stage.sandbox.setFaults([
        on('R-001', { kind: 'black-hole' }),
        on('R-002', { kind: 'black-hole', committed: true }),
        on('R-003', { kind: 'delay', ms: LATE_MS }),
        // Full replaces of the same content: a late one does no harm.
        on('R-004', { kind: 'delay', ms: LATE_MS, committed: false }),
      ]);
      const after = rows.map((row) => ({ ...row, comment: '改过' }));
      stage.write(after);
      const report = await runHere(stage, { limits: LIMITS, policy: POLICY });
      expect(report.rows).toMatchObject({ read: 6, updated: 6 });
      expect(report.exitCode).toBe(0);
      const isOut = () =>
        stage.sandbox.arrivals().some(({ fault, status }) => fault === 'delay' && status === null);
      await vi.waitFor(() => expect(isOut()).toBe(false), { timeout: 2 * LATE_MS, interval: 50 });
      expectExactlyOnce(stage, after);
    },
  );
});
