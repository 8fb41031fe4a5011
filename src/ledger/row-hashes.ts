import type { SqliteDatabase } from './database.ts';
import type { Guarded } from './entries.ts';
import type { Fenced } from './fence.ts';

/** A row that was parsed tonight, and how its group is to be known again by its bytes. */
export interface RowMark {
  readonly key: string;
  /** Of the payload that the row was mapped to: kept only if the ledger holds exactly this as applied. */
  readonly fingerprint: string;
  /** Hash of the row's raw bytes and those of its children (16 bytes), and its date (6 bytes, epoch ms, 0 = none). */
  readonly mark: Uint8Array;
}

/**
 * By which raw bytes a settled record is known again without being parsed. A mark says: these bytes, read in this
 * context, are this record, and Feishu holds what they map to. Whatever touches the record's entry drops it (by
 * triggers), so that a mark never speaks for an older state.
 */
export interface RowHashes {
  /** The context all marks of a pipeline were made in; null without any. */
  context(pipeline: string): string | null;
  /** Marks from one beginning (inclusive) up to another (exclusive; null = to the end), in order, one after the other. */
  page(pipeline: string, from: Uint8Array, to: Uint8Array | null): Uint8Array;
  /** The record whose mark begins with `hash`. */
  keyOf(pipeline: string, hash: Uint8Array): string | undefined;
  has(pipeline: string, key: string): boolean;
  /** Whether there are entries without a mark. Asked again it costs nothing, as long as nobody has written. */
  anyUnmarked(pipeline: string): boolean;
  /** Their keys after `afterKey`, in order, at most `limit`. */
  unmarked(pipeline: string, afterKey: string, limit: number): readonly string[];
  /** Feishu's id of a record; null without one. */
  remoteId(pipeline: string, key: string): string | null;
  /** Replaces the marks of these rows; those of other contexts are dropped. `expected` rows, to choose how. */
  keep(pipeline: string, context: string, rows: Iterable<RowMark>, expected: number): void;
}

const INDEX = 'CREATE INDEX raw_mark_order ON raw_mark (pipeline, mark)';
// From so many rows on, sorting them once is quicker than a place in the index for each.
const MANY = 50_000;
const END = Buffer.alloc(32, 0xff);

export function createRowHashes(database: SqliteDatabase, guarded: Guarded, fenced: Fenced): RowHashes {
  const context = database.prepare('SELECT context FROM raw_context WHERE pipeline = ?').pluck();
  const setContext = database.prepare(
    'INSERT INTO raw_context (pipeline, context) VALUES (?, ?) ON CONFLICT DO UPDATE SET context = excluded.context',
  );
  // One blob instead of a row each: thousands of small buffers cost more than the reading.
  const page = database
    .prepare(
      `SELECT unhex(group_concat(hex(mark), '')) FROM (
         SELECT mark FROM raw_mark WHERE pipeline = ? AND mark >= ? AND mark < ? ORDER BY mark)`,
    )
    .pluck();
  const keyOf = database
    .prepare('SELECT key FROM raw_mark WHERE pipeline = ? AND mark >= ? AND mark < ? LIMIT 1')
    .pluck();
  const has = database.prepare('SELECT 1 FROM raw_mark WHERE pipeline = ? AND key = ?').pluck();
  const entries = database.prepare('SELECT count(*) FROM entry WHERE pipeline = ?').pluck();
  const marks = database.prepare('SELECT count(*) FROM raw_mark WHERE pipeline = ?').pluck();
  // By this connection; what others wrote changes the data_version.
  const written = database.prepare('SELECT total_changes()').pluck();
  let counted = { state: '', any: true };
  const unmarked = database
    .prepare(
      `SELECT key FROM entry WHERE pipeline = @pipeline AND key > @after
       AND NOT EXISTS (SELECT 1 FROM raw_mark WHERE pipeline = @pipeline AND key = entry.key)
       ORDER BY key LIMIT @limit`,
    )
    .pluck();
  const remoteId = database.prepare('SELECT remote_id FROM entry WHERE pipeline = ? AND key = ?').pluck();
  const clear = database.prepare('DELETE FROM raw_mark WHERE pipeline = ?');
  const drop = database.prepare('DELETE FROM raw_mark WHERE pipeline = ? AND key = ?');
  const insert = database.prepare(`
    INSERT INTO raw_mark (pipeline, key, mark)
    SELECT pipeline, key, @mark FROM entry
    WHERE pipeline = @pipeline AND key = @key AND state = 'settled' AND applied_fingerprint = @fingerprint
      AND source_payload IS NULL AND held_reason IS NULL AND decision IS NULL`);

  return {
    context: guarded((pipeline) => (context.get(pipeline) as string | undefined) ?? null),
    page: guarded((pipeline, from, to) => {
      const marks = page.get(pipeline, Buffer.from(from), to === null ? END : Buffer.from(to));
      // As it is: a copy of each page would pile up until the collector comes by.
      return (marks as Uint8Array | null) ?? new Uint8Array();
    }),
    keyOf: guarded((pipeline, hash) => {
      const from = Buffer.from(hash);
      return keyOf.get(pipeline, from, Buffer.concat([from, END])) as string | undefined;
    }),
    has: guarded((pipeline, key) => has.get(pipeline, key) !== undefined),
    anyUnmarked: guarded((pipeline) => {
      const state = `${database.pragma('data_version', { simple: true })} ${written.get()} ${pipeline}`;
      if (counted.state !== state) {
        const any = (entries.get(pipeline) as number) > (marks.get(pipeline) as number);
        counted = { state, any };
      }
      return counted.any;
    }),
    unmarked: guarded((pipeline, after, limit) => unmarked.all({ pipeline, after, limit }) as string[]),
    remoteId: guarded((pipeline, key) => (remoteId.get(pipeline, key) as string | null | undefined) ?? null),
    keep: fenced((pipeline, now, rows, expected) => {
      const other = context.get(pipeline) !== now;
      if (other) {
        clear.run(pipeline);
        setContext.run(pipeline, now);
      }
      if (expected > MANY) database.exec('DROP INDEX raw_mark_order');
      for (const row of rows) {
        if (!other) drop.run(pipeline, row.key);
        insert.run({ pipeline, ...row });
      }
      if (expected > MANY) database.exec(INDEX);
    }),
  };
}
