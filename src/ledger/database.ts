import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { HireSyncError } from '../errors.ts';
import { MIGRATIONS } from './migrations.ts';

export type SqliteDatabase = Database.Database;

/**
 * Opens the ledger's SQLite file (WAL, mode 0600) and brings its schema up to date.
 * `mode: 'read'` neither creates nor changes anything: without a file it answers an empty ledger in memory.
 * @throws HireSyncError LEDGER_INVALID (not a ledger, or of a newer version), LEDGER_UNWRITABLE, LEDGER_BUSY
 */
export function openDatabase(file: string, mode: 'read' | 'write'): SqliteDatabase {
  if (mode === 'read' && !existsSync(file)) return migrate(new Database(':memory:'), file);
  try {
    if (mode === 'read') return checkVersion(openForReading(file), file);
    createPrivately(file);
    const database = new Database(file, { fileMustExist: true, timeout: 2000 });
    database.pragma('journal_mode = WAL');
    // better-sqlite3 reopens a WAL database at NORMAL, which may lose the last commits when the machine
    // dies: an intent that is not on disk is an intent that was never there.
    database.pragma('synchronous = FULL');
    database.pragma('foreign_keys = ON');
    return migrate(database, file);
  } catch (error) {
    throw explain(error, file);
  }
}

/**
 * In WAL mode even a reader needs files beside the ledger, which it makes where there are none. Where it may not (a
 * read-only folder or medium), nobody else of this machine writes either, and a copy is read.
 */
function openForReading(file: string): SqliteDatabase {
  let database: SqliteDatabase | undefined;
  try {
    database = new Database(file, { readonly: true, fileMustExist: true, timeout: 2000 });
    versionOf(database);
    return database;
  } catch (error) {
    database?.close();
    const { code = '' } = error as { code?: string };
    if (!/^SQLITE_(CANTOPEN|READONLY)/.test(code) || ![file, dirname(file)].some(isUnwritable)) throw error;
    return openCopy(file);
  }
}

function isUnwritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return false;
  } catch {
    return true;
  }
}

/** A copy that no name leads to: it is gone when it is closed, or the process ends. */
function openCopy(file: string): SqliteDatabase {
  const folder = mkdtempSync(join(tmpdir(), 'hire-sync-ledger-'));
  try {
    const copy = join(folder, 'ledger.db');
    for (const suffix of ['', '-wal']) {
      if (!existsSync(file + suffix)) continue;
      copyFileSync(file + suffix, copy + suffix);
      chmodSync(copy + suffix, 0o600);
    }
    const database = new Database(copy, { fileMustExist: true });
    // What the last run left in the WAL becomes part of it, and no further file is needed.
    database.pragma('journal_mode = DELETE');
    database.pragma('query_only = ON');
    return database;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Turns what SQLite says about the file into what the user can do; anything else is passed through. */
export function explain(error: unknown, file: string): unknown {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== 'string') return error;
  const cause = { cause: error };
  if (code === 'SQLITE_NOTADB' || code === 'SQLITE_CORRUPT') {
    return new HireSyncError(
      'LEDGER_INVALID',
      `${file} is not a readable SQLite ledger (${code}). Restore it from a backup; do not delete it: it is the only map from source ids to Feishu ids.`,
      cause,
    );
  }
  if (code.startsWith('SQLITE_BUSY') || code === 'SQLITE_LOCKED') {
    return new HireSyncError(
      'LEDGER_UNWRITABLE',
      `The ledger ${file} is locked by another program (${code}). Nothing further is sent; close the other program and run again.`,
      cause,
    );
  }
  if (
    /^SQLITE_(FULL|READONLY|IOERR|CANTOPEN|PERM)/.test(code) ||
    /^(EACCES|EROFS|ENOSPC|EPERM|EISDIR|ENOTDIR|ENOENT|EEXIST|EDQUOT)$/.test(code)
  ) {
    return new HireSyncError(
      'LEDGER_UNWRITABLE',
      `The ledger ${file} cannot be written (${code}). Nothing is sent that could not be recorded: make room or rights, then run again.`,
      cause,
    );
  }
  return error;
}

function createPrivately(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // Opened before SQLite does, so that the file never exists with wider rights; -wal and -shm take its mode.
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
}

function checkVersion(database: SqliteDatabase, file: string): SqliteDatabase {
  const version = versionOf(database);
  if (version === MIGRATIONS.length) return database;
  database.close();
  // A file that no sync has written to yet is an empty ledger; a plan must not write it.
  if (version === 0) return migrate(new Database(':memory:'), file);
  if (version > MIGRATIONS.length) throw newer(version, file);
  throw new HireSyncError(
    'LEDGER_INVALID',
    `The ledger ${file} is of an older version (${version}; this hire-sync writes ${MIGRATIONS.length}). The next sync brings it up to date.`,
  );
}

/** Brings the schema up to date, after a copy of what was there. `migrations` is for tests of older ledgers. */
export function migrate(database: SqliteDatabase, file: string, migrations = MIGRATIONS): SqliteDatabase {
  const before = versionOf(database);
  if (before > migrations.length) throw newer(before, file);
  if (before === migrations.length) return database;
  if (before > 0) copyTo(database, `${file}.before-v${migrations.length}-${Date.now()}`);
  database
    .transaction(() => {
      // Asked again inside the transaction: another process may have been quicker.
      for (const sql of migrations.slice(versionOf(database))) database.exec(sql);
      database.pragma(`user_version = ${migrations.length}`);
    })
    .immediate();
  return database;
}

function versionOf(database: SqliteDatabase): number {
  return database.pragma('user_version', { simple: true }) as number;
}

function copyTo(database: SqliteDatabase, file: string): void {
  closeSync(openSync(file, 'wx', 0o600));
  database.prepare('VACUUM INTO ?').run(file);
}

function newer(version: number, file: string): HireSyncError {
  return new HireSyncError(
    'LEDGER_INVALID',
    `The ledger ${file} was written by a newer hire-sync (version ${version}; this one knows up to ${MIGRATIONS.length}). Use that newer hire-sync.`,
  );
}
