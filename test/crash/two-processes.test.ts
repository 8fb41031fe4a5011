import { expect, it } from 'vitest';
import { acrossKills, meet } from './neighbours.ts';

it.for([0, 40, 300])(
  'of two processes on one ledger, %i ms apart, one works and one leaves',
  async (offsetMs) => {
    const { refusedFirst, wrong } = await meet(offsetMs);
    expect(wrong).toEqual([]);
    // That it takes less than 2 s is looked at by full.ts, which has the machine to itself.
    expect(refusedFirst).toBe(true);
  },
);

it('runs that are killed and started again at once stay below ten writes in any second', async () => {
  const { maxPer1000ms, wrong } = await acrossKills([9, 4], 24);
  expect(wrong).toEqual([]);
  expect(maxPer1000ms).toBeLessThan(10);
});
