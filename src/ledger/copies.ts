import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';

/** A copy of the ledger, as `ledger backup` makes them. */
export interface Copy {
  readonly file: string;
  readonly bytes: number;
  /** When it was made, epoch ms. */
  readonly at: number;
}

const MAGIC = 'SQLite format 3\0';

/** The copies of this very ledger that lie beside it, or in `backups/` there; newest first. Opens them for reading only. */
export function copiesBeside(ledgerFile: string, ledger: string): readonly Copy[] {
  const folder = dirname(ledgerFile);
  return [folder, join(folder, 'backups')]
    .flatMap((place) => names(place).map((name) => join(place, name)))
    .flatMap((file) => (basename(file) === basename(ledgerFile) ? [] : (copyAt(file, ledger) ?? [])))
    .sort((one, other) => other.at - one.at);
}

/** What cannot be read, or is something else, is no copy to rely on. */
function copyAt(file: string, ledger: string): Copy | null {
  try {
    const { size: bytes, mtimeMs } = statSync(file);
    if (!isSqlite(file)) return null;
    const database = new Database(file, { readonly: true, fileMustExist: true });
    try {
      const name = database.prepare("SELECT value FROM meta WHERE name = 'ledger'").pluck().get();
      const marked = database.prepare("SELECT max(why ->> 'copiedAt') FROM restored").pluck().get();
      return name === ledger ? { file, bytes, at: Number(marked ?? mtimeMs) } : null;
    } finally {
      database.close();
    }
  } catch {
    return null;
  }
}

function isSqlite(file: string): boolean {
  const handle = openSync(file, 'r');
  try {
    const head = Buffer.alloc(MAGIC.length);
    return readSync(handle, head) === MAGIC.length && head.toString('latin1') === MAGIC;
  } finally {
    closeSync(handle);
  }
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name);
  } catch {
    return [];
  }
}
