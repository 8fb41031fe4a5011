import { HireSyncError } from '../errors.ts';
import type { RowCounts } from '../model.ts';
import type { Cost } from '../report/cost.ts';
import { addsUp, EXIT, exitCodeOf, type Report } from '../report/report.ts';
import type { Deps, Job } from './job.ts';
import type { Planned } from './planning.ts';
import type { Recovered } from './recovery.ts';
import type { Written } from './writing.ts';

/** Nothing is sent for these. */
const QUIET = ['unchanged', 'adopt', 'record', 'drifted'] as const;
const NOTHING = { created: 0, updated: 0, failed: 0, inDoubt: 0 } as const;

/**
 * The numbers of a run. Every row read is accounted for exactly once.
 * @throws HireSyncError COUNTS_DO_NOT_ADD_UP
 */
export function reportOf(
  { run, pipeline, allowed }: Job,
  { store, writer, now }: Deps,
  {
    startedAt,
    recovered,
    plan,
    cost,
    written,
    stopped,
  }: {
    startedAt: number;
    recovered: Recovered | null;
    plan: Planned;
    cost: Cost;
    written: Written | null;
    stopped: HireSyncError | null;
  },
): Report {
  const [creates, updates] = [store.count('create'), store.count('update')];
  const { created, updated, failed, inDoubt } = written ?? NOTHING;
  const notAttempted = writer === null ? 0 : creates + updates - created - updated - failed - inDoubt;
  const rows: RowCounts = {
    read: plan.read,
    created: writer === null ? creates : created,
    updated: writer === null ? updates : updated,
    unchanged: QUIET.reduce((sum, kind) => sum + store.count(kind), 0),
    skipped: store.count('skipped'),
    rejected: store.count('rejected'),
    held: store.count('held') + notAttempted,
    failed,
    inDoubt: inDoubt + store.count('in-doubt'),
  };
  if (!addsUp(rows)) {
    const message = `The rows do not add up: ${JSON.stringify(rows)}. This is a defect of hire-sync; please report it.`;
    throw new HireSyncError('COUNTS_DO_NOT_ADD_UP', message);
  }
  return {
    run,
    pipeline: pipeline.name,
    mode: writer === null ? 'plan' : 'sync',
    exitCode:
      stopped === null
        ? exitCodeOf(rows, plan.orphans)
        : EXIT[stopped.verdict === 'guard' ? 'guard' : 'error'],
    rows,
    recovered,
    missing: store.countMissing(),
    orphans: plan.orphans,
    files: plan.files,
    newest: plan.newestMs === null ? null : new Date(plan.newestMs).toISOString(),
    retried: plan.retried,
    allowed,
    requests: writer?.requests() ?? {},
    maxWritesPer1000ms: writer?.maxWritesPer1000ms() ?? 0,
    startedAt: new Date(startedAt).toISOString(),
    durationMs: now() - startedAt,
    cost,
    stopped: stopped === null ? null : { code: stopped.code, message: stopped.message },
    notAttempted,
  };
}
