import { performance } from 'node:perf_hooks';
import Bottleneck from 'bottleneck';
import pLimit from 'p-limit';
import type { Permit, SharedBudget, Slot, Throttle } from './contract.ts';
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
  /** The rate is shared with other processes: each start needs a place in it as well. */
  readonly shared?: SharedBudget | undefined;
}

const DEFAULT_RATE = 9;
// Starts are spaced at nine tenths of the even distance. The rest is slack: a late start does not push back all
// that follow, because the window, not the spacing, holds the rate down.
const SPACING = 0.9;
// Each job in Bottleneck has a timer of its own and its place in a list; a million of them would cost memory.
const MAX_QUEUED = 64;

const ALONE: SharedBudget = {
  async turn() {},
  take: async () => ({ lateMs: 0, isFresh: () => true, sent() {}, dropped() {}, async limited() {} }),
  onLowered() {},
};

/**
 * The only door through which requests leave. Bottleneck queues the jobs, one start at a time and spaced; whoever is
 * first then waits until the log of real send times has room. Neither does alone: spacing by timers catches up in
 * a burst after a stall of the event loop (13 in a second measured), and a log alone starts in clumps.
 */
export function createThrottle(settings: ThrottleSettings = {}): Throttle {
  const { rate = DEFAULT_RATE, windowMs = 1_000, now = () => performance.now(), shared = ALONE } = settings;
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
  shared.onLowered(() => {
    pace.lower();
    wake();
  });

  // With the room a window gets, and stretched by the pace.
  const roomMs = (): number => (fullWindowMs + margin.now()) * pace.slowdown();
  const apartMs = (): number => spacingMs * pace.slowdown();

  function openAt(): number {
    return Math.max(pace.pausedUntil(), log.last() + apartMs(), log.openAt(roomMs()));
  }

  // At most one job is here at a time (maxConcurrent 1), so there is one waiter to wake.
  async function gate(): Promise<Permit> {
    let lateMs = 0;
    // Waited for while the own log is: at the moment it has room, only the place is missing.
    const turn = shared.turn(stopped.signal);
    for (;;) {
      stopped.signal.throwIfAborted();
      const dueAt = openAt();
      const waitMs = dueAt - now();
      if (waitMs <= 0) {
        await turn;
        const ask = { starts, windowMs: roomMs(), spacingMs: apartMs() };
        const permit = await shared.take(ask, stopped.signal);
        // While the others were asked the loop may have stood still, or an answer told to pause.
        if (!permit.isFresh() || openAt() > now() || stopped.signal.aborted) {
          permit.dropped();
          continue;
        }
        // Only now: a late start has room enough itself, the wider margin is for those after it.
        margin.late(Math.max(lateMs, permit.lateMs));
        return permit;
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

  function limited(ms: number, startedAt: number, permit: Permit): void {
    // Whether the pace goes down is decided where all processes' answers are known; if that cannot be told, here.
    pace.rest(ms);
    permit.limited(ms).catch(() => pace.limited(0, startedAt));
  }

  function start<T>(job: (slot: Slot) => Promise<T>, permit: Permit): Promise<T> {
    const startedAt = now();
    let state: 'started' | 'sent' | 'ended' = 'started';
    let noting: NodeJS.Immediate | undefined;
    const note = (writtenAt: number): void => {
      noting = undefined;
      margin.late(now() - writtenAt);
      log.sent(now());
      permit.sent(roomMs());
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
        if (shared === ALONE) pace.limited(ms, startedAt);
        else limited(ms, startedAt, permit);
        wake();
      },
    };
    return (async () => job(slot))().finally(() => {
      if (state === 'started') {
        log.dropped();
        permit.dropped();
      }
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
            running = start(job, await gate());
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
