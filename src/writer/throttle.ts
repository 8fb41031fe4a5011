import { performance } from 'node:perf_hooks';
import Bottleneck from 'bottleneck';
import pLimit from 'p-limit';
import type { Slot, Throttle } from './contract.ts';
import { createMargin } from './margin.ts';
import { createPace } from './pace.ts';
import { createSendLog } from './send-log.ts';

export interface ThrottleSettings {
  /**
   * Requests per second: at most this many (rounded down) are sent in any sliding second. Below 1 the window is
   * longer instead: 0.5 is one request in 2 s. Default 9, one less than Feishu documents.
   */
  readonly rate?: number;
  /** Length of the window in ms. Default 1000. */
  readonly windowMs?: number;
  /** Milliseconds on a clock that never jumps; default `performance.now`. */
  readonly now?: () => number;
}

const DEFAULT_RATE = 9;
// Starts are spaced at nine tenths of the even distance. The rest is slack: a late start does not push back all
// that follow, because the window, not the spacing, holds the rate down.
const SPACING = 0.9;
// Each job in Bottleneck has a timer of its own and its place in a list; a million of them would cost memory.
const MAX_QUEUED = 64;

/**
 * The only door through which requests leave. Bottleneck queues the jobs, one start at a time and spaced; whoever is
 * first then waits until the log of real send times has room. Neither does alone: spacing by timers catches up in
 * a burst after a stall of the event loop (13 in a second measured), and a log alone starts in clumps.
 */
export function createThrottle(settings: ThrottleSettings = {}): Throttle {
  const { rate = DEFAULT_RATE, windowMs = 1_000, now = () => performance.now() } = settings;
  const starts = Math.max(1, Math.floor(rate));
  const fullWindowMs = rate < 1 ? windowMs / rate : windowMs;
  const spacingMs = SPACING * (fullWindowMs / starts);
  const log = createSendLog(starts);
  const margin = createMargin();
  const pace = createPace({ now, starts });
  const limiter = new Bottleneck({ maxConcurrent: 1, minTime: Math.floor(spacingMs) });
  const queue = pLimit(MAX_QUEUED);
  const stopped = new AbortController();
  let wake = () => {};

  function openAt(): number {
    const slower = pace.slowdown();
    return Math.max(
      pace.pausedUntil(),
      log.last() + spacingMs * slower,
      log.openAt((fullWindowMs + margin.now()) * slower),
    );
  }

  // At most one job is here at a time (maxConcurrent 1), so there is one waiter to wake.
  async function gate(): Promise<void> {
    let lateMs = 0;
    for (;;) {
      stopped.signal.throwIfAborted();
      const dueAt = openAt();
      const waitMs = dueAt - now();
      if (waitMs <= 0) {
        // Only now: a late start has room enough itself, the wider margin is for those after it.
        margin.late(lateMs);
        return;
      }
      await new Promise<void>((resolve) => {
        // Timers are cut to whole ms: rounded up, else the last fraction would be waited for in a busy loop.
        const timer = Number.isFinite(waitMs) ? setTimeout(resolve, Math.ceil(waitMs)) : undefined;
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      lateMs = Math.max(lateMs, now() - dueAt);
    }
  }

  function start<T>(job: (slot: Slot) => Promise<T>): Promise<T> {
    const startedAt = now();
    let state: 'started' | 'sent' | 'ended' = 'started';
    let noting: NodeJS.Immediate | undefined;
    const note = (writtenAt: number): void => {
      noting = undefined;
      margin.late(now() - writtenAt);
      log.sent(now());
      wake();
    };
    log.started();
    pace.started();
    margin.started();
    const slot: Slot = {
      sent() {
        if (state !== 'started') return;
        state = 'sent';
        // Noted one turn of the event loop later, and counted as "now" until then: had the machine stood still in
        // between, the request left when it went on, not when it was written.
        const writtenAt = now();
        noting = setImmediate(note, writtenAt);
      },
      limited(ms) {
        pace.limited(ms, startedAt);
        wake();
      },
    };
    return (async () => job(slot))().finally(() => {
      if (state === 'started') log.dropped();
      // An answer that is quicker than the note: the run may end with it.
      if (noting !== undefined) {
        clearImmediate(noting);
        note(now());
      }
      state = 'ended';
      wake();
    });
  }

  return Object.freeze({
    async run<T>(job: (slot: Slot) => Promise<T>): Promise<T> {
      let running: Promise<T> | undefined;
      try {
        // The limiter's job ends with the start, not with the answer: slow answers do not lower the rate.
        await queue(() =>
          limiter.schedule(async () => {
            await gate();
            running = start(job);
            // It is awaited below; a rejection before that must not count as unhandled.
            running.catch(() => {});
          }),
        );
      } catch (error) {
        // Bottleneck has words of its own for a dropped job.
        stopped.signal.throwIfAborted();
        throw error;
      }
      if (running === undefined) throw new Error('The limiter ended a job without starting it.');
      return running;
    },
    maxPer1000ms: log.maxPer1000ms,
    stop(reason: Error) {
      if (stopped.signal.aborted) return;
      stopped.abort(reason);
      wake();
      // Ends when the job at the gate has seen the abort; nobody needs to wait for that.
      limiter.stop({ dropWaitingJobs: true }).catch(() => {});
    },
  });
}
