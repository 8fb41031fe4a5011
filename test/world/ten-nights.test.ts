import fc from 'fast-check';
import { afterEach, expect, it, vi } from 'vitest';
import { simulatedClock } from './clock.ts';
import { type World, world } from './draw.ts';
import { playHere } from './here.ts';
import { play } from './play.ts';
import { createSides } from './sides.ts';
import { openStage } from './stage.ts';

const START_MS = Date.UTC(2026, 0, 5, 2);
/** Each request takes a little. */
const REQUEST_MS = 20;

afterEach(() => void vi.useRealTimers());

async function live(drawn: World) {
  const clock = simulatedClock(START_MS);
  vi.useFakeTimers({ toFake: ['Date'], now: START_MS });
  const stage = await openStage(drawn, { now: clock.now, onRequest: () => clock.pass(REQUEST_MS) });
  try {
    const sides = createSides(drawn, stage.sandbox);
    const player = await playHere(stage, clock, (ms) => void vi.setSystemTime(ms));
    return await play({ world: drawn, player, stage, sides });
  } finally {
    await stage.close();
    vi.useRealTimers();
  }
}

const seed = Number(process.env.HIRE_SYNC_WORLD_SEED ?? 20_261_128);
const worlds = Number(process.env.HIRE_SYNC_WORLDS ?? 30);

it('ten nights of any world end with one object per record, in its state', { timeout: 180_000 }, async () => {
  const met = new Map<string, number>();
  let [kills, runs] = [0, 0];
  await fc.assert(
    fc.asyncProperty(world, async (drawn) => {
      const played = await live(drawn);
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
