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
  // This process notes arrivals late when others keep it from the processor: the whole second is measured by full.ts,
  // alone on the machine. A run that forgot its predecessor would still show as a burst of 13.
  const { maxInWindow, wrong } = await acrossKills([9, 4], 24, 900);
  expect(wrong).toEqual([]);
  expect(maxInWindow).toBeLessThan(10);
});
