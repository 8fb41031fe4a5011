import { randomBytes } from 'node:crypto';
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
  readSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { HireSyncError } from '../errors.ts';
import { giveName } from './give-name.ts';
import { SQLITE_MAGIC } from './is-sqlite.ts';
import { MIGRATIONS } from './migrations.ts';
import { damagedPages, UNREADABLE } from './soundness.ts';

export type SqliteDatabase = Database.Database;

/** How a ledger's file is opened. */
export interface Opening {
  readonly mode: 'read' | 'write';
  /** To read also one that an older version wrote, as it is. */
  readonly anyVersion?: boolean;
  /** Whether the file may not be what was left here: then all its pages are looked at. */
  readonly inDoubt?: (database: SqliteDatabase) => boolean;
  /** Told when there was no file and one was made. */
  readonly onNew?: ((file: string) => void) | undefined;
}

/**
 * Opens the ledger's SQLite file (WAL, mode 0600) and brings its schema up to date. A new one is made only where there is
 * no file at all. `mode: 'read'` neither creates nor changes anything: without a file it answers an empty ledger in memory.
 * @throws HireSyncError LEDGER_INVALID (damaged, not a ledger, or of a newer version), LEDGER_UNWRITABLE, LEDGER_BUSY
 */
export function openDatabase(file: string, { mode, anyVersion, inDoubt, onNew }: Opening): SqliteDatabase {
  let database: SqliteDatabase | undefined;
  try {
    if (!existsSync(file)) {
      if (logBytes(file) > 0) throw damaged(file, `it is missing, and its log ${file}-wal is there`);
      if (mode === 'read') return migrate(new Database(':memory:'), file);
      if (createWhole(file)) onNew?.(file);
    }
    checkFile(file);
    if (mode === 'write') chmodSync(file, 0o600);
    database =
      mode === 'read' ? openForReading(file) : new Database(file, { fileMustExist: true, timeout: 2000 });
    if (inDoubt?.(database) === true) checkPages(database, file);
    if (mode === 'read') return checkTables(checkVersion(database, file, anyVersion), file);
    database.pragma('journal_mode = WAL');
    // better-sqlite3 reopens a WAL database at NORMAL, which may lose the last commits when the machine
    // dies: an intent that is not on disk is an intent that was never there.
    database.pragma('synchronous = FULL');
    database.pragma('foreign_keys = ON');
    if (versionOf(database) === 0) throw alien(file);
    return checkTables(migrate(database, file), file);
  } catch (error) {
    database?.close();
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
    return openPrivateCopy(file);
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
function openPrivateCopy(file: string): SqliteDatabase {
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

/** Opens a copy of a ledger, one file without a log beside it, to write a last word into it. */
export function openCopy(file: string): SqliteDatabase {
  const copy = new Database(file, { fileMustExist: true });
  copy.pragma('journal_mode = DELETE');
  return copy;
}

/** Turns what SQLite says about the file into what the user can do; anything else is passed through. */
export function explain(error: unknown, file: string): unknown {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== 'string') return error;
  const cause = { cause: error };
  const { message } = error as Error;
  // SQLITE_ERROR is also what a wrong statement gives; ours are right where the tables are.
  if (code === UNREADABLE) return damaged(file, message, cause);
  const isAlien = code === 'SQLITE_ERROR' && /^(no such (table|column|index)|malformed)/.test(message);
  if (/^SQLITE_(NOTADB|CORRUPT|FORMAT|IOERR_SHORT_READ)/.test(code) || isAlien)
    return damaged(file, code, cause);
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

/** @returns the error for a file that is no sound ledger; `what` is wrong with it */
export function damaged(file: string, what: string, options?: { cause: unknown }): HireSyncError {
  return new HireSyncError(
    'LEDGER_INVALID',
    `LEDGER_INVALID: the ledger ${file} is damaged: ${what}. Put a copy in its place: \`hire-sync ledger restore FILE --ledger ${file}\` ` +
      `(runs leave some in ${join(dirname(file), 'backups')}). It is the only map from source ids to Feishu ids: only if it is one, and no run has ever written with it, remove it.`,
    options,
  );
}

/**
 * Makes a new ledger whole before it has its name: a process that is killed on the way leaves no empty file, so that an
 * empty one is always one that was lost. Returns whether it was made here: another process may have been quicker.
 */
function createWhole(file: string): boolean {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const part = `${file}.${randomBytes(6).toString('hex')}.new`;
  try {
    // Opened before SQLite does, so that the file never exists with wider rights; -wal and -shm take its mode.
    closeSync(openSync(part, 'wx', 0o600));
    migrate(new Database(part), file).close();
    return giveName(part, file);
  } finally {
    rmSync(part, { force: true });
  }
}

const HEADER_BYTES = 100;

/** What a look at the first bytes and the size tells. */
function checkFile(file: string): void {
  const stat = statSync(file);
  if (!stat.isFile()) {
    const what = stat.isDirectory() ? 'is a folder' : 'is no file';
    throw new HireSyncError(
      'CONFIG_INVALID',
      `--ledger: ${file} ${what}; name a file, such as ${join(file, 'ledger.db')}.`,
    );
  }
  if (stat.size === 0) throw damaged(file, 'it is empty, 0 bytes');
  const header = Buffer.alloc(HEADER_BYTES);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, header, 0, HEADER_BYTES, 0);
  } finally {
    closeSync(descriptor);
  }
  if (header.toString('latin1', 0, 16) !== SQLITE_MAGIC)
    throw damaged(file, 'it does not begin as one (if it is something else, name the ledger: --ledger FILE)');
  const pageSize = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
  const hasLog = logBytes(file) > 0;
  // What a power cut leaves unfinished at the end is in the log beside it; without one the rest is missing.
  if (pageSize < 512 || (stat.size % pageSize !== 0 && !hasLog)) throw damaged(file, 'it is cut off');
  // Byte 18 of a file that has a log is 2. SQLite would write the changes of one ledger over another.
  if (hasLog && header[18] === 1)
    throw damaged(
      file,
      `a copy was put in its place, and the log of the old one is still there: ${file}-wal`,
    );
}

/** Bytes in the write-ahead log beside a ledger; 0 when it was closed. */
function logBytes(file: string): number {
  return statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
}

function checkPages(database: SqliteDatabase, file: string): void {
  const [damage] = damagedPages(database);
  if (damage !== undefined) throw damaged(file, damage);
}

/** Without them it is somebody else's database. */
function checkTables(database: SqliteDatabase, file: string): SqliteDatabase {
  const tables = database
    .prepare(
      "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('meta', 'run', 'entry', 'lease')",
    )
    .pluck();
  if (tables.get() === 4) return database;
  database.close();
  throw damaged(file, 'it is a database of something else');
}

function checkVersion(database: SqliteDatabase, file: string, any = false): SqliteDatabase {
  const version = versionOf(database);
  if (version === MIGRATIONS.length) return database;
  if (version === 0) throw alien(file);
  if (version > MIGRATIONS.length) throw newer(version, file);
  if (any) return database;
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
  return upgrade(database, migrations);
}

/** Brings the schema of a ledger that was kept already up to date. */
export function upgrade(database: SqliteDatabase, migrations = MIGRATIONS): SqliteDatabase {
  database
    .transaction(() => {
      // Asked again inside the transaction: another process may have been quicker.
      for (const sql of migrations.slice(versionOf(database))) database.exec(sql);
      database.pragma(`user_version = ${migrations.length}`);
    })
    .immediate();
  return database;
}

function alien(file: string): HireSyncError {
  return damaged(file, 'it is a database of something else, or nothing was ever in it');
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
