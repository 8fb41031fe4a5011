import { performance } from 'node:perf_hooks';
import { HireSyncError } from '../errors.ts';
import type { Answer, Effect, ErrorAnswer } from '../feishu/answer.ts';
import { type AnswerVerdict, isRowCode, mayBeProcessed, verdictOf } from '../feishu/errors.ts';
import { describeAnswer, nameAnswer, refusalOf } from '../feishu/refusal.ts';
import { sleep as realSleep, type Sleep } from '../feishu/sleep.ts';
import type { Log } from '../ops/log.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import type { Call, CallRequest, CallResult, Throttle } from './contract.ts';
import { afterFailure, DEFAULT_RETRY_POLICY, pauseAfter, type RetryPolicy } from './retry.ts';

export interface CallSettings {
  /** The budget the requests come out of; `Call`s of one run may have different ones. */
  readonly throttle: Throttle;
  /**
   * Stops the run: aborting it (with a HireSyncError) lets no further request start. The calls abort it themselves
   * when no row can go through. Requests under way are finished.
   */
  readonly halt: AbortController;
  readonly policy?: RetryPolicy;
  /** Shared by all `Call`s of a run; default: one of its own. */
  readonly breaker?: Breaker;
  /** A repeated `external_id` creates another object here: a create that may have been processed is not sent again. */
  readonly repeatCreates?: boolean | undefined;
  /** Told of every answer, for counting. */
  readonly onAnswer?: (answer: Answer<unknown>, attempt: number) => void;
  /** Aborts requests under way: each then ends in doubt. */
  readonly abort?: AbortSignal;
  readonly log?: Log | undefined;
  readonly sleep?: Sleep;
  /** From 0 to 1; default `Math.random`. */
  readonly random?: () => number;
}

const FIX_TOKEN =
  'a fresh token is refused like the one before; check the base URL, and that the app is a self-built app of this tenant';

/** Where one call stands. */
interface Progress {
  /** Requests made. */
  sends: number;
  /** Requests that count under the policy: neither rate limited nor replayed with a fresh token. */
  attempts: number;
  /** "Rate limited" answers in a row. */
  pauses: number;
  replayed: boolean;
  /** The last answer that left it open whether the request was processed. */
  openedBy: Answer<unknown> | null;
  last: Answer<unknown> | null;
}

type Unsuccessful = Exclude<CallResult<never>, { kind: 'done' }>;
type Next<T> =
  | { readonly kind: 'again'; readonly inMs: number }
  | { readonly kind: 'end'; readonly result: CallResult<T> };

/** Makes the `Call` of a run: answer → verdict → send again through the throttle, or end. Only this waits. */
export function createCall(settings: CallSettings): Call {
  const { throttle, halt, abort, log, policy = DEFAULT_RETRY_POLICY } = settings;
  const { sleep = realSleep, random = Math.random } = settings;
  const breaker = settings.breaker ?? createBreaker({ halt, now: () => performance.now() });
  halt.signal.addEventListener('abort', () => throttle.stop(halt.signal.reason), { once: true });
  if (halt.signal.aborted) throttle.stop(halt.signal.reason);

  async function attempt<T>(
    request: CallRequest<T>,
    progress: Progress,
  ): Promise<[Answer<T>, AnswerVerdict]> {
    return throttle.run(async (slot) => {
      const answer = await request.send({
        onSent: slot.sent,
        ...(abort === undefined ? {} : { signal: abort }),
        ...(request.key === undefined ? {} : { key: request.key }),
      });
      const verdict = verdictOf(answer, request.effect);
      progress.sends += 1;
      progress.last = answer;
      if (verdict === 'pause') {
        progress.pauses += 1;
        // Within the slot: no other request may start between the answer and the pause.
        slot.limited(pauseAfter('resetMs' in answer ? answer.resetMs : null, progress.pauses, random()));
        breaker.limited();
      } else {
        progress.pauses = 0;
        breaker.notLimited();
      }
      return [answer, verdict];
    });
  }

  function decide<T>(answer: Answer<T>, verdict: AnswerVerdict, effect: Effect, progress: Progress): Next<T> {
    if (answer.kind === 'ok') {
      return end({ kind: 'done', data: answer.data, attempts: progress.sends, logId: answer.logId });
    }
    if (verdict === 'pause') return { kind: 'again', inMs: 0 };
    if (verdict === 'refused') return end(refused(answer, effect, progress));
    if (answer.kind === 'error' && verdict === 'refresh-token' && !progress.replayed) {
      progress.replayed = true;
      return { kind: 'again', inMs: 0 };
    }
    if (answer.kind === 'error' && verdict === 'refresh-token')
      return end(stopped(answer, progress, FIX_TOKEN));
    if (answer.kind === 'error' && verdict === 'stop') return end(stopped(answer, progress));

    progress.attempts += 1;
    if (effect !== 'read' && mayBeProcessed(answer, verdict)) progress.openedBy = answer;
    const open = progress.openedBy !== null;
    const isOver = verdict === 'in-doubt' || (effect === 'create' && open && settings.repeatCreates === true);
    const failure = { verdict: isOver ? 'in-doubt' : 'retry', mayBeProcessed: open } as const;
    const decision = afterFailure(failure, progress.attempts, policy, random());
    if (decision.kind === 'retry') return { kind: 'again', inMs: decision.inMs };
    breaker.failed(effect, nameAnswer(answer));
    return end(ended(decision.kind === 'in-doubt' ? 'in-doubt' : 'failed', answer, progress));
  }

  /** No row can go through. Stops the run; this call throws only if it wrote nothing. */
  function stopped(answer: ErrorAnswer, progress: Progress, fix?: string): CallResult<never> {
    const error = refusalOf(answer, fix);
    halt.abort(error);
    if (progress.openedBy === null) throw error;
    return ended('in-doubt', answer, progress);
  }

  return async (request) => {
    const progress: Progress = {
      sends: 0,
      attempts: 0,
      pauses: 0,
      replayed: false,
      openedBy: null,
      last: null,
    };
    for (;;) {
      let answer: Awaited<ReturnType<typeof request.send>>;
      let verdict: AnswerVerdict;
      try {
        halt.signal.throwIfAborted();
        [answer, verdict] = await attempt(request, progress);
      } catch (error) {
        return haltedBy(error, progress);
      }
      request.onAnswer?.(answer, progress.sends);
      settings.onAnswer?.(answer, progress.sends);
      const next = decide(answer, verdict, request.effect, progress);
      if (next.kind === 'end') {
        if (next.result.kind === 'done') breaker.succeeded(request.effect);
        return next.result;
      }
      request.onRetry?.(answer, progress.sends);
      log?.warn('sent again', {
        key: request.key,
        endpoint: answer.endpoint,
        outcome: verdict,
        attempt: progress.sends,
        waitMs: next.inMs,
        status: 'status' in answer ? answer.status : undefined,
        code: answer.kind === 'error' ? answer.code : undefined,
        logId: answer.logId,
      });
      await sleep(next.inMs, halt.signal);
    }
  };

  /** An attempt could not be made: the run is halted, or there is no token. */
  function haltedBy(error: unknown, progress: Progress): CallResult<never> {
    if (HireSyncError.is(error)) halt.abort(error);
    // An error of the program itself, or nothing can have been written: nothing to report but the error. A row that
    // was rate limited, or waits for its retry, is untouched, not failed.
    if (!HireSyncError.is(error) || progress.last === null || progress.openedBy === null) throw error;
    return ended('in-doubt', progress.last, progress);
  }
}

function refused(answer: Answer<unknown>, effect: Effect, progress: Progress): CallResult<never> {
  // A complete PUT that is refused now was as unacceptable before. A create or a delete may be refused just because
  // an earlier attempt went through.
  const doubtful = progress.openedBy !== null && effect !== 'replace';
  return ended(doubtful ? 'in-doubt' : 'refused', answer, progress);
}

function ended(kind: Unsuccessful['kind'], answer: Answer<unknown>, progress: Progress): Unsuccessful {
  return {
    kind,
    code: answer.kind === 'error' ? answer.code : null,
    message: messageOf(kind, describeAnswer(answer), progress),
    attempts: progress.sends,
    logId: answer.logId,
    ...(kind === 'refused' && answer.kind === 'error' && !isRowCode(answer.code) && { notTheRow: answer }),
  };
}

function messageOf(kind: Unsuccessful['kind'], said: string, { sends, openedBy, last }: Progress): string {
  const after = sends === 1 ? '' : ` after ${sends} requests`;
  switch (kind) {
    case 'refused':
      return `Feishu refused it: ${said}.`;
    case 'failed':
      return `Given up${after}, nothing was written: ${said}.`;
    case 'in-doubt':
      // The last answer alone would read like a plain refusal.
      return openedBy === null || openedBy === last
        ? `It may have been written${after}: ${said}.`
        : `It may have been written by an earlier request (${describeAnswer(openedBy)}); the last answer may only be an effect of that: ${said}.`;
  }
}

function end<T>(result: CallResult<T>): Next<T> {
  return { kind: 'end', result };
}
