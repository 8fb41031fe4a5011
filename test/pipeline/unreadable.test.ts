import { describe, expect, it } from 'vitest';
import { TARGETS } from '../../src/feishu/targets.ts';
import { dateTime } from '../../src/mapping/dates.ts';
import { required, valueMap } from '../../src/mapping/values.ts';
import type { Problem, SourceRecord } from '../../src/model.ts';
import { definePipeline, type Pipeline } from '../../src/pipeline/define.ts';
import { createTransform } from '../../src/pipeline/transform.ts';
import { createCheck } from '../../src/plan/canonical.ts';
import { recordOf, sourceOf } from './record-of.ts';

const verdict = valueMap({ 不通过: 1, 通过: 2 });
type Child = { who: string; verdict: string };
type Row = { id: string; begin: string; end: string; note: string; verdict: string; more: readonly Child[] };

const pipeline = definePipeline({
  name: 'test',
  target: 'external_interview',
  source: sourceOf<Row>(),
  key: (row) => row.id,
  map: (row) => ({
    external_application_id: '6960663240925956437',
    begin_time: dateTime(row.begin, 'Asia/Shanghai'),
    end_time: dateTime(row.end, 'Asia/Shanghai'),
    interview_assessments: [
      { username: required('王强'), conclusion: verdict(row.verdict), content: row.note },
      ...(row.more ?? []).map((one) => ({ username: required(one.who), conclusion: verdict(one.verdict) })),
    ],
  }),
});

const GOOD = { id: '1', begin: '2024-03-05 09:00', end: '2024-03-05 10:00', note: '', verdict: '通过' };
const damaged = (field: string, value: string): Problem => ({
  code: 'CELL_INVALID',
  field,
  value,
  message: 'damaged',
});
const cells = (field: string, value: string): Problem => ({
  code: 'CELL_COUNT',
  field,
  value,
  message: 'cells',
});

/** Code and field of every problem, with the line of a child's. */
function problemsOf(record: SourceRecord, of: Pipeline = pipeline): (string | undefined)[] {
  const check = createCheck(TARGETS.external_interview);
  const lookups = {
    names: [],
    holds: () => false,
    alike: () => undefined,
    find: () => [],
    describe: (name: string) => name,
  };
  const mapped = createTransform(of, { lookups, check, hasColumns: () => true })(record);
  if (mapped.kind !== 'rejected') throw new Error(mapped.kind);
  return mapped.problems.map(
    ({ code, field, origin }) =>
      `${code} ${field}${origin === undefined || origin.line === 2 ? '' : `:${origin.line}`}`,
  );
}

describe('a row that the reader found fault with', () => {
  it('is mapped all the same, so that all its problems are told in one pass', () => {
    const note = '基础\uFFFD扎实';
    const record = recordOf(
      { ...GOOD, note, verdict: '通过(待复核)', begin: '2024-02-31 09:00' },
      { problems: [damaged('note', note)] },
    );
    expect(problemsOf(record)).toEqual(['CELL_INVALID note', 'DATE_INVALID begin', 'VALUE_UNKNOWN verdict']);
  });

  it('is checked against the schema too', () => {
    const note = '基础\uFFFD扎实';
    const record = recordOf(
      { ...GOOD, note, end: '2024-03-05 08:00' },
      { problems: [damaged('note', note)] },
    );
    expect(problemsOf(record)).toEqual(['CELL_INVALID note', 'PAYLOAD_INVALID end_time']);
  });

  it('has no problem told twice, and none that the damage itself makes', () => {
    const verdict = '通\uFFFD';
    expect(problemsOf(recordOf({ ...GOOD, verdict }, { problems: [damaged('verdict', verdict)] }))).toEqual([
      'CELL_INVALID verdict',
    ]);
    const failing = definePipeline({
      ...pipeline,
      map: () => {
        throw new TypeError('cannot read it');
      },
    } as never);
    expect(problemsOf(recordOf(GOOD, { problems: [damaged('note', '\uFFFD')] }), failing)).toEqual([
      'CELL_INVALID note',
    ]);
    const long = '长'.repeat(100_000);
    const record = recordOf(
      { ...GOOD, note: long },
      { problems: [damaged('note', `${long.slice(0, 100)}…`)] },
    );
    expect(problemsOf(record)).toEqual(['CELL_INVALID note']);
  });

  it('is mapped when only separators follow its last cell', () => {
    const bad = { ...GOOD, verdict: 'Pass' };
    expect(problemsOf(recordOf(bad, { problems: [cells('', ',')] }))).toEqual([
      'CELL_COUNT ',
      'VALUE_UNKNOWN verdict',
    ]);
  });

  it.each([
    ['a cell too few', { id: '1', begin: '通过' }, cells('end', '')],
    ['a cell too many', { ...GOOD, verdict: '2024-03-05 10:00' }, cells('', '通过')],
    ['no cells', {}, { ...cells('', ''), code: 'RECORD_UNREADABLE' as const }],
    ['a damaged name', { ...GOOD, end: undefined, 'en\uFFFD': '' }, damaged('en\uFFFD', 'en\uFFFD')],
  ])('is not mapped with %s: what stands where is unknown', (_, values, problem) => {
    const record = recordOf(values, { problems: [problem] });
    expect(problemsOf(record)).toEqual([`${problem.code} ${problem.field}`]);
  });

  it('tells of its children what can be told', () => {
    const child = (line: number, who: string, word: string, problem?: Problem): SourceRecord =>
      recordOf(
        { who, verdict: word },
        { file: 'more.csv', line, ...(problem === undefined ? {} : { problems: [problem] }) },
      );
    const record = recordOf(
      { ...GOOD, begin: '2024-02-31 09:00' },
      {
        children: {
          more: [
            child(5, '王强', '好'),
            child(6, '通过', '', cells('verdict', '')),
            child(7, '\uFFFD', '不错', damaged('who', '\uFFFD')),
          ],
        },
      },
    );
    expect(problemsOf(record)).toEqual([
      'CELL_COUNT verdict:6',
      'CELL_INVALID who:7',
      'DATE_INVALID begin',
      'VALUE_UNKNOWN more[0].verdict:5',
      'VALUE_UNKNOWN more[2].verdict:7',
    ]);
  });
});
