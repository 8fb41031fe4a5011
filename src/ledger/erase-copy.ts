import Database from 'better-sqlite3';
import type { SqliteDatabase } from './database.ts';
import { eraseRecord, type Named, rowsAbout } from './erase.ts';
import type { Tenant } from './tenant.ts';
import type { Tombstone } from './tombstones.ts';

/** A file that is a ledger, of whatever version. */
export interface LedgerLook {
  /** The name that it was given when it was made; null in old versions. */
  readonly ledger: string | null;
  /** Whose it is; null where it is nobody's. */
  readonly owner: Tenant | null;
  /** Rows that are about the record. */
  readonly rows: number;
}

const BEGUN = 'SELECT count(*) FROM forgetting WHERE pipeline = @pipeline AND key = @key';

/** Looks into a file beside the ledger; null where it is no ledger. @throws what SQLite says of one that cannot be read */
export function lookInCopy(file: string, record: Named): LedgerLook | null {
  const database = new Database(file, { readonly: true, fileMustExist: true });
  try {
    if (!isLedger(database)) return null;
    const meta = database.prepare('SELECT value FROM meta WHERE name = ?').pluck();
    const owner = meta.get('tenant') as string | undefined;
    const rows = Object.values(rowsAbout(database, record)).reduce((sum, n) => sum + n, 0);
    // A copy that was made while the record was being forgotten.
    const begun = hasTable(database, 'forgetting') ? Number(database.prepare(BEGUN).pluck().get(record)) : 0;
    return {
      ledger: (meta.get('ledger') as string | undefined) ?? null,
      owner: owner === undefined ? null : (JSON.parse(owner) as Tenant),
      rows: rows + begun,
    };
  } finally {
    database.close();
  }
}

/**
 * Erases a record from a copy of the ledger, and gives it the tombstones, which a copy of an old version has no room for.
 * Not safe against a kill: meant for a file that has no name yet.
 */
export function eraseFromCopy(file: string, record: Named, stones: readonly Tombstone[]): void {
  const database = new Database(file, { fileMustExist: true });
  try {
    database.pragma('journal_mode = DELETE');
    database.pragma('secure_delete = ON');
    database
      .transaction(() => {
        eraseRecord(database, record);
        if (hasTable(database, 'forgetting'))
          database.prepare('DELETE FROM forgetting WHERE pipeline = @pipeline AND key = @key').run(record);
        if (!hasTable(database, 'forgotten')) return;
        const add = database.prepare(
          `INSERT INTO forgotten (pipeline, mark, secret, generation, at) VALUES (@pipeline, @mark, @secret, @generation, @at)
           ON CONFLICT DO NOTHING`,
        );
        for (const stone of stones) add.run(stone);
      })
      .immediate();
    database.exec('VACUUM');
  } finally {
    database.close();
  }
}

function isLedger(database: SqliteDatabase): boolean {
  return ['meta', 'run', 'run_issue', 'entry'].every((table) => hasTable(database, table));
}

function hasTable(database: SqliteDatabase, table: string): boolean {
  const found = database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").pluck();
  return found.get(table) === 1;
}
