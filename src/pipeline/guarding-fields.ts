import { HireSyncError } from '../errors.ts';
import { MAX_QUERY_IDS } from '../feishu/endpoints.ts';
import { SCOPE } from '../feishu/target.ts';
import type { Entry } from '../ledger/entries.ts';
import { fieldLabelOf } from '../plan/labels.ts';
import { eachChange } from '../plan/plan-store.ts';
import { DEFAULT_POLICY } from '../plan/three-way.ts';
import { unreadableFields } from '../plan/unreadable-fields.ts';
import { createFeishuNow } from './feishu-now.ts';
import type { Deps, Job, Remote } from './job.ts';

/** How many requests `guardFields` makes. */
export function fieldReads(
  job: Pick<Job, 'pipeline' | 'policy'>,
  deps: Pick<Deps, 'ledger' | 'store'>,
): number {
  return looksAtFields(job, deps) && sample(job, deps).length > 0 ? 1 : 0;
}

/** Where the source wins there is nothing to keep. */
function looksAtFields(
  { policy = DEFAULT_POLICY }: Pick<Job, 'policy'>,
  { store }: Pick<Deps, 'store'>,
): boolean {
  return policy.onDrift !== 'overwrite' && (store.count('update') > 0 || policy.repairDrift);
}

/**
 * Why updates that keep what somebody entered in Feishu (`keep`), or are held because of it (`hold`), must not be carried
 * out: the app may not see a field, so that its value would look deleted, and the PUT would erase it. One request.
 * @returns null when nothing speaks against it
 * @throws HireSyncError what the calls throw
 */
export async function guardFields(
  job: Job,
  remote: Remote,
  deps: Pick<Deps, 'ledger' | 'store' | 'now' | 'writer'>,
): Promise<HireSyncError | null> {
  const { pipeline, policy = DEFAULT_POLICY } = job;
  const { target } = pipeline;
  const { habits } = deps.ledger;
  if (!looksAtFields(job, deps)) return null;
  const entries = sample(job, deps);
  if (entries.length === 0) return null;
  await remote.ready();
  const present = await createFeishuNow(pipeline, remote, deps).objectsOf(entries);
  const seen = entries.flatMap((entry) => {
    const there = present.get(entry.remoteId ?? '');
    return there?.kind === 'found' ? [{ entry, raw: there.raw }] : [];
  });
  const { unreadable, back } = unreadableFields(seen, habits.hiddenIn(target.name), target.shape);
  // A plan leaves the ledger as it is.
  if (deps.writer !== null) for (const path of back) habits.forgetHidden(target.name, path);
  if (unreadable.length === 0) return null;
  const names = unreadable.map((path) => `${fieldLabelOf(target.shape, path, 'en')} (${path})`).join(', ');
  return new HireSyncError(
    'FIELD_UNREADABLE',
    `Feishu does not show ${names} to this app: none of ${seen.length} objects that were read has it. ` +
      `With "${policy.onDrift}" an update would erase what stands there, so nothing was written. ` +
      `Give the app the permission to see it (scope ${SCOPE}, and the fields of it) in the developer console and run again; ` +
      'or let the source win: --on-drift overwrite sends its values.',
  );
}

/** The first records that an update would be about, filled up with others of the pipeline: as many as one request reads. */
function sample(
  { pipeline }: Pick<Job, 'pipeline'>,
  { ledger, store }: Pick<Deps, 'ledger' | 'store'>,
): readonly Entry[] {
  const chosen = new Map<string, Entry>();
  const add = (entry: Entry | undefined): void => {
    if (entry?.state === 'settled' && entry.remoteId !== null && entry.applied?.fingerprint !== '')
      chosen.set(entry.key, entry);
  };
  for (const { change } of eachChange(store, ['update'])) {
    if (chosen.size === MAX_QUERY_IDS) break;
    if (change.key !== null) add(ledger.find(pipeline.name, change.key));
  }
  for (const entry of ledger.page(pipeline.name, '', MAX_QUERY_IDS)) {
    if (chosen.size === MAX_QUERY_IDS) break;
    add(entry);
  }
  return [...chosen.values()];
}
