import type { SqliteDatabase } from './database.ts';
import type { Guarded } from './entries.ts';
import type { Fenced } from './fence.ts';
import { assertJson } from './soundness.ts';

/** One row that waits; `record` is the source record as JSON, candidate text included. */
export interface WaitingRow {
  readonly key: string;
  /** Epoch ms of the run that met it first. */
  readonly since: number;
  readonly record: string;
}

/** Rows that wait for something a lookup does not have yet. */
export interface Waiting {
  /** Since when a row waits, epoch ms; null when it does not. */
  since(pipeline: string, key: string): number | null;
  /** Rows after `key` in key order, at most `limit`. */
  page(pipeline: string, afterKey: string, limit: number): readonly WaitingRow[];
  /** Adds rows; those that wait already keep their `since`. */
  keep(pipeline: string, rows: readonly WaitingRow[]): void;
  drop(pipeline: string, keys: readonly string[]): void;
}

export function createWaiting(database: SqliteDatabase, guarded: Guarded, fenced: Fenced): Waiting {
  const since = database.prepare('SELECT since FROM waiting WHERE pipeline = ? AND key = ?').pluck();
  const page = database.prepare(
    'SELECT key, since, record FROM waiting WHERE pipeline = ? AND key > ? ORDER BY key LIMIT ?',
  );
  const keep = database.prepare(`
    INSERT INTO waiting (pipeline, key, since, record) VALUES (@pipeline, @key, @since, @record)
    ON CONFLICT DO UPDATE SET record = @record`);
  const drop = database.prepare('DELETE FROM waiting WHERE pipeline = ? AND key = ?');
  return {
    since: guarded((pipeline, key) => (since.get(pipeline, key) as number | undefined) ?? null),
    page: guarded((pipeline, afterKey, limit) => {
      const rows = page.all(pipeline, afterKey, limit) as WaitingRow[];
      for (const { key, record } of rows) assertJson(`the waiting row ${key}`, record);
      return rows;
    }),
    keep: fenced((pipeline, rows) => {
      for (const row of rows) keep.run({ pipeline, ...row });
    }),
    drop: fenced((pipeline, keys) => {
      for (const key of keys) drop.run(pipeline, key);
    }),
  };
}
