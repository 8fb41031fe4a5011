import { HireSyncError } from '../errors.ts';
import type { Answer, CallOptions } from '../feishu/answer.ts';
import type { RemoteObject } from '../feishu/endpoints.ts';
import type { AttemptResult, Entry } from '../ledger/entries.ts';
import type { Back, UndoStep } from '../ledger/undos.ts';
import { type Compared, compareShown, NO_HABITS } from '../plan/evening.ts';
import { shownBeside } from '../plan/in-sent-terms.ts';
import { shownPayload } from '../plan/shown.ts';
import type { Reason } from '../reason.ts';
import { readHeld } from '../verify/read-held.ts';
import { applicationOf } from '../writer/answers.ts';
import type { CallResult } from '../writer/contract.ts';
import { lookFor } from '../writer/read-back.ts';
import type { UndoDeps, UndoWriter } from './job.ts';

/** What became of one record. */
export interface Sent {
  readonly kind: 'restored' | 'deleted' | 'relinked' | 'failed' | 'in-doubt' | 'left';
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
  const body = JSON.parse(back.payload.json) as object;
  const put = (wasOpen: boolean) =>
    journalled(step, 'update', {
      writer,
      undos,
      begin: () => undos.beginRestore(step, back),
      send: (options) => writer.endpoints.update(remoteId, body, options),
      wasOpen,
    });
  // An earlier PUT may be in Feishu without the ledger knowing: if this one is refused, that stays in doubt.
  let wasOpen = entry.state === 'updating';
  let { result, attempt, note } = await put(wasOpen);
  let shown = result.kind === 'done' ? shownOf(result.data, remoteId, back, reading) : null;
  if (shown?.kind === 'other') {
    // What it shows may be of another moment: it gets one more PUT, as in a sync, and is settled as that shows it.
    undos.doubt(attempt, note);
    wasOpen = true;
    ({ result, attempt, note } = await put(wasOpen));
    shown = result.kind === 'done' ? shownOf(result.data, remoteId, back, reading) : null;
  }
  switch (result.kind) {
    case 'done': {
      if (shown === null) {
        undos.doubt(attempt, note);
        return { kind: 'in-doubt', reason: { code: 'undo-other-answer', run: step.undoes } };
      }
      const there = { ...back, shown: shown.beside };
      return settled('restored', () => undos.restored(step, there, { attempt, result: note }));
    }
    case 'in-doubt':
      undos.doubt(attempt, note);
      return { kind: 'in-doubt', reason: noAnswer(step) };
    case 'failed':
    case 'refused': {
      undos.takeBack(attempt, step, note, wasOpen);
      if (result.kind === 'refused' && (await lookFor(remoteId, reading)) === 'gone')
        return { kind: 'left', reason: { code: 'undo-deleted-since' } };
      return { kind: 'failed', reason: reasonOf(result) };
    }
  }
}

/**
 * Deletes an object: intent → call → settle. What a lost answer leaves open, and a refusal (it may be of an object that
 * is gone), is looked up: gone, in two reads apart, is done. `unseen`: it was not to be seen before either.
 * @throws HireSyncError FEISHU_UNREACHABLE when it cannot be looked up; its record keeps its id, and is held
 */
export async function sendDelete(
  {
    step,
    remoteId,
    unseen = false,
  }: { readonly step: UndoStep; readonly remoteId: string; readonly unseen?: boolean | undefined },
  writer: UndoWriter,
  { ledger: { undos }, reading }: Pick<UndoDeps, 'ledger' | 'reading'>,
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
  const wanted = { remoteId, entry: null, expected: [null], writtenAt: reading.now() };
  const held = await readHeld([wanted], reading, NO_HABITS);
  // Reads that a stop let follow each other at once are not apart: the next undo finds out.
  reading.stopping.throwIfAborted();
  if (held.get(remoteId) === null) {
    undos.deleted(step, null);
    return unseen && result.kind === 'refused'
      ? { kind: 'relinked', reason: { code: 'undo-gone-already' } }
      : { kind: 'deleted', reason: null };
  }
  if (result.kind === 'in-doubt') return { kind: 'in-doubt', reason: noAnswer(step) };
  undos.takeBack(attempt, step, note, false);
  return { kind: 'failed', reason: reasonOf(result) };
}

const noAnswer = ({ undoes }: UndoStep): Reason => ({ code: 'undo-no-answer', run: undoes });

/** What the answer to a PUT shows of its object; null when it shows another one, or nothing of it. */
function shownOf(
  object: RemoteObject,
  remoteId: string,
  { payload }: Back,
  { target }: UndoDeps['reading'],
): { readonly kind: Compared['kind']; readonly beside: string | null } | null {
  const shown = shownPayload(target, object);
  if (object.id !== remoteId || applicationOf(shown) !== applicationOf(payload)) return null;
  const { kind } = compareShown(target.shape, payload.json, shown.json);
  return { kind, beside: shownBeside(payload, shown, target.shape) };
}

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
