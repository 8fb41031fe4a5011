import pLimit from 'p-limit';
import type { Answer, CallOptions } from '../feishu/answer.ts';
import type { AttemptResult, Intent, Ledger } from '../ledger/ledger.ts';
import type { Change, Outcome } from '../model.ts';
import type { PlannedChange } from '../plan/plan-store.ts';
import type { Call, CallResult } from './contract.ts';

/** The two writes of a target, bound to a client; bodies are what the documents call the request body. */
export interface TargetEndpoints {
  create(body: object, options: CallOptions): Promise<Answer<{ readonly id: string }>>;
  update(remoteId: string, body: object, options: CallOptions): Promise<Answer<{ readonly id: string }>>;
}

/** What `applyChanges` needs. */
export interface WriteInput {
  readonly run: string;
  readonly pipeline: string;
  readonly target: string;
  readonly changes: Iterable<PlannedChange>;
  readonly externalId: (key: string) => string;
  readonly ledger: Pick<Ledger, 'begin' | 'retry' | 'settle' | 'takeBack' | 'doubt'>;
  readonly call: Call;
  readonly endpoints: TargetEndpoints;
  /** Told of each outcome, once per change that was sent. May throw to stop the run. */
  readonly onOutcome: (planned: PlannedChange, outcome: Outcome) => void;
  /** When aborted no further change is begun; those under way are finished. */
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
  for (const planned of input.changes) {
    if (limit.activeCount + limit.pendingCount >= UNDER_WAY) await Promise.race(underWay);
    if (stop !== undefined || input.stopping.aborted) break;
    const work: Promise<void> = limit(() => applyChange(planned, input))
      .catch((error: unknown) => {
        stop ??= { error };
      })
      .finally(() => underWay.delete(work));
    underWay.add(work);
  }
  await Promise.all(underWay);
  if (stop !== undefined) throw stop.error;
}

async function applyChange(planned: PlannedChange, input: WriteInput): Promise<void> {
  const { change } = planned;
  if (change.kind !== 'create' && change.kind !== 'update') return;
  const { ledger, endpoints } = input;
  const intent: Intent = {
    run: input.run,
    pipeline: input.pipeline,
    target: input.target,
    key: change.key,
    action: change.kind,
    externalId: input.externalId(change.key),
    payload: change.payload,
  };
  const send = sendOf(change, intent, endpoints);
  let attempt: number | undefined;
  let last: AttemptResult = { outcome: 'retried', code: null, logId: '' };
  const result = await input.call({
    effect: change.kind === 'create' ? 'create' : 'replace',
    send: (options) => {
      // Inside the throttle's slot: an intent exists only for a request that really leaves now, and a request
      // leaves only if its intent is on disk.
      attempt = attempt === undefined ? ledger.begin(intent) : ledger.retry(attempt, intent, last);
      return send(options);
    },
    onAnswer: (answer) => {
      last = { outcome: 'retried', code: answer.kind === 'error' ? answer.code : null, logId: answer.logId };
    },
  });
  if (attempt === undefined) throw new Error('A call ended without having been sent.');
  input.onOutcome(planned, record(result, attempt, intent, ledger));
}

function sendOf(
  change: Write,
  intent: Intent,
  endpoints: TargetEndpoints,
): (options: CallOptions) => Promise<Answer<{ readonly id: string }>> {
  const body = JSON.parse(change.payload.json) as object;
  switch (change.kind) {
    case 'create':
      return (options) => endpoints.create({ external_id: intent.externalId, ...body }, options);
    case 'update':
      return (options) => endpoints.update(change.remoteId, body, options);
  }
}

function record(
  result: CallResult<{ readonly id: string }>,
  attempt: number,
  intent: Intent,
  ledger: WriteInput['ledger'],
): Outcome {
  switch (result.kind) {
    case 'done': {
      const remoteId = result.data.id;
      ledger.settle(attempt, intent, remoteId, { outcome: 'done', code: 0, logId: result.logId });
      return { kind: 'done', remoteId };
    }
    case 'refused':
    case 'failed':
      ledger.takeBack(attempt, intent, { outcome: result.kind, code: result.code, logId: result.logId });
      if (result.kind === 'failed') return { ...outcomeOf(result), kind: 'failed' };
      return { ...outcomeOf(result), kind: 'refused', code: result.code ?? -1 };
    case 'in-doubt':
      ledger.doubt(attempt, { outcome: 'in-doubt', code: result.code, logId: result.logId });
      return { ...outcomeOf(result), kind: 'in-doubt' };
  }
}

function outcomeOf(result: { code: number | null; message: string; logId: string }) {
  return { code: result.code, message: result.message, logId: result.logId };
}
