import type { RowCounts } from '../model.ts';
import { EXIT } from './exit.ts';

/** Rows that are open, and since when (ISO 8601, UTC) the oldest of them has been; null: nobody noted it. */
export interface OpenCount {
  readonly rows: number;
  readonly since: string | null;
}

/** The kinds of open rows. `waiting` are the held ones that wait for something a lookup does not have. */
export const OPEN_KINDS = ['rejected', 'held', 'waiting', 'failed', 'inDoubt', 'orphans'] as const;

export type OpenKind = (typeof OPEN_KINDS)[number];

/** One run, shortly. Times are ISO 8601, UTC. */
export interface RunShortly {
  readonly run: string;
  /** `died`: it neither finished nor said why not. */
  readonly state: 'running' | 'finished' | 'stopped' | 'died';
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly exitCode: number | null;
}

/** How one pipeline stands, by the counts of its runs. */
export interface PipelineStanding {
  readonly pipeline: string;
  /** The last run of the whole export that finished. */
  readonly finished: (RunShortly & { readonly rows: RowCounts }) | null;
  /** The newest run, whatever became of it; null for a pipeline that never ran. */
  readonly last: RunShortly | null;
  /** What the last finished run left open. */
  readonly open: Readonly<Record<OpenKind, OpenCount>>;
  /** Records with a request that no answer has settled, or that are held before their first; part of what is open. */
  readonly unsettled: OpenCount;
}

/** Something that is older, or has been open longer, than allowed. */
export interface Late {
  readonly pipeline: string;
  /** `finished`: since its last finished run; `open`: since the oldest open row was met. */
  readonly what: 'finished' | 'open';
  /** Null: it never finished. */
  readonly since: string | null;
}

/** What `hire-sync status` tells. Holds no candidate text, and no keys. */
export interface Status {
  readonly at: string;
  readonly exitCode: typeof EXIT.done | typeof EXIT.changes;
  /** Whose the ledger is; null while it is nobody's. */
  readonly app: { readonly baseUrl: string; readonly appId: string } | null;
  readonly ledger: { readonly file: string; readonly bytes: number; readonly running: string | null };
  /** Copies of the ledger beside it, newest first. */
  readonly backups: readonly { readonly file: string; readonly bytes: number; readonly at: string }[];
  readonly maxAgeMs: number;
  readonly maxOpenMs: number;
  readonly late: readonly Late[];
  readonly pipelines: readonly PipelineStanding[];
}

/** What is later than allowed, and the exit code that says so: 10, else 0. */
export function lateness(
  { at, maxAgeMs, maxOpenMs }: Pick<Status, 'at' | 'maxAgeMs' | 'maxOpenMs'>,
  pipelines: readonly PipelineStanding[],
): Pick<Status, 'late' | 'exitCode'> {
  const isLate = (since: string | null, allowedMs: number): boolean =>
    since === null || Date.parse(at) - Date.parse(since) > allowedMs;
  const late = pipelines.flatMap(({ pipeline, finished, open }): Late[] => {
    const ended = finished?.finishedAt ?? null;
    const oldest = oldestOf(open);
    return [
      ...(isLate(ended, maxAgeMs) ? [{ pipeline, what: 'finished', since: ended } as const] : []),
      ...(oldest !== null && isLate(oldest, maxOpenMs)
        ? [{ pipeline, what: 'open', since: oldest } as const]
        : []),
    ];
  });
  return { late, exitCode: late.length > 0 ? EXIT.changes : EXIT.done };
}

/** Since when the oldest open row has been open; null where none is. */
export function oldestOf(open: PipelineStanding['open']): string | null {
  const all = OPEN_KINDS.flatMap((kind) => open[kind].since ?? []);
  return all.toSorted()[0] ?? null;
}
