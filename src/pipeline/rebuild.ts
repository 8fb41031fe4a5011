import { HireSyncError } from '../errors.ts';
import type { RemoteObject } from '../feishu/endpoints.ts';
import { eachInPages } from '../in-pages.ts';
import type { Change, FileCount } from '../model.ts';
import { shownBeside } from '../plan/in-sent-terms.ts';
import type { PlannedChange } from '../plan/planned.ts';
import { shownPayload } from '../plan/shown.ts';
import { readAll } from '../writer/read-back.ts';
import type { Holder } from './feishu-now.ts';
import type { Deps, Job, Writer } from './job.ts';
import { planJob } from './planning.ts';
import { createStrangers, type Strangers } from './strangers.ts';

/** What a rebuild found. Rows and objects, not requests. */
export interface Rebuilt {
  readonly read: number;
  /** Rows the ledger knew already. */
  readonly known: number;
  /** Rows whose object was found and is now in the ledger. */
  readonly matched: number;
  /** Rows without an equal object, which have one that is near (see `plan/near.ts`): the next sync holds them. */
  readonly near: number;
  /** Rows without an equal or near object: the next sync creates them. */
  readonly unmatched: number;
  /** Rows with more equal objects than rows; nothing was adopted for them. */
  readonly ambiguous: number;
  /** Rows that are rejected, skipped, held or forgotten, and so cannot be matched. */
  readonly others: number;
  /** Objects under these applications that no row of the source equals or is near. */
  readonly unknownObjects: number;
  readonly applications: number;
  readonly files: readonly FileCount[];
}

/** Told of each row: `matched` and `near` with the id, `ambiguous` with all ids. */
export type OnRow = (
  fate: 'matched' | 'near' | 'unmatched' | 'ambiguous',
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
  const strangers = createStrangers(job.pipeline, { ledger, store });
  const counts = { matched: 0, near: 0, unmatched: 0, ambiguous: 0, unknownObjects: 0, applications: 0 };
  const creates = store.count('create');
  if (creates > 0) await writer.ready();
  for (const application of eachInPages('', PAGE, store.applications, (id) => id)) {
    writer.stopping.throwIfAborted();
    const found = await readAll(application, writer);
    if (found.kind !== 'done') throw unreadable(application, found.message);
    counts.applications++;
    const free = found.data.filter(({ id }) => !ledger.doubts.isOwned(job.pipeline.target.name, id));
    const rows = store.createsOf(application);
    const rest = matchApplication(job, rows, free, { ledger, counts, onRow });
    matchNear(job, rest, strangers.under(application, rows, rest.objects), { ledger, counts, onRow });
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
  readonly counts: Record<'matched' | 'near' | 'unmatched' | 'ambiguous' | 'unknownObjects', number>;
  readonly onRow: OnRow;
}

/** What is left of an application when objects and rows that are equal to the letter are out of the way. */
interface Rest {
  readonly rows: readonly { readonly seq: number; readonly change: Create }[];
  readonly objects: readonly Holder[];
}

type Create = Extract<Change, { kind: 'create' }>;

function matchApplication(
  job: Job,
  rows: readonly PlannedChange[],
  objects: readonly RemoteObject[],
  { ledger, counts, onRow }: Tally,
): Rest {
  const { pipeline } = job;
  const holders = objects.map((item): Holder => ({ id: item.id, raw: shownPayload(pipeline.target, item) }));
  const byContent = Map.groupBy(holders, ({ raw }) => raw.fingerprint);
  const rest: Rest['rows'][number][] = [];
  const creates = rows.flatMap(({ seq, change }) => (change.kind === 'create' ? [{ seq, change }] : []));
  for (const [fingerprint, equal] of Map.groupBy(creates, ({ change }) => change.payload.fingerprint)) {
    const found = byContent.get(fingerprint) ?? [];
    byContent.delete(fingerprint);
    const ids = found.map(({ id }) => id);
    if (found.length > equal.length) {
      counts.ambiguous += equal.length;
      for (const { change } of equal) onRow('ambiguous', change.key, ids);
      continue;
    }
    for (const [i, row] of equal.entries()) {
      const object = found[i];
      if (object === undefined) rest.push(row);
      else learn(job, row.change, object, { ledger, counts, onRow });
    }
  }
  return { rows: rest, objects: [...byContent.values()].flat() };
}

/** Rows that equal an object but for what Feishu makes of it are matched; those that are near one are told. */
function matchNear(
  job: Job,
  { rows, objects }: Rest,
  there: ReturnType<Strangers['under']>,
  tally: Tally,
): void {
  const { counts, onRow } = tally;
  let used = 0;
  for (const { seq, change } of rows) {
    const own = there.get(seq);
    if (own !== undefined) used++;
    if (own?.kind === 'equal') learn(job, change, own.object, tally);
    else if (own?.kind === 'near') {
      counts.near++;
      onRow('near', change.key, [own.object.id]);
    } else {
      counts.unmatched++;
      onRow('unmatched', change.key, []);
    }
  }
  counts.unknownObjects += objects.length - used;
}

function learn(
  { run, pipeline }: Job,
  { key, payload }: Create,
  { id, raw }: Holder,
  { ledger, counts, onRow }: Tally,
): void {
  const { name: target, shape } = pipeline.target;
  const externalId = pipeline.externalId(key);
  const shown = shownBeside(payload, raw, shape);
  const record = { run, pipeline: pipeline.name, key, target, externalId, payload, shown };
  ledger.doubts.learn({ ...record, action: 'create' }, id);
  counts.matched++;
  onRow('matched', key, [id]);
}
