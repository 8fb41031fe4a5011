import { describe, expect, it } from 'vitest';
import { columnsOf, type Level, rowsOf } from '../../src/pull/flatten.ts';
import { csvFormat } from '../../src/pull/format.ts';

const LEVEL: Level = {
  fields: ['id', 'score.level'],
  list: {
    name: 'parts',
    level: { fields: ['name', 'options'], list: { name: 'bits', level: { fields: ['n'] } } },
  },
};

describe('an object as rows', () => {
  it('has a column for each documented field, the place in each list, and the rest', () => {
    expect(columnsOf(LEVEL)).toEqual([
      'id',
      'score.level',
      'parts#',
      'parts.name',
      'parts.options',
      'parts.bits#',
      'parts.bits.n',
      '_more',
    ]);
  });

  it('has one row per innermost element, those above repeated', () => {
    const object = {
      id: '7',
      score: { level: 3 },
      parts: [
        { name: 'a', bits: [{ n: 1 }, { n: 2 }] },
        { name: 'b', options: ['x', 'y'] },
      ],
    };
    expect(rowsOf(LEVEL, object)).toEqual([
      ['7', '3', '1', 'a', '', '1', '1', ''],
      ['7', '3', '1', 'a', '', '2', '2', ''],
      ['7', '3', '2', 'b', '["x","y"]', '', '', ''],
    ]);
  });

  it.each([[{}], [{ parts: [] }], [{ parts: null }]])('without a list has one row: %j', (over) => {
    expect(rowsOf(LEVEL, { id: '7', ...over })).toEqual([['7', '', '', '', '', '', '', '']]);
  });

  it('keeps what no column is meant for', () => {
    const object = {
      id: 7,
      score: { level: 3, max: 5 },
      parts: [{ name: 'a', extra: null }],
      stage: { a: [1] },
    };
    const [row] = rowsOf(LEVEL, object);
    expect(JSON.parse(row?.at(-1) ?? '')).toEqual({ 'score.max': 5, 'parts.extra': null, stage: { a: [1] } });
    for (const odd of [{ parts: 'none' }, { parts: [1] }, { score: 'high' }])
      expect(JSON.parse(rowsOf(LEVEL, odd)[0]?.at(-1) ?? '')).toEqual(odd);
  });

  it('as CSV gives a spreadsheet nothing to run', () => {
    const format = csvFormat({ fields: ['id', 'name'] });
    expect(format.text('1', [{ id: '2', name: '=HYPERLINK("x")' }])).toBe(`1,2,"'=HYPERLINK(""x"")",\r\n`);
  });
});
