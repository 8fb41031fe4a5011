import type { Ledger } from '../ledger/ledger.ts';
import type { RunRow } from '../ledger/runs.ts';
import type { Report } from '../result/report.ts';
import type { OpenCount, PipelineStanding, RunShortly } from '../result/standing.ts';

/** How a pipeline stands: the counts are those that its last finished run reported, the times those of the runs before. */
export function standingOf(
  ledger: Pick<Ledger, 'runs' | 'openRows' | 'leases'>,
  pipeline: string,
): PipelineStanding {
  const owner = ledger.leases.owner();
  const [finished, last] = [ledger.runs.lastFinished(pipeline), ledger.runs.last(pipeline)];
  const report = finished?.summary == null ? null : (JSON.parse(finished.summary) as Report);
  const since = new Map(ledger.openRows.since(pipeline).map((open) => [open.kind, open]));
  const count = (rows: number, kind: Parameters<typeof since.get>[0]): OpenCount => {
    const at = since.get(kind)?.since;
    return { rows, since: at === undefined || rows === 0 ? null : iso(at) };
  };
  const rows = report?.rows ?? NONE;
  const waiting = Math.min(rows.held, since.get('waiting')?.rows ?? 0);
  const unsettled = ledger.openRows.unsettled(pipeline);
  return {
    pipeline,
    finished: finished === undefined || report === null ? null : { ...shortly(finished, owner), rows },
    last: last === undefined ? null : shortly(last, owner),
    open: {
      rejected: count(rows.rejected, 'rejected'),
      held: count(rows.held - waiting, 'held'),
      waiting: count(waiting, 'waiting'),
      failed: count(rows.failed, 'failed'),
      inDoubt: count(rows.inDoubt, 'in-doubt'),
      orphans: { rows: report?.orphans ?? 0, since: null },
    },
    unsettled: { rows: unsettled?.rows ?? 0, since: unsettled === null ? null : iso(unsettled.since) },
  };
}

const NONE: Report['rows'] = {
  read: 0,
  created: 0,
  updated: 0,
  unchanged: 0,
  skipped: 0,
  rejected: 0,
  held: 0,
  failed: 0,
  inDoubt: 0,
};

const iso = (ms: number): string => new Date(ms).toISOString();

function shortly(row: RunRow, owner: string | undefined): RunShortly {
  const { id: run, startedAt, finishedAt, exitCode } = row;
  const isOver = row.state !== 'running' && finishedAt !== null;
  // A run that died is noted as stopped by the next one only.
  const state = isOver ? row.state : run === owner ? 'running' : 'died';
  return {
    run,
    state,
    startedAt: iso(startedAt),
    finishedAt: finishedAt === null ? null : iso(finishedAt),
    exitCode,
  };
}
