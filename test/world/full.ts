/**
 * Ten nights of many worlds with real processes, over one target: `node test/world/full.ts [SEED]`, part of
 * `npm run test:crash`. `HIRE_SYNC_WORLDS` says how many (500), `HIRE_SYNC_WORLD` which one of them alone. Prints what goes
 * wrong, with the world, and exits 1 then.
 */
import fc from 'fast-check';
import pLimit from 'p-limit';
import { type World, world } from './draw.ts';
import { play } from './play.ts';
import { playProcesses, shiftedClock } from './processes.ts';
import { shown } from './show.ts';
import { createSides } from './sides.ts';
import { openStage } from './stage.ts';

const LANES = 4;

const seed = process.argv[2] === undefined ? Date.now() % 2 ** 31 : Number(process.argv[2]);
if (!Number.isInteger(seed)) throw new Error('The seed must be a whole number.');
const count = Number(process.env.HIRE_SYNC_WORLDS ?? 500);
const only = process.env.HIRE_SYNC_WORLD;

async function live(drawn: World) {
  const clock = shiftedClock();
  const stage = await openStage(drawn, { now: clock.now, onRequest: () => {} });
  try {
    const sides = createSides(drawn, stage.sandbox);
    return await play({ world: drawn, player: playProcesses(stage, clock), stage, sides });
  } finally {
    await stage.close();
  }
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const met = new Map<string, number>();
const total = { worlds: 0, runs: 0, kills: 0, wrong: 0 };
const startedAt = performance.now();
say(`${count} worlds, seed ${seed}`);
const limit = pLimit(LANES);
const drawn = [...fc.sample(world, { seed, numRuns: count }).entries()];
await Promise.all(
  drawn
    .filter(([place]) => only === undefined || place === Number(only))
    .map(([place, one]) =>
      limit(async () => {
        const played = await live(one);
        total.worlds += 1;
        total.runs += played.runs;
        total.kills += played.kills;
        for (const [name, times] of played.met) met.set(name, (met.get(name) ?? 0) + times);
        if (played.wrong.length === 0) return;
        total.wrong += 1;
        process.exitCode = 1;
        say(
          [`WRONG, seed ${seed}, world ${place}:`, ...played.wrong, shown(one), ...played.log].join('\n  '),
        );
      }),
    ),
);
const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
say(`${JSON.stringify(total)}, ${seconds} s; met ${JSON.stringify(Object.fromEntries(met))}`);
