import type { SqliteDatabase } from './database.ts';
import type { Guarded, Intent } from './entries.ts';
import { fingerprintOf } from './soundness.ts';

/** Records whose last write Feishu refused, with what the source said: the next run tries them last. */
export interface Refused {
  /** Whether there are any. */
  any(pipeline: string): boolean;
  /** Whether the record was refused with just this content. `fingerprint`: of what the source says. */
  has(pipeline: string, key: string, fingerprint: string): boolean;
}

/** Inside the ledger's transactions. */
export interface RefusedNotes {
  note(intent: Intent): void;
  drop(intent: Intent): void;
}

export function createRefused(database: SqliteDatabase, guarded: Guarded): Refused & RefusedNotes {
  const any = database.prepare('SELECT 1 FROM refused WHERE pipeline = ? LIMIT 1');
  const has = database.prepare('SELECT 1 FROM refused WHERE pipeline = ? AND key = ? AND fingerprint = ?');
  const note = database.prepare(`
    INSERT INTO refused (pipeline, key, fingerprint) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET fingerprint = excluded.fingerprint`);
  const drop = database.prepare('DELETE FROM refused WHERE pipeline = ? AND key = ?');
  return {
    any: guarded((pipeline) => any.get(pipeline) !== undefined),
    has: guarded((pipeline, key, fingerprint) => has.get(pipeline, key, fingerprint) !== undefined),
    note: ({ pipeline, key, payload, source }) =>
      void note.run(pipeline, key, source == null ? payload.fingerprint : fingerprintOf(source)),
    drop: ({ pipeline, key }) => void drop.run(pipeline, key),
  };
}
