import type { SqliteDatabase } from './database.ts';
import type { Guarded } from './entries.ts';
import type { Fenced } from './fence.ts';
import { createKeepSince } from './open-rows.ts';
import { assertJson } from './soundness.ts';

/** One run as the ledger keeps it. */
export interface RunRow {
  readonly id: string;
  readonly pipeline: string;
  readonly mode: string;
  /** `stopped` without `finishedAt`: it died. */
  readonly state: 'running' | 'finished' | 'stopped';
  /** Epoch ms. */
  readonly startedAt: number;
  readonly finishedAt: number | null;
  readonly exitCode: number | null;
  /** The report's numbers as JSON; null while the run goes on. */
  readonly summary: string | null;
  /** Why it stopped, as JSON, where it has no summary that says it. */
  readonly stopped: string | null;
  /** Hex SHA-256 of the saved plan that it carries out; null without one. */
  readonly plan: string | null;
  /** Who signed that plan; null where nobody did. */
  readonly approvedBy: string | null;
}

/** A row of a run that did not go through; without its values. */
export interface RunIssue {
  readonly kind: 'rejected' | 'held' | 'failed' | 'in-doubt';
  readonly key: string | null;
  readonly file: string;
  readonly line: number;
  readonly code: string;
  readonly field: string;
  readonly logId: string | null;
}

export interface Runs {
  /** Notes a run that owns the ledger; a run still noted as running has therefore died, and is noted as stopped. */
  start(
    run: Pick<RunRow, 'id' | 'pipeline' | 'mode' | 'startedAt'> &
      Partial<Pick<RunRow, 'plan' | 'approvedBy'>>,
  ): void;
  finish(
    run: Pick<RunRow, 'id' | 'summary'> & {
      state: 'finished' | 'stopped';
      finishedAt: number;
      exitCode: number;
      stopped?: string;
    },
  ): void;
  /** Adds issues, numbered after those the run already has. */
  addIssues(run: string, issues: readonly RunIssue[]): void;
  issues(run: string, limit: number): readonly RunIssue[];
  /** Newest first. */
  list(limit: number): readonly RunRow[];
  find(id: string): RunRow | undefined;
  /** The run of the same pipeline before this one; an undo is none, nor is a forgetting. */
  before(id: string): RunRow | undefined;
  /** The newest run of a pipeline, whatever became of it; an undo is none, nor is a forgetting. */
  last(pipeline: string): RunRow | undefined;
  /** The last run of a pipeline that was carried out to its end. */
  lastFinished(pipeline: string): RunRow | undefined;
}

const COLUMNS =
  'id, pipeline, mode, state, started_at AS startedAt, finished_at AS finishedAt, exit_code AS exitCode, summary, stopped, plan, approved_by AS approvedBy';

export function createRuns(database: SqliteDatabase, guarded: Guarded, fenced: Fenced): Runs {
  const start = database.prepare(
    `INSERT INTO run (id, pipeline, mode, state, started_at, plan, approved_by)
     VALUES (@id, @pipeline, @mode, 'running', @startedAt, @plan, @approvedBy)`,
  );
  const keepSince = createKeepSince(database);
  const died = database.prepare("UPDATE run SET state = 'stopped' WHERE state = 'running'");
  const finish = database.prepare(
    'UPDATE run SET state = @state, finished_at = @finishedAt, exit_code = @exitCode, summary = @summary, stopped = @stopped WHERE id = @id',
  );
  const lastSeq = database.prepare('SELECT coalesce(max(seq), 0) AS seq FROM run_issue WHERE run = ?');
  const addIssue = database.prepare(
    `INSERT INTO run_issue (run, seq, kind, key, file, line, code, field, log_id)
     VALUES (@run, @seq, @kind, @key, @file, @line, @code, @field, @logId)`,
  );
  const issues = database.prepare(
    'SELECT kind, key, file, line, code, field, log_id AS logId FROM run_issue WHERE run = ? ORDER BY seq LIMIT ?',
  );
  const list = database.prepare(`SELECT ${COLUMNS} FROM run ORDER BY started_at DESC, id DESC LIMIT ?`);
  const lastFinished = database.prepare(
    `SELECT ${COLUMNS} FROM run WHERE pipeline = ? AND state = 'finished' AND mode = 'sync' ORDER BY started_at DESC, id DESC LIMIT 1`,
  );
  const before = database.prepare(
    `SELECT ${COLUMNS} FROM run WHERE pipeline = (SELECT pipeline FROM run WHERE id = @id) AND mode NOT IN ('undo', 'forget')
     AND (started_at, id) < (SELECT started_at, id FROM run WHERE id = @id) ORDER BY started_at DESC, id DESC LIMIT 1`,
  );
  const last = database.prepare(
    `SELECT ${COLUMNS} FROM run WHERE pipeline = ? AND mode NOT IN ('undo', 'forget') ORDER BY started_at DESC, id DESC LIMIT 1`,
  );
  const find = database.prepare(`SELECT ${COLUMNS} FROM run WHERE id = ?`);
  return {
    start: fenced((run) => {
      died.run();
      start.run({ plan: null, approvedBy: null, ...run });
    }),
    finish: fenced((run) => {
      if (run.state === 'finished') keepSince(run.id);
      finish.run({ stopped: null, ...run });
    }),
    addIssues: fenced((run, rows) => {
      let seq = (lastSeq.get(run) as { seq: number }).seq;
      for (const row of rows) addIssue.run({ run, seq: ++seq, ...row });
    }),
    issues: guarded((run, limit) => issues.all(run, limit) as RunIssue[]),
    list: guarded((limit) => (list.all(limit) as RunRow[]).map(readable)),
    before: guarded((id) => readable(before.get({ id }) as RunRow | undefined)),
    last: guarded((pipeline) => readable(last.get(pipeline) as RunRow | undefined)),
    lastFinished: guarded((pipeline) => readable(lastFinished.get(pipeline) as RunRow | undefined)),
    find: guarded((id) => readable(find.get(id) as RunRow | undefined)),
  };
}

function readable<Row extends RunRow | undefined>(row: Row): Row {
  if (row !== undefined) assertJson(`the summary of run ${row.id}`, row.summary);
  return row;
}
