import type { Told } from '../difference.ts';
import type { Eye, FileCount, Json, RequestCounts, RowCounts } from '../model.ts';
import type { Sample } from '../plan/acceptance.ts';
import type { Bilingual } from '../plan/shape.ts';
import type { Verdicts } from '../plan/verdicts.ts';
import type { Cost } from './cost.ts';
import { EXIT } from './exit.ts';
import type { Made } from './made.ts';
import type { Stopped } from './stopped.ts';

/** What became of the rows that stand in one file. In a plan: what would become of them. */
export interface FileRows {
  readonly file: string;
  readonly rows: RowCounts;
  /** Rows of earlier nights that waited and are not in this export; part of `rows.read`. */
  readonly retried: number;
}

/** A member that no record of a file has, and the one whose name comes nearest. */
export interface AbsentName {
  readonly file: string;
  readonly member: string;
  readonly nearest: string | null;
}

/** The numbers of a run, from which every report is made. Holds no candidate text. */
export interface Report {
  readonly run: string;
  readonly pipeline: string;
  readonly mode: 'plan' | 'sync';
  readonly made?: Made;
  readonly exitCode: number;
  /** What the process ends with instead of `exitCode`, where `--fail-on` may have turned 3 into 0; absent without it. */
  readonly failOn?: { readonly policy: FailOn; readonly exitCode: number };
  /** In a plan: what would become of the rows. */
  readonly rows: RowCounts;
  /** Rows for which nothing needs to be sent, part of `rows.unchanged`. */
  readonly noted: {
    /** Feishu holds them already, in objects that no record owned. */
    readonly adopted: number;
    /** Feishu holds their new content already. */
    readonly recorded: number;
    /** Changed in Feishu and not in the source; left as they are. */
    readonly drifted: number;
  };
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
  /** Members of JSON records that the pipeline reads and no record has ever had; absent in runs of earlier versions. */
  readonly absent?: readonly AbsentName[];
  /** What a person should look at, though it goes in. */
  readonly eyes: readonly Eye[];
  /** Which words of the export end as what; null or absent in runs of earlier versions. */
  readonly verdicts?: Verdicts | null;
  /** Records to look at before a migration is signed; null or absent where none were drawn. */
  readonly sample?: Sample | null;
  /** What became of the rows of each file that has some; they add up in every file as they do in the run. */
  readonly byFile: readonly FileRows[];
  /** The newest date of the export that is not in the future of the run, ISO 8601; null without one. */
  readonly newest: string | null;
  /** The key of the record that has it. */
  readonly newestKey: string | null;
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
  readonly stopped: Stopped | null;
  /** What a canary run wrote and read back; null in other runs. */
  readonly canary: Canary | null;
  /** How Feishu shows what the run has written otherwise than it was sent, once per kind and field; empty in a plan. */
  readonly shown: readonly ShownOtherwise[];
  /** Rows planned for a write and not begun, because the run stopped or was a canary; part of `rows.held`. */
  readonly notAttempted: number;
}

/** Which open rows fail a run: any; those that were not open last time for the same reason; none. */
export const FAIL_ON = ['any', 'new', 'stopped'] as const;

export type FailOn = (typeof FAIL_ON)[number];

/** What the process ends with. */
export function processCode(ended: {
  readonly exitCode: number;
  readonly failOn?: Report['failOn'] | undefined;
}): number {
  return ended.failOn?.exitCode ?? ended.exitCode;
}

/** The report of a run that ends with another code after all, whatever `--fail-on` says. */
export function endedWith(report: Report, exitCode: number): Report {
  const { failOn } = report;
  return { ...report, exitCode, ...(failOn !== undefined && { failOn: { ...failOn, exitCode } }) };
}

/** One way in which Feishu shows a field otherwise than it was sent: see `Difference`. */
export interface ShownOtherwise {
  readonly kind: Told['kind'];
  /** Of the field, without list places. */
  readonly path: string;
  readonly label: Bilingual;
  readonly records: number;
  /** Whether text is lost that was sent, and the pipeline accepts that (`accepts`); null: nothing is lost. */
  readonly lost: 'open' | 'accepted' | null;
  /** `cut`: characters that are stored at most, and of the longest text that was sent. */
  readonly length?: number;
  readonly longest?: number;
  /** `floored`: to the second (1,000) or to the minute (60,000). */
  readonly toMs?: number;
  /** `default`: what Feishu fills in, where that is no free text. */
  readonly value?: Json;
}

/** One row of a canary run, as Feishu shows it after the write. */
export interface CanaryRow {
  readonly key: string;
  readonly is: 'equal' | 'different' | 'missing' | 'unreadable';
  /** Paths that are not as they were sent. */
  readonly fields: readonly string[];
}

/** What a canary run wrote, compared with what Feishu shows afterwards. */
export interface Canary {
  readonly rows: readonly CanaryRow[];
  readonly equal: number;
}

/**
 * 0 when nothing is left open, 3 when a row is rejected, held, failed or in doubt, a child has no parent, or text was lost
 * that nobody said may be.
 */
export function exitCodeOf(rows: RowCounts, orphans: number, shown: Report['shown'] = []): number {
  const open = rows.rejected + rows.held + rows.failed + rows.inDoubt + orphans;
  return open > 0 || shown.some(({ lost }) => lost === 'open') ? EXIT.leftOpen : EXIT.done;
}

/** Whether every row read is accounted for exactly once. */
export function addsUp(rows: RowCounts): boolean {
  const { read, ...kinds } = rows;
  return Object.values(kinds).reduce((sum, n) => sum + n, 0) === read;
}
