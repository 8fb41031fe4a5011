import { describe, expect, it } from 'vitest';
import { SHORT } from '../target.ts';
import { killAtRandom, killAtSteps, killsOf, type Part, type Variation } from './campaigns.ts';

const TIMEOUT = { timeout: 420_000 };
const INSIDE: Variation = { repeat: 'returns-existing', clock: 'inside the window', readLagMs: 0 };
const LATER: Variation = { repeat: 'refuses', clock: '25 h later', readLagMs: 0 };
const LAGGING: Variation = { repeat: 'refuses', clock: 'inside the window', readLagMs: 2_000 };

// The other circumstances are gone through by full.ts, with the same code.
const ALL: readonly (readonly [Part, Variation])[] = [
  ['creates', INSIDE],
  ['updates', INSIDE],
  ['recovery', INSIDE],
  ['recovery', LATER],
];
const CASES = SHORT ? ALL.slice(0, 1) : ALL;

describe.concurrent('a killed run, and the runs after it, leave one object per record', () => {
  for (const [part, variation] of CASES) {
    it(`killed at every step of ${part}, the next run ${variation.clock}`, TIMEOUT, async () => {
      const tally = await killAtSteps(variation, part);
      expect(tally.wrong).toEqual([]);
      expect(tally.kills).toBe(killsOf(part, variation));
    });
  }

  it.skipIf(SHORT)('killed at random moments, with a read-back that lags', TIMEOUT, async () => {
    const tally = await killAtRandom(LAGGING, { kills: 4, seed: 7 });
    expect(tally.wrong).toEqual([]);
    expect(tally.kills).toBe(4);
    expect(tally.creates).toBeGreaterThanOrEqual(300);
  });
});
