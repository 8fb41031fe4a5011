import { HireSyncError } from '../errors.ts';
import { tableOf } from '../mapping/lookups.ts';
import type { FileCount, SourceRecord } from '../model.ts';
import { complaintsAbout } from '../plan/guard.ts';
import type { PlanStore } from '../plan/plan-store.ts';
import { leavesOf, type Source } from '../readers/source.ts';
import { openStaging } from '../readers/staging.ts';
import type { Refusal, Validation } from '../result/validation.ts';
import { filesOf, type Pipeline } from './define.ts';
import { aboutVerdicts } from './guarding.ts';
import type { Deps, Job } from './job.ts';
import { type Noted, planJob } from './planning.ts';
import { rolesOf, ruledFiles } from './roles.ts';
import { withoutCells } from './unreadable.ts';

/** What validating came to; the rows with problems are in the store. */
export type Validated = Pick<Validation['rows'], 'read' | 'unchecked'> &
  Pick<Validation, 'orphans' | 'files' | 'absent' | 'eyes' | 'refused' | 'complaints' | 'verdicts'>;

/**
 * Reads and maps everything, without ledger and Feishu. Where a file is refused, the rows above the place are mapped
 * if all they need has been read; if not, every file is read for itself, so that one pass tells what is wrong with all.
 * @throws HireSyncError SOURCE_MISSING, PIPELINE_INVALID
 */
export async function validateJob(job: Job, deps: Deps): Promise<Validated> {
  const { store } = deps;
  const noted: Noted = { files: [], orphans: 0 };
  try {
    const plan = await planJob(job, deps, noted);
    const rejected = store.count('rejected');
    const night = {
      rows: plan.read,
      rejected,
      ...{ known: 0, changed: 0, fields: new Map(), newestMs: null },
      files: ruledFiles(job.pipeline, plan.files),
    };
    const complaints = [...aboutVerdicts(plan), ...complaintsAbout(night, null, job.pipeline.guards)].filter(
      ({ guard }) => !job.allowed.includes(guard),
    );
    const { verdicts, eyes } = plan;
    const absent = plan.absent.map(({ file, member, nearest }) => ({ file, member, nearest }));
    return { read: plan.read, unchecked: 0, ...noted, absent, eyes, refused: [], complaints, verdicts };
  } catch (error) {
    if (!HireSyncError.is(error) || error.code !== 'SOURCE_INVALID') throw error;
    const read = rowsIn(store);
    const refusal = refusalOf(error, filesOf(job.pipeline));
    // Children and lookups are read before the first row: they have been told of.
    const nothing = { absent: [], eyes: [], complaints: [], verdicts: null };
    if (read > 0) return { read, unchecked: 0, ...noted, ...nothing, refused: [refusal] };
    store.clear();
    return { orphans: 0, ...nothing, ...(await readEach(job, store, refusal)) };
  }
}

function rowsIn(store: PlanStore): number {
  return store.countByFile().reduce((sum, { rows }) => sum + rows, 0);
}

/** Reads every file for itself; rows that their reader finds fault with go into the store. */
async function readEach(
  { pipeline, folder }: Job,
  store: PlanStore,
  first: Refusal,
): Promise<Pick<Validated, 'read' | 'unchecked' | 'files' | 'refused'>> {
  const files: FileCount[] = [];
  const refused: Refusal[] = [];
  const roles = rolesOf(pipeline);
  let read = 0;
  const staging = openStaging();
  const context = {
    folder,
    staging,
    onFile: (count: FileCount) => void files.push(roles.named(count)),
    onOrphan: () => {},
  };
  try {
    for (const leaf of eachSource(pipeline)) {
      try {
        for await (const record of leaf.read(context)) {
          read++;
          addFaults(record, store);
        }
      } catch (error) {
        if (!HireSyncError.is(error) || error.code !== 'SOURCE_INVALID') throw error;
        refused.push(refusalOf(error, leaf.files));
      }
    }
  } finally {
    staging.close();
  }
  // A file that can be read may be refused for what it is needed for: a join's key column, an unreadable lookup row.
  if (!refused.some(({ message }) => message === first.message)) refused.unshift(first);
  return { read, unchecked: read - rowsIn(store), files, refused };
}

function addFaults({ origin, values, problems = [] }: SourceRecord, store: PlanStore): void {
  if (problems.length === 0) return;
  const change = { kind: 'rejected', key: null, origin, problems: problems.map(withoutCells) } as const;
  store.add(change, JSON.stringify({ values, children: [] }), '');
}

/** The sources of single files, those of the lookups included, each file with the same settings once. */
function eachSource({ source, lookups }: Pipeline): Iterable<Source<unknown>> {
  const tables = Map.groupBy(Object.values(lookups), ({ file, options }) => JSON.stringify([file, options]));
  return [...tables.values().map(tableOf), ...leavesOf(source)];
}

/** What a refusal says, with its place: every such message names the file, and the line or byte where there is one. */
function refusalOf({ message, fault }: HireSyncError, files: readonly string[]): Refusal {
  const named = files.filter((file) => message.includes(file));
  // `a.csv` is also part of `aa.csv`, which then begins before it.
  const [file = files[0] ?? ''] = named.sort((a, b) => message.indexOf(a) - message.indexOf(b));
  const at = message.slice(message.indexOf(file) + file.length);
  const number = (pattern: RegExp) => Number(pattern.exec(at)?.[1] ?? Number.NaN);
  const [line, offset] = [number(/\bline (\d+)/), number(/\bbyte (\d+)/)];
  return {
    file,
    line: Number.isNaN(line) ? null : line,
    offset: Number.isNaN(offset) ? null : offset,
    fault,
    message,
  };
}
