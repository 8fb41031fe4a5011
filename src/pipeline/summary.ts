import { HireSyncError } from '../errors.ts';
import type { ChangeKind, RowCounts } from '../model.ts';
import type { Cost } from '../result/cost.ts';
import { EXIT } from '../result/exit.ts';
import type { Made } from '../result/made.ts';
import { addsUp, type Canary, exitCodeOf, type FileRows, type Report } from '../result/report.ts';
import { stoppedBy } from '../result/stopped.ts';
import type { Deps, Job } from './job.ts';
import { madeBy } from './made-by.ts';
import type { Planned } from './planning.ts';
import type { Recovered } from './recovery.ts';
import { sampleFor } from './sampling.ts';
import type { Outcomes, Written } from './tally.ts';

/** Nothing is sent for these. */
const QUIET = ['unchanged', 'adopt', 'record', 'drifted'] as const;
const NOTHING = { created: 0, updated: 0, failed: 0, inDoubt: 0 } as const;

/**
 * The numbers of a run. Every row read is accounted for exactly once, in the run and in the file in which it stands.
 * @throws HireSyncError COUNTS_DO_NOT_ADD_UP
 */
export function reportOf(
  job: Job,
  deps: Deps,
  {
    startedAt,
    recovered,
    plan,
    cost,
    written,
    canary = null,
    shown = [],
    saved,
    stopped,
  }: {
    startedAt: number;
    recovered: Recovered | null;
    plan: Planned;
    cost: Cost;
    written: Written | null;
    canary?: Canary | null;
    shown?: Report['shown'];
    /** The saved plan that was carried out, and who signed it. */
    saved?: Pick<Made, 'plan' | 'approved'>;
    stopped: HireSyncError | null;
  },
): Report {
  const { run, pipeline, allowed } = job;
  const { store, writer, remote, now } = deps;
  const outcomes = writer === null ? null : (written ?? NOTHING);
  const rows = rowsOf(plan.read, store.count, outcomes);
  const byFile = rowsByFile(plan, store, outcomes === null ? null : (written?.byFile ?? new Map()));
  const odd = [{ rows }, ...byFile].find((counts) => !addsUp(counts.rows));
  if (odd !== undefined) {
    const message = `The rows do not add up: ${JSON.stringify(odd)}. This is a defect of hire-sync; please report it.`;
    throw new HireSyncError('COUNTS_DO_NOT_ADD_UP', message);
  }
  const left = outcomes === null ? 0 : notAttempted(store.count, outcomes);
  // What a canary run leaves to the next one is no reason for anybody to look; a row that reads otherwise is.
  const endCode = (all: RowCounts): number =>
    canary === null
      ? exitCodeOf(all, plan.orphans, shown)
      : exitCodeOf(
          { ...all, held: all.held - left + canary.rows.length - canary.equal },
          plan.orphans,
          shown,
        );
  return {
    run,
    pipeline: pipeline.name,
    mode: writer === null ? 'plan' : 'sync',
    made: madeBy(job, deps, saved),
    exitCode: stopped === null ? endCode(rows) : stopCode(stopped),
    rows,
    noted: {
      adopted: store.count('adopt'),
      recorded: store.count('record'),
      drifted: store.count('drifted'),
    },
    recovered,
    missing: store.countMissing(),
    orphans: plan.orphans,
    files: plan.files,
    absent: plan.absent.map(({ file, member, nearest }) => ({ file, member, nearest })),
    eyes: plan.eyes,
    verdicts: plan.verdicts,
    sample: sampleFor(job, deps, plan.verdicts),
    byFile,
    newest: plan.newest === null ? null : new Date(plan.newest.ms).toISOString(),
    newestKey: plan.newest?.key ?? null,
    retried: plan.retried,
    allowed,
    requests: (writer ?? remote)?.requests() ?? {},
    maxWritesPer1000ms: writer?.maxWritesPer1000ms() ?? 0,
    startedAt: new Date(startedAt).toISOString(),
    durationMs: now() - startedAt,
    cost,
    canary,
    shown,
    stopped: stoppedBy(stopped),
    notAttempted: outcomes === null ? 0 : notAttempted(store.count, outcomes),
  };
}

type Count = (kind: ChangeKind) => number;

/** Changes that were planned and not begun. */
function notAttempted(count: Count, { created, updated, failed, inDoubt }: Outcomes): number {
  return count('create') + count('update') - created - updated - failed - inDoubt;
}

/** As a member of the counts that is there only where there is one. */
const forgottenOf = (n: number): Pick<RowCounts, 'forgotten'> => (n > 0 ? { forgotten: n } : {});

/** @param outcomes null in a plan: what would be created counts as created */
function rowsOf(read: number, count: Count, outcomes: Outcomes | null): RowCounts {
  return {
    read,
    created: outcomes?.created ?? count('create'),
    updated: outcomes?.updated ?? count('update'),
    unchanged: QUIET.reduce((sum, kind) => sum + count(kind), 0),
    skipped: count('skipped'),
    rejected: count('rejected'),
    held: count('held') + (outcomes === null ? 0 : notAttempted(count, outcomes)),
    failed: outcomes?.failed ?? 0,
    inDoubt: (outcomes?.inDoubt ?? 0) + count('in-doubt'),
    ...forgottenOf(count('forgotten')),
  };
}

function rowsByFile(
  { byFile }: Planned,
  store: Deps['store'],
  written: Written['byFile'] | null,
): readonly FileRows[] {
  const kinds = Map.groupBy(store.countByFile(), ({ file }) => file);
  // A file of which the plan has rows and the reading none would be a row out of nowhere: it does not add up.
  return [...new Set([...byFile.keys(), ...kinds.keys()])].map((file) => {
    const { read, retried } = byFile.get(file) ?? { read: 0, retried: 0 };
    const count: Count = (kind) => kinds.get(file)?.find((other) => other.kind === kind)?.rows ?? 0;
    const outcomes = written === null ? null : (written.get(file) ?? NOTHING);
    return { file, rows: rowsOf(read, count, outcomes), retried };
  });
}

/** `busy`: another run has taken the ledger over. */
function stopCode({ verdict }: HireSyncError): number {
  return verdict === 'guard' || verdict === 'busy' ? EXIT[verdict] : EXIT.error;
}
