import { expect, test } from 'vitest';
import { openStaging } from '../../src/readers/staging.ts';

test('values of a key come in insertion order; what was never taken remains', () => {
  const staging = openStaging();
  const table = staging.table('a');
  for (const [key, json] of [
    ['k', '1'],
    ['l', '2'],
    ['k', '3'],
    ['', '4'],
    ['K', '5'],
  ] as const)
    table.add(key, json);
  expect(table.take('k')).toEqual(['1', '3']);
  expect(table.take('k')).toEqual(['1', '3']);
  expect(table.take('none')).toEqual([]);
  expect([...table.untaken()]).toEqual([
    { key: 'l', json: '2' },
    { key: '', json: '4' },
    { key: 'K', json: '5' },
  ]);
  table.add('k', '6');
  expect(table.take('k')).toEqual(['1', '3', '6']);
  staging.close();
});

test('tables are kept apart by name, and found again by it', () => {
  const staging = openStaging();
  staging.table('a; DROP TABLE x').add('k', '1');
  staging.table('b').add('k', '2');
  expect(staging.table('a; DROP TABLE x').take('k')).toEqual(['1']);
  expect(staging.table('b').take('k')).toEqual(['2']);
  staging.close();
});

test('other tables may be used while the untaken are read', () => {
  const staging = openStaging();
  const one = staging.table('one');
  const two = staging.table('two');
  for (let row = 0; row < 1000; row++) one.add(`k${row}`, `${row}`);
  let count = 0;
  for (const { key, json } of one.untaken()) {
    two.add(key, json);
    expect(one.take(key)).toEqual([json]);
    count++;
  }
  expect(count).toBe(1000);
  expect([...one.untaken()]).toEqual([]);
  expect([...two.untaken()]).toHaveLength(1000);
  staging.close();
});

test('a million small rows are in and out again', () => {
  const staging = openStaging();
  const table = staging.table('a');
  const rows = 1_000_000;
  for (let row = 0; row < rows; row++) table.add(`interview-${(row * 7919) % rows}`, `{"id":${row}}`);
  let taken = 0;
  for (let row = 0; row < rows; row += 10) taken += table.take(`interview-${row}`).length;
  let left = 0;
  for (const _ of table.untaken()) left++;
  expect([taken, left]).toEqual([rows / 10, (rows / 10) * 9]);
  staging.close();
});
