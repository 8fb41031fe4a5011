import { HireSyncError } from '../errors.ts';
import type { RowCounts } from '../model.ts';
import { addsUp, EXIT, exitCodeOf, type Report } from '../report/report.ts';
import type { Deps, Job } from './job.ts';
import type { Planned } from './planning.ts';
import type { Recovered } from './recovery.ts';
import type { Written } from './writing.ts';

/**
 * The numbers of a run. Every row read is accounted for exactly once.
 * @throws HireSyncError COUNTS_DO_NOT_ADD_UP
 */
export function reportOf(
  { run, pipeline }: Job,
  { store, writer, rate, now }: Deps,
  {
    startedAt,
    recovered,
    plan,
    written,
  }: { startedAt: number; recovered: Recovered | null; plan: Planned; written: Written | null },
): Report {
  const [creates, updates] = [store.count('create'), store.count('update')];
  const carriedOut =
    written === null ? 0 : written.created + written.updated + written.failed + written.inDoubt;
  const notAttempted = written === null ? 0 : creates + updates - carriedOut;
  const rows: RowCounts = {
    read: plan.read,
    created: written?.created ?? creates,
    updated: written?.updated ?? updates,
    unchanged: store.count('unchanged'),
    skipped: store.count('skipped'),
    rejected: store.count('rejected'),
    held: store.count('held') + notAttempted,
    failed: written?.failed ?? 0,
    inDoubt: written?.inDoubt ?? 0,
  };
  if (!addsUp(rows)) {
    const message = `The rows do not add up: ${JSON.stringify(rows)}. This is a defect of hire-sync; please report it.`;
    throw new HireSyncError('COUNTS_DO_NOT_ADD_UP', message);
  }
  const stopped = written?.stopped ?? null;
  return {
    run,
    pipeline: pipeline.name,
    mode: writer === null ? 'plan' : 'sync',
    exitCode: stopped === null ? exitCodeOf(rows, plan.orphans) : EXIT.error,
    rows,
    recovered,
    missing: store.countMissing(),
    orphans: plan.orphans,
    files: plan.files,
    requests: writer?.requests() ?? {},
    maxWritesPer1000ms: writer?.maxWritesPer1000ms() ?? 0,
    startedAt: new Date(startedAt).toISOString(),
    durationMs: now() - startedAt,
    cost:
      writer === null
        ? {
            requests: creates + updates,
            ratePerSecond: rate,
            expectedMs: ((creates + updates) / rate) * 1000,
          }
        : null,
    stopped: stopped === null ? null : { code: stopped.code, message: stopped.message },
    notAttempted,
  };
}
