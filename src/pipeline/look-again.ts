import { MAX_QUERY_IDS } from '../feishu/endpoints.ts';
import { inPages } from '../in-pages.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Reason } from '../reason.ts';
import { readIds } from '../writer/read-back.ts';
import { unseen } from '../writer/unseen.ts';
import type { Deps, Job, Remote } from './job.ts';

/** How many requests `lookAgain` makes. */
export function readsAgain({ pipeline }: Pick<Job, 'pipeline'>, { ledger }: Pick<Deps, 'ledger'>): number {
  return Math.ceil(ledger.doubts.countUnseen(pipeline.name) / MAX_QUERY_IDS);
}

/** What a look at records came to that are held because Feishu did not show their object. */
export interface LookedAgain {
  /** Keys of those whose object it shows now. */
  readonly seen: ReadonlySet<string>;
  /** Those that it still does not show and that are held for another reason by now: no object is young for ever. */
  readonly unseen: ReadonlyMap<string, Reason>;
}

/**
 * Looks for the objects of records that are held because Feishu did not show them. What cannot be read, or is
 * still not there, stays held; once is enough for that, for it was missing before.
 * @throws HireSyncError what the calls throw
 */
export async function lookAgain(
  { pipeline }: Pick<Job, 'pipeline'>,
  remote: Remote,
  { ledger, now }: Pick<Deps, 'ledger' | 'now'>,
): Promise<LookedAgain> {
  const seen = new Set<string>();
  const still = new Map<string, Reason>();
  const read = (after: string) => ledger.doubts.unseen(pipeline.name, after, MAX_QUERY_IDS);
  for (const page of inPages('', MAX_QUERY_IDS, read, ({ key }) => key)) {
    await remote.ready();
    const found = await readIds(
      page.map(({ remoteId }) => remoteId),
      remote,
    );
    if (found.kind !== 'done') continue;
    for (const { key, remoteId, code, ...entry } of page) {
      const reason = unseen(remoteId, entry, now());
      if (found.data.has(remoteId)) seen.add(key);
      else if (reason.code !== code) still.set(key, reason);
    }
  }
  return { seen, unseen: still };
}

/** The ledger as it is once that is noted: for a plan, which writes nothing. */
export function knowing(ledger: Ledger, { seen, unseen: still }: LookedAgain): Ledger {
  return {
    ...ledger,
    find(pipeline, key) {
      const entry = ledger.find(pipeline, key);
      if (entry === undefined) return undefined;
      const held = seen.has(key) ? null : (still.get(key) ?? entry.held);
      return { ...entry, held };
    },
  };
}
