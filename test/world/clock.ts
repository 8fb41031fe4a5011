import { setTimeout as wait } from 'node:timers/promises';
import type { Sleep } from '../../src/feishu/sleep.ts';

/** One clock for Feishu, client and machine: it moves by what passes between nights, and by what is waited for. */
export interface Clock {
  /** Epoch ms. */
  now(): number;
  pass(ms: number): void;
  /** Takes a few real ms only. Who waits at the same time waits for the same time. */
  readonly sleep: Sleep;
}

/** Longer waits end after shorter ones in real time, too. */
const FASTER = 500;

export function simulatedClock(startMs: number): Clock {
  let nowMs = startMs;
  return {
    now: () => nowMs,
    pass(ms) {
      nowMs += ms;
    },
    async sleep(ms, signal) {
      const untilMs = nowMs + ms;
      await wait(1 + ms / FASTER);
      if (signal?.aborted !== true) nowMs = Math.max(nowMs, untilMs);
    },
  };
}
