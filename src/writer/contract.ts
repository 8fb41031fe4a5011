import type { Answer, CallOptions, Effect, ErrorAnswer } from '../feishu/answer.ts';

/** One permission to start one request. */
export interface Slot {
  /** To be handed to the request as `onSent`: the throttle counts the moment a request really left. */
  readonly sent: () => void;
  /**
   * Feishu answered this very request with "rate limited": no start for `ms` from now on, then a slower pace
   * that recovers step by step. Requests sent before the pace was lowered do not lower it again.
   */
  readonly limited: (ms: number) => void;
}

/** Lets requests start, at most `rate` in any sliding second. One per budget: all writes share one, reads have one per endpoint. */
export interface Throttle {
  /** Waits for a free start, then runs `job`; ends as `job` does. A job that never calls `slot.sent` counts as never sent. */
  run<T>(job: (slot: Slot) => Promise<T>): Promise<T>;
  /** The highest number of requests sent within any sliding 1000 ms so far. */
  maxPer1000ms(): number;
  /** No further starts; waiting jobs reject with the given error (the first one given). */
  stop(reason: Error): void;
}

/** A rate that several processes share. The throttle of each asks it besides keeping to its own log. */
export interface SharedBudget {
  /** Waits until it is this process's turn to ask for a place, for order's sake. Never rejects; ends early when aborted. */
  turn(signal: AbortSignal): Promise<void>;
  /**
   * Waits for a place: the permission to send one request. One at a time.
   * @throws the signal's reason; HireSyncError LIMITER_UNREACHABLE when there is no hope of an answer
   */
  take(ask: SharedAsk, signal: AbortSignal): Promise<Permit>;
  /** Sets who is told that some process was answered "rate limited" (once for each slower pace, not for each answer). */
  onLowered(listener: () => void): void;
}

/** What a process asks of the budget it shares. */
export interface SharedAsk {
  /** Requests a window may hold, those of the other processes included. */
  readonly starts: number;
  /** Length of the window at this process's present pace, in ms. */
  readonly windowMs: number;
  /** Between this request and the one before, whoever sent it, in ms. */
  readonly spacingMs: number;
}

/** One request's place in the shared budget. It is taken until `sent` or `dropped` tells more. */
export interface Permit {
  /** How much later than it should something came while it was waited for, in ms: a sign of an overloaded machine. */
  readonly lateMs: number;
  /** False when it was given too long ago to be used. */
  isFresh(): boolean;
  /** The request has left by now; it counts for `windowMs` from here. */
  sent(windowMs: number): void;
  /** The request will never be sent. */
  dropped(): void;
  /** The request was answered "rate limited": no process starts one for `ms`. Rejects when that could not be told. */
  limited(ms: number): Promise<void>;
}

/** What one logical request came to after all its attempts. */
export type CallResult<T> =
  | { readonly kind: 'done'; readonly data: T; readonly attempts: number; readonly logId: string }
  | {
      /**
       * `refused`: Feishu will not take it, nothing was written. `failed`: nothing was written. `in-doubt`: it may
       * have been written, by the last attempt or by an earlier one.
       */
      readonly kind: 'refused' | 'failed' | 'in-doubt';
      readonly code: number | null;
      /** For reports: may quote Feishu's words, which may echo the row. Never logged. */
      readonly message: string;
      /** Requests made, those that were rate limited or replayed with a fresh token included. */
      readonly attempts: number;
      readonly logId: string;
      /** Of a refusal whose code is about no row (`isRowCode`): the answer. Its row is not to blame, see `refusedRequest`. */
      readonly notTheRow?: ErrorAnswer;
    };

/** One logical request, as `Call` takes it. */
export interface CallRequest<T> {
  /** The source key of the row it is about, for the log. */
  readonly key?: string;
  readonly effect: Effect;
  /** Makes one attempt. Called inside a slot of the throttle, so what it does synchronously happens just before the request leaves. */
  readonly send: (options: CallOptions) => Promise<Answer<T>>;
  /** Told of every attempt's answer. `attempt` counts from 1. */
  readonly onAnswer?: (answer: Answer<T>, attempt: number) => void;
  /** Told of an answer that is not the last word: another attempt follows (unless the run is halted before). */
  readonly onRetry?: (answer: Answer<T>, attempt: number) => void;
}

/**
 * One logical request, retried under the policy, each attempt through the throttle.
 *
 * It throws only if nothing can have been written: a stop that meets an attempt which may have been processed
 * ends as `in-doubt`, and the reason is then found in `halt.signal.reason`.
 * @throws HireSyncError FEISHU_REFUSES_APP (no row can go through), FEISHU_UNREACHABLE (no token to be had), or the
 *   reason of the halt (INTERRUPTED, TOO_MANY_FAILURES, …) if it came before the first attempt was sent
 */
export type Call = <T>(request: CallRequest<T>) => Promise<CallResult<T>>;
