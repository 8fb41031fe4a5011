/** How often and how patiently a request is sent again; times in ms. */
export interface RetryPolicy {
  /** Requests of one call at most, the first included. Rate-limited and replayed ones do not count. */
  readonly attempts: number;
  /** Longest wait after the first attempt; doubles with each further one. */
  readonly baseMs: number;
  readonly capMs: number;
}

// Six attempts wait 15 s at most together: long enough for a restart on the other side, and far inside the 24 h in
// which Feishu remembers an external_id.
export const DEFAULT_RETRY_POLICY: RetryPolicy = { attempts: 6, baseMs: 500, capMs: 30_000 };

/** A failed attempt, as far as the decision needs it. */
export interface Failure {
  /** From `verdictOf`. */
  readonly verdict: 'retry' | 'in-doubt';
  /** Whether this attempt, or one before it, may have been processed by Feishu. */
  readonly mayBeProcessed: boolean;
}

export type RetryDecision =
  | { readonly kind: 'retry'; readonly inMs: number }
  /** Nothing was written, and nothing more is tried. */
  | { readonly kind: 'give-up' }
  | { readonly kind: 'in-doubt' };

/**
 * What to do after a failed attempt. Pure.
 * @param attempt attempts used so far, this one included
 * @param jitter from 0 to 1, drawn by the caller: the wait is this part of the full one, so that many calls which
 *   failed together do not come back together
 */
export function afterFailure(
  failure: Failure,
  attempt: number,
  policy: RetryPolicy,
  jitter: number,
): RetryDecision {
  if (failure.verdict === 'in-doubt') return { kind: 'in-doubt' };
  if (attempt >= policy.attempts) return { kind: failure.mayBeProcessed ? 'in-doubt' : 'give-up' };
  return { kind: 'retry', inMs: Math.round(backOff(attempt, policy) * jitter) };
}

const MIN_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 120_000;

/**
 * How long an endpoint rests after a "rate limited" answer: what Feishu asks for (platform.md §4), at least 1 s and
 * at most 120 s; where it asks for nothing, 1 s, 2 s, 4 s … with half of it drawn.
 * @param pauses "rate limited" answers in a row, this one included
 */
export function pauseAfter(resetMs: number | null, pauses: number, jitter: number): number {
  if (resetMs !== null) return Math.min(Math.max(resetMs, MIN_PAUSE_MS), MAX_PAUSE_MS);
  const full = backOff(pauses, { baseMs: 2 * MIN_PAUSE_MS, capMs: MAX_PAUSE_MS });
  return Math.round(full / 2 + (full / 2) * jitter);
}

function backOff(attempt: number, { baseMs, capMs }: Pick<RetryPolicy, 'baseMs' | 'capMs'>): number {
  // 2 ** 30 × 500 ms is past every cap; beyond 2 ** 1023 the number would be infinite.
  return Math.min(capMs, baseMs * 2 ** Math.min(attempt - 1, 30));
}
