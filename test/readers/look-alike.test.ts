import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csv } from '../../src/readers/csv.ts';
import { join } from '../../src/readers/join.ts';
import { json } from '../../src/readers/json.ts';
import { differenceOf, foldOf } from '../../src/readers/look-alike.ts';
import { many } from '../../src/readers/many.ts';
import { aFolder, readFrom } from './reading.ts';

/** What exporters do to a key, by the name under which it is told. */
const SPELLINGS: Readonly<Record<string, (key: string) => string>> = {
  'Unicode form': (key) => key.normalize('NFD'),
  spaces: (key) => ` ${key}\u00a0`,
  'invisible characters': (key) => `\u200b${key}`,
  'a leading apostrophe': (key) => `'${key}`,
  case: (key) => key.toUpperCase(),
  'a trailing .0': (key) => `${key}.0`,
  'leading zeros': (key) => `00${key}`,
};

test.each([
  ['José-01', 'Unicode form', ' (U+0065 against U+00E9 as character 4)'],
  ['é方', 'Unicode form', ' (U+0065 against U+00E9 as character 1)'],
  ['ap001', 'case', ''],
  ['1004', 'a trailing .0', ''],
  ['5', 'leading zeros', ''],
  ['AP1', 'spaces', ''],
  ['AP1', 'invisible characters', ''],
  ['00005', 'a leading apostrophe', ''],
])('%s in another spelling: %s', (key, name, where) => {
  const other = SPELLINGS[name]?.(key) ?? '';
  expect(other).not.toBe(key);
  expect(foldOf(other)).toBe(foldOf(key));
  expect(differenceOf(other, key)).toBe(`they differ in ${name} only${where}`);
});

test('radicals and full-width letters are other forms of characters', () => {
  expect(differenceOf('⽅-03', '方-03')).toBe(
    'they differ in Unicode form only (U+2F45 against U+65B9 as character 1)',
  );
  expect(foldOf('ＡＰ００３')).toBe(foldOf('ap003'));
  expect(differenceOf("'0Ap1", 'aP1')).toBe(
    'they differ in a leading apostrophe and case and leading zeros only',
  );
});

test.each([
  ['AP001', 'AP002'],
  ['AP001', 'AP01'],
  ['1.50', '1.5'],
  ['1004.5', '1004'],
  ['10', '1'],
  ['0', ''],
  ['方', '万'],
])('%s and %s are two keys', (one, other) => {
  expect(foldOf(one)).not.toBe(foldOf(other));
});

test('any mix of spellings folds to the same, and is named by what it takes', () => {
  const key = fc.stringMatching(/^[a-z1-9方é][a-z0-9方é]{0,8}$/);
  fc.assert(
    fc.property(
      key,
      fc.shuffledSubarray(['Unicode form', 'case', 'leading zeros', 'spaces']),
      (plain, names) => {
        const other = names.reduce((text, name) => SPELLINGS[name]?.(text) ?? text, plain);
        expect(foldOf(other)).toBe(foldOf(plain));
        if (names.includes('spaces')) expect(differenceOf(other, plain)).toContain('spaces');
        if (names.includes('leading zeros')) expect(differenceOf(other, plain)).toContain('leading zeros');
      },
    ),
  );
});

const PARENTS = 'id\nAP001\n0002\n3\nMüller\n';
const CHILDREN = 'parent,n\nAP001,1\nap001,2\n2,3\n3.0,4\nMu\u0308ller,5\nAP999,6\n3,7\n';
const PARTED = 'Mu\u0308ller';
const EXPECTED = [
  ['ap001', ', but line 2 has "AP001": they differ in case only. Write it alike in both exports.'],
  ['2', ', but line 3 has "0002": they differ in leading zeros only. Write it alike in both exports.'],
  ['3.0', ', but line 4 has "3": they differ in a trailing .0 only. Write it alike in both exports.'],
  [
    PARTED,
    ', but line 5 has "Müller": they differ in Unicode form only (U+0075 against U+00FC as character 2). Write it alike in both exports.',
  ],
  ['AP999', '.'],
] as const;

test('a child whose key is spelt otherwise is told with the parent it may belong to', async () => {
  const folder = aFolder({ 'i.csv': PARENTS, 'c.csv': CHILDREN });
  const source = join(csv('i.csv'), { children: many(csv('c.csv'), { parent: 'id', child: 'parent' }) });
  const { orphans, records, files } = await readFrom(folder, source);
  expect(orphans.map(({ problem }) => problem.value)).toEqual(EXPECTED.map(([key]) => key));
  expect(orphans.map(({ problem }) => problem.message)).toEqual(
    EXPECTED.map(([key, why]) => `No row of i.csv has id "${key}"${why}`),
  );
  expect(records.map(({ children }) => children.children?.length)).toEqual([1, 0, 1, 0]);
  // Reading the parents once more counts nothing twice.
  expect(files.map(({ file, rows, orphaned }) => [file, rows, orphaned])).toEqual([
    ['i.csv', 4, 0],
    ['c.csv', 7, 5],
  ]);
});

test('on every level, and among JSON records', async () => {
  const folder = aFolder({
    'i.csv': 'id\nI1\n',
    'a.json': JSON.stringify([{ no: 'A-1', id: 'I1' }]),
    'e.csv': 'no,x\na-1,1\n',
  });
  const source = join(csv('i.csv'), {
    a: many(json('a.json'), 'id', { e: many(csv('e.csv'), 'no') }),
  });
  const { orphans } = await readFrom(folder, source);
  expect(orphans.map(({ problem }) => problem.message)).toEqual([
    'No row of a.json has no "a-1", but line 1 has "A-1": they differ in case only. Write it alike in both exports.',
  ]);
});

test('a word for nothing in a child is named for what it is', async () => {
  const folder = aFolder({ 'i.csv': 'id\nI1\n', 'c.csv': 'id,x\n\\N,1\n' });
  const { orphans } = await readFrom(folder, join(csv('i.csv'), { c: many(csv('c.csv'), 'id') }));
  expect(orphans[0]?.problem.message).toContain(
    "It stands for nothing in many exports: declare empty: ['\\\\N']",
  );
});
