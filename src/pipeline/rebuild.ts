import { HireSyncError } from '../errors.ts';
import type { RemoteObject } from '../feishu/endpoints.ts';
import type { FileCount } from '../model.ts';
import type { PlannedChange } from '../plan/plan-store.ts';
import { shownPayload } from '../plan/shown.ts';
import { readAll } from '../writer/read-back.ts';
import type { Deps, Job, Writer } from './job.ts';
import { planJob } from './planning.ts';

/** What a rebuild found. Rows and objects, not requests. */
export interface Rebuilt {
  readonly read: number;
  /** Rows the ledger knew already. */
  readonly known: number;
  /** Rows whose object was found and is now in the ledger. */
  readonly matched: number;
  /** Rows without an equal object: the next sync creates them. */
  readonly unmatched: number;
  /** Rows with more equal objects than rows; nothing was adopted for them. */
  readonly ambiguous: number;
  /** Rows that are rejected, skipped or held, and so cannot be matched. */
  readonly others: number;
  /** Objects under these applications that no row of the source equals. */
  readonly unknownObjects: number;
  readonly applications: number;
  readonly files: readonly FileCount[];
}

/** Told of each row: `matched` with its id, `ambiguous` with all ids. */
export type OnRow = (
  fate: 'matched' | 'unmatched' | 'ambiguous',
  key: string,
  ids: readonly string[],
) => void;

const PAGE = 200;

/**
 * Fills the ledger from what Feishu holds: for every application the source names, objects equal to a row are
 * adopted. Each application is committed as it is read, and one whose rows are all known is not read again, so an
 * interrupted rebuild goes on where it stopped.
 * @throws HireSyncError what reading, the ledger and the calls throw; also when an application cannot be read
 */
export async function rebuild(job: Job, writer: Writer, deps: Deps, onRow: OnRow): Promise<Rebuilt> {
  const { ledger, store } = deps;
  const { read, files } = await planJob(job, deps);
  const known = store.count('unchanged') + store.count('update');
  const counts = { matched: 0, unmatched: 0, ambiguous: 0, unknownObjects: 0, applications: 0 };
  const creates = store.count('create');
  if (creates > 0) await writer.ready();
  for (let after = ''; ; ) {
    const applications = store.applications(after, PAGE);
    for (const application of applications) {
      writer.stopping.throwIfAborted();
      const found = await readAll(application, writer);
      if (found.kind !== 'done') throw unreadable(application, found.message);
      counts.applications++;
      const free = found.data.filter(({ id }) => !ledger.doubts.isOwned(job.pipeline.target.name, id));
      matchApplication(job, store.createsOf(application), free, { ledger, counts, onRow });
    }
    const last = applications.at(-1);
    if (last === undefined || applications.length < PAGE) break;
    after = last;
  }
  return { read, known, ...counts, others: read - known - creates, files };
}

function unreadable(application: string, message: string): HireSyncError {
  return new HireSyncError(
    'FEISHU_UNREACHABLE',
    `What Feishu holds under application ${application} could not be read: ${message} What was matched so far is in the ledger; run it again.`,
  );
}

interface Tally {
  readonly ledger: Deps['ledger'];
  readonly counts: { matched: number; unmatched: number; ambiguous: number; unknownObjects: number };
  readonly onRow: OnRow;
}

function matchApplication(
  { run, pipeline }: Job,
  rows: readonly PlannedChange[],
  objects: readonly RemoteObject[],
  { ledger, counts, onRow }: Tally,
): void {
  const { name: target } = pipeline.target;
  const byContent = Map.groupBy(objects, (item) => shownPayload(pipeline.target, item).fingerprint);
  const creates = rows.flatMap(({ change }) => (change.kind === 'create' ? [change] : []));
  for (const [fingerprint, equal] of Map.groupBy(creates, ({ payload }) => payload.fingerprint)) {
    const found = byContent.get(fingerprint) ?? [];
    byContent.delete(fingerprint);
    const ids = found.map(({ id }) => id);
    if (found.length > equal.length) {
      counts.ambiguous += equal.length;
      for (const { key } of equal) onRow('ambiguous', key, ids);
      continue;
    }
    for (const [i, { key, payload }] of equal.entries()) {
      const remoteId = ids[i];
      if (remoteId === undefined) {
        counts.unmatched++;
        onRow('unmatched', key, []);
        continue;
      }
      const externalId = pipeline.externalId(key);
      ledger.doubts.learn(
        { run, pipeline: pipeline.name, key, target, action: 'create', externalId, payload, shown: null },
        remoteId,
      );
      counts.matched++;
      onRow('matched', key, [remoteId]);
    }
  }
  for (const rest of byContent.values()) counts.unknownObjects += rest.length;
}
