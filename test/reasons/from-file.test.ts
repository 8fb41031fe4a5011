import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { expect, it, type TestContext } from 'vitest';
import { CSV_COLUMNS } from '../../src/report/csv.ts';
import { CSV_HEADS } from '../../src/report/words.ts';
import { createInFeishu, deleteInFeishu, editInFeishu } from '../faults/feishu-user.ts';
import { bodyOf, someRows } from '../faults/rows.ts';
import { aStage } from '../faults/stage.ts';
import { command } from '../ledger/command.ts';
import { objectsIn } from '../target.ts';

type Cells = Record<string, string>;

/** Five records of which three are missing in Feishu and two were edited there; the report of `plan --remote` as CSV. */
async function aNight(context: TestContext, lang: 'zh' | 'en' = 'en') {
  const rows = someRows(6);
  const stage = await aStage(context, { rows });
  expect((await stage.sync()).exitCode).toBe(0);
  stage.sql('UPDATE entry SET last_attempt_at = last_attempt_at - 600000');
  stage.daysLater();
  const id = (key: string) => stage.entries().get(key)?.remote_id ?? '';
  const ids = new Map(rows.map((row) => [row.id, id(row.id)]));
  for (const key of ['R-001', 'R-002', 'R-003']) await deleteInFeishu(stage.sandbox, id(key));
  for (const row of rows.slice(3, 5))
    await editInFeishu(stage.sandbox, id(row.id), { ...bodyOf(row), participate_status: 3 });
  const changed = rows.map((row, i) =>
    i === 3 || i === 4 ? { ...row, comment: `${row.comment}，补充` } : row,
  );
  stage.write(changed);
  const folder = dirname(stage.ledgerFile);
  const file = join(folder, 'holds.csv');
  const planned = await stage.plan('--remote', '--on-drift', 'hold', '--report', file, '--lang', lang);
  expect([planned.exitCode, planned.report?.rows.held]).toEqual([3, 5]);
  const made = readFileSync(file, 'utf8');
  const read = (): Cells[] => parse<Cells>(made, { bom: true, columns: [...CSV_COLUMNS], from: 2 });
  const columns = CSV_COLUMNS.map((key) => ({ key, header: CSV_HEADS[key][lang] }));
  /** Fills in the column as somebody would, and saves the file as a spreadsheet does. */
  const decide = (decisions: Readonly<Record<string, string>>, edit: Partial<Cells> = {}): void => {
    const lines = read().map((line) => {
      const decision = line.reason === '' ? '' : (decisions[line.key ?? ''] ?? '');
      return { ...line, decision, ...(decision === '' ? {} : edit) };
    });
    writeFileSync(file, `\uFEFF${stringify(lines, { header: true, columns, record_delimiter: '\r\n' })}`);
  };
  return { stage, rows: changed, ids, file, read, decide };
}

it('the Chinese CSV report of what is held, its decisions filled in, is carried out whole', async (context) => {
  const { stage, rows, ids, file, read, decide } = await aNight(context, 'zh');
  const held = read().filter(({ reason }) => reason !== '');
  expect(held.map(({ key, pipeline, reason, decisions }) => [key, pipeline, reason, decisions])).toEqual([
    ...['R-001', 'R-002', 'R-003'].map((key) => [
      key,
      'faults',
      'missing-in-feishu',
      'create | adopt ID | skip',
    ]),
    ...['R-004', 'R-005'].map((key) => [key, 'faults', 'changed-in-feishu', 'overwrite | keep | skip']),
  ]);
  const named = await createInFeishu(stage.sandbox, bodyOf(rows[1]!));
  decide({
    'R-001': 'create',
    'R-002': `adopt ${named}`,
    'R-003': 'skip',
    'R-004': 'overwrite',
    'R-005': 'keep',
  });
  const decided = await command(stage, 'resolve', stage.pipelineFile, '--from', file);
  expect([decided.code, decided.err]).toEqual([0, '']);
  expect(decided.out).toContain('5 decided: 1 create, 1 adopt, 1 skip, 1 overwrite, 1 keep.');

  const after = await stage.sync('--on-drift', 'hold');
  expect(after.exitCode, after.stderr).toBe(0);
  expect(after.report?.rows).toMatchObject({ read: 6, created: 1, updated: 2, unchanged: 2, skipped: 1 });
  const bodies = new Map(objectsIn(stage.sandbox).map((object) => [object.id, object.body]));
  const body = (key: string) => bodies.get(stage.entries().get(key)?.remote_id ?? '');
  expect(body('R-001')).toEqual(bodyOf(rows[0]!));
  expect([stage.entries().get('R-002')?.remote_id, body('R-002')]).toEqual([named, bodyOf(rows[1]!)]);
  expect(body('R-003')).toBeUndefined();
  // The source wins over the edit, and the edit stays.
  expect(body('R-004')).toEqual(bodyOf(rows[3]!));
  expect(body('R-005')).toEqual({ ...bodyOf(rows[4]!), participate_status: 3 });
  expect([...ids.values()].filter((id) => bodies.has(id))).toHaveLength(3);
  expect(bodies.size).toBe(5);
  // Once: the next edit is held as before.
  await editInFeishu(stage.sandbox, ids.get('R-004')!, { ...bodyOf(rows[3]!), participate_status: 1 });
  stage.sql('UPDATE entry SET last_attempt_at = last_attempt_at - 600000');
  stage.write(rows.map((row) => (row.id === 'R-004' ? { ...row, comment: '再补充' } : row)));
  const next = await stage.sync('--on-drift', 'hold');
  expect(next.report?.heldRows).toMatchObject([{ key: 'R-004', reason: { code: 'changed-in-feishu' } }]);
});

it('one wrong line, and none is carried out: file, line, column, value and what is allowed', async (context) => {
  const { stage, ids, file, read, decide } = await aNight(context);
  const before = stage.entries();
  const lineOf = (key: string) => read().findIndex((line) => line.key === key && line.reason !== '') + 2;
  const refusedWith = async (said: readonly string[], name = 'faults') => {
    const { code, out, err } = await command(stage, 'resolve', name, '--from', file);
    expect([code, out]).toEqual([2, '']);
    for (const text of [file, 'nothing was decided', ...said]) expect(err).toContain(text);
    expect(err).not.toMatch(/^\s+at /m);
    expect(stage.entries()).toEqual(before);
  };
  decide({ 'R-001': 'create', 'R-004': 'create', 'R-005': 'adopt 6.9E18' });
  await refusedWith([
    `line ${lineOf('R-004')}, column "decision" is "create": allowed: overwrite | keep | skip`,
    `line ${lineOf('R-005')}, column "decision" is "adopt 6.9E18": allowed: overwrite | keep | skip`,
  ]);
  decide({ 'R-001': 'create', 'R-002': 'adopt' });
  await refusedWith(['column "decision" is "adopt": allowed: create | adopt ID | skip (ID: 1 to 20 digits)']);
  decide({ 'R-001': 'create', 'R-002': `adopt ${ids.get('R-006')}` });
  await refusedWith([`${ids.get('R-006')} already belongs to the record R-006`]);
  decide({ 'R-001': 'create' }, { pipeline: 'another' });
  await refusedWith(['column "pipeline" is "another": allowed: faults']);
  decide({ 'R-001': 'create' }, { key: 'R-1' });
  await refusedWith(['knows no record "R-1"'], stage.pipelineFile);
  decide({ 'R-001': 'create' }, { reason: 'because' });
  await refusedWith(['column "reason" is "because"']);
  decide({ 'R-001': 'create' }, { reason: 'not-compared' });
  await refusedWith(['there is nothing to decide. not-compared ends so: the next run can read it']);
  writeFileSync(file, readFileSync(file, 'utf8').replace(',decision,', ',Decision,'));
  await refusedWith(['column "decision": there is none']);
  // Nothing was left behind by any of them.
  expect((await stage.plan('--remote', '--on-drift', 'hold')).report?.rows).toMatchObject({ held: 5 });
});

it('a decision that nothing comes of is dropped, and taken back when asked', async (context) => {
  const rows = someRows(3);
  const stage = await aStage(context, { rows });
  expect((await stage.sync()).exitCode).toBe(0);
  const [before] = [objectsIn(stage.sandbox)];
  // Nothing is wrong with it: the object is there.
  const created = await command(stage, 'resolve', 'faults', 'R-001', '--create');
  expect([created.code, created.out]).toEqual([
    0,
    expect.stringContaining('if neither is so, nothing comes of this'),
  ]);
  const writes = stage.sandbox.state().writes;
  expect((await stage.sync()).report?.rows).toMatchObject({ unchanged: 3, created: 0 });
  expect(stage.sandbox.state().writes).toEqual(writes);
  expect(objectsIn(stage.sandbox)).toEqual(before);
  const again = await command(stage, 'resolve', 'faults', 'R-001', '--again');
  expect([again.code, again.err]).toEqual([2, expect.stringContaining('nothing was decided about it')]);
  expect((await command(stage, 'resolve', 'faults', 'R-002', '--skip')).code).toBe(0);
  expect((await stage.sync()).report?.rows).toMatchObject({ unchanged: 2, skipped: 1 });
  expect((await command(stage, 'resolve', 'faults', 'R-002', '--again')).code).toBe(0);
  expect((await stage.sync()).report?.rows).toMatchObject({ unchanged: 3, skipped: 0 });
  // A record the ledger does not know yet: the decision waits for it.
  expect((await command(stage, 'resolve', stage.pipelineFile, 'R-004', '--skip')).out).toContain(
    'mind the spelling',
  );
  stage.write(someRows(4));
  expect((await stage.sync()).report?.rows).toMatchObject({ unchanged: 3, skipped: 1 });
});
