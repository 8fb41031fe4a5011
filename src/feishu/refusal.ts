import { HireSyncError } from '../errors.ts';
import type { Answer } from './answer.ts';
import { fixOf } from './errors.ts';

const MAX_MSG = 300;

/**
 * The error that stops a run because no row can go through: what Feishu said, what to fix, and the address of the
 * console page where Feishu names one. The codes in question are about the app, so their `msg` is shown.
 */
export function refusalOf(
  answer: Extract<Answer<unknown>, { kind: 'error' }>,
  fix = fixOf(answer.code),
): HireSyncError {
  const said = answer.msg === '' ? '' : ` "${answer.msg.slice(0, MAX_MSG)}"`;
  const scopes = answer.scopes.length === 0 ? '' : ` Missing: ${answer.scopes.join(', ')}.`;
  const helps = answer.helps.length === 0 ? '' : ` See ${answer.helps.join(' ')}`;
  const what = `Feishu refuses the app with code ${answer.code}${said}${logIdNote(answer.logId)} at ${answer.endpoint}`;
  return new HireSyncError(
    'FEISHU_REFUSES_APP',
    `${what}: ${fix ?? 'see the code in the Feishu documentation'}.${scopes}${helps}`,
  );
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
