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
  /** Whether a row that a run rejected is one of those that another run rejected. */
  stillRejected(run: string, last: string): boolean;
  /** The rows that the last finished run of a pipeline left open, each since the first of the runs in a row that left it open. */
  since(pipeline: string): readonly OpenSince[];
  /** Keys that the last finished run of a pipeline left open for this reason. */
  keysOf(pipeline: string, code: ReasonCode): readonly string[];
  /** Records of a pipeline with a request that no answer has settled, or that are held before their first; null: none. */
  unsettled(pipeline: string): { readonly rows: number; readonly since: number } | null;
  /** All that have run a sync. */
  pipelines(): readonly string[];
}

/** What a row of `run_issue` is known again by. */
const ROW = "coalesce(key, char(0) || file || ':' || line)";

/** The last run of the whole export that was carried out to its end, if any. */
const LAST_FINISHED = `SELECT id FROM run WHERE pipeline = @pipeline AND state = 'finished' AND mode = 'sync'
  ORDER BY started_at DESC, id DESC LIMIT 1`;

/**
 * Notes of the rows that a run leaves open since when they have been: asked of every run there was, it would take longer
 * each night. Inside the transaction that ends the run, before it counts as finished.
 */
export function createKeepSince(database: SqliteDatabase): (run: string) => void {
  const find = database.prepare(
    "SELECT pipeline, started_at AS startedAt FROM run WHERE id = ? AND mode = 'sync'",
  );
  const before = database.prepare(LAST_FINISHED).pluck();
  const begin = database.prepare('UPDATE run_issue SET since = @startedAt WHERE run = @run');
  const keep = database.prepare(`
    UPDATE run_issue SET since = min(run_issue.since, before.since)
    FROM (SELECT ${ROW} AS row, min(since) AS since FROM run_issue WHERE run = @before GROUP BY 1) AS before
    WHERE run_issue.run = @run AND before.since IS NOT NULL AND before.row = ${ROW.replaceAll(/(key|file|line)/g, 'run_issue.$1')}`);
  return (run) => {
    const found = find.get(run) as { readonly pipeline: string; readonly startedAt: number } | undefined;
    if (found === undefined) return;
    begin.run({ run, startedAt: found.startedAt });
    keep.run({ run, before: before.get({ pipeline: found.pipeline }) ?? null });
  };
}

export function createOpenRows(database: SqliteDatabase, guarded: Guarded): OpenRows {
  const count = database
    .prepare('SELECT count(*) FROM (SELECT DISTINCT key, file, line FROM run_issue WHERE run = ?)')
    .pluck();
  const reasons = `SELECT kind, ${ROW}, code, field, count(*) FROM run_issue WHERE run = ? GROUP BY 1, 2, 3, 4`;
  const added = database.prepare(`${reasons} EXCEPT ${reasons} LIMIT 1`);
  const rejected = `SELECT ${ROW} FROM run_issue WHERE run = ? AND kind = 'rejected'`;
  const still = database.prepare(`${rejected} INTERSECT ${rejected} LIMIT 1`);
  const lastFinished = database.prepare(LAST_FINISHED).pluck();
  const since = database.prepare(`
    SELECT kind, count(*) AS rows, min(since) AS since FROM (
      SELECT iif(code = 'waiting', 'waiting', kind) AS kind, coalesce(min(since), (SELECT started_at FROM run WHERE id = @run)) AS since
      FROM run_issue WHERE run = @run GROUP BY key, file, line
    ) GROUP BY kind`);
  const keysOf = database
    .prepare('SELECT DISTINCT key FROM run_issue WHERE run = ? AND code = ? AND key IS NOT NULL ORDER BY key')
    .pluck();
  const unsettled = database.prepare(
    "SELECT count(*) AS rows, min(first_attempt_at) AS since FROM entry WHERE pipeline = ? AND state <> 'settled'",
  );
  const pipelines = database
    .prepare("SELECT DISTINCT pipeline FROM run WHERE mode NOT IN ('undo', 'forget') ORDER BY pipeline")
    .pluck();
  return {
    count: guarded((run) => count.get(run) as number),
    hasNew: guarded((run, before) => added.get(run, before) !== undefined),
    stillRejected: guarded((run, last) => still.get(run, last) !== undefined),
    since: guarded((pipeline) => {
      const run = lastFinished.get({ pipeline });
      return run === undefined ? [] : (since.all({ run }) as OpenSince[]);
    }),
    keysOf: guarded((pipeline, code) => {
      const run = lastFinished.get({ pipeline });
      return run === undefined ? [] : (keysOf.all(run, code) as string[]);
    }),
    unsettled: guarded((pipeline) => {
      const { rows, since } = unsettled.get(pipeline) as { rows: number; since: number | null };
      return since === null ? null : { rows, since };
    }),
    pipelines: guarded(() => pipelines.all() as string[]),
  };
}
