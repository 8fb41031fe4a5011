import type { Ledger } from '../ledger/ledger.ts';
import type { RunIssue } from '../ledger/runs.ts';
import { eachChange, type PlannedChange, type PlanStore } from '../plan/plan-store.ts';

// One durable commit for many rows.
const BATCH = 500;

/** Notes in the ledger which rows were rejected or held, without their values, so that \`hire-sync runs\` can tell later. */
export function noteIssues(run: string, store: PlanStore, ledger: Ledger): void {
  let batch: RunIssue[] = [];
  for (const planned of eachChange(store, ['rejected', 'held'])) {
    batch.push(...issuesOf(planned));
    if (batch.length < BATCH) continue;
    ledger.runs.addIssues(run, batch);
    batch = [];
  }
  ledger.runs.addIssues(run, batch);
}

function issuesOf(planned: PlannedChange): RunIssue[] {
  const { change } = planned;
  if (change.kind === 'held') return [issueOf('held', planned, 'HELD', '', null)];
  if (change.kind !== 'rejected') return [];
  return change.problems.map(({ code, field }) => issueOf('rejected', planned, code, field, null));
}

export function issueOf(
  kind: RunIssue['kind'],
  { change: { key, origin } }: PlannedChange,
  code: string,
  field: string,
  logId: string | null,
): RunIssue {
  return { kind, key, file: origin.file, line: origin.line, code, field, logId };
}
