import type Database from 'better-sqlite3';
import type { Outcome } from '../model.ts';

/** What became of one change, for the reports: without Feishu's words, which may echo the row. */
export interface NotedOutcome {
  readonly kind: Outcome['kind'];
  /** Feishu's id of the object, when it is done. */
  readonly remoteId: string | null;
  /** Feishu's code, when it answered with one. */
  readonly code: number | null;
  readonly logId: string | null;
}

/** Outcomes by their change's place in the plan. A planned write without one was not begun. */
export interface Outcomes {
  note(seq: number, outcome: Outcome): void;
  of(seq: number): NotedOutcome | undefined;
}

/** Keeps them beside the plan, in the same anonymous file. */
export function createOutcomes(database: Database.Database): Outcomes {
  database.exec(`
    CREATE TABLE outcome (seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, remote_id TEXT, code INTEGER, log_id TEXT) STRICT`);
  const note = database.prepare(
    'INSERT OR REPLACE INTO outcome (seq, kind, remote_id, code, log_id) VALUES (?, ?, ?, ?, ?)',
  );
  const of = database.prepare(
    'SELECT kind, remote_id AS remoteId, code, log_id AS logId FROM outcome WHERE seq = ?',
  );
  return {
    note: (seq, outcome) => {
      const remoteId = outcome.kind === 'done' ? outcome.remoteId : null;
      const [code, logId] = 'code' in outcome ? [outcome.code, outcome.logId] : [null, null];
      note.run(seq, outcome.kind, remoteId, code, logId);
    },
    of: (seq) => of.get(seq) as NotedOutcome | undefined,
  };
}
