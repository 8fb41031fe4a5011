import { describe, expect, it } from 'vitest';
import type { GuardName } from '../../src/complaint.ts';
import { aTenant, rowsApart } from '../answers/tenant.ts';
import { BATCH_QUERY, CREATE } from '../target.ts';
import { expectExactlyOnce } from './expect.ts';
import type { Cleanup } from './stage.ts';

/** Records that were written two days ago, the first `gone` of which somebody has deleted in Feishu. */
async function without(context: Cleanup, known: number, gone: number) {
  const rows = rowsApart(known);
  const tenant = await aTenant(context, rows);
  expect((await tenant.night({ here: { rate: 900 } })).report.exitCode).toBe(0);
  tenant.stage.daysLater();
  tenant.stage.sandbox.byHand({ remove: rows.slice(0, gone).map(({ id }) => tenant.idOf(id)) });
  const night = (...allowed: GuardName[]) =>
    tenant.night({ recreateMissing: true, here: { rate: 900, readBackWaitsMs: [1], allowed } });
  return { ...tenant, rows, again: night };
}

describe('--recreate-missing', { concurrent: true, timeout: 240_000 }, () => {
  it('of more than 20 records: stopped before the first write, in a plan too, until it is allowed', async (context) => {
    const { stage, rows, again, count } = await without(context, 25, 21);
    const after = rows.map((row) => (row.id === 'R-025' ? { ...row, comment: '改过' } : row));
    stage.write(after);
    const stopped = await again();
    expect(stopped.report.stopped).toMatchObject({
      code: 'GUARDED',
      complaints: [{ guard: 'missing', count: 21, known: 25, isAll: false }],
    });
    expect([stopped.report.exitCode, stopped.sent.creates, stopped.sent.updates]).toEqual([4, 0, 0]);

    const planned = await stage.plan('--remote', '--recreate-missing');
    expect([planned.exitCode, planned.report?.stopped?.message]).toEqual([
      4,
      expect.stringContaining('would create 21 of 25 known records again (84 %)'),
    ]);
    const ran = await stage.sync('--recreate-missing');
    expect([ran.exitCode, ran.stderr]).toEqual([4, expect.stringContaining('--allow missing')]);
    expect(count()).toBe(4);

    const allowed = await again('missing');
    expect(allowed.report).toMatchObject({ exitCode: 0, rows: { created: 21, updated: 1, unchanged: 3 } });
    expectExactlyOnce(stage, after);
  });

  it('of 20 goes in, and each record is asked for once', async (context) => {
    const { stage, rows, again } = await without(context, 40, 20);
    const { report } = await again();
    expect(report).toMatchObject({ exitCode: 0, rows: { created: 20, unchanged: 20 } });
    expectExactlyOnce(stage, rows);
    stage.daysLater();
    const idle = await again();
    expect([idle.sent, idle.report.cost?.endpoints[BATCH_QUERY]]).toEqual([
      { creates: 0, updates: 0, reads: 2 },
      2,
    ]);
  });

  it('of 5 of 100 known goes in, of 6 it is stopped', async (context) => {
    const { stage, rows, idOf, again } = await without(context, 100, 5);
    expect((await again()).report).toMatchObject({ stopped: null, rows: { created: 5, unchanged: 95 } });
    stage.daysLater();
    stage.sandbox.byHand({ remove: rows.slice(0, 6).map(({ id }) => idOf(id)) });
    expect((await again()).report).toMatchObject({ stopped: { code: 'GUARDED' }, rows: { created: 0 } });
    expect(stage.arrivals(CREATE)).toHaveLength(105);
  });
});
