import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csv } from '../../src/readers/csv.ts';
import type { CsvOptions } from '../../src/readers/csv-options.ts';
import { createCellEmptier, takesAsItStands } from '../../src/readers/empty-words.ts';
import { json } from '../../src/readers/json.ts';
import { jsonl } from '../../src/readers/jsonl.ts';
import { readFile } from './reading.ts';

const read = (text: string, options?: CsvOptions) => readFile('a.csv', text, csv('a.csv', options));
const TEXT = 'id,who,note\n1,\\N,NULL\n2,None, NULL\nNULL,\\N,NULL\n';

test('declared words are empty cells, and counted; whatever only holds one stays', async () => {
  const { records, files } = await read(TEXT, { empty: ['\\N', 'NULL'] });
  expect(records.map(({ values }) => values)).toEqual([
    { id: '1', who: '', note: '' },
    { id: '2', who: 'None', note: ' NULL' },
    { id: '', who: '', note: '' },
  ]);
  // The third row holds nothing but words for nothing: a row to be told of, not an empty line.
  expect(files).toMatchObject([{ rows: 3, blank: 0, emptied: 5, normalised: 0 }]);
});

test('column by column, behind the normalisations, and not in the header', async () => {
  const { records, files } = await read(TEXT, {
    normalise: ['trim'],
    empty: { note: ['NULL'], who: [] },
  });
  expect(records.map(({ values }) => values)).toEqual([
    { id: '1', who: '\\N', note: '' },
    { id: '2', who: 'None', note: '' },
    { id: 'NULL', who: '\\N', note: '' },
  ]);
  expect(files).toMatchObject([{ emptied: 3, normalised: 1 }]);
  const named = await read('NULL,b\n1,NULL\n', { empty: ['NULL'] });
  expect(named.records[0]?.values).toEqual({ NULL: '1', b: '' });
});

test('without a header, too', async () => {
  const { records } = await read('1\u0001\\N\n', {
    header: false,
    delimiter: '\u0001',
    columns: ['id', 'who'],
    empty: ['\\N'],
  });
  expect(records[0]?.values).toEqual({ id: '1', who: '' });
});

test('a JSON text is null, at any depth', async () => {
  const row = { id: 'NULL', who: { name: 'NULL', tags: ['NULL', 'x'] }, note: 'NULLs' };
  const expected = { id: null, who: { name: null, tags: [null, 'x'] }, note: 'NULLs' };
  const array = await readFile('a.json', JSON.stringify([row]), json('a.json', { empty: ['NULL'] }));
  const lines = await readFile('a.jsonl', JSON.stringify(row), jsonl('a.jsonl', { empty: ['NULL'] }));
  for (const { records, files } of [array, lines]) {
    expect(records.map(({ values }) => values)).toEqual([expected]);
    expect(files).toMatchObject([{ emptied: 3 }]);
  }
});

test('impossible declarations are refused by name', async () => {
  for (const empty of ['NULL', [''], [1], { who: 'NULL' }, null]) {
    expect(() => csv('a.csv', { empty } as unknown as CsvOptions)).toThrow(/empty must be a list of words/);
  }
  expect(() => csv('a.csv', { header: false, columns: ['a'], empty: { b: ['x'] } })).toThrow(
    '"b" is not one',
  );
  expect((await read(TEXT, { empty: { whom: [] } })).error?.message).toContain('did you mean "who"?');
  expect(() => json('a.json', { empty: { a: [] } as unknown as string[] })).toThrow(/empty must be a list/);
  expect(() => json('a.json', { optionl: [] } as object)).toThrow(
    /no option "optionl"; did you mean "optional"/,
  );
  expect(() => jsonl('a.jsonl', { at: 'data' } as object)).toThrow(/no option "at"/);
});

test('records whose cells are emptied are always parsed: what is counted is what was read', () => {
  expect(csv('a.csv', { empty: [] }).scan).toBeDefined();
  expect(csv('a.csv', { empty: { who: [] } }).scan).toBeDefined();
  expect(csv('a.csv', { empty: ['NULL'] }).scan).toBeUndefined();
  expect(json('a.json', { empty: ['NULL'] }).scan).toBeUndefined();
  expect(json('a.json').scan).toBeDefined();
});

test('an empty list takes words as they stand, a list of words does not', () => {
  expect(takesAsItStands(undefined, 'who')).toBe(false);
  expect(takesAsItStands([], 'who')).toBe(true);
  expect(takesAsItStands(['\\N'], 'who')).toBe(false);
  expect(takesAsItStands({ who: [], note: ['x'] }, 'who')).toBe(true);
  expect(takesAsItStands({ who: [], note: ['x'] }, 'note')).toBe(false);
  expect(takesAsItStands({ who: [] }, 'constructor')).toBe(false);
});

test('just the cells that are a declared word change, each counted once', () => {
  const cell = fc.oneof(fc.constantFrom('NULL', '\\N', 'Null', ' NULL', 'NULLABLE', ''), fc.string());
  const words = fc.uniqueArray(fc.constantFrom('NULL', '\\N', 'x'));
  fc.assert(
    fc.property(words, fc.array(cell, { minLength: 1 }), (empty, cells) => {
      const emptier = createCellEmptier(empty);
      emptier.begin(cells.map((_, index) => `c${index}`));
      const isWord = (text: string) => empty.some((word) => word === text);
      expect(emptier.row(cells)).toEqual(cells.map((text) => (isWord(text) ? '' : text)));
      expect(emptier.emptied()).toBe(cells.filter(isWord).length);
    }),
  );
});
