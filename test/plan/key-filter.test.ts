import { expect, it } from 'vitest';
import { createKeyFilter } from '../../src/plan/key-filter.ts';

it('never denies a key that came by, and denies nearly all others', () => {
  const filter = createKeyFilter();
  const keys = Array.from({ length: 20_000 }, (_, index) => `IV${index * 7}`);
  for (const key of keys) filter.add(key);
  expect(keys.every((key) => filter.mayHave(key))).toBe(true);
  const others = keys.filter((key) => filter.mayHave(`${key}x`));
  expect(others.length).toBeLessThan(20);
});
