import { HireSyncError } from '../errors.ts';
import { loadLookups } from '../mapping/lookups.ts';
import type { FileCount, SourceRecord } from '../model.ts';
import { createCheck } from '../plan/canonical.ts';
import { CellsNeeded } from '../plan/duplicates.ts';
import { makePlan, type PlanTally } from '../plan/plan.ts';
import { eachChange, type PlanStore } from '../plan/plan-store.ts';
import { holdRekeyed, type Rekeyed } from '../plan/rekeyed.ts';
import { DEFAULT_POLICY } from '../plan/three-way.ts';
import { asRead } from '../readers/batches.ts';
import { Disorder } from '../readers/merge.ts';
import { movedSince, type Picture, takePicture } from '../readers/picture.ts';
import { rejectFile } from '../readers/reject-file.ts';
import { leavesOf, type ReadContext, type Source } from '../readers/source.ts';
import { openStaging } from '../readers/staging.ts';
import type { ReasonOf } from '../reason.ts';
import type { Scan } from '../scan/scan.ts';
import { leaveOutDecided } from './decided-ahead.ts';
import type { Pipeline } from './define.ts';
import type { Deps, Job } from './job.ts';
import { createMarks, createUnparsed, scanJob, unreadLookups } from './short-way.ts';
import { createTransform } from './transform.ts';

/** What reading and comparing came to; the changes themselves are in the store. */
export interface Planned extends PlanTally {
  readonly orphans: number;
  readonly files: readonly FileCount[];
  /** The context in which marks of this reading hold; null where there are none. */
  readonly context: string | null;
  /** Records that were known by their bytes and not parsed; part of `read`. */
  readonly unparsed: number;
  /** Creates that are held because a record that the export no longer has holds their payload. */
  readonly rekeyed: Rekeyed;
  /** The files as they were when they were read. */
  readonly picture: Picture;
}

/** What is known of the files so far, also when reading ends by an error. */
export interface Noted {
  readonly files: FileCount[];
  orphans: number;
}

/**
 * Reads, maps and compares; writes nothing to Feishu.
 * @throws HireSyncError SOURCE_MISSING, SOURCE_INVALID, PIPELINE_INVALID, LEDGER_INVALID
 */
export async function planJob(
  job: Job,
  deps: Deps,
  noted: Noted = { files: [], orphans: 0 },
): Promise<Planned> {
  checkTarget(job.pipeline, deps.ledger);
  const { source, lookups } = job.pipeline;
  const files = [...source.files, ...Object.values(lookups).map(({ file }) => file)];
  const picture = takePicture(job.folder, files);
  const scan = await scanJob(job, deps);
  try {
    for (const { file, stamp, count } of scan === null ? [] : [...scan.files, ...scan.lookups]) {
      picture.opened(file, stamp);
      picture.read(count);
    }
    const onDisk = isOnDisk(source);
    let way: Way = {
      short: scan !== null && scan.settled > 0,
      merge: onDisk && leavesOf(source).length > 1,
      keepCells: !onDisk,
    };
    for (;;) {
      deps.onReading?.(way.short && scan !== null ? scan.kept : null);
      try {
        const planned = await readAndCompare(job, deps, { scan, way, noted, picture });
        const moved = await movedSince(picture);
        if (moved !== null) throw moved;
        return planned;
      } catch (error) {
        // An export that moved is not read another way.
        const moved = isSourceError(error) ? await movedSince(picture) : null;
        if (moved !== null) throw moved;
        // Parsing everything either does not meet it again, or tells line and column; a reading file by file tells of all.
        if (error instanceof Disorder) way = { ...way, merge: false };
        else if (error instanceof CellsNeeded && !way.keepCells)
          way = { ...way, short: false, keepCells: true };
        else if (way.short && isSourceError(error)) way = { ...way, short: false };
        else if (way.merge && isSourceError(error)) way = { ...way, merge: false };
        else throw error;
      }
      deps.store.clear();
      noted.files.length = 0;
      noted.orphans = 0;
    }
  } finally {
    scan?.close();
  }
}

interface Way {
  /** Only those records are parsed that the scan does not know. */
  readonly short: boolean;
  /** Children are read along with their parents, until a file turns out not to be sorted. */
  readonly merge: boolean;
  /** See `PlanInput.keepCells`. */
  readonly keepCells: boolean;
}

/** Whether it can be read again: what comes from Feishu is not to be asked for twice. */
const isOnDisk = (source: Source<unknown>): boolean =>
  leavesOf(source).every(({ kind }) => ['csv', 'json', 'jsonl'].includes(kind));

const isSourceError = (error: unknown) => HireSyncError.is(error) && error.code === 'SOURCE_INVALID';

async function readAndCompare(
  { pipeline, folder, onlyRejects, runs, policy = DEFAULT_POLICY }: Job,
  { ledger, store, writer, now, sourceTenant }: Deps,
  {
    scan,
    way: { short, merge, keepCells },
    noted,
    picture,
  }: {
    readonly scan: Scan | null;
    readonly way: Way;
    readonly noted: Noted;
    readonly picture: Picture;
  },
): Promise<Planned> {
  const marks = scan === null ? undefined : createMarks(scan);
  const source = sourceOf(pipeline, onlyRejects, runs);
  const staging = openStaging();
  const context = {
    folder,
    staging,
    tenant: sourceTenant,
    picture,
    onFile: (count: FileCount) => {
      picture.read(count);
      noted.files.push(count);
    },
    onOrphan: ({ origin, problem }: Parameters<ReadContext['onOrphan']>[0]) => {
      // Most child records belong to rows that are not in a reject file.
      if (onlyRejects !== undefined) return;
      noted.orphans++;
      store.addOrphan({ ...origin, message: problem.message });
    },
  };
  try {
    const unread = short && scan !== null ? unreadLookups({ pipeline }, { ledger }, scan) : null;
    noted.files.push(...(unread ?? []));
    const transform = createTransform(pipeline, {
      lookups: await loadLookups(unread === null ? pipeline.lookups : {}, context),
      check: createCheck(pipeline.target),
      hasColumns: (file) => source.columnar.includes(file),
    });
    let groups = false;
    const all = source.read({ ...context, merge, ...(short ? { only: scan?.only } : {}) });
    const noteGroups = ({ rows }: SourceRecord) => {
      groups ||= rows !== undefined;
    };
    const records = onlyRejects === undefined ? asRead(all) : watched(all, noteGroups);
    const unparsed =
      short && scan !== null
        ? createUnparsed(pipeline.name, ledger, scan, () => staging.table('known otherwise'))
        : undefined;
    const tally = await makePlan({
      pipeline: pipeline.name,
      records,
      transform,
      ledger,
      store,
      policy,
      target: pipeline.target,
      partial: onlyRejects !== undefined,
      keepWaiting: pipeline.keepWaiting,
      markOf: marks?.markOf,
      unparsed,
      keepCells,
      now,
      stopping: writer?.stopping,
    });
    leaveOutDecided({ pipeline }, { ledger, store });
    const rekeyed = holdRekeyed(pipeline.name, { ledger, store });
    if (noted.orphans > 0) holdDrops(store, { because: 'orphans', orphans: noted.orphans });
    // Whether all rows of a group are in the reject file, nobody knows.
    if (onlyRejects !== undefined && groups) holdDrops(store, { because: 'partial-group', orphans: 0 });
    const known = { context: scan?.context ?? null, unparsed: unparsed?.count ?? 0, picture };
    return { ...tally, ...noted, ...known, rekeyed };
  } finally {
    staging.close();
  }
}

/**
 * An update that drops an assessment that may be there all the same: in an export with children that belong to nobody
 * (it may be among them, under a damaged key), or in a part of a group. A full replace would erase it.
 */
function holdDrops(store: PlanStore, why: Pick<ReasonOf<'drops-child'>, 'because' | 'orphans'>): void {
  for (const { seq, change } of eachChange(store, ['update'])) {
    if (change.kind !== 'update') continue;
    const dropped = change.fields.find(
      ({ before, after }) => after === undefined && typeof before === 'object',
    );
    if (dropped === undefined) continue;
    const { key, origin } = change;
    const reason = { code: 'drops-child', path: dropped.path, ...why } as const;
    store.replace(seq, { kind: 'held', key, origin, reason });
  }
}

/** The ids of one kind of object mean nothing, or another object, to the endpoints of another kind. */
function checkTarget({ name, target }: Pipeline, ledger: Deps['ledger']): void {
  const before = ledger.page(name, '', 1)[0]?.target;
  if (before === undefined || before === target.name) return;
  const message = `Pipeline "${name}" writes ${target.name}, but its records in this ledger are of target ${before}: give the pipeline another name, or its old target.`;
  throw new HireSyncError('PIPELINE_INVALID', message);
}

async function* watched(
  records: AsyncIterable<SourceRecord>,
  watch: (record: SourceRecord) => void,
): AsyncGenerator<SourceRecord> {
  for await (const record of records) {
    watch(record);
    yield record;
  }
}

function sourceOf(
  { name, source }: Pipeline,
  onlyRejects: string | undefined,
  runs: string | undefined,
): Source<unknown> {
  if (onlyRejects === undefined) return source;
  if (source.withRecords !== undefined) return source.withRecords(rejectFile(onlyRejects, runs));
  throw new HireSyncError(
    'CONFIG_INVALID',
    `--only-rejects works for rows of CSV files; the records of pipeline "${name}" cannot be made from them. Correct the export instead.`,
  );
}
