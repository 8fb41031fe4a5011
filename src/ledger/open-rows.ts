import type { ReasonCode } from '../reason.ts';
import type { SqliteDatabase } from './database.ts';
import type { Guarded } from './entries.ts';
import type { RunIssue } from './runs.ts';

/** Rows of one kind that are open, and since when the oldest has been, in epoch ms. */
export interface OpenSince {
  /** `waiting`: those of the held ones that wait for something a lookup does not have. */
  readonly kind: RunIssue['kind'] | 'waiting';
  readonly rows: number;
  readonly since: number;
}

/** What runs left open, as they noted it. A row is known again by its key; one without a key only where it stood. */
export interface OpenRows {
  /** How many rows of a run have issues: a rejected one may have several. */
  count(run: string): number;
  /** Whether a run has an issue that `before` did not have: of another row, or of the same for another reason. */
  hasNew(run: string, before: string): boolean;
  /** The rows that the last finished run of a pipeline left open, each since the first of the runs in a row that left it open. */
  since(pipeline: string): readonly OpenSince[];
  /** Keys that the last finished run of a pipeline left open for this reason. */
  keysOf(pipeline: string, code: ReasonCode): readonly string[];
  /** Records of a pipeline with a request that no answer has settled, or that are held before their first; null: none. */
  unsettled(pipeline: string): { readonly rows: number; readonly since: number } | null;
  /** All that have run a sync. */
  pipelines(): readonly string[];
}

export function createOpenRows(database: SqliteDatabase, guarded: Guarded): OpenRows {
  const ROW = "coalesce(key, char(0) || file || ':' || line)";
  const count = database
    .prepare('SELECT count(*) FROM (SELECT DISTINCT key, file, line FROM run_issue WHERE run = ?)')
    .pluck();
  const reasons = `SELECT kind, ${ROW}, code, field, count(*) FROM run_issue WHERE run = ? GROUP BY 1, 2, 3, 4`;
  const added = database.prepare(`${reasons} EXCEPT ${reasons} LIMIT 1`);
  const finished = database.prepare(`
    SELECT id, started_at AS startedAt FROM run WHERE pipeline = ? AND state = 'finished' AND mode = 'sync'
    ORDER BY started_at DESC, id DESC`);
  const rowsOf = database.prepare(`
    SELECT ${ROW} AS row, iif(code = 'waiting', 'waiting', kind) AS kind FROM run_issue WHERE run = ? GROUP BY key, file, line`);
  const keysOf = database
    .prepare('SELECT DISTINCT key FROM run_issue WHERE run = ? AND code = ? AND key IS NOT NULL ORDER BY key')
    .pluck();
  const unsettled = database.prepare(
    "SELECT count(*) AS rows, min(first_attempt_at) AS since FROM entry WHERE pipeline = ? AND state <> 'settled'",
  );
  const pipelines = database
    .prepare("SELECT DISTINCT pipeline FROM run WHERE mode <> 'undo' ORDER BY pipeline")
    .pluck();
  type Row = { readonly row: string; readonly kind: OpenSince['kind'] };
  return {
    count: guarded((run) => count.get(run) as number),
    hasNew: guarded((run, before) => added.get(run, before) !== undefined),
    since: guarded((pipeline) => {
      const runs = finished.all(pipeline) as { readonly id: string; readonly startedAt: number }[];
      const [last, ...earlier] = runs;
      if (last === undefined) return [];
      const all = rowsOf.all(last.id) as Row[];
      const since = new Map(all.map(({ row }) => [row, last.startedAt]));
      let still = new Set(since.keys());
      for (const { id, startedAt } of earlier) {
        if (still.size === 0) break;
        const there = new Set<string>();
        for (const { row } of rowsOf.iterate(id) as Iterable<Row>) if (still.has(row)) there.add(row);
        for (const row of there) since.set(row, startedAt);
        still = there;
      }
      const kinds = new Map<OpenSince['kind'], { rows: number; since: number }>();
      for (const { row, kind } of all) {
        const at = since.get(row) ?? last.startedAt;
        const so = kinds.get(kind) ?? { rows: 0, since: at };
        kinds.set(kind, { rows: so.rows + 1, since: Math.min(so.since, at) });
      }
      return [...kinds].map(([kind, so]) => ({ kind, ...so }));
    }),
    keysOf: guarded((pipeline, code) => {
      const [last] = finished.all(pipeline) as { readonly id: string }[];
      return last === undefined ? [] : (keysOf.all(last.id, code) as string[]);
    }),
    unsettled: guarded((pipeline) => {
      const { rows, since } = unsettled.get(pipeline) as { rows: number; since: number | null };
      return since === null ? null : { rows, since };
    }),
    pipelines: guarded(() => pipelines.all() as string[]),
  };
}
