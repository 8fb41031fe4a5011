/**
 * Measures what the writer really sends: `npm run bench:writer [-- --requests 300 --only 'three' --json]`.
 * A server in one process notes when each write arrives and fails a fifth of them; one client, or three that share a
 * Redis (Debian's redis-server, started here), send through the real http, call and throttle. Fails if 10 writes
 * arrive within any second, or if the pace drops below 8.7/s where nothing stalls.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { HAS_REDIS, NO_REDIS, type RedisServer, startRedis } from '../writer/redis-server.ts';
import { type Arrivals, maxPerSecond } from './arrival-server.ts';
import type { Sent } from './writer-client.ts';

interface Case {
  readonly name: string;
  readonly latencyMs: number;
  /** A flag of the client: `stalled` (its loop stands still for 300 ms every second) or `scan` (another thread is busy). */
  readonly flag?: 'stalled' | 'scan';
  /** Processes; more than one share a Redis. */
  readonly processes: number;
  /** Redis is killed in the middle, and restarted empty after this, in ms. */
  readonly awayMs?: number;
}

const LATENCIES_MS = [50, 200, 800, 2_000];
const CASES: readonly Case[] = [
  ...atEach('one', { processes: 1 }),
  ...atEach('one, scan', { processes: 1, flag: 'scan' }),
  ...atEach('one, stalled', { processes: 1, flag: 'stalled' }),
  ...atEach('three', { processes: 3 }),
  ...atEach('three, scan', { processes: 3, flag: 'scan' }),
  ...atEach('three, stalled', { processes: 3, flag: 'stalled' }),
  { name: 'three, Redis away 3 s', latencyMs: 200, processes: 3, awayMs: 3_000 },
  { name: 'three, Redis away 0 s', latencyMs: 200, processes: 3, awayMs: 0 },
];

const FAILING_SHARE = 0.2;
const LIMIT_PER_SECOND = 10;
const SLOWEST_MEAN = 8.7;
// What is on its way when Redis is killed.
const SETTLED_MS = 500;

function atEach(name: string, one: Omit<Case, 'name' | 'latencyMs'>): Case[] {
  return LATENCIES_MS.map((latencyMs) => ({ ...one, latencyMs, name: `${name}, ${latencyMs} ms` }));
}

interface Result {
  readonly name: string;
  readonly requests: number;
  /** Requests that ended otherwise than well. */
  readonly lost: number;
  readonly seconds: number;
  readonly mean: number;
  readonly maxAtServer: number;
  readonly maxAtSender: number;
  /** Writes that arrived while Redis was away. */
  readonly whileAway: number | null;
  /** How late the server noted arrivals at worst, in ms: beyond 25 a ten may be the observer's own. */
  readonly observerLateMs: number;
  readonly load: number;
  readonly good: boolean;
}

async function measure(one: Case, requests: number): Promise<Result> {
  const server = fork(script('arrival-server.ts'), [String(one.latencyMs), String(FAILING_SHARE)]);
  const port = await message<number>(server);
  const redis = one.processes > 1 ? await startRedis() : undefined;
  const each = Math.ceil(requests / one.processes);
  const flags = ['--port', String(port), '--requests', String(each)];
  if (redis !== undefined) flags.push('--limiter', String(redis.port));
  if (one.flag !== undefined) flags.push(`--${one.flag}`);
  const clients = Array.from({ length: one.processes }, () => fork(script('writer-client.ts'), flags));
  const sending = Promise.all(clients.map((client) => message<Sent>(client)));
  const whileAway =
    redis === undefined || one.awayMs === undefined
      ? null
      : await goAway(server, redis, one.awayMs, requests);
  const sent = await sending;
  server.send('report');
  const { at, whileBusy, lateMs } = await message<Arrivals>(server);
  await redis?.close();
  const seconds = ((at[whileBusy - 1] ?? 0) - (at[0] ?? 0)) / 1000;
  const mean = (whileBusy - 1) / seconds;
  const maxAtServer = maxPerSecond(at);
  const lost = sent.reduce((sum, { done }) => sum + each - done, 0);
  const steady = one.flag !== 'stalled' && one.awayMs === undefined;
  return {
    name: one.name,
    requests: at.length,
    lost,
    seconds,
    mean,
    maxAtServer,
    maxAtSender: Math.max(...sent.map(({ max }) => max)),
    whileAway,
    observerLateMs: lateMs,
    load: loadavg()[0] ?? 0,
    good:
      maxAtServer < LIMIT_PER_SECOND &&
      (!steady || mean >= SLOWEST_MEAN) &&
      lost === 0 &&
      (whileAway ?? 0) === 0,
  };
}

/** Kills Redis when a third has arrived. Returns how many writes arrived after what was on its way. */
async function goAway(
  server: ChildProcess,
  redis: RedisServer,
  awayMs: number,
  requests: number,
): Promise<number> {
  while ((await arrived(server)) < requests / 3) await setTimeout(100);
  await redis.kill();
  await setTimeout(Math.min(SETTLED_MS, awayMs));
  const before = await arrived(server);
  await setTimeout(Math.max(0, awayMs - SETTLED_MS));
  const after = awayMs === 0 ? before : await arrived(server);
  await redis.start();
  return after - before;
}

async function arrived(server: ChildProcess): Promise<number> {
  server.send('so far');
  return (await message<Arrivals>(server)).at.length;
}

function script(name: string): string {
  return join(import.meta.dirname, name);
}

async function message<T>(child: ChildProcess): Promise<T> {
  const [value] = (await once(child, 'message')) as [T];
  return value;
}

function print(cells: readonly unknown[]): void {
  const widths = [26, 10, 6, 9, 8, 15, 15, 12, 15, 6, 8];
  process.stdout.write(`${cells.map((cell, index) => String(cell).padStart(widths[index] ?? 8)).join('')}\n`);
}

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '300' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const results: Result[] = [];
if (!values.json)
  print([
    'case',
    'requests',
    'lost',
    'seconds',
    'mean/s',
    'max at server',
    'max at sender',
    'while away',
    'observer late',
    'load',
    '',
  ]);
for (const one of CASES) {
  if (values.only !== undefined && !one.name.includes(values.only)) continue;
  if (one.processes > 1 && !HAS_REDIS) {
    process.stderr.write(`${one.name}: skipped, ${NO_REDIS}\n`);
    continue;
  }
  const result = await measure(one, Number(values.requests));
  results.push(result);
  const { name, requests, lost, seconds, mean, maxAtServer, maxAtSender, whileAway } = result;
  const { observerLateMs, load, good } = result;
  if (!values.json)
    print([
      name,
      requests,
      lost,
      seconds.toFixed(1),
      mean.toFixed(2),
      maxAtServer,
      maxAtSender,
      whileAway ?? '',
      `${observerLateMs.toFixed(0)} ms`,
      load.toFixed(1),
      good ? 'ok' : 'FAILED',
    ]);
}
if (values.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
process.exitCode = results.every(({ good }) => good) ? 0 : 1;
