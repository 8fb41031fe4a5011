import { MAX_QUERY_IDS, type RemoteObject } from '../feishu/endpoints.ts';
import { refusedRequest } from '../feishu/refusal.ts';
import type { Entry } from '../ledger/entries.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Payload } from '../model.ts';
import { heldPayload } from '../plan/held-payload.ts';
import { shownPayload } from '../plan/shown.ts';
import type { CallResult } from '../writer/contract.ts';
import type { Learned } from '../writer/learned.ts';
import {
  DEFAULT_PAGE,
  pause,
  READ_BACK_WAITS_MS,
  type ReadBack,
  readAll,
  readIds,
} from '../writer/read-back.ts';
import type { Pipeline } from './define.ts';

/** Feishu could not be asked. Nothing was written. */
export interface Unreadable {
  readonly kind: 'unreadable';
  /** Feishu answered that it will not, rather than not at all. */
  readonly refused: boolean;
  readonly code: number | null;
  readonly message: string;
  readonly logId: string;
}

/** An object that Feishu holds. */
export interface Found {
  readonly kind: 'found';
  /** In the words of what was sent: what the ledger says was applied, as long as nobody edited it. */
  readonly payload: Payload;
  /** As Feishu shows it. */
  readonly raw: Payload;
}

/** `under`: all that its application has, where that was read. */
export type Present = Found | { readonly kind: 'missing'; readonly under?: readonly Holder[] } | Unreadable;

/** All objects of an application. */
export type Contents = { readonly kind: 'contents'; readonly objects: readonly Holder[] } | Unreadable;

/** An object of an application, and what Feishu shows of it. */
export interface Holder {
  readonly id: string;
  readonly raw: Payload;
}

/** What asking takes: reads in their own budget, and a way to end the waiting. */
export type Asking = ReadBack & { readonly stopping: AbortSignal; readonly learned?: Learned | undefined };

/** What Feishu holds now. All methods throw what the calls throw, and FEISHU_REFUSES_REQUEST. */
export interface FeishuNow {
  /**
   * Under the ids of these entries, 20 per request. Missing is what is not to be seen in several reads, apart by the waits of
   * the read-back, and not in the list of its application either.
   */
  objectsOf(entries: readonly Entry[]): Promise<ReadonlyMap<string, Present>>;
  /** Under an application, all pages. `isOpen`: see `readAll`. */
  contentsOf(application: string, isOpen?: boolean): Promise<Contents>;
}

// A record written less than this long ago may not be visible yet as it was written: how long the read-back lags is not
// documented, so what looks like an edit or a deletion is looked at again.
const RECENT_MS = 60_000;

export function createFeishuNow(
  { target }: Pick<Pipeline, 'target'>,
  asking: Asking,
  { ledger, now }: { readonly ledger: Pick<Ledger, 'habits'>; readonly now: () => number },
): FeishuNow {
  const { shape } = target;
  const holderOf = (item: RemoteObject): Holder => ({ id: item.id, raw: shownPayload(target, item) });
  const foundOf = (entry: Entry, item: RemoteObject): Found => {
    const raw = shownPayload(target, item);
    return { kind: 'found', raw, payload: heldPayload(entry, raw, shape, ledger.habits.of(target.name)) };
  };
  const ask = async (
    entries: readonly Entry[],
    present: Map<string, Present>,
    perRequest = MAX_QUERY_IDS,
  ): Promise<void> => {
    const asked = entries.filter(({ remoteId }) => remoteId !== null);
    const ids = asked.flatMap(({ remoteId }) => remoteId ?? []);
    for (let i = 0; i < ids.length; i += perRequest) {
      const some = ids.slice(i, i + perRequest);
      const answer = await readIds(some, asking);
      for (const entry of asked.slice(i, i + perRequest)) {
        const id = entry.remoteId ?? '';
        const item = answer.kind === 'done' ? answer.data.get(id) : undefined;
        if (answer.kind !== 'done') present.set(id, unreadable(answer));
        else present.set(id, item === undefined ? { kind: 'missing' } : foundOf(entry, item));
      }
    }
  };
  const askList = async (application: string, gone: readonly Entry[], present: Map<string, Present>) => {
    const answer = await readAll(application, asking);
    // An application that Feishu refuses to list has nothing to show.
    if (answer.kind === 'refused') return;
    const under = answer.kind === 'done' ? answer.data.map(holderOf) : [];
    for (const entry of gone) {
      const id = entry.remoteId ?? '';
      const item = answer.kind === 'done' ? answer.data.find((one) => one.id === id) : undefined;
      if (answer.kind !== 'done') present.set(id, unreadable(answer));
      else present.set(id, item === undefined ? { kind: 'missing', under } : foundOf(entry, item));
    }
  };
  return {
    async objectsOf(entries) {
      const present = new Map<string, Present>();
      const isMissing = ({ remoteId }: Entry): boolean => present.get(remoteId ?? '')?.kind === 'missing';
      await ask(entries, present);
      // What is missing is held, or even created again: not after one bad read.
      for (const waitMs of asking.learned?.readBackWaitsMs ?? READ_BACK_WAITS_MS) {
        const odd = entries.filter(
          (entry) => isMissing(entry) || looksOdd(entry, present.get(entry.remoteId ?? ''), now()),
        );
        if (odd.length === 0) break;
        await pause(waitMs, asking);
        await ask(odd, present, DEFAULT_PAGE);
      }
      const gone = Map.groupBy(entries.filter(isMissing), applicationOf);
      await Promise.all(
        [...gone].map(([application, some]) => application !== null && askList(application, some, present)),
      );
      return present;
    },
    async contentsOf(application, isOpen = false) {
      const answer = await readAll(application, asking, { isOpen });
      if (answer.kind !== 'done') return unreadable(answer);
      return { kind: 'contents', objects: answer.data.map(holderOf) };
    },
  };
}

/** Null where nobody has written what the object holds: somebody named it by hand. */
function applicationOf({ applied, intent }: Entry): string | null {
  for (const payload of [applied, intent]) {
    const { external_application_id: id } = JSON.parse(payload?.json ?? '{}') as Record<string, unknown>;
    if (typeof id === 'string') return id;
  }
  return null;
}

function looksOdd(entry: Entry, found: Present | undefined, nowMs: number): boolean {
  if (nowMs - entry.lastAttemptAt > RECENT_MS) return false;
  if (found?.kind !== 'found') return false;
  return found.payload.json !== entry.applied?.json && found.payload.json !== entry.intent?.json;
}

function unreadable({
  kind,
  code,
  message,
  logId,
  notTheRow,
}: Exclude<CallResult<unknown>, { kind: 'done' }>): Unreadable {
  if (notTheRow !== undefined) throw refusedRequest(notTheRow);
  return { kind: 'unreadable', refused: kind === 'refused', code, message, logId };
}
