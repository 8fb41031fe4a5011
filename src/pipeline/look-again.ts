import { MAX_QUERY_IDS } from '../feishu/endpoints.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { readIds } from '../writer/read-back.ts';
import type { Deps, Job, Remote } from './job.ts';

/** How many requests `lookAgain` makes. */
export function readsAgain({ pipeline }: Pick<Job, 'pipeline'>, { ledger }: Pick<Deps, 'ledger'>): number {
  return Math.ceil(ledger.doubts.countUnseen(pipeline.name) / MAX_QUERY_IDS);
}

/**
 * Records that are held because Feishu did not show their object, and whose object it shows now. What cannot be read, or is
 * still not there, stays held; once is enough for that, for it was missing before.
 * @throws HireSyncError what the calls throw
 */
export async function lookAgain(
  { pipeline }: Pick<Job, 'pipeline'>,
  remote: Remote,
  { ledger }: Pick<Deps, 'ledger'>,
): Promise<ReadonlySet<string>> {
  const seen = new Set<string>();
  for (let after = ''; ; ) {
    const page = ledger.doubts.unseen(pipeline.name, after, MAX_QUERY_IDS);
    const last = page.at(-1);
    if (last === undefined) return seen;
    await remote.ready();
    const found = await readIds(
      page.map(({ remoteId }) => remoteId),
      remote,
    );
    for (const { key, remoteId } of page)
      if (found.kind === 'done' && found.data.has(remoteId)) seen.add(key);
    after = last.key;
  }
}

/** The ledger as it is once these records are held no more: for a plan, which writes nothing. */
export function withoutHolds(ledger: Ledger, keys: ReadonlySet<string>): Ledger {
  return {
    ...ledger,
    find(pipeline, key) {
      const entry = ledger.find(pipeline, key);
      return entry !== undefined && keys.has(key) ? { ...entry, held: null } : entry;
    },
  };
}
