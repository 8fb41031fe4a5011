import { describe, expect, it } from 'vitest';
import type { Quirk } from '../../src/sandbox/index.ts';
import { PIPELINE, type Row } from '../faults/rows.ts';
import { UPDATE } from '../target.ts';
import { undoHere } from '../undo/here.ts';
import { aTenant, commentOf, rowsApart, TEXT, TEXT_FIELD, type Tenant } from './tenant.ts';

const CUT: readonly Quirk[] = [{ keep: [{ kind: 'cut', characters: 500, fields: [TEXT_FIELD] }] }];
const long = (n: number): string => `第${n}轮${'长'.repeat(600 + n)}`;
const rows = rowsApart(3, (n) => ({ comment: long(n) }));
const updatesOf = ({ stage }: Tenant) => stage.arrivals(UPDATE).length;

describe.concurrent('a tenant that cuts texts', { timeout: 240_000 }, () => {
  it('is believed once a PUT was cut at the same length; the run that lost text ends with 3', async (context) => {
    const tenant = await aTenant(context, rows, CUT);
    const { report, sent } = await tenant.night();
    expect([report.exitCode, report.rows.created]).toEqual([3, 3]);
    expect(sent.updates).toBeGreaterThan(0);
    expect(report.shown).toEqual([
      expect.objectContaining({ kind: 'cut', path: TEXT, records: 3, length: 500, lost: 'open' }),
    ]);
    expect(report.shown[0]?.longest).toBeGreaterThan(600);
    // Known from now on: one create, no PUT.
    const more = rowsApart(4, (n) => ({ comment: long(n) }));
    tenant.stage.write(more);
    const next = await tenant.night();
    expect([next.report.exitCode, next.sent.creates, next.sent.updates]).toEqual([3, 1, 0]);
    // Whoever wrote nothing lost nothing.
    const quiet = await tenant.night();
    expect([quiet.report.exitCode, quiet.report.shown, quiet.sent.reads]).toEqual([0, [], 0]);
    expect((await tenant.plan('keep')).report.noted.drifted).toBe(0);
    expect((await tenant.night({ repairDrift: true })).sent.updates).toBe(0);
  });

  it('ends with 0 where the pipeline accepts it', async (context) => {
    const tenant = await aTenant(context, rows, CUT);
    const accepts = `{\n  accepts: { cut: ['${TEXT}'] },\n  name: 'faults',`;
    tenant.rewritePipeline(PIPELINE.replace("{\n  name: 'faults',", accepts));
    const { report } = await tenant.night();
    expect([report.exitCode, report.shown.map(({ lost }) => lost)]).toEqual([0, ['accepted']]);
  });

  it('is undone: what a PUT had to confirm is deleted, not given back', async (context) => {
    const tenant = await aTenant(context, rows, CUT);
    const { report } = await tenant.night();
    expect(JSON.parse(await undoHere(tenant.stage, report.run))).toMatchObject({ exitCode: 0 });
    expect(tenant.count()).toBe(0);
  });

  it('gets the source’s correction, and a person’s edit stays', async (context) => {
    const tenant = await aTenant(context, rows, CUT);
    await tenant.night();
    tenant.stage.write(rows.map((row, n): Row => (n === 0 ? { ...row, comment: `改${long(9)}` } : row)));
    const { report } = await tenant.night({ onDrift: 'keep' });
    expect([report.rows.updated, report.rows.held]).toEqual([1, 0]);
    expect(commentOf(tenant.held('R-001'))?.startsWith('改')).toBe(true);
  });

  it.for([2, 25])('recognises a create without an answer after %i hours', async (hours, context) => {
    const tenant = await aTenant(context, rows, CUT);
    await tenant.night();
    const id = tenant.idOf('R-002');
    // As if the very first run had lost it: nothing is known of the tenant.
    tenant.stage.sql('DELETE FROM feishu_habit');
    tenant.forgetAnswer('R-002');
    await tenant.night({ laterMs: hours * 3_600_000 });
    expect([tenant.idOf('R-002'), tenant.count()]).toEqual([id, 3]);
    expect((await tenant.night()).report.rows).toMatchObject({ unchanged: 3 });
  });
});

describe.concurrent('what merely looks like it', { timeout: 240_000 }, () => {
  it('an older text that the source went on writing is no cut: the PUT brings the whole', async (context) => {
    // The repeat of a create within 24 h answers the stored object: a ledger that was restored asks for it again.
    const tenant = await aTenant(
      context,
      rowsApart(3, () => ({ comment: '沟通良好' })),
    );
    await tenant.night();
    tenant.stage.sql("DELETE FROM entry WHERE key = 'R-001'");
    tenant.stage.write(rowsApart(3, (n) => ({ comment: n === 0 ? '沟通良好，但经验不足' : '沟通良好' })));
    // Seen before the create it would be held as near; only the answer to the repeat shows it.
    tenant.stage.sandbox.setQuirks([{ match: { by: 'list' }, read: { kind: 'nothing' } }]);
    const { report } = await tenant.night();
    expect([report.exitCode, report.rows.created, tenant.count()]).toEqual([0, 1, 3]);
    expect(commentOf(tenant.held('R-001'))).toBe('沟通良好，但经验不足');
  });
});

describe.concurrent('a tenant that fills in a value', { timeout: 240_000 }, () => {
  it('is believed once a PUT was answered with the same', async (context) => {
    const fill: readonly Quirk[] =
      TEXT_FIELD === 'result'
        ? [{ keep: [{ kind: 'fill', with: { value: '无' }, fields: ['name'] }] }]
        : [{ keep: [{ kind: 'fill', with: { value: 3 }, fields: ['interview_assessments.conclusion'] }] }];
    const tenant = await aTenant(context, rows.slice(0, 2), fill);
    tenant.rewritePipeline(
      PIPELINE.replace(', conclusion: verdict(row.verdict)', '').replace(
        '    name: required(row.interviewer),\n',
        '',
      ),
    );
    const { report, sent } = await tenant.night();
    expect([report.exitCode, sent.creates]).toEqual([0, 2]);
    expect(report.shown.map(({ kind, records }) => [kind, records])).toEqual([['default', 2]]);
    const before = updatesOf(tenant);
    expect(before).toBeGreaterThan(0);
    expect((await tenant.plan('keep')).report.noted.drifted).toBe(0);
    expect((await tenant.night({ repairDrift: true })).sent.updates).toBe(0);
  });
});
