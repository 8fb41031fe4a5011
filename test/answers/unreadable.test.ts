import { describe, expect, it } from 'vitest';
import type { Quirk } from '../../src/sandbox/index.ts';
import { editInFeishu } from '../faults/feishu-user.ts';
import { bodyOf, type Row } from '../faults/rows.ts';
import { TARGET } from '../target.ts';
import { aTenant, commentOf, rowsApart, TEXT, TEXT_FIELD } from './tenant.ts';

const rows = rowsApart(4);
const corrected = rows.map(
  (row): Row => (row.id === 'R-001' ? { ...row, beginMs: row.beginMs + 60_000 } : row),
);
const HIDDEN: readonly (readonly [string, Quirk])[] = [
  ['left out', { show: [{ kind: 'drop', fields: [TEXT] }] }],
  ['masked', { show: [{ kind: 'mask', fields: [TEXT] }] }],
];
const label = TARGET === 'external_interview' ? 'assessment · comment' : 'result';

describe.concurrent.each(HIDDEN)('a field that is %s', { timeout: 240_000 }, (_, quirk) => {
  it.for(['keep', 'hold'] as const)(
    'from some night on stops `%s` before the first write',
    async (onDrift, context) => {
      const tenant = await aTenant(context, rows);
      await tenant.night();
      tenant.stage.sandbox.setQuirks([quirk]);
      tenant.stage.write(corrected);
      const { report, sent } = await tenant.night({ onDrift });
      expect([report.exitCode, report.stopped?.code]).toEqual([4, 'FIELD_UNREADABLE']);
      expect((await tenant.plan(onDrift)).report.stopped?.code).toBe('FIELD_UNREADABLE');
      expect(sent).toEqual({ creates: 0, updates: 0, reads: 1 });
      expect(report.stopped?.message).toContain(`${label} (${TEXT})`);
      expect(report.stopped?.message).toContain('hire:external_application');
      // What the message says: the source wins, or the permission is given.
      expect((await tenant.night({ onDrift: 'overwrite' })).report).toMatchObject({
        exitCode: 0,
        rows: { updated: 1 },
      });
      expect(tenant.held('R-001')).toEqual(bodyOf(corrected[0]!));
      tenant.stage.write(rows);
      expect((await tenant.night({ onDrift })).report.exitCode).toBe(4);
      tenant.stage.sandbox.setQuirks([]);
      expect((await tenant.night({ onDrift })).report).toMatchObject({ exitCode: 0, rows: { updated: 1 } });
      expect(rows.map(({ id }) => tenant.held(id))).toEqual(rows.map(bodyOf));
    },
  );

  it('in the answer to its own write: written, told, and no `keep` erases it', async (context) => {
    const tenant = await aTenant(context, rows, [quirk]);
    const { report, sent } = await tenant.night();
    expect([report.exitCode, report.rows.created]).toEqual([0, 4]);
    expect(report.shown).toEqual([
      expect.objectContaining({ kind: 'hidden', path: TEXT, records: 4, lost: null }),
    ]);
    expect(sent.updates).toBeGreaterThan(0);
    tenant.stage.write(corrected);
    expect((await tenant.night({ onDrift: 'keep' })).report.exitCode).toBe(4);
    expect(commentOf(tenant.held('R-001'))).toBe(rows[0]!.comment);
    expect((await tenant.plan('overwrite')).report.noted.drifted).toBe(0);
  });
});

it('one object without a value was edited by a person, who keeps it', async (context) => {
  const tenant = await aTenant(context, rows);
  await tenant.night();
  const { interview_assessments: assessments = [], ...rest } = bodyOf(rows[0]!);
  const emptied =
    TARGET === 'external_interview'
      ? { ...rest, interview_assessments: assessments.map(({ content, ...one }) => one) }
      : Object.fromEntries(Object.entries(rest).filter(([name]) => name !== TEXT_FIELD));
  await editInFeishu(tenant.stage.sandbox, tenant.idOf('R-001'), emptied);
  tenant.stage.write(corrected);
  const { report } = await tenant.night({ onDrift: 'keep' });
  expect(report).toMatchObject({ exitCode: 0, rows: { updated: 1 } });
  expect(commentOf(tenant.held('R-001'))).toBeUndefined();
});

it('one object with masked values is held under `keep`: writing them back would put *** there', async (context) => {
  const tenant = await aTenant(context, rows);
  await tenant.night();
  const mask: Quirk = { only: tenant.idOf('R-001'), show: [{ kind: 'mask', fields: [TEXT] }] };
  tenant.stage.sandbox.setQuirks([mask]);
  tenant.stage.write(corrected);
  const { report } = await tenant.night({ onDrift: 'keep' });
  expect(report).toMatchObject({ exitCode: 3, rows: { updated: 0, held: 1 } });
  expect(commentOf(tenant.held('R-001'))).toBe(rows[0]!.comment);
});
