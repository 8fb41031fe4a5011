import { describe, expect, it } from 'vitest';
import type { Quirk } from '../../src/sandbox/index.ts';
import { createInFeishu } from '../faults/feishu-user.ts';
import { bodyOf, type Row } from '../faults/rows.ts';
import { CREATE, UPDATE } from '../target.ts';
import { aTenant, rowsApart, type Tenant } from './tenant.ts';

/** Every record owns an object of its own that holds what its row says, and there is no other. */
function expectRight(tenant: Tenant, rows: readonly Row[]): void {
  expect(rows.map(({ id }) => tenant.held(id))).toEqual(rows.map(bodyOf));
  expect(new Set(rows.map(({ id }) => tenant.idOf(id))).size).toBe(rows.length);
  expect(tenant.count()).toBe(rows.length);
}

const together = (rows: readonly Row[]): Row[] =>
  rows.map((row) => ({ ...row, application: rows[0]!.application }));
const create = { endpoint: CREATE } as const;
const update = { endpoint: UPDATE } as const;

describe.concurrent('an answer to a create', { timeout: 240_000 }, () => {
  it.for([
    ['of two applications', rowsApart(2)],
    ['of one application', together(rowsApart(2))],
  ] as const)('that is crossed with another one’s, %s', async ([, rows], context) => {
    const tenant = await aTenant(context, rows, [{ match: create, times: 2, answer: { with: 'crossed' } }]);
    const { report } = await tenant.night();
    expect(tenant.stage.arrivals(CREATE).filter(({ quirks = [] }) => quirks.length > 0)).toHaveLength(2);
    expect([report.exitCode, report.rows.created]).toEqual([0, 2]);
    expectRight(tenant, rows);
    const changed = rows.map((row, n): Row => (n === 0 ? { ...row, comment: '改过' } : row));
    tenant.stage.write(changed);
    await tenant.night();
    expectRight(tenant, changed);
  });

  it.for(['other-application', 'id-only'] as const)('with the object `%s`', async (kind, context) => {
    const rows = rowsApart(4);
    const quirk: Quirk = { match: { ...create, nth: 3 }, times: 1, answer: { with: kind } };
    const tenant = await aTenant(context, rows, [quirk]);
    const { report } = await tenant.night();
    const met = tenant.stage.arrivals(CREATE).filter(({ quirks = [] }) => quirks.length > 0);
    expect(met).toHaveLength(1);
    expect(report.exitCode).toBe(0);
    expectRight(tenant, rows);
  });

  it('that names an object of HR that was there before: each keeps its own', async (context) => {
    const rows = rowsApart(1);
    const tenant = await aTenant(context, rows, [
      { match: create, times: 1, answer: { with: 'other', part: 'id' } },
    ]);
    const [row] = rows as [Row];
    const typed: Row = { ...row, beginMs: row.beginMs + 48 * 86_400_000, comment: 'HR typed this one.' };
    const id = await createInFeishu(tenant.stage.sandbox, bodyOf(typed));
    const first = await tenant.night();
    expect([first.report.exitCode, tenant.idOf(row.id) === id]).toEqual([0, false]);
    const after = { ...row, comment: 'Corrected since, in the source.' };
    tenant.stage.write([after]);
    expect((await tenant.night()).report).toMatchObject({ exitCode: 0, rows: { updated: 1 } });
    expect([tenant.held(row.id), tenant.count()]).toEqual([bodyOf(after), 2]);
  });

  it('that never shows more than the id: 20 are read at a time, beside the writes', async (context) => {
    const rows = rowsApart(40);
    const tenant = await aTenant(context, rows, [{ match: create, answer: { with: 'id-only' } }]);
    const { report, sent } = await tenant.night();
    expect(report.exitCode).toBe(0);
    expectRight(tenant, rows);
    // One per application before the creates, and few for all of them after; on a busy machine they wait for one
    // another less, and more are asked for alone.
    expect(sent.reads).toBeLessThan(40 + 20);
  });

  it.for(['other-application', 'deleted'] as const)(
    'repeated, with the object `%s`',
    async (kind, context) => {
      const rows = rowsApart(3);
      const tenant = await aTenant(context, rows);
      await tenant.night();
      const gone = tenant.idOf('R-003');
      await tenant.stage.sandbox.byHand({ remove: [gone] });
      tenant.stage.sandbox.setQuirks([{ match: { repeat: true }, answer: { with: kind } }]);
      tenant.forgetAnswer('R-003');
      const { report } = await tenant.night();
      // Nothing that the answer names is this record's; whose it is, somebody must say, or the next night.
      expect(report.exitCode).toBe(3);
      expect(rows.slice(0, 2).map(({ id }) => tenant.held(id))).toEqual(rows.slice(0, 2).map(bodyOf));
      expect(tenant.stage.entries().get('R-003')).toMatchObject({ state: 'creating', remote_id: null });
    },
  );

  it('refused after the commit: what is there is found; corrected, the repeat ends with the correction', async (context) => {
    const rows = rowsApart(3);
    const refused = { kind: 'error', status: 400, code: 1002002, committed: true } as const;
    const faults = [{ match: { ...create, key: 'R-002' }, fault: refused, times: 1 }];
    const seen = await aTenant(context, rows, [], { faults });
    expect((await seen.night()).report).toMatchObject({ exitCode: 0, rows: { created: 3 } });
    expectRight(seen, rows);

    // Where the read-back lags, the row is called rejected, and the next night asks again.
    const lagging = await aTenant(context, rows, [], { faults, readLagMs: 60_000 });
    expect((await lagging.night()).report).toMatchObject({ exitCode: 3, rows: { created: 2, rejected: 1 } });
    const corrected = rows.map((row): Row => (row.id === 'R-002' ? { ...row, verdict: '通过' } : row));
    lagging.stage.write(corrected);
    lagging.stage.sandbox.setQuirks([{ match: { by: 'list' }, times: 1, read: { kind: 'nothing' } }]);
    expect((await lagging.night()).report).toMatchObject({ exitCode: 0, rows: { created: 1 } });
    expectRight(lagging, corrected);
  });

  it('refused for good is read back once, and rejected', async (context) => {
    const faults = [
      { match: { ...create, key: 'R-002' }, fault: { kind: 'error', status: 400, code: 1002002 } as const },
    ];
    const tenant = await aTenant(context, rowsApart(3), [], { faults });
    const { report, sent } = await tenant.night();
    expect(report).toMatchObject({ exitCode: 3, rows: { created: 2, rejected: 1 } });
    expect(sent).toEqual({ creates: 3, updates: 0, reads: 4 });
  });
});

describe.concurrent('an answer to an update', { timeout: 240_000 }, () => {
  const rows = rowsApart(3);
  const changed = rows.map(
    (row): Row => (row.id === 'R-002' ? { ...row, verdict: '通过', comment: '改过' } : row),
  );

  it.for([
    { with: 'other-application', part: 'id' },
    { with: 'other-application' },
    { with: 'unknown', part: 'id' },
    { with: 'id-only' },
    { with: 'before' },
  ] as const)('%o', async (answer, context) => {
    const tenant = await aTenant(context, rows, [{ match: update, times: 1, answer }]);
    await tenant.night();
    const ids = rows.map(({ id }) => tenant.idOf(id));
    tenant.stage.write(changed);
    const { report, sent } = await tenant.night();
    expect(tenant.stage.arrivals(UPDATE).filter(({ quirks = [] }) => quirks.length > 0)).toHaveLength(1);
    expect([report.exitCode, report.rows.updated]).toEqual([0, 1]);
    expect(sent.updates).toBe('before' === answer.with ? 2 : 1);
    expect(rows.map(({ id }) => tenant.idOf(id))).toEqual(ids);
    expectRight(tenant, changed);
    expect((await tenant.night()).sent).toEqual({ creates: 0, updates: 0, reads: 0 });
  });

  it('that goes on showing the object as it was: two PUTs, no more', async (context) => {
    const tenant = await aTenant(context, rows, [{ match: update, answer: { with: 'before' }, times: 2 }]);
    await tenant.night();
    // Each PUT is shown as it was before it; and so is the second one, which shows the first.
    tenant.stage.write(changed);
    const { report } = await tenant.night();
    expect(report.exitCode).toBe(0);
    expectRight(tenant, changed);
    expect(tenant.stage.arrivals(UPDATE)).toHaveLength(2);
  });
});
