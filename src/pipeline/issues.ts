import { inPages } from '../in-pages.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { RunIssue } from '../ledger/runs.ts';
import { eachChange, type PlanStore } from '../plan/plan-store.ts';
import type { PlannedChange } from '../plan/planned.ts';
import type { Deps, Job } from './job.ts';

// One durable commit for many rows.
const BATCH = 500;

/** Notes in the ledger which rows were rejected or held, without their values, so that \`hire-sync runs\` can tell later. */
export function noteIssues(run: string, store: PlanStore, ledger: Ledger): void {
  let batch: RunIssue[] = [];
  for (const planned of eachChange(store, ['rejected', 'held', 'in-doubt'])) {
    batch.push(...issuesOf(planned));
    if (batch.length < BATCH) continue;
    ledger.runs.addIssues(run, batch);
    batch = [];
  }
  ledger.runs.addIssues(run, batch);
}

/** Keeps the rows that wait, whole, and lets go of those that went in since, or that a rule skips now. */
export function noteWaiting(
  { pipeline }: Pick<Job, 'pipeline'>,
  { ledger, store, now }: Pick<Deps, 'ledger' | 'store' | 'now'>,
): void {
  const { waiting } = ledger;
  const read = (after: string, size: number) => waiting.page(pipeline.name, after, size);
  for (const rows of inPages('', BATCH, read, ({ key }) => key)) {
    const done = rows.filter(
      ({ key }) => ledger.find(pipeline.name, key) !== undefined || store.seen(key)?.kind === 'skipped',
    );
    if (done.length > 0)
      waiting.drop(
        pipeline.name,
        done.map(({ key }) => key),
      );
  }
  let batch: { key: string; record: string; since: number }[] = [];
  for (const { change, original } of eachChange(store, ['held'])) {
    const kept =
      original === null || change.kind !== 'held' ? null : (JSON.parse(original) as { record?: object });
    if (kept?.record === undefined || change.key === null) continue;
    batch.push({ key: change.key, record: JSON.stringify(kept.record), since: now() });
    if (batch.length < BATCH) continue;
    waiting.keep(pipeline.name, batch);
    batch = [];
  }
  if (batch.length > 0) waiting.keep(pipeline.name, batch);
}

function issuesOf(planned: PlannedChange): RunIssue[] {
  const { change } = planned;
  if (change.kind === 'held' || change.kind === 'in-doubt')
    return [issueOf(change.kind, planned, change.reason.code, '', null)];
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
