import { readdirSync, readlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { HireSyncError } from './errors.ts';

/**
 * An anonymous SQLite file for what does not fit in memory: it disappears when it is closed or the process ends. Nothing
 * in it has to survive anything, so it has no journal and is never flushed. What fails in it (a full disk, mostly) is
 * thrown as TEMP_UNWRITABLE, so that nobody takes it for the ledger's failure.
 */
export function openScratch(): Database.Database {
  const database = new Database('');
  database.pragma('journal_mode = OFF');
  database.pragma('synchronous = OFF');
  const { prepare, exec, transaction } = database;
  database.exec = guarded(exec.bind(database));
  database.prepare = (sql: string) => {
    const statement = prepare.call(database, sql);
    for (const name of ['run', 'get', 'all'] as const)
      Object.assign(statement, { [name]: guarded(statement[name].bind(statement)) });
    return statement as never;
  };
  // A commit writes, too.
  database.transaction = ((work: () => unknown) => guarded(transaction.call(database, work))) as never;
  return database;
}

function guarded<Args extends unknown[], T>(work: (...args: Args) => T): (...args: Args) => T {
  return (...args) => {
    try {
      return work(...args);
    } catch (error) {
      throw explained(error);
    }
  };
}

function explained(error: unknown): unknown {
  const { code } = error as { code?: unknown };
  if (typeof code !== 'string' || !/^SQLITE_(FULL|IOERR|CANTOPEN)/.test(code)) return error;
  return new HireSyncError(
    'TEMP_UNWRITABLE',
    `The temporary files of this run cannot be written (${code}): they are in ${folder()}, and may grow to several times the size of the export. Make room there, or name a folder on a larger disk in SQLITE_TMPDIR, then run again.`,
    { cause: error },
  );
}

/** Where SQLite has put them. It decides by itself, and only the descriptors tell. */
function folder(): string {
  try {
    for (const descriptor of readdirSync('/proc/self/fd')) {
      const path = linkOf(`/proc/self/fd/${descriptor}`);
      // A file that has lost its name, or that never had one.
      if (/\/(etilqs_\w+|#\d+) \(deleted\)$/.test(path)) return dirname(path);
    }
  } catch {
    // No Linux.
  }
  return 'the folder that SQLITE_TMPDIR names, else TMPDIR, else /var/tmp';
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    // The descriptor with which the folder was read.
    return '';
  }
}
