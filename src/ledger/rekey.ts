import { HireSyncError } from '../errors.ts';
import type { SqliteDatabase } from './database.ts';
import type { Fenced } from './fence.ts';

/** A record, and the key under which its source has it now. */
export interface NewKey {
  readonly was: string;
  readonly key: string;
  /** The ledger knows a record of the new key as well, whose object is gone: that one gives way. */
  readonly replaces?: boolean;
}

/** What is kept by key. By which bytes a record was known is dropped with its entry's change (a trigger). */
const TABLES = [
  'entry',
  'waiting',
  'generation',
  'attempt',
  'version',
  'replaced',
  'decided',
  'refused',
] as const;

/**
 * Moves records to other keys, all or none. Their ids and their keys in Feishu (`external_id`) stay as they were.
 * @throws HireSyncError CONFIG_INVALID when the ledger does not know a record, or knows one of the new key that is not to be replaced
 */
export function createRekey(
  database: SqliteDatabase,
  fenced: Fenced,
): (pipeline: string, keys: readonly NewKey[]) => void {
  const find = database.prepare('SELECT 1 FROM entry WHERE pipeline = ? AND key = ?').pluck();
  const moves = TABLES.map((table) =>
    // A decision, or a note, about the new key is one about a create that is not made any more.
    database.prepare(`UPDATE OR REPLACE ${table} SET key = @key WHERE pipeline = @pipeline AND key = @was`),
  );
  const drops = ['decided', 'waiting', 'refused'].map((table) =>
    database.prepare(`DELETE FROM ${table} WHERE pipeline = @pipeline AND key = @key`),
  );
  return fenced((pipeline, keys) => {
    for (const { was, key, replaces = false } of keys) {
      const isKnown = find.get(pipeline, was) !== undefined;
      if (!isKnown || (!replaces && find.get(pipeline, key) !== undefined)) {
        const why = isKnown ? `knows a record "${key}" already` : `knows no record "${was}"`;
        throw new HireSyncError('CONFIG_INVALID', `The ledger ${why}. Nothing was changed.`);
      }
      for (const drop of drops) drop.run({ pipeline, key });
      for (const move of moves) move.run({ pipeline, was, key });
    }
  });
}
