import { MAX_QUERY_IDS } from '../feishu/endpoints.ts';
import { inPages } from '../in-pages.ts';
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
  const read = (after: string) => ledger.doubts.unseen(pipeline.name, after, MAX_QUERY_IDS);
  for (const page of inPages('', MAX_QUERY_IDS, read, ({ key }) => key)) {
    await remote.ready();
    const found = await readIds(
      page.map(({ remoteId }) => remoteId),
      remote,
    );
    for (const { key, remoteId } of page)
      if (found.kind === 'done' && found.data.has(remoteId)) seen.add(key);
  }
  return seen;
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
