import { expect, it } from 'vitest';
import { carryingOut } from '../../src/cli/approval.ts';

it.each([
  ['plans/night.plan', undefined, '--plan plans/night.plan'],
  ['my plans/night.plan', '王强', "--plan 'my plans/night.plan' --approved-by 王强"],
  ["o'night;plan", 'Ann Lee', "--plan 'o'\\''night;plan' --approved-by 'Ann Lee'"],
])('%s, signed by %s, can be typed as it is shown', (file, name, shown) => {
  expect(carryingOut('pipelines/ats.ts', file, name)).toBe(`hire-sync sync pipelines/ats.ts ${shown}`);
});
