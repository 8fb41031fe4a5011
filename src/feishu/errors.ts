import type { Answer, Effect } from './answer.ts';

/**
 * - `done`: taken.
 * - `retry`: send it again after a while.
 * - `pause`: rate limited; nobody sends to this endpoint for a while, then it is sent again. Uses up no attempt.
 * - `in-doubt`: it may have been processed and must not be sent again blindly.
 * - `refused`: Feishu will not take this row, however often it is sent.
 * - `refresh-token`: once more with a fresh token, then stop.
 * - `stop`: no row can go through.
 */
export type AnswerVerdict = 'done' | 'retry' | 'pause' | 'in-doubt' | 'refused' | 'refresh-token' | 'stop';

type Rule =
  | { readonly verdict: 'retry' | 'pause' | 'refused' | 'refresh-token' }
  /** `fix` completes "Feishu refuses the app (code …): ". */
  | { readonly verdict: 'stop'; readonly fix: string };

const RETRY: Rule = { verdict: 'retry' };
const REFUSED: Rule = { verdict: 'refused' };
const REFRESH: Rule = { verdict: 'refresh-token' };
const stop = (fix: string): Rule => ({ verdict: 'stop', fix });

const CHECK_CREDENTIALS =
  'check FEISHU_APP_ID and FEISHU_APP_SECRET against the developer console, Credentials & Basic Info, and that the app is published';
const CHECK_APP =
  'see in the developer console that the app is enabled, published and installed in this tenant';
const CHECK_TOKEN =
  'the API did not take a tenant_access_token; check the address of the API and the type of the app (self-built)';
const CHECK_QUOTA =
  'the API quota of the tenant is used up; raise it or wait for the next period, then run again';
const CHECK_ADDRESS = 'the address of the API does not know this path; check the base URL';

/** Every code hire-sync knows (platform.md §1.2, §3, §4). A code that is not here is refused, see `verdictOf` and `isRowCode`. */
const RULES: ReadonlyMap<number, Rule> = new Map<number, Rule>([
  [99991400, { verdict: 'pause' }],

  // System errors and overload.
  [1002001, RETRY],
  [1500, RETRY],
  [1663, RETRY],
  [1668, RETRY],
  [2200, RETRY],
  [5000, RETRY],
  [1000004, RETRY],
  [1000005, RETRY],

  // Parameters.
  [1002002, REFUSED],
  [99992402, REFUSED],
  [9499, REFUSED],
  // Of the historic list of an application's interviews (application-interviews-list.md).
  [180001, REFUSED],

  [99991663, REFRESH],
  [99991664, REFRESH],
  [99991671, REFRESH],

  [
    99991672,
    stop(
      'the app lacks a scope; add it in the developer console, Permissions & Scopes, and publish a version',
    ),
  ],
  [
    99991401,
    stop(
      "this machine's address is not on the app's IP allow-list; add it in the developer console, Security Settings",
    ),
  ],
  [99991403, stop(CHECK_QUOTA)],
  [99991406, stop(CHECK_QUOTA)],
  [99991543, stop(CHECK_CREDENTIALS)],
  [10003, stop(CHECK_CREDENTIALS)],
  [10012, stop(CHECK_CREDENTIALS)],
  [10013, stop(CHECK_CREDENTIALS)],
  [10014, stop(CHECK_CREDENTIALS)],
  [10015, stop(CHECK_CREDENTIALS)],
  [99991662, stop(CHECK_APP)],
  [99991673, stop(CHECK_APP)],
  [11207, stop(CHECK_APP)],
  [11209, stop(CHECK_APP)],
  [11210, stop(CHECK_APP)],
  [20009, stop(CHECK_APP)],
  [99991661, stop(CHECK_TOKEN)],
  [99991665, stop(CHECK_TOKEN)],
  [99991668, stop(CHECK_TOKEN)],
  [99991676, stop(CHECK_TOKEN)],
  [99991201, stop(CHECK_ADDRESS)],
  [99991301, stop(CHECK_ADDRESS)],
]);

/** What to do about an answer. Pure; decided on Feishu's `code`, on the HTTP status only where there is none we know. */
export function verdictOf(answer: Answer<unknown>, effect: Effect): AnswerVerdict {
  switch (answer.kind) {
    case 'ok':
      return 'done';
    case 'no-answer':
      return answer.sent === 'never' ? 'retry' : unanswered(effect);
    case 'unreadable':
      if (answer.status === 429) return 'pause';
      // A gateway's error page is an answer: the request failed somewhere. A damaged 2xx most likely succeeded.
      return answer.status >= 200 && answer.status < 300 ? unanswered(effect) : 'retry';
    case 'error':
      return verdictOfCode(answer.code, answer.status);
  }
}

/**
 * Whether the request behind an answer may have been carried out although the answer is not `ok`: everything but a
 * proof to the contrary. Such a create is repeated under the same `external_id` only, and never reported as failed.
 */
export function mayBeProcessed(answer: Answer<unknown>, verdict: AnswerVerdict): boolean {
  if (answer.kind === 'no-answer') return answer.sent === 'maybe';
  return verdict === 'retry' || verdict === 'in-doubt';
}

/**
 * Whether a refusal with this code is about the row: a parameter, or one of Hire's business codes (platform.md §1.2, §3). Any
 * other is about the app or about something that is documented nowhere, and no reason to blame a row.
 */
export function isRowCode(code: number): boolean {
  return RULES.get(code)?.verdict === 'refused' || (code >= 1_002_100 && code <= 1_002_999);
}

/** What to fix when no row can go through; undefined for a code that does not stop a run. */
export function fixOf(code: number): string | undefined {
  const rule = RULES.get(code);
  return rule?.verdict === 'stop' ? rule.fix : undefined;
}

function verdictOfCode(code: number, status: number): AnswerVerdict {
  const rule = RULES.get(code);
  // The token and quota codes come with HTTP 429 too, and must not be waited for.
  if (rule !== undefined && (rule.verdict === 'stop' || rule.verdict === 'refresh-token'))
    return rule.verdict;
  if (status === 429) return 'pause';
  if (rule !== undefined) return rule.verdict;
  // The Hire-wide table has business codes only in this range; 1002001 is the one system error among them.
  if (code >= 1_002_000 && code <= 1_002_999) return 'refused';
  return status >= 500 ? 'retry' : 'refused';
}

function unanswered(effect: Effect): AnswerVerdict {
  return effect === 'create' ? 'in-doubt' : 'retry';
}
