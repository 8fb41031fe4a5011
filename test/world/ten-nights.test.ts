import fc from 'fast-check';
import { expect, it } from 'vitest';
import { world } from './draw.ts';
import { liveHere } from './live-here.ts';

const seed = Number(process.env.HIRE_SYNC_WORLD_SEED ?? 20_261_128);
const worlds = Number(process.env.HIRE_SYNC_WORLDS ?? 30);

it('ten nights of any world end with one object per record, in its state', { timeout: 180_000 }, async () => {
  const met = new Map<string, number>();
  let [kills, runs] = [0, 0];
  await fc.assert(
    fc.asyncProperty(world, async (drawn) => {
      const played = await liveHere(drawn);
      kills += played.kills;
      runs += played.runs;
      for (const [name, times] of played.met) met.set(name, (met.get(name) ?? 0) + times);
      if (played.wrong.length > 0) throw new Error([...played.wrong, ...played.log].join('\n'));
    }),
    { numRuns: worlds, seed, ...(process.env.HIRE_SYNC_WORLD_SHRINK === '0' ? { endOnFailure: true } : {}) },
  );
  if (process.env.HIRE_SYNC_WORLDS !== undefined) console.log({ kills, runs, met });
  expect(runs).toBeGreaterThanOrEqual(worlds * 12);
});
