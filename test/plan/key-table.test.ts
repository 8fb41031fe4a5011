import { expect, it } from 'vitest';
import { createKeyTable } from '../../src/plan/key-table.ts';

it('knows each key by its first place, and no other key', () => {
  const table = createKeyTable();
  const keys = Array.from({ length: 50_000 }, (_, index) => `IV${index * 7}`);
  for (const [at, key] of keys.entries()) expect(table.add(key, at + 1)).toBe(true);
  expect(keys.every((key, at) => table.find(key) === at + 1)).toBe(true);
  const others = ['', 'IV', '\ud83d', '面试', ...keys.map((key) => `${key}x`)];
  expect(others.filter((key) => table.find(key) !== undefined)).toEqual([]);
  table.clear();
  expect(table.find('IV7')).toBeUndefined();
});

it('says when it has no room', () => {
  const table = createKeyTable(2);
  expect([table.add('a', 1), table.add('b', 2), table.add('c', 3)]).toEqual([true, true, false]);
  expect([table.find('a'), table.find('b'), table.find('c')]).toEqual([1, 2, undefined]);
});
