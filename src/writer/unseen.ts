import type { Entry } from '../ledger/entries.ts';
import type { Reason, ReasonOf } from '../reason.ts';

/** So long after its create, in ms, an object that is not to be seen may only not be visible yet: no document says how far reads lag. */
const YOUNG_MS = 24 * 3_600_000;

type Unseen = ReasonOf<'missing-in-feishu' | 'not-visible-yet'>;

/** Whether a record is held because Feishu did not show its object. */
export function isUnseen(reason: Reason): reason is Unseen {
  return reason.code === 'missing-in-feishu' || reason.code === 'not-visible-yet';
}

/**
 * Why a record whose object several reads did not show is held. A young object is not gone; one with a create in the future,
 * after a clock was set back, is young as well.
 */
export function unseen(
  remoteId: string,
  entry: Pick<Entry, 'firstAttemptAt'> | undefined,
  nowMs: number,
): Unseen {
  const untilMs = (entry?.firstAttemptAt ?? 0) + YOUNG_MS;
  return nowMs < untilMs
    ? { code: 'not-visible-yet', remoteId, untilMs }
    : { code: 'missing-in-feishu', remoteId };
}
