import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMargin } from '../../src/writer/margin.ts';
import { createPace } from '../../src/writer/pace.ts';
import { createSendLog } from '../../src/writer/send-log.ts';

function logOf(starts: number, times: readonly number[]) {
  const log = createSendLog(starts);
  for (const at of times) {
    log.started();
    log.sent(at);
  }
  return log;
}

test('open at once while the window has room, then when its oldest send has left', () => {
  expect(logOf(3, [0, 10]).openAt(1_000)).toBe(Number.NEGATIVE_INFINITY);
  expect(logOf(3, [0, 10, 20]).openAt(1_000)).toBe(1_000);
  expect(logOf(3, [0, 10, 20, 1_000]).openAt(1_000)).toBe(1_010);
});

test('a start that was not sent yet takes its place for as long as it waits', () => {
  const log = logOf(2, [0]);
  log.started();
  expect(log.openAt(1_000)).toBe(1_000);
  log.started();
  expect(log.openAt(1_000)).toBe(Number.POSITIVE_INFINITY);
  log.dropped();
  expect(log.openAt(1_000)).toBe(1_000);
  log.sent(5_000);
  expect(log.openAt(1_000)).toBe(1_000);
  expect(log.last()).toBe(5_000);
});

test('whatever the delays between start and send, no window holds more than it may', () => {
  const delays = fc.array(fc.tuple(fc.nat(300), fc.nat(2_500), fc.boolean()), {
    minLength: 30,
    maxLength: 120,
  });
  fc.assert(
    fc.property(delays, fc.integer({ min: 1, max: 9 }), (requests, starts) => {
      const log = createSendLog(starts);
      const sent: number[] = [];
      const pending: { at: number; drops: boolean }[] = [];
      let now = 0;
      const settle = (until: number) => {
        pending.sort((a, b) => a.at - b.at);
        while (pending[0] !== undefined && pending[0].at <= until) {
          const { at, drops } = pending[0];
          pending.shift();
          if (drops) log.dropped();
          else {
            log.sent(at);
            sent.push(at);
          }
        }
      };
      for (const [gap, delay, drops] of requests) {
        now += gap;
        settle(now);
        while (log.openAt(1_000) > now) {
          now = Math.min(log.openAt(1_000), pending[0]?.at ?? Number.POSITIVE_INFINITY);
          settle(now);
        }
        log.started();
        pending.push({ at: now + delay, drops });
      }
      settle(Number.POSITIVE_INFINITY);
      for (const at of sent) {
        expect(sent.filter((other) => other > at - 1_000 && other <= at).length).toBeLessThanOrEqual(starts);
      }
      expect(log.maxPer1000ms()).toBeLessThanOrEqual(starts);
    }),
    { numRuns: 200 },
  );
});

test('counts the fullest second of a long row', () => {
  const times = Array.from({ length: 5_000 }, (_, index) => index * 200);
  expect(logOf(3, times).maxPer1000ms()).toBe(5);
  expect(logOf(3, [...times, 999_900, 999_950]).maxPer1000ms()).toBe(7);
});

test('a limited answer rests all, halves the pace, and the pace comes back by steps', () => {
  let now = 1_000;
  const pace = createPace({ now: () => now, starts: 9 });
  expect([pace.slowdown(), pace.pausedUntil()]).toEqual([1, Number.NEGATIVE_INFINITY]);
  pace.limited(3_000, 900);
  expect([pace.slowdown(), pace.pausedUntil()]).toEqual([2, 4_000]);
  // Three more that were already on their way: no slower for them, but a longer rest if one asks for it.
  for (const ms of [1_000, 5_000, 2_000]) pace.limited(ms, 950);
  expect([pace.slowdown(), pace.pausedUntil()]).toEqual([2, 6_000]);

  now = 7_000;
  pace.limited(1_000, 6_500);
  expect(pace.slowdown()).toBe(4);
  const slowdowns = new Set<number>();
  for (let start = 0; start < 200; start += 1) {
    pace.started();
    slowdowns.add(pace.slowdown());
  }
  expect([...slowdowns].map((factor) => 8 / factor)).toEqual([2, 3, 4, 5, 6, 7, 8]);
  for (let times = 0; times < 9; times += 1) {
    now += 1;
    pace.limited(0, now);
  }
  expect(pace.slowdown()).toBe(8);
});

test('the margin widens while timers are late, up to a bound, and narrows again with the starts', () => {
  const margin = createMargin();
  expect(margin.now()).toBe(25);
  margin.late(8);
  expect(margin.now()).toBe(25);
  margin.late(30);
  margin.late(20);
  expect(margin.now()).toBe(65);
  margin.late(5_000);
  expect(margin.now()).toBe(125);
  for (let start = 0; start < 300; start += 1) margin.started();
  expect(margin.now()).toBe(25);
});
