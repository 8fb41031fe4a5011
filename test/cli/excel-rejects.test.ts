import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { encodeGb18030 } from '../fixtures/gb18030.ts';
import { editedExport, NIGHT_1 } from './exports.ts';
import { bodiesOf, withNormalNote } from './facts.ts';
import { type JsonRun, openPlace, type Place } from './place.ts';

type Cells = Record<string, string>;

/** What a Chinese Excel makes of a cell of a CSV file that it opens and saves, nobody having touched it. */
function throughExcel(cell: string): string {
  const date = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2}) (\d{1,2}):(\d{2})$/.exec(cell);
  if (date !== null) {
    const [, year, month, day, hour, minute] = date.map(Number);
    // Excel leaves as text what is no date.
    const isDate = new Date(Date.UTC(year!, month! - 1, day)).getUTCDate() === day;
    return isDate ? `${year}/${month}/${day} ${hour}:${String(minute).padStart(2, '0')}` : cell;
  }
  if (/^\d{12,}$/.test(cell)) return Number(cell).toExponential(5).replace('e', 'E');
  if (/^\d+(\.\d+)?$/.test(cell)) return String(Number(cell));
  return cell.replaceAll('\r\n', '\n');
}

/** Opens a reject file in Excel, corrects some cells by the record's key, and saves it as CSV: GBK, "?" for what it lacks. */
function correctInExcel(from: string, to: string, corrections: Readonly<Record<string, Cells>>): void {
  const rows: Cells[] = parse(readFileSync(from), { columns: true, bom: true });
  let done = 0;
  const saved = rows.map((row) => {
    const opened = Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, throughExcel(cell)]));
    const correction = corrections[row._key ?? ''];
    if (correction === undefined) return opened;
    done++;
    return { ...opened, ...correction };
  });
  expect(done).toBe(Object.keys(corrections).length);
  const text = stringify(saved, { header: true, record_delimiter: '\r\n', quoted_match: /[\r\n]/ });
  writeFileSync(to, encodeGb18030(text.replaceAll(/[\u{10000}-\u{10ffff}]/gu, '??')));
}

// The words the demo's export should have had: by hand, in Excel, which re-spells a date as it is typed.
const PARENTS = {
  MS00081308: { begin_at: '2024/2/29 10:00' },
  MS00081317: { end_at: '2024/3/11 11:30' },
  MS00081332: { status: '已完成' },
};
const ASSESSMENT = { MS00081305: { result: '通过' } };
const SCORE = { MS00081268: { value: '52' } };
const CORRECTED = ['MS00081268', 'MS00081305', ...Object.keys(PARENTS)];

let place: Place;
let first: JsonRun;
let folder: string;
let right: string;
const source = () => join(place.folder, 'export');
const read = (name: string): Cells[] => parse(readFileSync(join(folder, name)), { columns: true, bom: true });
const bodies = () =>
  new Map(
    place.sandbox
      .interviews()
      .map(({ externalId, body }) => [externalId?.replace('legacy-ats:', ''), withNormalNote(body)]),
  );

beforeAll(async () => {
  place = await openPlace();
  // A text with zeros in front that has nothing to do with what is wrong in its row.
  editedExport(NIGHT_1, source(), { table: 'interviews', id: 'MS00081317', column: 'round', value: '007' });
  first = await place.sync('--source', source());
  folder = join(dirname(place.ledgerFile), 'runs', first.report.run);
  right = join(place.folder, 'right');
  const edits = [
    ['interviews', 'MS00081308', 'begin_at', '2024-02-29 10:00'],
    ['interviews', 'MS00081317', 'end_at', '2024-03-11 11:30'],
    ['interviews', 'MS00081332', 'status', '已完成'],
    ['assessments', read('rejects.assessments.csv')[0]!.assessment_id!, 'result', '通过'],
    ['scores', read('rejects.scores.csv')[0]!.score_id!, 'value', '52'],
  ] as const;
  cpSync(source(), right, { recursive: true });
  for (const [table, id, column, value] of edits) editedExport(right, right, { table, id, column, value });
});
afterAll(() => place.close());

it('writes the rows of children that are wrong into files of their own, with key, row and where to correct them', () => {
  expect(read('rejects.assessments.csv')).toMatchObject([
    { _key: 'MS00081305', _file: 'assessments.csv', _code: 'VALUE_UNKNOWN', result: '通过(待复核)' },
  ]);
  const [score] = read('rejects.scores.csv');
  expect(score).toMatchObject({ _key: 'MS00081268', _code: 'NUMBER_INVALID', value: '52.5' });
  const sheet: string[][] = parse(readFileSync(join(source(), 'scores.csv')), { bom: true });
  expect(sheet[Number(score?._row) - 1]?.[0]).toBe(score?.score_id);
  const parents = read('rejects.csv');
  const interviews: string[][] = parse(readFileSync(join(source(), 'interviews.csv')), { bom: true });
  for (const { _row, _key } of parents) expect(interviews[Number(_row) - 1]?.[0], _row).toBe(_key);
  // Notes of several lines above them: a spreadsheet counts otherwise than an editor.
  expect(parents.some(({ _row, _line }) => _row !== _line)).toBe(true);
  expect(parents.find(({ _key }) => _key === 'MS00081268')).toMatchObject({
    _field: `scores.csv:${score?._row} assessments[1].scores[1].value`,
    _correct: 'rejects.scores.csv',
    _record: score?._record,
  });
  expect(first.stderr).toContain(
    'rejects.csv (of their children: rejects.assessments.csv, rejects.scores.csv)',
  );
});

it('takes exactly the corrected rows after Excel, of parents and of children', async () => {
  const before = bodies();
  const names = {
    'rejects.csv': PARENTS,
    'rejects.assessments.csv': ASSESSMENT,
    'rejects.scores.csv': SCORE,
  };
  for (const [name, corrections] of Object.entries(names))
    correctInExcel(join(folder, name), join(folder, name), corrections);
  expect(readFileSync(join(folder, 'rejects.csv'), 'latin1')).toMatch(
    /4\.18274E\+17.*,7,.*2024\/3\/11 10:15/s,
  );

  const fed = await place.sync('--source', source(), '--only-rejects', join(folder, 'rejects.csv'));
  expect(fed.report.rows).toMatchObject({ read: 8, created: 5, updated: 0, rejected: 3 });
  // The children of all other rows have their parent in the export.
  const told = await place.run(['runs', fed.report.run, '--format', 'text']);
  expect([told.code, told.stdout]).toEqual([0, expect.not.stringContaining('without a parent')]);
  const expected = bodiesOf(right, CORRECTED);
  expect(expected.size).toBe(CORRECTED.length);
  expect(bodies()).toEqual(new Map([...before, ...expected]));
  // What is still wrong is still wrong for the same reason, in rows of the export.
  const again = join(dirname(place.ledgerFile), 'runs', fed.report.run, 'rejects.csv');
  const left: Cells[] = parse(readFileSync(again), { columns: true, bom: true });
  expect(left.map(({ _key, _file, application_no }) => [_key, _file, application_no])).toEqual([
    ['MS00081243', 'interviews.csv', '418273645099999901'],
    ['MS00081285', 'interviews.csv', 'YP-004153'],
    ['', 'interviews.csv', '418273649160318259'],
  ]);

  // The same file once more, and the night after, when the export has been corrected: nothing is sent.
  const writes = place.writes().length;
  const twice = await place.sync('--source', source(), '--only-rejects', join(folder, 'rejects.csv'));
  expect(twice.report.rows).toMatchObject({ created: 0, updated: 0, unchanged: 5, rejected: 3 });
  const night = await place.sync('--source', right);
  expect(night.report.rows).toMatchObject({ created: 0, updated: 0, rejected: 3 });
  expect(place.writes()).toHaveLength(writes);
});

it('takes the file of children alone, from anywhere, and refuses a row that was written since', async () => {
  const other = await openPlace();
  try {
    const one = await other.sync('--source', source());
    const runs = join(dirname(other.ledgerFile), 'runs', one.report.run);
    // A night that parses only what is not known yet counts the rows of a spreadsheet all the same.
    const two = await other.sync('--source', source());
    const rowsIn = (run: string) =>
      (
        parse(readFileSync(join(runs, '..', run, 'rejects.csv')), { columns: true, bom: true }) as Cells[]
      ).map(({ _row }) => _row);
    expect(rowsIn(two.report.run)).toEqual(rowsIn(one.report.run));
    const mail = join(other.folder, 'mail');
    mkdirSync(mail);
    correctInExcel(join(runs, 'rejects.scores.csv'), join(mail, '评分.csv'), SCORE);
    const feed = () => other.sync('--source', source(), '--only-rejects', join(mail, '评分.csv'));
    expect((await feed()).report.rows).toMatchObject({ read: 1, created: 1, rejected: 0 });
    const sent = other.sandbox.interviews().find(({ externalId }) => externalId === 'legacy-ats:MS00081268');
    expect(withNormalNote(sent!.body)).toEqual(bodiesOf(right, ['MS00081268']).get('MS00081268'));
    // A second opinion about a record that has been written.
    correctInExcel(join(runs, 'rejects.scores.csv'), join(mail, '评分.csv'), { MS00081268: { value: '25' } });
    const late = await feed();
    expect(late.report.rows).toMatchObject({ read: 1, updated: 0, rejected: 1 });
    expect(late.report.rejects[0]?.problems).toMatchObject([{ code: 'ROW_STALE' }]);
  } finally {
    await other.close();
  }
});
