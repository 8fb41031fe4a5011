import { describe, expect, it } from 'vitest';
import { csv } from '../../src/readers/csv.ts';
import { groupBy } from '../../src/readers/group.ts';
import { json } from '../../src/readers/json.ts';
import type { ReadContext } from '../../src/readers/source.ts';
import { readFile } from './reading.ts';

const source = groupBy(csv('a.csv', { columns: ['no', 'round', 'state', 'who'] }), ['no', 'round'], 'rows', [
  'state',
]);
const read = (text: string) => readFile('a.csv', `no,round,state,who\n${text}`, source);
const summary = ({ records }: Awaited<ReturnType<typeof read>>) =>
  records.map(({ origin, values, children }) => [
    origin.line,
    Object.values(values).join('/'),
    (children.rows ?? []).map((row) => `${row.origin.line}:${row.values.who}`).join(' '),
  ]);

describe('groupBy', () => {
  it('gives one record per group, where its first row stands, wherever the others are', async () => {
    const result = await read('1,a,x,A\n2,a,x,B\n1,b,x,C\n1,a,x,D\n2,a,x,E\n1,,x,F\n');
    expect(summary(result)).toEqual([
      [2, '1/a/x', '2:A 5:D'],
      [3, '2/a/x', '3:B 6:E'],
      [4, '1/b/x', '4:C'],
      [7, '1//x', '7:F'],
    ]);
    expect(result.records[0]?.children.rows?.[1]).toEqual({
      origin: { file: 'a.csv', line: 5 },
      values: { no: '1', round: 'a', state: 'x', who: 'D' },
      children: {},
    });
    expect(result.files).toMatchObject([{ file: 'a.csv', rows: 6, orphaned: 0 }]);
    expect(result.records.every(({ problems }) => problems === undefined)).toBe(true);
  });

  it('keeps the parts of the key apart', async () => {
    expect(summary(await read('1,2 3,x,A\n1 2,3,x,B\n"1"",""2",3,x,C\n1,"2"",""3",x,D\n'))).toHaveLength(4);
  });

  it('leaves out a row that repeats another in every cell, and yields the record again for it', async () => {
    const { records } = await read('1,a,x,A\n1,a,x,B\n1,a,x,A\n');
    expect(records.map(({ origin }) => origin.line)).toEqual([2, 4]);
    expect({ ...records[1], origin: records[0]?.origin, rows: records[0]?.rows }).toEqual(records[0]);
    expect(records.map(({ rows }) => rows?.map(({ origin }) => origin.line))).toEqual([[2, 3], [4]]);
    expect(records[0]?.children.rows).toHaveLength(2);
  });

  it('rejects a group whose rows differ in what they should share, with both lines', async () => {
    const { records } = await read('1,a,x,A\n1,a,y,B\n1,b,y,C\n');
    expect(records.map(({ problems }) => problems)).toEqual([
      [
        {
          code: 'CELL_INVALID',
          field: 'state',
          value: 'y',
          zh: '“y”与第 2 行的“x”不同，而两行属于同一组：请改正其中一行',
          message: 'differs from "x" in line 2, although both rows are of one group: correct one of them',
          origin: { file: 'a.csv', line: 3 },
        },
      ],
      undefined,
    ]);
  });

  it('keeps a row that cannot be read with its group, or alone when its group is unknown', async () => {
    const { records } = await read('1,a,x,A\n1,a,x\n1\n\uFFFD1,a,x,B\n2,a,x,C\n');
    const [alone, damaged, group, other] = records;
    expect(alone).toMatchObject({ origin: { line: 4 }, problems: [{ code: 'CELL_COUNT' }] });
    expect(damaged).toMatchObject({ origin: { line: 5 }, problems: [{ code: 'CELL_INVALID' }] });
    expect(group?.children.rows).toMatchObject([
      { values: { who: 'A' } },
      { origin: { line: 3 }, problems: [{ code: 'CELL_COUNT', field: 'who' }] },
    ]);
    expect(other).toMatchObject({ values: { no: '2' } });
    expect(records).toHaveLength(4);
  });

  it('groups JSON numbers by their text', async () => {
    const rows = groupBy(json<{ id: string | number; n: number }>('a.json'), ['id'], 'rows');
    const { records } = await readFile('a.json', '[{"id":7,"n":1},{"id":"7","n":2},{"n":3}]', rows);
    expect(records.map(({ values, children }) => [values.id, children.rows?.length])).toEqual([
      [7, 2],
      [undefined, 1],
    ]);
  });

  it('does not mix the rows of two readings', async () => {
    const twice = {
      ...source,
      read: async function* (context: ReadContext) {
        yield* source.read(context);
        yield* source.read(context);
      },
    };
    const { records } = await readFile('a.csv', 'no,round,state,who\n1,a,x,A\n1,a,x,B\n', twice);
    expect(records.map(({ children }) => children.rows?.length)).toEqual([2, 2]);
  });

  it('stops at a column that the file does not have', async () => {
    const wrong = groupBy(csv('a.csv'), ['no'], 'rows', ['stat']);
    const { error } = await readFile('a.csv', 'no,state\n1,x\n', wrong);
    expect(error).toMatchObject({
      code: 'SOURCE_INVALID',
      message: 'a.csv has no column "stat", which groupBy names; did you mean "state"?',
    });
  });

  it('refuses names that cannot be', () => {
    expect(() => groupBy(csv('a.csv'), ['no'], 'no')).toThrow('calls its rows "no", which is a column');
    expect(() => groupBy(csv('a.csv'), [] as unknown as ['no'], 'rows')).toThrow('at least one column');
  });
});
