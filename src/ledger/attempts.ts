import type { SqliteDatabase } from './database.ts';
import type { AttemptResult, Intent } from './entries.ts';

/** The journal of requests that carried a change; its statements run inside the ledger's transactions. */
export interface Attempts {
  /** Notes a request about to leave. */
  start(
    request: Pick<Intent, 'run' | 'pipeline' | 'key'> & { readonly action: Intent['action'] | 'delete' },
  ): number;
  /** Notes what came back for it. */
  finish(attempt: number, result: AttemptResult): void;
}

export function createAttempts(database: SqliteDatabase, now: () => number): Attempts {
  const insert = database.prepare(
    'INSERT INTO attempt (run, pipeline, key, action, started_at) VALUES (@run, @pipeline, @key, @action, @now)',
  );
  const update = database.prepare(
    'UPDATE attempt SET finished_at = @now, outcome = @outcome, code = @code, log_id = @logId WHERE id = @id',
  );
  return {
    start: ({ run, pipeline, key, action }) =>
      Number(insert.run({ run, pipeline, key, action, now: now() }).lastInsertRowid),
    finish: (id, result) => void update.run({ id, now: now(), ...result }),
  };
}
