import pLimit from 'p-limit';
import type { Answer, CallOptions } from '../feishu/answer.ts';
import type { BatchFilter, Page } from '../feishu/endpoints.ts';
import type { Intent } from '../ledger/entries.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Change, Outcome } from '../model.ts';
import type { PlannedChange } from '../plan/plan-store.ts';
import type { Call, CallResult } from './contract.ts';
import { createJournal, type Journal } from './journal.ts';

/** The endpoints of a target, bound to a client; bodies are what the documents call the request body. */
export interface TargetEndpoints {
  create(body: object, options: CallOptions): Promise<Answer<{ readonly id: string }>>;
  update(remoteId: string, body: object, options: CallOptions): Promise<Answer<{ readonly id: string }>>;
  delete(remoteId: string, options: CallOptions): Promise<Answer<null>>;
  query(filter: BatchFilter, options: CallOptions): Promise<Answer<Page>>;
}

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
  /** Whether Feishu no longer has the object; false when it cannot be asked. */
  readonly isGone: (remoteId: string) => Promise<boolean>;
  /** Told of each outcome, once per change that was sent. May throw to stop the run. */
  readonly onOutcome: (planned: PlannedChange, outcome: Outcome) => void;
  /** When aborted no further change is begun; those under way are finished, then its reason is thrown. */
  readonly stopping: AbortSignal;
}

type Write = Extract<Change, { kind: 'create' | 'update' }>;

// At 10 requests/s and 2 s latency about 20 are in flight; the rest waits in the throttle with no intent yet.
const UNDER_WAY = 48;

/**
 * Carries out creates and updates in plan order: intent → call → settle, each through the throttle. Ends when
 * all that was begun has ended. Rethrows the first error that stops the run (the app is refused, the ledger
 * cannot be written); changes never begun are then simply not told to `onOutcome`.
 */
export async function applyChanges(input: WriteInput): Promise<void> {
  const limit = pLimit(UNDER_WAY);
  const underWay = new Set<Promise<void>>();
  let stop: { readonly error: unknown } | undefined;
  const isStopping = (): boolean => stop !== undefined || input.stopping.aborted;
  const begin = (planned: PlannedChange): void => {
    const work: Promise<void> = limit(() => applyChange(planned, input))
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
      if (underWay.size >= UNDER_WAY) await Promise.race(underWay);
      if (isStopping()) break;
    }
  } catch (error) {
    stop ??= { error };
  }
  await Promise.all(underWay);
  if (stop !== undefined) throw stop.error;
  input.stopping.throwIfAborted();
}

async function applyChange(planned: PlannedChange, input: WriteInput): Promise<void> {
  const { change } = planned;
  if (change.kind !== 'create' && change.kind !== 'update') return;
  const recreates = change.kind === 'create' ? change.recreates : undefined;
  const base = input.externalId(change.key);
  const intent: Intent = {
    run: input.run,
    pipeline: input.pipeline,
    target: input.target,
    key: change.key,
    action: change.kind,
    externalId: input.ledger.doubts.externalId(input.pipeline, change.key, base, recreates !== undefined),
    payload: change.payload,
    recreates,
    ...(change.kind === 'update' && {
      source: change.source?.json,
      found: (change.drift?.found ?? change.overwrites)?.json,
    }),
  };
  // An earlier update may be in Feishu without the ledger knowing: if this one is refused, that stays in doubt.
  const wasOpen =
    change.kind === 'update' && input.ledger.find(input.pipeline, change.key)?.state === 'updating';
  const journal = createJournal(input.ledger, intent, { wasOpen });
  const send = sendOf(change, intent, input.endpoints);
  const called = input.call({
    key: change.key,
    effect: change.kind === 'create' ? 'create' : 'replace',
    send: (options) => {
      // Inside the throttle's slot: an intent exists only for a request that really leaves now, and a request
      // leaves only if its intent is on disk.
      journal.sending();
      return send(options);
    },
    onAnswer: journal.answered,
  });
  const result = await called.catch((error: unknown) => {
    journal.notSent(error);
    throw error;
  });
  const outcome = journalled(journal, result, (lost) => input.onOutcome(planned, lost));
  // No code says "not found" (platform.md §1.2), so a refused update is looked up before the row is blamed.
  if (outcome.kind === 'refused' && change.kind === 'update' && (await input.isGone(change.remoteId))) {
    const reason = { code: 'missing-in-feishu', remoteId: change.remoteId } as const;
    input.ledger.doubts.hold(input.pipeline, change.key, reason);
    input.onOutcome(planned, { kind: 'held', reason });
    return;
  }
  input.onOutcome(planned, outcome);
}

/** An answer that the ledger does not take is lost: the intent stays open, and the run stops. */
function journalled(
  journal: Journal,
  result: CallResult<{ readonly id: string }>,
  onLost: (outcome: Outcome) => void,
): Outcome {
  try {
    return journal.ended(result);
  } catch (error) {
    const { logId } = result;
    onLost({ kind: 'in-doubt', code: null, message: 'The ledger did not take the answer.', logId });
    throw error;
  }
}

function sendOf(
  change: Write,
  intent: Intent,
  endpoints: WriteInput['endpoints'],
): (options: CallOptions) => Promise<Answer<{ readonly id: string }>> {
  const body = JSON.parse(change.payload.json) as object;
  if (change.kind === 'update') return (options) => endpoints.update(change.remoteId, body, options);
  return (options) => endpoints.create({ external_id: intent.externalId, ...body }, options);
}
