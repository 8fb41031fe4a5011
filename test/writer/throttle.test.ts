import { fork } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import type { Slot } from '../../src/writer/contract.ts';
import { createThrottle } from '../../src/writer/throttle.ts';
import { type Arrivals, maxPerSecond } from '../bench/arrival-server.ts';
import { aClient } from '../feishu/server.ts';

const body = { external_id: 'k', external_application_id: '6960663240925956437' };

/** The most arrivals within any `windowMs`. */
function maxWithin(windowMs: number, times: readonly number[]): number {
  return Math.max(...times.map((at) => times.filter((other) => other > at - windowMs && other <= at).length));
}

/** The arrival server in a process of its own: a stall of this one must not bend its clock. */
async function anArrivalServer(latencyMs: number, failingShare: number) {
  const script = new URL('../bench/arrival-server.ts', import.meta.url);
  const child = fork(script, [String(latencyMs), String(failingShare)], { execArgv: [] });
  onTestFinished(() => void child.kill());
  const [port] = (await once(child, 'message')) as [number];
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    async arrivals() {
      child.send('report');
      const [{ at }] = (await once(child, 'message')) as [Arrivals];
      return at;
    },
  };
}

// Real sockets: where the machine keeps the server waiting, it sees together what was sent apart.
test.each([
  ['quick answers', 50, false],
  ['slow answers and a loop stalled 300 ms every second', 900, true],
])('40 real requests, %s: at most 9 arrive in any second', { retry: 2 }, async (_, latencyMs, stalled) => {
  const server = await anArrivalServer(latencyMs, 0.15);
  const client = aClient(server.baseUrl);
  const throttle = createThrottle();
  const stall = () => {
    const until = performance.now() + 300;
    while (performance.now() < until);
  };
  const stalls = stalled ? setInterval(stall, 1_000) : undefined;
  const create = (slot: Slot) => client.external_interview.create(body, { onSent: slot.sent });
  await Promise.all(Array.from({ length: 40 }, () => throttle.run(create)));
  clearInterval(stalls);
  const at = await server.arrivals();
  expect(at).toHaveLength(40);
  expect(maxPerSecond(at)).toBeLessThanOrEqual(9);
  expect(throttle.maxPer1000ms()).toBeLessThanOrEqual(9);
});

const sendAt = (throttle: ReturnType<typeof createThrottle>, times: number[]) =>
  throttle.run(async (slot) => {
    slot.sent();
    times.push(performance.now());
  });

test('a rate of 50 lets 50 go within a second, a rate of 0.5 one in two', async () => {
  const [fast, slow] = [createThrottle({ rate: 50 }), createThrottle({ rate: 0.5, windowMs: 300 })];
  const [fastTimes, slowTimes]: [number[], number[]] = [[], []];
  await Promise.all([
    ...Array.from({ length: 60 }, () => sendAt(fast, fastTimes)),
    ...Array.from({ length: 3 }, () => sendAt(slow, slowTimes)),
  ]);
  expect(maxWithin(1_000, fastTimes)).toBeLessThanOrEqual(50);
  expect(maxWithin(600, slowTimes)).toBe(1);
});

test('jobs start in the order they came, and each ends as its job does', async () => {
  const throttle = createThrottle({ rate: 200 });
  const order: number[] = [];
  const results = await Promise.allSettled(
    Array.from({ length: 100 }, (_, index) =>
      throttle.run(async (slot) => {
        order.push(index);
        slot.sent();
        if (index === 3) throw new Error('three');
        return index;
      }),
    ),
  );
  expect(order).toEqual(Array.from({ length: 100 }, (_, index) => index));
  expect(results[3]).toMatchObject({ status: 'rejected', reason: { message: 'three' } });
  expect(results[99]).toEqual({ status: 'fulfilled', value: 99 });
});

test('a limited answer lets nobody start for that long, then slower', async () => {
  const throttle = createThrottle({ rate: 20 });
  const times: number[] = [];
  const limitedAt = await throttle.run(async (slot) => {
    slot.sent();
    slot.limited(1_200);
    return performance.now();
  });
  await Promise.all(Array.from({ length: 6 }, () => sendAt(throttle, times)));
  expect((times[0] ?? 0) - limitedAt).toBeGreaterThanOrEqual(1_195);
  // Half of 20/s: 50 ms apart would be full pace.
  for (const [index, at] of times.slice(1).entries())
    expect(at - (times[index] ?? 0)).toBeGreaterThanOrEqual(85);
});

test('a request that is started and not sent holds back others, and lets them go when it ends', async () => {
  const throttle = createThrottle({ rate: 1, windowMs: 50 });
  const release = Promise.withResolvers<void>();
  const held = throttle.run(() => release.promise);
  const times: number[] = [];
  const next = sendAt(throttle, times);
  await new Promise((resolve) => setTimeout(resolve, 250));
  expect(times).toEqual([]);
  release.resolve();
  await Promise.all([held, next]);
  expect(times).toHaveLength(1);
  expect(throttle.maxPer1000ms()).toBe(1);
});

test('stop: what waits rejects with the reason at once, what runs ends, nothing starts afterwards', async () => {
  const throttle = createThrottle({ rate: 1 });
  const reason = new Error('halt');
  const release = Promise.withResolvers<string>();
  const running = throttle.run((slot) => {
    slot.sent();
    return release.promise;
  });
  let started = 0;
  const waiting = Array.from({ length: 100 }, () => throttle.run(async () => (started += 1)));
  await new Promise((resolve) => setTimeout(resolve, 100));
  throttle.stop(reason);
  throttle.stop(new Error('too late'));
  const ends = await Promise.allSettled(waiting);
  expect(ends.every((end) => end.status === 'rejected' && end.reason === reason)).toBe(true);
  release.resolve('done');
  expect(await running).toBe('done');
  await expect(throttle.run(async () => 1)).rejects.toBe(reason);
  expect(started).toBe(0);
});
