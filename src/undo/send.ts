import { HireSyncError } from '../errors.ts';
import type { Answer, CallOptions } from '../feishu/answer.ts';
import type { AttemptResult, Entry } from '../ledger/entries.ts';
import type { Back, UndoStep } from '../ledger/undos.ts';
import type { Reason } from '../reason.ts';
import { readHeld } from '../verify/read-held.ts';
import type { CallResult } from '../writer/contract.ts';
import { isGone } from '../writer/read-back.ts';
import type { UndoDeps, UndoWriter } from './job.ts';

/** What became of one record. */
export interface Sent {
  readonly kind: 'restored' | 'deleted' | 'failed' | 'in-doubt' | 'left';
  /** Null where the kind says it all. */
  readonly reason: Reason | null;
}

/** PUTs an old version back: intent → call → settle. */
export async function sendBack(
  { step, entry, back }: { readonly step: UndoStep; readonly entry: Entry; readonly back: Back },
  writer: UndoWriter,
  { ledger: { undos }, reading }: UndoDeps,
): Promise<Sent> {
  const remoteId = entry.remoteId ?? '';
  // An earlier PUT may be in Feishu without the ledger knowing: if this one is refused, that stays in doubt.
  const wasOpen = entry.state === 'updating';
  const body = JSON.parse(back.payload.json) as object;
  const { result, attempt, note } = await journalled(step, 'update', {
    writer,
    undos,
    begin: () => undos.beginRestore(step, back),
    send: (options) => writer.endpoints.update(remoteId, body, options),
    wasOpen,
  });
  switch (result.kind) {
    case 'done':
      return settled('restored', () => undos.restored(step, back, { attempt, result: note }));
    case 'in-doubt':
      undos.doubt(attempt, note);
      return { kind: 'in-doubt', reason: noAnswer(step) };
    case 'failed':
    case 'refused': {
      undos.takeBack(attempt, step, note, wasOpen);
      if (result.kind === 'refused' && (await isGone(remoteId, reading)))
        return { kind: 'left', reason: { code: 'undo-deleted-since' } };
      return { kind: 'failed', reason: reasonOf(result) };
    }
  }
}

/**
 * Deletes an object: intent → call → settle. What a lost answer leaves open, and a refusal (it may be of an object that
 * is gone), is looked up: gone is done.
 */
export async function sendDelete(
  { step, remoteId }: { readonly step: UndoStep; readonly remoteId: string },
  writer: UndoWriter,
  { ledger: { undos }, reading }: UndoDeps,
): Promise<Sent> {
  const { result, attempt, note } = await journalled(step, 'delete', {
    writer,
    undos,
    begin: () => undos.beginDelete(step),
    send: (options) => writer.endpoints.delete(remoteId, options),
    wasOpen: false,
  });
  if (result.kind === 'done') return settled('deleted', () => undos.deleted(step, { attempt, result: note }));
  if (result.kind === 'failed') {
    undos.takeBack(attempt, step, note, false);
    return { kind: 'failed', reason: reasonOf(result) };
  }
  undos.doubt(attempt, note);
  // It was there a moment ago; seen again and again, it is there.
  const held = await readHeld([{ remoteId, expected: [null], writtenAt: reading.now() }], reading);
  if (held.get(remoteId) === null) return settled('deleted', () => undos.deleted(step, null));
  if (result.kind === 'in-doubt') return { kind: 'in-doubt', reason: noAnswer(step) };
  undos.takeBack(attempt, step, note, false);
  return { kind: 'failed', reason: reasonOf(result) };
}

const noAnswer = ({ undoes }: UndoStep): Reason => ({ code: 'undo-no-answer', run: undoes });

function settled(kind: 'restored' | 'deleted', settle: () => void): Sent {
  settle();
  return { kind, reason: null };
}

function reasonOf({ kind, code, logId }: Exclude<CallResult<unknown>, { kind: 'done' }>): Reason {
  return { code: kind === 'refused' ? 'undo-refused' : 'undo-given-up', feishuCode: code, logId };
}

/** One call with its intent committed before each request. */
async function journalled<T>(
  step: UndoStep,
  action: 'update' | 'delete',
  {
    writer,
    undos,
    begin,
    send,
    wasOpen,
  }: {
    readonly writer: UndoWriter;
    readonly undos: UndoDeps['ledger']['undos'];
    readonly begin: () => number;
    readonly send: (options: CallOptions) => Promise<Answer<T>>;
    readonly wasOpen: boolean;
  },
): Promise<{ readonly result: CallResult<T>; readonly attempt: number; readonly note: AttemptResult }> {
  let attempt: number | undefined;
  let last: AttemptResult = { outcome: 'retried', code: null, logId: '' };
  const called = writer.call<T>({
    key: step.key,
    effect: action === 'delete' ? 'delete' : 'replace',
    send: (options) => {
      // Inside the throttle's slot: an intent exists only for a request that really leaves now.
      attempt = attempt === undefined ? begin() : undos.again(attempt, step, action, last);
      return send(options);
    },
    onAnswer: (answer) => {
      last = { ...last, code: answer.kind === 'error' ? answer.code : null, logId: answer.logId };
    },
  });
  const result = await called.catch((error: unknown) => {
    // A call throws only if nothing was written.
    if (attempt !== undefined && HireSyncError.is(error))
      undos.takeBack(attempt, step, { ...last, outcome: 'not-sent' }, wasOpen);
    throw error;
  });
  if (attempt === undefined) throw new Error('A call ended without having been sent.');
  const code = result.kind === 'done' ? 0 : result.code;
  return { result, attempt, note: { outcome: result.kind, code, logId: result.logId } };
}
