import { expect, it, onTestFinished } from 'vitest';
import { createUnmatchedKeys } from '../../src/incremental/unmatched-keys.ts';
import { openStaging } from '../../src/readers/staging.ts';

// Some of them beyond what is kept in memory.
it.each([3, 50_100])('knows each of %i keys, and those whose rows never came by', (count) => {
  const staging = openStaging();
  onTestFinished(() => staging.close());
  let tables = 0;
  const keys = createUnmatchedKeys(() => {
    tables++;
    return staging.table('loose');
  });
  for (let index = 0; index < count; index++) keys.add(`K${index}`);
  expect(keys.take('other')).toBe(false);
  const all = Array.from({ length: count }, (_, index) => `K${index}`);
  const left = new Set(['K1', `K${count - 1}`]);
  // A second row of the same key is known as well.
  for (const key of [...all, 'K0']) if (!left.has(key)) expect(keys.take(key)).toBe(true);
  expect(new Set(keys.untaken())).toEqual(left);
  expect(tables).toBe(count > 50_000 ? 1 : 0);
});
