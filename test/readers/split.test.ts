import { describe, expect, it } from 'vitest';
import { csv } from '../../src/readers/csv.ts';
import { split } from '../../src/readers/split.ts';
import { readFile } from './reading.ts';

const source = split(csv('a.csv', { columns: ['no', '初试', '复试'] }), '轮次', ['初试', '复试']);

describe('split', () => {
  it('gives every row once per part, whole, at its place', async () => {
    const { records, files } = await readFile('a.csv', 'no,初试,复试\n1,x,\n2,y,z\n', source);
    expect(records).toEqual(
      [
        [2, { no: '1', 初试: 'x', 复试: '', 轮次: '初试' }] as const,
        [2, { no: '1', 初试: 'x', 复试: '', 轮次: '复试' }] as const,
        [3, { no: '2', 初试: 'y', 复试: 'z', 轮次: '初试' }] as const,
        [3, { no: '2', 初试: 'y', 复试: 'z', 轮次: '复试' }] as const,
      ].map(([line, values]) => ({ origin: { file: 'a.csv', line }, values, children: {} })),
    );
    expect(files).toMatchObject([{ rows: 2 }]);
  });

  it('rejects every part of a row that cannot be read', async () => {
    const { records } = await readFile('a.csv', 'no,初试,复试\n1,x\n', source);
    expect(records.map(({ values, problems }) => [values.轮次, problems?.[0]?.code])).toEqual([
      ['初试', 'CELL_COUNT'],
      ['复试', 'CELL_COUNT'],
    ]);
  });

  it('takes corrected rejects as the parts that they are', async () => {
    const again = source.withRecords?.(csv('b.csv'));
    const { records } = await readFile('b.csv', 'no,初试,复试,轮次\n1,x,y,初试\n', again ?? source);
    expect(records.map(({ values }) => values)).toEqual([{ no: '1', 初试: 'x', 复试: 'y', 轮次: '初试' }]);
  });

  it('stops at a column of its name, and refuses parts that are not different', async () => {
    const { error } = await readFile('a.csv', 'no,初试,复试,轮次\n1,x,y,z\n', source);
    expect(error).toMatchObject({
      code: 'PIPELINE_INVALID',
      message: 'The split calls its parts "轮次", but a.csv has that column already: choose another name.',
    });
    expect(() => split(csv('a.csv'), 'x', ['a', 'a'])).toThrow('parts must be a list of different texts');
    expect(() => split(csv('a.csv'), 'x', [] as unknown as ['a'])).toThrow('different texts');
  });
});
