import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, type TestContext, test } from 'vitest';
import type { Slot } from '../../src/writer/contract.ts';
import { createRedisLimiter, type RedisLimiterSettings } from '../../src/writer/redis-limiter.ts';
import { createThrottle } from '../../src/writer/throttle.ts';
import type { Arrivals } from '../bench/arrival-server.ts';
import type { Sent } from '../bench/writer-client.ts';
import { HAS_REDIS, NO_REDIS, type RedisServer, startRedis } from './redis-server.ts';

if (!HAS_REDIS) process.stderr.write(`test/writer/redis-limiter.test.ts is skipped: ${NO_REDIS}\n`);

const PAUSED = /^Redis at 127\.0\.0\.1:\d+ does not answer \(.*\): paused\. Nothing is written/;
const GOES_ON = /^Redis at 127\.0\.0\.1:\d+ answers again: the run goes on\.$/;
const FORGOT = /^Redis at 127\.0\.0\.1:\d+ no longer knows what was sent: waiting \d\.\d s\.$/;

type Context = Pick<TestContext, 'onTestFinished'>;

async function aRedis({ onTestFinished }: Context, ...options: readonly string[]): Promise<RedisServer> {
  const redis = await startRedis(...options);
  onTestFinished(redis.close);
  return redis;
}

const script = (name: string): URL => new URL(`../bench/${name}`, import.meta.url);

async function anArrivalServer({ onTestFinished }: Context) {
  const child = fork(script('arrival-server.ts'), ['50', '0.2'], { execArgv: [] });
  onTestFinished(() => void child.kill());
  const [port] = (await once(child, 'message')) as [number];
  return {
    port,
    async arrivals(): Promise<readonly number[]> {
      child.send('so far');
      const [{ at }] = (await once(child, 'message')) as [Arrivals];
      return at;
    },
    async arrived(count: number): Promise<void> {
      while ((await this.arrivals()).length < count) await setTimeout(50);
    },
  };
}

/** A process that writes through the limiter. */
function aProcess({ onTestFinished }: Context, port: number, redis: RedisServer, requests: number) {
  const flags = ['--port', port, '--limiter', redis.port, '--requests', requests].map(String);
  const child = fork(script('writer-client.ts'), flags, {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let told = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    told += text;
  });
  return {
    ended: Promise.all([once(child, 'message'), once(child, 'close')]).then(([[sent]]) => sent as Sent),
    told: () => told.split('\n').filter((line) => line !== ''),
  };
}

/** The most within any `windowMs`. */
function maxWithin(windowMs: number, times: readonly number[]): number {
  return Math.max(...times.map((at) => times.filter((other) => other > at - windowMs && other <= at).length));
}

// Together, because most of each is waiting: a budget that is new to Redis rests for two seconds.
describe.skipIf(!HAS_REDIS).concurrent('one budget for many processes', () => {
  test('three write as one, pause while Redis is away, and go on with one that was restarted empty', async (context) => {
    const redis = await aRedis(context);
    const server = await anArrivalServer(context);
    const processes = [1, 2, 3].map(() => aProcess(context, server.port, redis, 10));
    await server.arrived(12);
    await redis.kill();
    // What was on its way arrives; then nothing.
    await setTimeout(400);
    const before = (await server.arrivals()).length;
    await setTimeout(1_000);
    expect(await server.arrivals()).toHaveLength(before);
    await redis.start();
    const sent = await Promise.all(processes.map(({ ended }) => ended));
    expect(sent.map(({ done }) => done)).toEqual([10, 10, 10]);
    const at = await server.arrivals();
    expect(at.length).toBeGreaterThanOrEqual(30);
    // The exact second is for the bench, on an idle machine: a busy one notes arrivals late.
    expect(maxWithin(900, at)).toBeLessThanOrEqual(9);
    for (const { told } of processes)
      expect(told()).toEqual(
        expect.arrayContaining([expect.stringMatching(PAUSED), expect.stringMatching(GOES_ON)]),
      );
    // Of the three, whoever asked in time.
    expect(processes.flatMap(({ told }) => told())).toContainEqual(expect.stringMatching(FORGOT));
  });

  function aLimiter(
    { onTestFinished }: Context,
    redis: RedisServer,
    settings: Partial<RedisLimiterSettings> = {},
  ) {
    const told: string[] = [];
    const limiter = createRedisLimiter({
      address: { host: '127.0.0.1', port: redis.port, db: 0, tls: false },
      tenant: { baseUrl: 'http://127.0.0.1', appId: 'cli_a' },
      kind: 'writes',
      rate: 50,
      tell: (line) => told.push(line),
      ...settings,
    });
    onTestFinished(limiter.close);
    const throttle = createThrottle({ rate: settings.rate ?? 50, shared: limiter.budget });
    const times: number[] = [];
    const send = (job: (slot: Slot) => Promise<void> = async () => {}) =>
      throttle.run(async (slot) => {
        slot.sent();
        times.push(performance.now());
        await job(slot);
      });
    return { limiter, throttle, told, times, send };
  }

  test('two share a rate, apps do not, and a limited answer in one slows the other', async (context) => {
    const redis = await aRedis(context);
    const [one, two] = [aLimiter(context, redis), aLimiter(context, redis)];
    const other = aLimiter(context, redis, { tenant: { baseUrl: 'http://127.0.0.1', appId: 'cli_b' } });
    await Promise.all([...Array.from({ length: 60 }, () => [one.send(), two.send()]).flat(), other.send()]);
    const both = [...one.times, ...two.times].sort((a, b) => a - b);
    expect(maxWithin(1_000, both)).toBeLessThanOrEqual(50);
    const states = (await redis.ask('KEYS hire-sync:*:writes}:state')).match(/hire-sync:\S+/g) ?? [];
    expect(states).toHaveLength(2);
    expect(states.join()).not.toMatch(/cli_a|127/);

    let limitedAt = 0;
    await one.send(async (slot) => {
      slot.limited(700);
      limitedAt = performance.now();
    });
    const lowered = () => Promise.all(states.map((state) => redis.ask(`HGET ${state} lowered`)));
    while (!(await lowered()).some((answer) => answer.includes('\r\n1\r\n'))) await setTimeout(20);
    two.times.length = 0;
    await Promise.all(Array.from({ length: 4 }, () => two.send()));
    expect(two.times[0]! - limitedAt).toBeGreaterThanOrEqual(650);
    // Half of 50/s: 18 ms apart would be full pace.
    for (const [index, at] of two.times.slice(1).entries())
      expect(at - two.times[index]!).toBeGreaterThanOrEqual(30);
  });

  test('a Redis that comes back with an old snapshot is not believed', async (context) => {
    const redis = await aRedis(context);
    const { send, told, times } = aLimiter(context, redis, { rate: 3 });
    await send();
    await redis.snapshot();
    await Promise.all([send(), send()]);
    await redis.kill();
    const restartedAt = performance.now();
    await redis.start();
    await send();
    expect(times[3]! - restartedAt).toBeGreaterThanOrEqual(2_000);
    expect(told).toEqual(
      expect.arrayContaining([PAUSED, GOES_ON, FORGOT].map((line) => expect.stringMatching(line))),
    );
  });

  test('a Redis that stands still pauses the run too; stop ends the waiting', async (context) => {
    const redis = await aRedis(context);
    const { send, throttle, told, times } = aLimiter(context, redis);
    await send();
    redis.pause();
    const waiting = send();
    waiting.catch(() => {});
    while (told.length === 0) await setTimeout(50);
    expect(told).toEqual([expect.stringMatching(PAUSED)]);
    expect(times).toHaveLength(1);
    redis.resume();
    await waiting;
    expect(told[1]).toMatch(GOES_ON);
    await redis.kill();
    const stopped = send();
    const reason = new Error('stop');
    throttle.stop(reason);
    await expect(stopped).rejects.toBe(reason);
    expect(times).toHaveLength(2);
  });

  test('one that cannot be reached, or refuses, ends the run and never shows the password', async (context) => {
    const redis = await aRedis(context, '--requirepass', 'Right-S3cret');
    const address = { host: '127.0.0.1', port: redis.port, db: 0, tls: false };
    const never = new AbortController().signal;
    const right = aLimiter(context, redis, { address: { ...address, password: 'Right-S3cret' } });
    await right.send();
    const wrong = aLimiter(context, redis, { address: { ...address, password: 'Wrong-S3cret' } });
    const none = aLimiter(context, redis, { address });
    const noDatabase = aLimiter(context, redis, {
      address: { ...address, db: 99, password: 'Right-S3cret' },
    });
    const refused = { code: 'LIMITER_UNREACHABLE', message: expect.stringMatching(/refuses \(/) };
    for (const { send, limiter } of [wrong, none, noDatabase]) {
      await expect(limiter.ready(never)).rejects.toMatchObject(refused);
      await expect(send()).rejects.toMatchObject(refused);
    }
    await expect(wrong.limiter.ready(never)).rejects.not.toThrow(/S3cret/);
    await redis.kill();
    const gone = aLimiter(context, redis, { address, firstContactMs: 300 });
    await expect(gone.limiter.ready(never)).rejects.toMatchObject({
      code: 'LIMITER_UNREACHABLE',
      message: expect.stringMatching(/has not answered for \d+ s \(ECONNREFUSED\)/),
    });
  });
});
