import { HireSyncError } from '../errors.ts';
import type { Effect } from '../feishu/answer.ts';

/** Ends a run in which nothing works any more. One for all calls of a run. */
export interface Breaker {
  succeeded(effect: Effect): void;
  /** A call ended `failed` or `in-doubt`. `last` names the last answer without quoting it. */
  failed(effect: Effect, last: string): void;
  /** An answer was "rate limited". */
  limited(): void;
  /** An answer was something else than "rate limited". */
  notLimited(): void;
}

export interface BreakerSettings {
  /** Told to stop by the breaker. */
  readonly halt: AbortController;
  /** Calls that may fail in a row. Default 20. */
  readonly maxFailures?: number;
  /** How long Feishu may answer "rate limited" and nothing else, in ms. Default 30 minutes. */
  readonly maxLimitedMs?: number;
  /** Milliseconds on a clock that never jumps. */
  readonly now: () => number;
}

const MAX_FAILURES = 20;
const MAX_LIMITED_MS = 30 * 60_000;

const ADVICE =
  'Rows that may have been written are kept open in the ledger and read back by the next run. Run again later.';

/** Aborts `halt` with HireSyncError TOO_MANY_FAILURES when its bounds are reached. */
export function createBreaker(settings: BreakerSettings): Breaker {
  const { halt, now, maxFailures = MAX_FAILURES, maxLimitedMs = MAX_LIMITED_MS } = settings;
  let failures = 0;
  // Of writes alone: a run reads as it goes, and reads that succeed say nothing of writes that all fail.
  let failedWrites = 0;
  let limitedSince: number | null = null;

  const trip = (message: string) =>
    halt.abort(new HireSyncError('TOO_MANY_FAILURES', `${message} ${ADVICE}`));

  return Object.freeze({
    succeeded(effect: Effect) {
      failures = 0;
      if (effect !== 'read') failedWrites = 0;
    },
    failed(effect: Effect, last: string) {
      failures += 1;
      if (effect !== 'read') failedWrites += 1;
      const most = Math.max(failures, failedWrites);
      if (most >= maxFailures) {
        const what = failedWrites >= maxFailures ? 'changes' : 'requests';
        trip(
          `${most} ${what} in a row failed for good, the last with ${last}. Feishu, or the way to it, is out of order.`,
        );
      }
    },
    limited() {
      limitedSince ??= now();
      const minutes = Math.round((now() - limitedSince) / 60_000);
      if (now() - limitedSince < maxLimitedMs) return;
      trip(
        `For ${minutes} minutes Feishu has answered every request with "rate limited". Another program may be using up the budget of this app; find it, or lower the rate (--rate).`,
      );
    },
    notLimited() {
      limitedSince = null;
    },
  });
}
