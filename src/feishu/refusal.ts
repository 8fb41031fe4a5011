import { HireSyncError } from '../errors.ts';
import type { Answer, ErrorAnswer } from './answer.ts';
import { fixOf } from './errors.ts';
import { SCOPE } from './target.ts';

const MAX_MSG = 300;

/**
 * The error that stops a run because no row can go through: what Feishu said, what to fix, and the address of the
 * console page where Feishu names one. The codes in question are about the app, so their `msg` is shown.
 */
export function refusalOf(answer: ErrorAnswer, fix = fixOf(answer.code)): HireSyncError {
  const said = answer.msg === '' ? '' : ` "${answer.msg.slice(0, MAX_MSG)}"`;
  const scopes = answer.scopes.length === 0 ? '' : ` Missing: ${answer.scopes.join(', ')}.`;
  const helps = answer.helps.length === 0 ? '' : ` See ${answer.helps.join(' ')}`;
  const what = `Feishu refuses the app with code ${answer.code}${said}${logIdNote(answer.logId)} at ${answer.endpoint}`;
  return new HireSyncError(
    'FEISHU_REFUSES_APP',
    `${what}: ${fix ?? 'see the code in the Feishu documentation'}.${scopes}${helps}`,
  );
}

/**
 * The error that stops a run because a request was refused with a code that is none of those about a row (`isRowCode`): the
 * app may lack a permission, or Feishu says something that is documented nowhere. Its words may quote the row, so those
 * that stand in what was `sent` (JSON) are left out.
 */
export function refusedRequest(answer: ErrorAnswer, sent = '{}'): HireSyncError {
  const { code, status, msg, endpoint, logId, scopes, helps } = answer;
  const said = msg === '' ? '' : ` "${withoutWordsOf(msg, sent)}"`;
  const see = helps.length === 0 ? '' : ` See ${helps.join(' ')}`;
  const scope = scopes.length === 0 ? SCOPE : scopes.join(', ');
  return new HireSyncError(
    'FEISHU_REFUSES_REQUEST',
    `Feishu refuses ${endpoint} with code ${code}${said} (HTTP ${status})${logIdNote(logId)}. That code is not about the row, so no row was ` +
      `rejected for it. Most likely the app lacks a permission: give it the scope ${scope} in the developer console, Permissions & Scopes, ` +
      `and publish a version.${see} If it has that, ask Feishu's support what the code means, with the log id. Then run again: ` +
      'this row, and those that were not sent yet, are sent then.',
  );
}

// Chinese stands beside names and numbers without a blank, so each kind of letters is a word of its own.
const WORD = /\p{N}+|\p{Script=Latin}+|(?:(?!\p{Script=Latin})[\p{L}\p{M}])+/gu;
const PAIR = /(?=((?!\p{Script=Latin})\p{L}(?!\p{Script=Latin})\p{L}))/gu;
/** A word that was sent, of so many characters, may stand inside another one. */
const LONG = 4;

function withoutWordsOf(msg: string, sent: string): string {
  const texts = valuesOf(JSON.parse(sent)).join('\n').toLowerCase();
  const joined = texts.replace(/\s/g, '');
  const words = (texts.match(WORD) ?? []).filter(({ length }) => length >= LONG);
  // What Feishu quotes may be cut, have lost its blanks, or stand between other letters.
  const isSent = (word: string): boolean => {
    const parts = [word, ...[...word.matchAll(PAIR)].map(([, pair]) => pair ?? '')];
    return (
      parts.some((part) => texts.includes(part) || joined.includes(part)) ||
      words.some((one) => word.includes(one))
    );
  };
  // An escape may spell a letter otherwise.
  if (msg.includes('\\')) return '…';
  return msg.slice(0, MAX_MSG).replace(WORD, (word) => (isSent(word.toLowerCase()) ? '…' : word));
}

/** Names of fields may be told, and make clear what the others are about. */
function valuesOf(json: unknown): readonly unknown[] {
  return typeof json === 'object' && json !== null ? Object.values(json).flatMap(valuesOf) : [json];
}

/** An answer in one line for a report: `code 1002002 "param error" (log id …); begin_time: must be …`. May echo the row. */
export function describeAnswer(answer: Answer<unknown>): string {
  switch (answer.kind) {
    case 'ok':
      return 'done';
    case 'error': {
      const said = answer.msg === '' ? '' : ` "${answer.msg}"`;
      const fields = answer.fields.map(({ field, description }) => `; ${field}: ${description}`).join('');
      return `code ${answer.code}${said} (HTTP ${answer.status})${logIdNote(answer.logId)}${fields}`;
    }
    case 'unreadable':
      return `HTTP ${answer.status} with ${answer.what}${logIdNote(answer.logId)}`;
    case 'no-answer':
      return `no answer (${answer.what})`;
  }
}

/** The same without anything Feishu wrote: fit for a log and for an error that ends up in one. */
export function nameAnswer(answer: Answer<unknown>): string {
  return describeAnswer(answer.kind === 'error' ? { ...answer, msg: '', fields: [] } : answer);
}

function logIdNote(logId: string): string {
  return logId === '' ? '' : ` (log id ${logId})`;
}
