import pLimit from 'p-limit';
import type { Answer, CallOptions } from '../feishu/answer.ts';
import type { RemoteObject } from '../feishu/endpoints.ts';
import { refusedRequest } from '../feishu/refusal.ts';
import type { Intent } from '../ledger/entries.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Change, Outcome } from '../model.ts';
import type { PlannedChange } from '../plan/planned.ts';
import type { Answers } from './answers.ts';
import type { Call, CallResult } from './contract.ts';
import { doubt } from './doubt.ts';
import { createJournal, type Journal } from './journal.ts';
import { findRefused } from './refused-create.ts';
import { sendJournalled, type TargetEndpoints } from './send-journalled.ts';
import { unseen } from './unseen.ts';

/** What `applyChanges` needs. */
export interface WriteInput {
  readonly run: string;
  readonly pipeline: string;
  readonly target: string;
  readonly changes: Iterable<PlannedChange> | AsyncIterable<PlannedChange>;
  readonly externalId: (key: string) => string;
  readonly ledger: Pick<Ledger, 'begin' | 'retry' | 'settle' | 'takeBack' | 'doubt' | 'doubts' | 'find'>;
  readonly call: Call;
  readonly endpoints: Pick<TargetEndpoints, 'create' | 'update'>;
  /** Settles what was answered. */
  readonly answers: Answers;
  /** All objects of an application, every page of them. */
  readonly readAll: (application: string) => Promise<CallResult<readonly RemoteObject[]>>;
  /** The object under an id; `gone` where Feishu no longer has it, `unknown` where it cannot be asked. */
  readonly lookFor: (remoteId: string) => Promise<RemoteObject | 'gone' | 'unknown'>;
  /** Told of each outcome, once per change that was sent. May throw to stop the run. */
  readonly onOutcome: (planned: PlannedChange, outcome: Outcome) => void;
  /** Epoch ms. */
  readonly now: () => number;
  /** How many changes may be under way just now; as many as are of use without it. */
  readonly room?: () => number;
  /** When aborted no further change is begun; those under way are finished, then its reason is thrown. */
  readonly stopping: AbortSignal;
}

type Write = Extract<Change, { kind: 'create' | 'update' }>;

// At 10 requests/s and 2 s latency about 20 are in flight; the rest waits in the throttle with no intent yet.
const UNDER_WAY = 48;

/**
 * Carries out creates and updates in the order given: intent → call → settle, each through the throttle. Ends when
 * all that was begun has ended. Rethrows the first error that stops the run (the app is refused, a change is refused with a
 * code that is about no row, the ledger cannot be written); changes never begun, and the one that was refused, are then
 * simply not told to `onOutcome`.
 */
export async function applyChanges(input: WriteInput): Promise<void> {
  const { room = () => UNDER_WAY } = input;
  const limit = pLimit(UNDER_WAY);
  const underWay = new Set<Promise<void>>();
  let stop: { readonly error: unknown } | undefined;
  const call = callUntil(() => stop !== undefined, input.call);
  const isStopping = (): boolean => stop !== undefined || input.stopping.aborted;
  const begin = (planned: PlannedChange): void => {
    const work: Promise<void> = limit(() => applyChange(planned, { ...input, call }))
      .catch((error: unknown) => {
        stop ??= { error };
      })
      .finally(() => underWay.delete(work));
    underWay.add(work);
  };
  try {
    for await (const planned of input.changes) {
      if (isStopping()) break;
      begin(planned);
      const isFull = (): boolean => underWay.size > 0 && underWay.size >= Math.min(UNDER_WAY, room());
      // What ends may leave less room than there was.
      while (isFull() && !isStopping()) await Promise.race(underWay);
      if (isStopping()) break;
    }
  } catch (error) {
    stop ??= { error };
  }
  await Promise.all(underWay);
  if (stop !== undefined) throw stop.error;
  input.stopping.throwIfAborted();
}

/** What waits for its turn in the throttle when the run is stopped is not sent; what was sent goes on to its end. */
function callUntil(isStopped: () => boolean, call: Call): Call {
  return (request) => {
    let isSent = false;
    return call({
      ...request,
      send: (options) => {
        // No HireSyncError: that would halt the reads of those under way as well.
        if (isStopped() && !isSent) throw new Error('The run was stopped before this change was sent.');
        isSent = true;
        return request.send(options);
      },
    });
  };
}

async function applyChange(planned: PlannedChange, input: WriteInput): Promise<void> {
  const { change } = planned;
  if (change.kind !== 'create' && change.kind !== 'update') return;
  const { ledger } = input;
  const intent = intentOf(change, input);
  // An earlier update may be in Feishu without the ledger knowing: if this one is refused, that stays in doubt.
  const wasOpen = change.kind === 'update' && ledger.find(input.pipeline, change.key)?.state === 'updating';
  const journal = createJournal(ledger, intent, { wasOpen });
  const result = await sendJournalled(journal, input.call, {
    key: change.key,
    effect: change.kind === 'create' ? 'create' : 'replace',
    send: sendOf(change, intent, input.endpoints),
  });
  let outcome: Outcome;
  try {
    outcome = await outcomeOf(change, { intent, journal, result }, input);
  } catch (error) {
    // It was answered, and the answer is lost: the intent stays open, and the run stops.
    const { logId } = result;
    input.onOutcome(planned, { kind: 'in-doubt', code: null, message: 'Its answer was not settled.', logId });
    throw error;
  }
  const refusal = result.kind === 'done' ? undefined : result.notTheRow;
  // Nothing was written, and it is not the row's fault: it stays to be sent.
  if (refusal !== undefined && outcome.kind === 'refused') throw refusedRequest(refusal, change.payload.json);
  input.onOutcome(planned, outcome);
  if (refusal !== undefined && outcome.kind === 'in-doubt')
    throw refusedRequest(refusal, change.payload.json);
}

function intentOf(change: Write, { run, pipeline, target, ledger, externalId }: WriteInput): Intent {
  const { key, payload } = change;
  const recreates = change.kind === 'create' ? change.recreates : undefined;
  return {
    run,
    pipeline,
    target,
    key,
    action: change.kind,
    externalId: ledger.doubts.externalId(pipeline, key, externalId(key), recreates !== undefined),
    payload,
    recreates,
    ...(change.kind === 'update' && {
      source: change.source?.json,
      found: (change.drift?.found ?? change.overwrites)?.json,
    }),
  };
}

async function outcomeOf(
  change: Write,
  { intent, journal, result }: { intent: Intent; journal: Journal; result: CallResult<RemoteObject> },
  input: WriteInput,
): Promise<Outcome> {
  const remoteId = change.kind === 'update' ? change.remoteId : null;
  const { logId } = result;
  const settle = async (object: RemoteObject): Promise<Outcome> => {
    const { done, unsure } = journal;
    const settled = await input.answers.settle({ intent, remoteId, settle: done, unsure, logId }, object);
    // Its own object is looked for under its application, with all that are in doubt.
    if (settled.kind === 'not-ours') return { kind: 'in-doubt', code: null, message: settled.message, logId };
    return settled;
  };
  if (result.kind === 'done') return settle(result.data);
  if (result.kind === 'refused' && remoteId === null) {
    const found = await findRefused(intent, input);
    if (typeof found === 'object') return settle(found);
    if (found === 'unknown') {
      journal.unsure();
      return { kind: 'in-doubt', code: result.code, message: `${doubt.notAsked} ${result.message}`, logId };
    }
  }
  // No code says "not found" (platform.md §1.2), and an update may be refused after it was carried out: it is looked up
  // before the row is blamed.
  const there = result.kind === 'refused' && remoteId !== null ? await input.lookFor(remoteId) : 'unknown';
  if (typeof there === 'object' && isHeld(input.answers.likeness(intent.payload, there)))
    return settle(there);
  const outcome = journal.ended(result);
  if (outcome.kind === 'refused' && remoteId !== null && there === 'gone') {
    const reason = unseen(remoteId, input.ledger.find(input.pipeline, change.key), input.now());
    input.ledger.doubts.hold(input.pipeline, change.key, reason);
    return { kind: 'held', reason };
  }
  return outcome;
}

/** Whether an object holds what was sent, but for what Feishu itself makes of it. */
function isHeld(likeness: ReturnType<Answers['likeness']>): boolean {
  return likeness === 'same' || likeness === 'evened';
}

function sendOf(
  change: Write,
  intent: Intent,
  endpoints: WriteInput['endpoints'],
): (options: CallOptions) => Promise<Answer<RemoteObject>> {
  const body = JSON.parse(change.payload.json) as object;
  if (change.kind === 'update') return (options) => endpoints.update(change.remoteId, body, options);
  return (options) => endpoints.create({ external_id: intent.externalId, ...body }, options);
}
