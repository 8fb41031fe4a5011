import type { HireSyncError } from '../errors.ts';
import type { RequestCounts } from '../model.ts';
import type { Findings } from '../plan/findings.ts';
import type { Made } from '../result/made.ts';
import { stoppedBy } from '../result/stopped.ts';
import { type UndoKind, type UndoReport, undoExitCode, undoRows } from '../result/undo.ts';
import type { UndoJob } from './job.ts';

/** The numbers of an undo, or of its plan; times in epoch ms. */
export function reportOf(
  mode: UndoReport['mode'],
  { run, pipeline, undoes }: UndoJob,
  findings: Pick<Findings<UndoKind>, 'count'>,
  {
    startedAt,
    now,
    rate,
    writer,
    stopped,
    made,
  }: {
    readonly startedAt: number;
    readonly now: number;
    /** Writes per second the throttle allows at most. */
    readonly rate: number;
    readonly writer: {
      requests(): Readonly<Record<string, RequestCounts>>;
      maxWritesPer1000ms(): number;
    };
    readonly stopped: HireSyncError | null;
    readonly made?: Made | undefined;
  },
): UndoReport {
  const rows = undoRows(findings, mode);
  const requests = rows.restored + rows.deleted;
  return {
    run,
    pipeline,
    mode,
    ...(made !== undefined && { made }),
    undoes,
    exitCode: undoExitCode(rows),
    rows,
    files: [],
    requests: writer.requests(),
    maxWritesPer1000ms: writer.maxWritesPer1000ms(),
    startedAt: new Date(startedAt).toISOString(),
    durationMs: now - startedAt,
    cost: mode === 'undo' ? null : { requests, ratePerSecond: rate, expectedMs: (requests / rate) * 1000 },
    stopped: stoppedBy(stopped),
  };
}
