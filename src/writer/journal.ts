import { HireSyncError } from '../errors.ts';
import type { Answer } from '../feishu/answer.ts';
import type { AttemptResult, Intent } from '../ledger/entries.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Outcome } from '../model.ts';
import type { CallResult } from './contract.ts';

/** The ledger's side of one call: intent first, then whatever came back. */
export interface Journal {
  /** Before each request: commits the intent, or notes that it goes out again. @throws when it cannot be recorded */
  sending(): void;
  /** After each answer. */
  answered(answer: Answer<unknown>): void;
  /** The call threw: it does so only if nothing was written, so the intent is taken back. */
  notSent(error: unknown): void;
  /** Feishu holds it under this id, as `holds` says: see `Intent.shown`, and `payload` where it is not the intent's. */
  done(remoteId: string, holds: Pick<Intent, 'shown'> & Partial<Pick<Intent, 'payload'>>): void;
  /** It was answered, and the answer settles nothing: the intent stays open. */
  unsure(): void;
  /** The call ended otherwise. */
  ended(result: Exclude<CallResult<unknown>, { kind: 'done' }>): Outcome;
}

export type Book = Pick<Ledger, 'begin' | 'retry' | 'settle' | 'takeBack' | 'doubt'>;

/**
 * `wasOpen`: the intent was in doubt before this call, so "nothing was written" is true of this call only, and the
 * intent stays open.
 */
export function createJournal(ledger: Book, intent: Intent, { wasOpen = false } = {}): Journal {
  let attempt: number | undefined;
  let last: AttemptResult = { outcome: 'retried', code: null, logId: '' };
  const begun = (): number => {
    if (attempt === undefined) throw new Error('A call ended without having been sent.');
    return attempt;
  };
  return {
    sending() {
      attempt = attempt === undefined ? ledger.begin(intent) : ledger.retry(attempt, intent, last);
    },
    answered(answer) {
      last = { ...last, code: answer.kind === 'error' ? answer.code : null, logId: answer.logId };
    },
    notSent(error) {
      // Any other error is a defect of ours, and then nobody knows: the intent stays open.
      if (attempt === undefined || !HireSyncError.is(error)) return;
      const note = { ...last, outcome: 'not-sent' };
      // Feishu refused the app in answer to this very PUT, and may have carried it out: should the source go back to what
      // the ledger has, nobody would look again.
      const isAnswered = error.code === 'FEISHU_REFUSES_APP' && last.code !== null;
      if (wasOpen || (intent.action === 'update' && isAnswered)) ledger.doubt(attempt, note);
      else ledger.takeBack(attempt, intent, note);
    },
    done(remoteId, holds) {
      ledger.settle(begun(), { ...intent, ...holds }, remoteId, { ...last, outcome: 'done', code: 0 });
    },
    unsure() {
      const refused = last.code !== null;
      ledger.doubt(begun(), { ...last, outcome: refused ? 'refused' : 'done', code: last.code ?? 0 });
    },
    ended(result) {
      const { kind, code, message, logId, notTheRow } = result;
      // Only a row that was refused is remembered as one (`takeBack`).
      const note = { outcome: notTheRow === undefined ? kind : 'stopped', code, logId };
      if (wasOpen || kind === 'in-doubt') ledger.doubt(begun(), note);
      else ledger.takeBack(begun(), intent, note);
      return kind === 'refused' ? { kind, code: code ?? -1, message, logId } : { kind, code, message, logId };
    },
  };
}
