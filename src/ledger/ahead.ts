import type { SqliteDatabase } from './database.ts';
import type { Guarded } from './entries.ts';

/** What somebody decided about a record that has no entry yet, because its create is held: see `hire-sync resolve`. */
export interface AheadDecision {
  readonly key: string;
  /** `create`: although something in Feishu, or in this ledger, looks like it. */
  readonly kind: 'create' | 'skip';
}

/** Decisions ahead of the entry. The first write of the record that is settled ends its decision. */
export interface Ahead {
  /** Keeps it in the place of an earlier one. */
  keep(pipeline: string, decision: AheadDecision): void;
  /** All of a pipeline; there are few. */
  of(pipeline: string): readonly AheadDecision[];
  /** Whether somebody decided that the record is to be created. */
  isToBeCreated(pipeline: string, key: string): boolean;
}

export function createAhead(database: SqliteDatabase, guarded: Guarded): Ahead {
  const keep = database.prepare(`
    INSERT INTO ahead (pipeline, key, kind) VALUES (@pipeline, @key, @kind)
    ON CONFLICT DO UPDATE SET kind = @kind`);
  const of = database.prepare('SELECT key, kind FROM ahead WHERE pipeline = ? ORDER BY key');
  const create = database
    .prepare(`SELECT 1 FROM ahead WHERE pipeline = ? AND key = ? AND kind = 'create'`)
    .pluck();
  return {
    keep: guarded((pipeline, { key, kind }) => void keep.run({ pipeline, key, kind })),
    of: guarded((pipeline) => of.all(pipeline) as AheadDecision[]),
    isToBeCreated: guarded((pipeline, key) => create.get(pipeline, key) !== undefined),
  };
}
