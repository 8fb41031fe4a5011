import type Database from 'better-sqlite3';
import type { PlanStore } from './plan-store.ts';
import type { ListedOrphan, Missing } from './planned.ts';

/** What a plan has besides changes: child records without a parent, and records that the source no longer has. */
export function createBesideChanges(
  database: Database.Database,
): Pick<PlanStore, 'addOrphan' | 'orphans' | 'addMissing' | 'missing' | 'isMissing' | 'countMissing'> {
  database.exec(`
    CREATE TABLE orphan (id INTEGER PRIMARY KEY, file TEXT NOT NULL, line INTEGER NOT NULL, message TEXT NOT NULL, zh TEXT) STRICT;
    CREATE TABLE missing (key TEXT PRIMARY KEY, remote_id TEXT) STRICT, WITHOUT ROWID;
  `);
  const insertOrphan = database.prepare(
    'INSERT INTO orphan (file, line, message, zh) VALUES (@file, @line, @message, @zh)',
  );
  const orphans = database.prepare(
    'SELECT id, file, line, message, zh FROM orphan WHERE id > ? ORDER BY id LIMIT ?',
  );
  const insertMissing = database.prepare('INSERT INTO missing (key, remote_id) VALUES (@key, @remoteId)');
  const missing = database.prepare(
    'SELECT key, remote_id AS remoteId FROM missing WHERE key > ? ORDER BY key LIMIT ?',
  );
  const isMissing = database.prepare('SELECT 1 FROM missing WHERE key = ?').pluck();
  const countMissing = database.prepare('SELECT count(*) AS n FROM missing');
  return {
    addOrphan: (orphan) => void insertOrphan.run(orphan),
    orphans: (afterId, limit) => orphans.all(afterId, limit) as ListedOrphan[],
    addMissing: (keys) => {
      for (const { key, remoteId } of keys) insertMissing.run({ key, remoteId });
    },
    missing: (after, limit) => missing.all(after, limit) as Missing[],
    isMissing: (key) => isMissing.get(key) !== undefined,
    countMissing: () => (countMissing.get() as { n: number }).n,
  };
}
