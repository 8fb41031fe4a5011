import { setTimeout as sleep } from 'node:timers/promises';
import { maxInWindow } from '../../src/sandbox/index.ts';
import { CREATE, UPDATE } from '../target.ts';
import { audit, complaints } from './audit.ts';
import { manyRows } from './rows.ts';
import { createWorld, type Ended, type World } from './world.ts';

const WRITES: readonly string[] = [CREATE, UPDATE];

export interface Met {
  /** How long the one that was turned away took, from its start to its end. */
  readonly refusedAfterMs: number;
  /** Whether the other one was still at work then. */
  readonly refusedFirst: boolean;
  readonly wrong: readonly string[];
}

/** Starts two processes on one ledger, the second `offsetMs` after the first: one works, the other leaves at once. */
export async function meet(offsetMs: number): Promise<Met> {
  const rows = manyRows(30);
  const world = await createWorld();
  try {
    world.write(rows);
    // Slow enough that the first one is still there when the second one comes.
    const order: Ended[] = [];
    const start = async (): Promise<Ended> => {
      const ended = await world.run({ rate: 15 });
      order.push(ended);
      return ended;
    };
    const both = await Promise.all([start(), sleep(offsetMs).then(start)]);
    const refused = both.find(({ exitCode }) => exitCode === 5);
    const worked = both.find(({ exitCode }) => exitCode === 0);
    const wrong = complaints(audit(world, rows));
    const codes = both.map(({ exitCode }) => exitCode).join(' and ');
    if (refused === undefined || worked === undefined) wrong.push(`two processes exited with ${codes}`);
    if (refused !== undefined && !refused.stderr.includes(`process ${worked?.pid} `))
      wrong.push(`the one that was turned away does not name the owner: ${refused.stderr}`);
    // One sign-in and one request per row: the other process sent nothing, not even for a token.
    const arrivals = world.sandbox.arrivals().filter(({ endpoint }) => !endpoint?.endsWith('batch_query'));
    if (arrivals.length !== rows.length + 1)
      wrong.push(`${arrivals.length} requests arrived, ${rows.length + 1} were due`);
    return {
      refusedAfterMs: refused?.ms ?? Number.POSITIVE_INFINITY,
      refusedFirst: order[0] === refused,
      wrong,
    };
  } finally {
    await world.close();
  }
}

export interface Seam {
  /** The most writes that arrived within any sliding window of the given length. */
  readonly maxInWindow: number;
  /** From the last write of each killed process to the first one of its successor. */
  readonly gapsMs: readonly number[];
  readonly wrong: readonly string[];
}

/** At the real rate and with Feishu's limits on: kills a run after so many writes each time and starts the next at once. */
export async function acrossKills(
  afterWrites: readonly number[],
  rowCount: number,
  windowMs: number,
): Promise<Seam> {
  const rows = manyRows(rowCount);
  const world = await createWorld({
    limits: { [CREATE]: 10, [UPDATE]: 10 },
  });
  const gapsMs: number[] = [];
  try {
    world.write(rows);
    for (const count of [...afterWrites, null]) {
      const before = writeTimes(world);
      const kill = count === null ? undefined : { afterWrites: count, delayMs: 0 };
      await world.run({ kill, rate: 9 });
      const [first] = writeTimes(world).slice(before.length);
      const last = before.at(-1);
      if (first !== undefined && last !== undefined) gapsMs.push(first - last);
    }
    const wrong = complaints(audit(world, rows));
    const limited = world.sandbox.arrivals().filter(({ code }) => code === 99991400).length;
    if (limited > 0) wrong.push(`${limited} requests were rate limited`);
    return { maxInWindow: maxInWindow(writeTimes(world), windowMs), gapsMs, wrong };
  } finally {
    await world.close();
  }
}

function writeTimes(world: World): number[] {
  return world.sandbox
    .arrivals()
    .filter(({ endpoint }) => WRITES.includes(endpoint))
    .map(({ atMs }) => atMs);
}
