import type { RemoteObject } from '../feishu/endpoints.ts';
import type { Entry } from '../ledger/entries.ts';
import { evenKey } from '../plan/even-key.ts';
import { compareShown, isAlike } from '../plan/evening.ts';
import { shownPayload } from '../plan/shown.ts';
import { unreadable } from '../verify/read-held.ts';
import { readAll } from '../writer/read-back.ts';
import { left, type UndoChange } from './decide.ts';
import type { UndoDeps, UndoJob } from './job.ts';

/** A create of the run that is still in doubt, and what is to be done about it. */
export interface OpenCreate {
  readonly key: string;
  /** The object that was found to be its; null without one. */
  readonly remoteId: string | null;
  readonly change: UndoChange;
}

/**
 * After this time, in ms, what is not to be seen never arrived: the read-back's delay is not documented, and is given
 * seconds elsewhere, where a wrong answer can be mended.
 */
const SURE_MS = 10 * 60_000;

/**
 * What is to be done about creates of the run that no answer settled: found by content, as `recover` does it, but never
 * sent again. `entries` are of one application.
 * @throws HireSyncError FEISHU_UNREACHABLE
 */
export async function decideOpenCreates(
  application: string,
  entries: readonly Entry[],
  { undoes, pipeline }: UndoJob,
  { ledger, reading }: Pick<UndoDeps, 'ledger' | 'reading'>,
): Promise<readonly OpenCreate[]> {
  const answer = await readAll(application, reading, { isOpen: true });
  if (answer.kind !== 'done') throw unreadable(answer.message);
  const free = answer.data.filter(({ id }) => !ledger.doubts.isOwned(reading.target.name, id));
  const { target } = reading;
  const habits = ledger.habits.of(target.name);
  // Creates that Feishu may show as one another have to be told apart by their number.
  const keyOf = ({ intent }: Entry): string => (intent === null ? '' : evenKey(target.shape, intent.json));
  const records = Map.groupBy(entries, keyOf);
  const open = ledger.doubts.of(pipeline, application);
  const isHeld = (object: RemoteObject) => {
    const { json } = shownPayload(target, object);
    return ({ intent }: Entry): boolean =>
      intent !== null && isAlike(compareShown(target.shape, intent.json, json, habits));
  };
  return [...records].flatMap(([key, equal]) => {
    const found = free.filter((object) => equal.some(isHeld(object)));
    const rivals = open.filter((entry) => keyOf(entry) === key).length - equal.length;
    const unsure = rivals > 0 || found.length > equal.length;
    return equal.map((entry, i) => {
      const object = found[i];
      if (unsure && found.length > 0) return { key: entry.key, remoteId: null, change: ambiguous(found) };
      if (object !== undefined) return { key: entry.key, remoteId: object.id, change: { kind: 'delete' } };
      return { key: entry.key, remoteId: null, change: notFound(entry, reading.now(), undoes) };
    });
  });
}

function ambiguous(found: readonly RemoteObject[]): UndoChange {
  return left({ code: 'undo-equal-objects', ids: found.map(({ id }) => id) });
}

function notFound({ lastAttemptAt }: Entry, nowMs: number, undoes: string): UndoChange {
  if (Math.abs(nowMs - lastAttemptAt) >= SURE_MS)
    return { kind: 'ledger', back: null, newKey: true, reason: { code: 'undo-never-arrived' } };
  return left({ code: 'undo-not-visible-yet', run: undoes, untilMs: lastAttemptAt + SURE_MS });
}
