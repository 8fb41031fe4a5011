import fc from 'fast-check';
import { expect, it } from 'vitest';
import { world } from './draw.ts';
import { liveHere } from './live-here.ts';
import { shown } from './show.ts';

/** Always the same ones here: `full.ts` draws more of them, and others each time. */
const seed = Number(process.env.HIRE_SYNC_WORLD_SEED ?? 20_261_128);
const worlds = Number(process.env.HIRE_SYNC_WORLDS ?? 30);

it('ten nights of any world end with one object per record, in its state', {
  timeout: 300_000,
}, async () => {
  let [kills, runs] = [0, 0];
  // Played one after the other, and none is made shorter when it goes wrong: that would take minutes.
  for (const [place, drawn] of fc.sample(world, { seed, numRuns: worlds }).entries()) {
    const played = await liveHere(drawn);
    kills += played.kills;
    runs += played.runs;
    const told = [
      `HIRE_SYNC_WORLD_SEED=${seed}, world ${place}`,
      ...played.wrong,
      shown(drawn),
      ...played.log,
    ].join('\n');
    expect(played.wrong, told).toEqual([]);
  }
  expect(runs).toBeGreaterThan(worlds * 11);
  expect(kills).toBeGreaterThanOrEqual(worlds);
});
