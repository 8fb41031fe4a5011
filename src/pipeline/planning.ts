import { HireSyncError } from '../errors.ts';
import { loadLookups } from '../mapping/lookups.ts';
import type { Eye, FileCount, SourceRecord } from '../model.ts';
import { createCheck } from '../plan/canonical.ts';
import { CellsNeeded } from '../plan/duplicates.ts';
import { makePlan, type PlanTally } from '../plan/plan.ts';
import { eachChange, type PlanStore } from '../plan/plan-store.ts';
import { DEFAULT_POLICY } from '../plan/three-way.ts';
import { asRead } from '../readers/batches.ts';
import { Disorder } from '../readers/merge.ts';
import { rejectFile } from '../readers/reject-file.ts';
import { leavesOf, type ReadContext, type Source } from '../readers/source.ts';
import { openStaging } from '../readers/staging.ts';
import type { Scan } from '../scan/scan.ts';
import type { Pipeline } from './define.ts';
import { createDigitsJudge } from './digits-judge.ts';
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
  /** What a person should look at, though it goes in. */
  readonly eyes: readonly Eye[];
}

// No night's context: marks that are kept with it never hold, and the next night reads every row.
const READ_ALL = 'all rows are to be read';

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
  const scan = await scanJob(job, deps);
  try {
    const onDisk = isOnDisk(job.pipeline.source);
    let way: Way = {
      short: scan !== null && scan.settled > 0,
      merge: onDisk && leavesOf(job.pipeline.source).length > 1,
      keepCells: !onDisk,
    };
    for (;;) {
      deps.onReading?.(way.short && scan !== null ? scan.kept : null);
      try {
        return await readAndCompare(job, deps, { scan, way, noted });
      } catch (error) {
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
  }: { readonly scan: Scan | null; readonly way: Way; readonly noted: Noted },
): Promise<Planned> {
  const marks = scan === null ? undefined : createMarks(scan);
  const source = sourceOf(pipeline, onlyRejects, runs);
  const staging = openStaging();
  const context = {
    folder,
    staging,
    tenant: sourceTenant,
    onFile: (count: FileCount) => void noted.files.push(count),
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
    const digits = createDigitsJudge(pipeline.target.shape);
    const lookups = await loadLookups(unread === null ? pipeline.lookups : {}, context);
    const transform = createTransform(pipeline, {
      lookups,
      digits,
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
      onDecided: ({ kind }) => digits.settle(kind),
      stopping: writer?.stopping,
    });
    digits.refuse();
    // Rows that were not parsed may be many sound ones, or as wrong as these.
    if (unparsed !== undefined && digits.needsAll()) throw new CellsNeeded();
    if (noted.orphans > 0) {
      const which = `while ${noted.orphans} child rows of the export have no parent: it may be one of them`;
      holdDrops(store, which);
    }
    // Whether all rows of a group are in the reject file, nobody knows.
    if (onlyRejects !== undefined && groups)
      holdDrops(store, 'because the reject file does not have its row: correct the export');
    const marksHold = scan === null ? null : digits.isDoubtful() ? READ_ALL : scan.context;
    const known = { context: marksHold, unparsed: unparsed?.count ?? 0 };
    return { ...tally, ...noted, ...known, eyes: [...(lookups.eyes ?? []), ...digits.eyes()] };
  } finally {
    staging.close();
  }
}

/**
 * An update that drops an assessment that may be there all the same: in an export with children that belong to nobody
 * (it may be among them, under a damaged key), or in a part of a group. A full replace would erase it.
 */
function holdDrops(store: PlanStore, reason: string): void {
  for (const { seq, change } of eachChange(store, ['update'])) {
    if (change.kind !== 'update') continue;
    const dropped = change.fields.find(
      ({ before, after }) => after === undefined && typeof before === 'object',
    );
    if (dropped === undefined) continue;
    const { key, origin } = change;
    const why = `would drop ${dropped.path} ${reason}`;
    store.replace(seq, { kind: 'held', key, origin, why });
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
