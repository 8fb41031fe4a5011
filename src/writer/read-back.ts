import { MAX_QUERY_IDS, type RemoteObject } from '../feishu/endpoints.ts';
import { type Sleep, sleep } from '../feishu/sleep.ts';
import type { Call, CallResult } from './contract.ts';
import type { Learned } from './learned.ts';
import { type ReadPages, readPages } from './read-pages.ts';
import type { TargetEndpoints } from './send-journalled.ts';

/** How long the read-back is given to catch up with a write, in ms, one wait after the other: its delay is not documented. */
export const READ_BACK_WAITS_MS: readonly number[] = [1_000, 2_000, 4_000];

/** What the read-back needs: a call with the read budget, and the target's query. */
export interface ReadBack {
  readonly callRead: Call;
  readonly endpoints: Pick<TargetEndpoints, 'query'>;
  /** Ends the waiting. */
  readonly stopping?: AbortSignal | undefined;
  /** How it is waited; in real time if not given. */
  readonly sleep?: Sleep | undefined;
}

/** Waits between two reads, `ms` or until the run is stopped. */
export function pause(ms: number, asking: Pick<ReadBack, 'sleep' | 'stopping'>): Promise<void> {
  return (asking.sleep ?? sleep)(ms, asking.stopping);
}

/** Objects on a page when no size is asked for. */
export const DEFAULT_PAGE = 10;

/** How long it is waited, in ms, before a read is repeated that cannot be right; one repeat after each. */
const AGAIN_MS: readonly number[] = [500, 1_000];
/** The same before a list is asked for again that was refused. */
const REFUSED_MS = 500;
/** The same between two passes over a list that do not agree. The second pass always follows at once. */
const PASSES_MS: readonly number[] = [0, 0, 500, 1_000, 2_000];

/**
 * What Feishu shows under at most 20 ids now, by id. Everybody who asks by ids asks here: an answer with objects that were
 * not asked for, with rounded ids or with one id twice is no answer. It is asked for again, and `failed` in the end.
 */
export async function readIds(
  ids: readonly string[],
  asking: ReadBack,
): Promise<CallResult<ReadonlyMap<string, RemoteObject>>> {
  const answer = await readBatch(ids, asking);
  if (answer.kind !== 'done') return answer;
  const found = new Map(answer.data.items.map((item) => [item.id, item]));
  const left = ids.length > DEFAULT_PAGE ? ids.filter((id) => !found.has(id)) : [];
  // By ids "other conditions are ignored" (external-interview-batch-query.md), perhaps the page size as well: what is not
  // in the answer is asked for in a list that fits the page that Feishu gives by default.
  for (let i = 0; i < left.length; i += DEFAULT_PAGE) {
    const more = await readBatch(left.slice(i, i + DEFAULT_PAGE), asking);
    if (more.kind !== 'done') return more;
    for (const item of more.data.items) found.set(item.id, item);
  }
  return { ...answer, data: found };
}

function readBatch(ids: readonly string[], asking: ReadBack): Promise<CallResult<ReadPages>> {
  const asked = new Set(ids);
  const read = () =>
    readPages(asking.callRead, (pageToken, options) =>
      asking.endpoints.query({ ids, pageSize: MAX_QUERY_IDS, pageToken }, options),
    );
  return readable(read, ({ id }) => asked.has(id), asking);
}

/**
 * All objects of an application, every page; anything but `done` when one page could not be had. A list of more than one
 * page is read until a pass shows all that the one before showed: pages shift when somebody writes meanwhile, so that an object
 * is skipped. More may have come by then: a run creates objects under an application while it reads its list.
 * @param isOpen a create in doubt is looked for there: a list of one page is read twice, too
 */
export async function readAll(
  application: string,
  asking: ReadBack,
  { isOpen = false }: { readonly isOpen?: boolean } = {},
): Promise<CallResult<readonly RemoteObject[]>> {
  let before: readonly string[] | undefined;
  let attempts = 0;
  for (const [pass, waitMs] of PASSES_MS.entries()) {
    if (waitMs > 0) await pause(waitMs, asking);
    // Other pages each time: a list that skips an object between two pages skips another one then.
    const pageSize = MAX_QUERY_IDS - pass;
    const read = () =>
      readPages(asking.callRead, (pageToken, options) =>
        asking.endpoints.query({ applicationId: application, pageSize, pageToken }, options),
      );
    let answer = await readable(read, (item) => isUnder(application, item), asking);
    // An application that Feishu refuses to list will take no create, so that nobody waits to see one beside it: not after
    // one refusal.
    if (answer.kind === 'refused') {
      await pause(REFUSED_MS, asking);
      answer = await readable(read, (item) => isUnder(application, item), asking);
    }
    if (answer.kind !== 'done') return answer;
    const { items, pages } = answer.data;
    const seen = new Set(items.map(({ id }) => id));
    const isSure = before?.every((id) => seen.has(id)) ?? (pages === 1 && !isOpen);
    if (isSure) return { ...answer, data: items };
    before = [...seen];
    attempts += answer.attempts;
  }
  const message = `the list of the objects under an application was another one each time, in ${PASSES_MS.length} readings.`;
  return { kind: 'failed', code: null, message, attempts, logId: '' };
}

/** False only of an object that names another application: a field may be hidden from the app. */
function isUnder(application: string, { external_application_id: owner }: RemoteObject): boolean {
  return typeof owner !== 'string' || !/^\d+$/.test(owner) || owner === application;
}

/** A read whose answer is about what was asked for, and shows no object twice. */
async function readable(
  read: () => Promise<CallResult<ReadPages>>,
  isAskedFor: (item: RemoteObject) => boolean,
  asking: ReadBack,
): Promise<CallResult<ReadPages>> {
  for (let n = 0; ; n++) {
    const answer = await read();
    if (answer.kind !== 'done') return answer;
    const { items } = answer.data;
    const isTwice = new Set(items.map(({ id }) => id)).size < items.length;
    if (!isTwice && items.every(isAskedFor)) return answer;
    const waitMs = AGAIN_MS[n];
    if (waitMs === undefined || asking.stopping?.aborted === true) {
      const what = isTwice ? 'one object twice' : 'objects that were not asked for';
      const message = `Feishu answered a query with ${what}, in ${n + 1} attempts.`;
      return { kind: 'failed', code: null, message, attempts: answer.attempts, logId: answer.logId };
    }
    await pause(waitMs, asking);
  }
}

/**
 * The object under an id; `gone` where Feishu no longer has it, `unknown` where it cannot be asked. One that is not to be
 * seen is asked for again: the read-back may lag behind a create of a moment ago.
 */
export async function lookFor(
  remoteId: string,
  asking: ReadBack & { readonly learned?: Learned | undefined },
): Promise<RemoteObject | 'gone' | 'unknown'> {
  for (const waitMs of [0, ...(asking.learned?.readBackWaitsMs ?? READ_BACK_WAITS_MS)]) {
    if (waitMs > 0) await pause(waitMs, asking);
    const found = await readIds([remoteId], asking);
    if (found.kind !== 'done') return 'unknown';
    const object = found.data.get(remoteId);
    if (object !== undefined) return object;
  }
  // Ended by a stop, the reads were not apart.
  return asking.stopping?.aborted === true ? 'unknown' : 'gone';
}
