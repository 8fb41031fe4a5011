import type { FileCount, RequestCounts, RowCounts } from '../model.ts';
import type { Cost } from './cost.ts';

/** The numbers of a run, from which every report is made. Holds no candidate text. */
export interface Report {
  readonly run: string;
  readonly pipeline: string;
  readonly mode: 'plan' | 'sync';
  readonly exitCode: number;
  /** In a plan: what would become of the rows. */
  readonly rows: RowCounts;
  /** What became of creates that earlier runs had left in doubt; null in a plan. */
  readonly recovered: {
    readonly adopted: number;
    readonly created: number;
    readonly held: number;
    readonly open: number;
  } | null;
  /** Records the ledger knows and the source no longer has; never deleted. */
  readonly missing: number;
  /** Child records whose parent is not in the export. */
  readonly orphans: number;
  readonly files: readonly FileCount[];
  /** The newest date of all records, ISO 8601; null without one. */
  readonly newest: string | null;
  /** Rows of earlier nights that waited and are not in this export; part of `rows.read`. */
  readonly retried: number;
  /** Guards that were lifted for this run. */
  readonly allowed: readonly string[];
  /** By endpoint. */
  readonly requests: Readonly<Record<string, RequestCounts>>;
  /** The most writes that started within any sliding 1000 ms. */
  readonly maxWritesPer1000ms: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** What carrying the plan out would cost, in a sync as it was foreseen before the first write. */
  readonly cost: Cost | null;
  /** Why the run stopped before its end; null when it did not. */
  readonly stopped: { readonly code: string; readonly message: string } | null;
  /** Rows planned for a write and not begun because the run stopped; part of `rows.held`. */
  readonly notAttempted: number;
}

export const EXIT = {
  done: 0,
  error: 1,
  usage: 2,
  leftOpen: 3,
  guard: 4,
  busy: 5,
  changes: 10,
  sigint: 130,
  sigterm: 143,
} as const;

/** 0 when nothing is left open, 3 when a row is rejected, held, failed or in doubt, or a child has no parent. */
export function exitCodeOf(rows: RowCounts, orphans: number): number {
  return rows.rejected + rows.held + rows.failed + rows.inDoubt + orphans > 0 ? EXIT.leftOpen : EXIT.done;
}

/** Whether every row read is accounted for exactly once. */
export function addsUp(rows: RowCounts): boolean {
  const { read, ...kinds } = rows;
  return Object.values(kinds).reduce((sum, n) => sum + n, 0) === read;
}
