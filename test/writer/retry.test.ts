import { expect, test } from 'vitest';
import { afterFailure, DEFAULT_RETRY_POLICY, pauseAfter } from '../../src/writer/retry.ts';

const policy = DEFAULT_RETRY_POLICY;
const waits = (jitter: number) =>
  [1, 2, 3, 4, 5].map((attempt) =>
    afterFailure({ verdict: 'retry', mayBeProcessed: false }, attempt, policy, jitter),
  );

test('waits double, and the jitter is the part of them that is waited', () => {
  const full = [500, 1_000, 2_000, 4_000, 8_000];
  expect(waits(1)).toEqual(full.map((inMs) => ({ kind: 'retry', inMs })));
  expect(waits(0.5)).toEqual(full.map((inMs) => ({ kind: 'retry', inMs: inMs / 2 })));
  expect(waits(0)).toEqual(full.map(() => ({ kind: 'retry', inMs: 0 })));
});

test('no wait is longer than the cap, at any attempt', () => {
  const patient = { ...policy, attempts: 10_000 };
  const decision = afterFailure({ verdict: 'retry', mayBeProcessed: false }, 5_000, patient, 1);
  expect(decision).toEqual({ kind: 'retry', inMs: 30_000 });
});

test('when the attempts are used up: given up if nothing can have been written, else in doubt', () => {
  expect(afterFailure({ verdict: 'retry', mayBeProcessed: false }, 6, policy, 1)).toEqual({
    kind: 'give-up',
  });
  expect(afterFailure({ verdict: 'retry', mayBeProcessed: true }, 6, policy, 1)).toEqual({
    kind: 'in-doubt',
  });
});

test('in doubt is never sent again', () => {
  expect(afterFailure({ verdict: 'in-doubt', mayBeProcessed: true }, 1, policy, 1)).toEqual({
    kind: 'in-doubt',
  });
});

test.each([
  [2_500, 1, 2_500],
  [0, 1, 1_000],
  [86_400_000, 1, 120_000],
  [null, 1, 2_000],
  [null, 3, 8_000],
  [null, 99, 120_000],
])('a pause of %s ms asked for, the %ith in a row: %i ms', (resetMs, pauses, ms) => {
  expect(pauseAfter(resetMs, pauses, 1)).toBe(ms);
  if (resetMs === null) expect(pauseAfter(resetMs, pauses, 0)).toBe(ms / 2);
});
