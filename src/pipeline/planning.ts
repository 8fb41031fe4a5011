import { HireSyncError } from '../errors.ts';
import type { Scan } from '../incremental/index.ts';
import { showInstant } from '../mapping/instant.ts';
import { loadLookups } from '../mapping/lookups.ts';
import type { AbsentMember } from '../mapping/members.ts';
import { suggestion } from '../mapping/suggestion.ts';
import type { Eye, FileCount, SourceRecord } from '../model.ts';
import { createCheck } from '../plan/canonical.ts';
import { CellsNeeded } from '../plan/duplicates.ts';
import { makePlan, type PlanTally } from '../plan/plan.ts';
import { holdRekeyed, type Rekeyed } from '../plan/rekeyed.ts';
import { DEFAULT_POLICY } from '../plan/three-way.ts';
import { type Verdicts, verdictTables } from '../plan/verdicts.ts';
import { asRead, watched } from '../readers/batches.ts';
import { Disorder } from '../readers/merge.ts';
import { movedSince, type Picture, takePicture } from '../readers/picture.ts';
import { type FoundOrphan, isOnDisk, leavesOf } from '../readers/source.ts';
import { openStaging } from '../readers/staging.ts';
import { absentMembers, membersOf } from './absent-members.ts';
import { filesOf, type Pipeline } from './define.ts';
import { createDigitsJudge } from './digits-judge.ts';
import { feedRejects } from './feed-rejects.ts';
import { createOrphans, holdDrops } from './hold-drops.ts';
import type { Deps, Job } from './job.ts';
import { createMetWords } from './met-words.ts';
import { rolesOf, takesWordsOf } from './roles.ts';
import { createMarks, createUnparsed, scanJob, unreadLookups } from './skip-unchanged.ts';
import { createStrangeFields } from './strange-fields.ts';
import { createTransform } from './transform.ts';
import { createVerdictValues } from './verdict-values.ts';

/** What reading and comparing came to; the changes themselves are in the store. */
export interface Planned extends PlanTally {
  /** Child records without a parent, where the pipeline does not expect them. */
  readonly orphans: number;
  /** Updates that are held because they would drop a child. */
  readonly heldDrops: number;
  readonly files: readonly FileCount[];
  /** The context in which marks of this reading hold; null where there are none. */
  readonly context: string | null;
  /** Records that were known by their bytes and not parsed; part of `read`. */
  readonly unparsed: number;
  /** Creates that are held because a record that the export no longer has holds their payload. */
  readonly rekeyed: Rekeyed;
  /** The files as they were when they were read. */
  readonly picture: Picture;
  /** Members of JSON records that the pipeline reads and no record has ever had. */
  readonly absent: readonly AbsentMember[];
  /** What a person should look at, though it goes in. */
  readonly eyes: readonly Eye[];
  /** Which words ended as what; null in a plan that was saved by an earlier version. */
  readonly verdicts: Verdicts | null;
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
  const { source } = job.pipeline;
  const picture = takePicture({ folder: job.folder, stopping: stoppingOf(deps) }, filesOf(job.pipeline));
  deps.onStep?.('reading');
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

/** A plan that asks nobody is ended by its signal itself. */
const stoppingOf = ({ writer, remote }: Deps): AbortSignal | undefined => (writer ?? remote)?.stopping;

const isSourceError = (error: unknown) => HireSyncError.is(error) && error.code === 'SOURCE_INVALID';

async function readAndCompare(
  { pipeline, folder, onlyRejects, runs, policy = DEFAULT_POLICY }: Job,
  deps: Deps,
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
  const { ledger, store, now, sourceTenant } = deps;
  const stopping = stoppingOf(deps);
  const marks = scan === null ? undefined : createMarks(scan);
  const staging = openStaging();
  const roles = rolesOf(pipeline);
  const orphans = createOrphans(() => staging.table('orphans'));
  const context = {
    folder,
    staging,
    tenant: sourceTenant,
    picture,
    stopping,
    onFile: (count: FileCount) => {
      picture.read(count);
      // Most child records belong to rows that are not in a reject file: these have their parent in the export.
      const found = onlyRejects === undefined ? count : { ...count, orphaned: 0, unnamed: 0 };
      noted.files.push(roles.named(found));
    },
    onOrphan: (orphan: FoundOrphan) => {
      const { origin, problem } = orphan;
      if (onlyRejects !== undefined) return;
      // Its parent was forgotten, and is no longer there: it is nobody's to correct, nor to be quoted.
      const isForgotten = ledger.forgotten.has(pipeline.name, orphan.key);
      const expected = isForgotten || roles.orphansIn(origin.file) === 'expected';
      orphans.add(orphan, expected);
      if (expected) return;
      noted.orphans++;
      store.addOrphan({ ...origin, message: problem.message, zh: problem.zh ?? null });
    },
  };
  try {
    const unread = short && scan !== null ? unreadLookups({ pipeline }, { ledger }, scan) : null;
    noted.files.push(...(unread ?? []).map(roles.named));
    const takesWords = takesWordsOf(pipeline.source);
    const fed =
      onlyRejects === undefined
        ? null
        : await feedRejects(pipeline, onlyRejects, { runs, ledger, context, takesWords });
    const source = fed?.source ?? pipeline.source;
    const members = membersOf(source);
    const digits = createDigitsJudge(pipeline.target.shape);
    const words = createMetWords();
    const values = createVerdictValues(pipeline.target, words);
    const lookups = await loadLookups(unread === null ? pipeline.lookups : {}, context);
    const strange = createStrangeFields(createCheck(pipeline.target, showInstant, suggestion));
    const mapping = createTransform(pipeline, {
      lookups,
      digits,
      words,
      values,
      check: strange.check,
      hasColumns: (file) => source.columnar.includes(file),
      takesWords,
      members,
    });
    const transform = fed === null ? mapping : fed.checking(mapping);
    let groups = false;
    let compares = false;
    const all = source.read({
      ...context,
      // All children are read before the first record: then it is known which corrections found their row.
      merge: merge && fed === null,
      corrections: fed?.children,
      ...(short ? { only: scan?.only } : {}),
    });
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
      onDecided: ({ kind, key }) => {
        if (!compares) deps.onStep?.('comparing');
        compares = true;
        digits.settle(kind);
        values.settle(kind);
        // What is rejected becomes nothing.
        if (kind === 'rejected' || kind === 'forgotten') words.drop();
        else words.settle(key);
      },
      stopping,
    });
    strange.refuse(pipeline);
    digits.refuse();
    // Rows that were not parsed may be many sound ones, or as wrong as these.
    if (unparsed !== undefined && digits.needsAll()) throw new CellsNeeded();
    const rekeyed = holdRekeyed(pipeline.name, { ledger, store });
    const isWhole = (unparsed?.count ?? 0) === 0 && onlyRejects === undefined;
    const absent = absentMembers(members, pipeline.name, { ledger, isWhole });
    if (deps.writer !== null && members !== undefined) ledger.membersSeen.add(pipeline.name, members.seen());
    // Whether all rows of a group are in the reject file, nobody knows.
    const partialGroups = onlyRejects !== undefined && groups;
    const heldDrops = holdDrops({
      pipeline: pipeline.name,
      store,
      ledger,
      orphans,
      transform,
      partialGroups,
    });
    const unreadRows = unparsed?.count ?? 0;
    const tables = verdictTables(words.columns(), pipeline.target);
    const hasTable = ({ path }: { readonly path: string }) => tables.some((table) => table.path === path);
    const verdicts = {
      records: tally.read - unreadRows,
      partial: unreadRows > 0 || onlyRejects !== undefined,
      tables,
      coded: values.counts().filter((one) => !hasTable(one)),
      unexplained: values.unexplained().filter(hasTable),
    };
    const known = {
      heldDrops,
      rekeyed,
      absent,
      context: scan === null ? null : digits.isDoubtful() ? READ_ALL : scan.context,
      unparsed: unreadRows,
      verdicts,
      picture,
      eyes: [...(lookups.eyes ?? []), ...digits.eyes()],
    };
    return { ...tally, ...noted, ...known };
  } finally {
    staging.close();
  }
}

/** The ids of one kind of object mean nothing, or another object, to the endpoints of another kind. */
function checkTarget({ name, target }: Pipeline, ledger: Deps['ledger']): void {
  const before = ledger.page(name, '', 1)[0]?.target;
  if (before === undefined || before === target.name) return;
  const message = `Pipeline "${name}" writes ${target.name}, but its records in this ledger are of target ${before}: give the pipeline another name, or its old target.`;
  throw new HireSyncError('PIPELINE_INVALID', message);
}
