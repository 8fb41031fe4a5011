import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXPECTED, NIGHT_1, rowsOf } from './exports.ts';
import { bodiesOf, withNormalNote } from './facts.ts';
import { type JsonRun, openPlace, PIPELINE, type Place } from './place.ts';

describe('sync of the bundled export into an empty tenant', () => {
  let place: Place;
  let planned: JsonRun;
  let synced: JsonRun;
  beforeAll(async () => {
    place = await openPlace();
    planned = await place.plan();
    synced = await place.sync();
  });
  afterAll(() => place.close());

  const found = () =>
    new Map(
      place.sandbox.interviews().map((object) => [object.externalId?.replace('legacy-ats:', ''), object]),
    );

  it('creates every valid interview once, and nothing else', () => {
    expect([...found().keys()].sort()).toEqual([...EXPECTED.create].sort());
    expect(place.sandbox.interviews()).toHaveLength(EXPECTED.create.length);
    expect(place.writes().map(({ endpoint }) => endpoint)).toEqual(
      EXPECTED.create.map(() => 'external_interview.create'),
    );
  });

  it('sends the body that the CSV files ask for', () => {
    const bodies = bodiesOf(NIGHT_1, EXPECTED.create);
    expect(bodies.size).toBe(115);
    for (const [key, body] of bodies) expect(withNormalNote(found().get(key)!.body), key).toEqual(body);
  });

  it('sends every 通过 as 2, every 不通过 as 1 and every 待定 as 3', () => {
    const created = new Set(EXPECTED.create);
    const words = rowsOf(NIGHT_1, 'assessments')
      .filter((row) => created.has(row.interview_id!))
      .map((row) => row.result);
    const counted = (word: string) => words.filter((result) => result === word).length;
    const conclusions = place.sandbox
      .interviews()
      .flatMap(({ body }) => body.interview_assessments ?? [])
      .map(({ conclusion }) => conclusion);
    const sent = (value: number) => conclusions.filter((conclusion) => conclusion === value).length;
    expect([sent(2), sent(1), sent(3)]).toEqual([counted('通过'), counted('不通过'), counted('待定')]);
    expect(Math.min(sent(1), sent(2), sent(3))).toBeGreaterThan(30);
  });

  it('sends what the plan said', () => {
    const applied = new Map(place.entries().map((entry) => [entry.key, entry]));
    const { changes } = planned.report;
    expect(changes.map(({ kind, key }) => `${kind} ${key}`)).toEqual(
      EXPECTED.create.map((key) => `create ${key}`),
    );
    for (const { key, fingerprint } of changes) {
      const { applied_payload: payload } = applied.get(key)!;
      expect(createHash('sha256').update(payload!).digest('hex'), key).toBe(fingerprint);
      expect(JSON.parse(payload!), key).toEqual(found().get(key)!.body);
    }
  });

  it('keeps the id of each in the ledger', () => {
    const ids = place
      .entries()
      .map(({ key, external_id, remote_id, state }) => [key, external_id, remote_id, state]);
    expect(ids).toEqual(
      EXPECTED.create.toSorted().map((key) => [key, `legacy-ats:${key}`, found().get(key)!.id, 'settled']),
    );
  });

  it('ends with 3, for the rejected rows, and counts every row once', () => {
    expect(synced.code).toBe(3);
    expect(synced.report.exitCode).toBe(3);
    const { read, ...kinds } = synced.report.rows;
    expect(kinds).toEqual({
      created: EXPECTED.create.length,
      updated: 0,
      unchanged: 0,
      skipped: EXPECTED.skipped.length,
      rejected: EXPECTED.rejected.length,
      held: 0,
      failed: 0,
      inDoubt: 0,
    });
    expect(read).toBe(rowsOf(NIGHT_1, 'interviews').length);
    expect(Object.values(kinds).reduce((sum, n) => sum + n)).toBe(read);
    expect(synced.report.requests).toMatchObject({
      'external_interview.create': { sent: EXPECTED.create.length, retried: 0, limited: 0 },
    });
  });

  it('keeps what holds candidate data to its owner', async () => {
    const home = dirname(place.ledgerFile);
    const runFolder = join(home, 'runs', synced.report.run);
    expect(modeOf(home)).toBe(0o700);
    expect(modeOf(join(home, 'runs'))).toBe(0o700);
    expect(modeOf(runFolder)).toBe(0o700);
    expect(modeOf(join(runFolder, 'rejects.csv'))).toBe(0o600);
    for (const file of readdirSync(home).filter((name) => name.startsWith('ledger.db')))
      expect(modeOf(join(home, file)), file).toBe(0o600);
  });

  describe('names each rejected row with file, line, column, value and what is allowed', () => {
    const cellOf = (rejected: (typeof EXPECTED.rejected)[number]) => ({
      code: rejected.code,
      field: rejected.field,
      ...rejected.at,
    });

    it('as JSON', () => {
      const named = synced.report.rejects.map(({ key, file, line, problems }) => ({
        key,
        file,
        line,
        cells: problems.map((problem) => ({
          code: problem.code,
          field: problem.field,
          file: problem.file ?? file,
          line: problem.line ?? line,
        })),
      }));
      const expected = EXPECTED.rejected.map((row) => ({
        key: row.key,
        file: row.file,
        line: row.line,
        cells: [cellOf(row)],
      }));
      expect(named).toEqual(expected.sort((a, b) => a.line - b.line));
      const words = synced.report.rejects.flatMap(({ problems }) =>
        problems.map(({ value, allowed }) => [value, allowed]),
      );
      expect(words).toContainEqual(['通过(待复核)', ['不通过', '通过', '待定']]);
      expect(words).toContainEqual(['已改期', ['待面试', '未参加', '已完成', '爽约']]);
    });

    it('as text', async () => {
      const { stdout } = await place.run(['sync', PIPELINE, '--limit', '0']);
      const listed = stdout.split('\n');
      for (const { key, file, line, problems } of synced.report.rejects) {
        const at = listed.findIndex(
          (text) => text.includes(`${file}:${line}`) && text.includes('! rejected'),
        );
        expect(listed[at], file).toContain(key ?? '(no key)');
        const [problem] = problems;
        expect(listed[at + 1]).toContain(`${problem!.field}: ${problem!.message}`);
        // A time is shown as one, in its zone.
        if (problem!.field !== 'end_time') expect(listed[at + 1]).toContain(problem!.value);
        if (problem!.file !== undefined)
          expect(listed[at + 1]).toContain(`${problem!.file}:${problem!.line}`);
        for (const word of problem!.allowed ?? []) expect(listed[at + 1]).toContain(word);
      }
    });

    it('as a CSV file with the original columns', () => {
      const file = join(dirname(place.ledgerFile), 'runs', synced.report.run, 'rejects.csv');
      const rows: Record<string, string>[] = parse(readFileSync(file), { columns: true, bom: true });
      const originals = rowsOf(NIGHT_1, 'interviews');
      expect(rows).toHaveLength(EXPECTED.rejected.length);
      for (const [i, reject] of synced.report.rejects.entries()) {
        const { _key, _file, _row, _line, _code, _field, _problem, _allowed, ...others } = rows[i]!;
        const { _correct, _children, _unread, _typed, _run, _record, _check, ...cells } = others;
        expect([_key, _run]).toEqual([reject.key ?? '', synced.report.run]);
        const [problem] = reject.problems;
        expect(originals).toContainEqual(cells);
        expect(cells.interview_id).toBe(reject.key ?? '');
        expect([_file, _line, _code]).toEqual([reject.file, String(reject.line), problem!.code]);
        const place = problem!.file === undefined ? '' : `${problem!.file}:${problem!.line} `;
        // A child's row as a spreadsheet counts it stands beside the line: see excel-rejects.test.ts.
        expect(_field?.replace(/\(row \d+\) /, '')).toBe(place + problem!.field);
        expect(_correct).toBe(problem!.file === undefined ? '' : `rejects.${problem!.file}`);
        expect(_problem).toBe(problem!.message);
        expect(_allowed).toBe((problem!.allowed ?? []).join(' | '));
      }
    });
  });
});

function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}
