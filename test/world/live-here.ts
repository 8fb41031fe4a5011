import { vi } from 'vitest';
import { simulatedClock } from './clock.ts';
import type { World } from './draw.ts';
import { playHere } from './here.ts';
import { type Played, play } from './play.ts';
import { createSides } from './sides.ts';
import { openStage } from './stage.ts';

const START_MS = Date.UTC(2026, 0, 5, 2);
/** Each request takes a little. */
const REQUEST_MS = 20;

/** Plays a world in this process, one at a time: the clock and what watches its steps are the process's own. */
export async function liveHere(drawn: World): Promise<Played> {
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
