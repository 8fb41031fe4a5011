import { join } from 'node:path';
import type { Ledger } from '../ledger/ledger.ts';
import { eachOrphan } from '../plan/pages.ts';
import type { PlanStore } from '../plan/plan-store.ts';
import { openStoredRun } from '../report/stored.ts';
import { EXIT } from '../result/exit.ts';
import type { FailOn, Report } from '../result/report.ts';
import { say } from './output.ts';
import { STORED } from './run-folder.ts';

/** What a run that is about to be noted as finished is compared with the one before by. */
interface Sides {
  readonly ledger: Pick<Ledger, 'runs' | 'openRows'>;
  readonly store: Pick<PlanStore, 'orphans'>;
  /** The folder with one folder per run. */
  readonly runs: string;
}

/** The report with what `--fail-on` makes of it: it turns 3 into 0, and nothing else. */
export function withFailOn(report: Report, policy: FailOn, sides: Sides): Report {
  if (policy === 'any') return report;
  const spared = report.exitCode === EXIT.leftOpen && (policy === 'stopped' || nothingNew(report, sides));
  if (spared)
    say(
      policy === 'stopped'
        ? `${report.pipeline}: rows are left open; the exit code is 0 all the same (--fail-on stopped).`
        : `${report.pipeline}: all rows that are left open were so last time, for the same reason (--fail-on new).`,
    );
  return { ...report, failOn: { policy, exitCode: spared ? EXIT.done : report.exitCode } };
}

/** Whether all that is open was open when the pipeline's last run finished. What is not known to be so is new. */
function nothingNew(report: Report, { ledger, store, runs }: Sides): boolean {
  const { run, pipeline, rows, orphans, shown } = report;
  const before = ledger.runs.lastFinished(pipeline);
  if (before === undefined || shown.some(({ lost }) => lost === 'open')) return false;
  // Rows that were not begun, say, are noted nowhere.
  const open = rows.rejected + rows.held + rows.failed + rows.inDoubt;
  if (ledger.openRows.count(run) !== open || ledger.openRows.hasNew(run, before.id)) return false;
  return orphans === 0 || orphansWereThere(store, join(runs, before.id, STORED));
}

/** Children without a parent have no key: one is known again by the sentence about it, which names the parent's key. */
function orphansWereThere(store: Sides['store'], data: string): boolean {
  const left = orphansIn(data);
  if (left === null) return false;
  for (const { message } of eachOrphan(store)) {
    const n = left.get(message) ?? 0;
    if (n === 0) return false;
    left.set(message, n - 1);
  }
  return true;
}

/** How many children each sentence is about; null where the data cannot be read: damaged, of another version, or gone. */
function orphansIn(data: string): Map<string, number> | null {
  try {
    const stored = openStoredRun(data);
    try {
      const counts = new Map<string, number>();
      for (const { says } of stored.entries(['orphan']))
        counts.set(says?.en ?? '', (counts.get(says?.en ?? '') ?? 0) + 1);
      return counts;
    } finally {
      stored.close();
    }
  } catch {
    return null;
  }
}
