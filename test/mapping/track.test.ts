import { describe, expect, it } from 'vitest';
import { type Collector, collecting, refuse } from '../../src/mapping/problems.ts';
import { trackedRow } from '../../src/mapping/track.ts';
import { createTrail } from '../../src/mapping/trail.ts';
import { integer, ordered, valueMap } from '../../src/mapping/values.ts';
import type { Problem, SourceRecord } from '../../src/model.ts';
import { recordOf } from '../pipeline/record-of.ts';

// biome-ignore lint/suspicious/noExplicitAny: rows of many shapes, read as a mapping in JavaScript would.
type Anything = any;

/** What a mapping of a record reports. */
function reported(record: SourceRecord, map: (row: Anything) => unknown): Problem[] {
  const trail = createTrail();
  const problems: Problem[] = [];
  const collector: Collector = { ...trail, add: (problem) => problems.push(problem), stop: () => undefined };
  collecting(collector, () => map(rowOf(record, trail)));
  return problems;
}

function rowOf(record: SourceRecord, trail = createTrail()): Anything {
  return trackedRow(record, { trail, hasColumns: (file) => file.endsWith('.csv') });
}

const fields = (record: SourceRecord, map: (row: Anything) => unknown): string[] =>
  reported(record, map).map(({ field }) => field);

const word = valueMap({ ok: 1 });
const scores = ['4', 'x'].map((score, index) =>
  recordOf({ score }, { file: 'scores.csv', line: 30 + index }),
);
const assessments = [
  recordOf({ no: '2', result: 'a' }, { file: 'assessments.csv', line: 11 }),
  recordOf({ no: '1', result: 'b' }, { file: 'assessments.csv', line: 12, children: { scores } }),
];
const interview = recordOf({ id: '1', 结果: 'bad', note: '' }, { children: { assessments } });
const nested = recordOf(
  { id: 1, start: { at: 'x', zone: null }, tags: ['ok', 'bad'], list: [{ deep: [{ v: 'z' }] }] },
  { file: 'a.json' },
);

describe('a tracked row names the column of a problem', () => {
  it('by the value, latest reading first, else the last column read', () => {
    expect(fields(interview, (row) => word(row.结果))).toEqual(['结果']);
    expect(fields(interview, (row) => [row.结果, row.id].map(word))).toEqual(['结果', 'id']);
    expect(fields(interview, (row) => word(`${row.id}${row.结果}`))).toEqual(['结果']);
    expect(fields(recordOf({ a: 'x', b: 'x' }), (row) => [row.a, row.b, word('x')])).toEqual(['b']);
  });

  it('through destructuring and spread', () => {
    expect(fields(interview, ({ 结果, note }) => [word(结果), word(note)])).toEqual(['结果', 'note']);
    expect(fields(interview, ({ id, ...rest }) => [word(id), word(rest.结果)])).toEqual(['id', '结果']);
    expect(fields(interview, (row) => word({ ...row }.结果))).toEqual(['结果']);
  });

  it('in child rows, with their own place, under their place in the export', () => {
    expect(
      reported(interview, (row) => row.assessments.map((one: Anything) => word(one.result))),
    ).toMatchObject([
      { field: 'assessments[0].result', origin: { file: 'assessments.csv', line: 11 } },
      { field: 'assessments[1].result', origin: { file: 'assessments.csv', line: 12 } },
    ]);
    expect(reported(interview, (row) => integer(row.assessments[1].scores[1].score))).toMatchObject([
      { field: 'assessments[1].scores[1].score', origin: { file: 'scores.csv', line: 31 } },
    ]);
    expect(
      fields(interview, (row) => ordered<Anything>(row.assessments, 'no').map((one) => word(one.result))),
    ).toEqual([...['assessments[1].result', 'assessments[0].result']]);
    expect(reported(interview, (row) => word(row.id))[0]).not.toHaveProperty('origin');
  });

  it('in nested JSON', () => {
    expect(fields(nested, (row) => word(row.start.at))).toEqual(['start.at']);
    expect(fields(nested, (row) => row.tags.map(word))).toEqual(['tags[1]']);
    expect(fields(nested, (row) => word(row.list[0].deep[0].v))).toEqual(['list[0].deep[0].v']);
    expect(fields(nested, (row) => word(row.absent))).toEqual(['absent']);
    expect(fields(nested, (row) => word(row.start.absent))).toEqual(['start.absent']);
    const child = recordOf({ start: { at: 'x' } }, { file: 'b.json', line: 4 });
    expect(
      reported(recordOf({}, { children: { kids: [child] } }), (row) => word(row.kids[0].start.at)),
    ).toMatchObject([{ field: 'kids[0].start.at', origin: { file: 'b.json', line: 4 } }]);
  });

  it('after thousands of other readings', () => {
    const record = recordOf({ a: 'first', b: 'last' });
    const read = (row: Anything, times: number): void => {
      for (let i = 0; i < times; i += 1) void row.b;
    };
    expect(fields(record, (row) => [row.a, read(row, 4000), word('first')])).toEqual(['a']);
    expect(fields(record, (row) => [row.a, read(row, 5000), word('first')])).toEqual(['b']);
  });

  it('or not at all when nothing was read', () => {
    expect(reported(interview, () => refuse('MAPPING_REJECTED', 'x', 'no'))).toMatchObject([
      { field: '', value: 'x' },
    ]);
  });
});

describe('a tracked row is a plain, read-only object', () => {
  it('for everything that only reads', () => {
    const row = rowOf(interview);
    expect(Object.keys(row)).toEqual(['id', '结果', 'note', 'assessments']);
    expect(Object.entries(rowOf(recordOf({ a: '1', b: '' })))).toEqual([
      ['a', '1'],
      ['b', ''],
    ]);
    expect(JSON.parse(JSON.stringify(row)).assessments[1].scores).toEqual([{ score: '4' }, { score: 'x' }]);
    expect(['id' in row, 'nope' in row, Object.hasOwn(row, 'assessments')]).toEqual([true, false, true]);
    expect(row.assessments.flatMap((one: Anything) => one.no).toSorted()).toEqual(['1', '2']);
    const again = row.assessments;
    expect(row.assessments).toBe(again);
    expect(Array.isArray(again)).toBe(true);
    const json = rowOf(nested);
    expect(structuredClone({ ...json.start })).toEqual({ at: 'x', zone: null });
    expect([...json.tags, json.tags.length, json.tags.includes('bad'), json.tags.join('|')]).toEqual([
      'ok',
      'bad',
      2,
      true,
      'ok|bad',
    ]);
    expect(Array.isArray(json.tags)).toBe(true);
    const start = json.start;
    expect(json.start).toBe(start);
  });

  it('and refuses to be changed', () => {
    const row = rowOf(interview);
    const json = rowOf(nested);
    expect(() => Object.assign(row, { id: '2' })).toThrow('"id" cannot be set: a source row is read only');
    expect(() => delete row.id).toThrow('read only');
    expect(() => Object.defineProperty(row, 'x', { value: 1 })).toThrow('read only');
    expect(() => row.assessments.sort()).toThrow(TypeError);
    expect(() => json.tags.push('x')).toThrow(TypeError);
    expect(() => Object.assign(json.start, { at: 'y' })).toThrow('read only');
    expect(interview.values.id).toBe('1');
  });

  it('and refuses to become text by accident', () => {
    expect(() => `${rowOf(interview)}`).toThrow('the row is a record, not a value: read one of its columns');
    expect(() => `${rowOf(nested).start}`).toThrow('"start" is a record');
  });

  it('without names of its own that pass for columns', () => {
    const csvRow = rowOf(recordOf({ a: '1' }));
    expect(() => csvRow.b).toThrow('interviews.csv has no such column');
    expect(rowOf(recordOf(JSON.parse('{"__proto__": "x", "constructor": "y"}'))).constructor).toBe('y');
    expect(Reflect.get(rowOf(nested), '__proto__')).toBeUndefined();
  });
});

it('a tracked row is cheap', () => {
  const trail = createTrail();
  const values = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`c${index}`, `v${index}`]));
  const names = Object.keys(values);
  let length = 0;
  for (let i = 0; i < 100_000; i += 1) {
    trail.reset();
    const row = rowOf(recordOf(values), trail);
    for (const name of names) length += row[name].length;
  }
  expect(length).toBe(100_000 * 50);
});
