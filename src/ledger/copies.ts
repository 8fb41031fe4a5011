import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { PART } from './copying.ts';
import { isSqlite } from './is-sqlite.ts';

/** A copy of the ledger, as `ledger backup` makes them. */
export interface Copy {
  readonly file: string;
  readonly bytes: number;
  /** When it was made, epoch ms. */
  readonly at: number;
}

/** How a checked copy is called that is about to take the ledger's place. */
export const READY = '.restoring';

/** The folder, beside the ledger, with the copies that runs make before they write. */
export function backupsFolder(ledgerFile: string): string {
  return join(dirname(ledgerFile), 'backups');
}

/** Where the copy lies that a run makes before it writes: `backups/ledger.before-20261121-001930-3f9a2c.db`. */
export function copyBefore(ledgerFile: string, run: string): string {
  return join(backupsFolder(ledgerFile), `${beginOf(ledgerFile)}${run}.db`);
}

function beginOf(ledgerFile: string): string {
  return `${basename(ledgerFile).replace(/\.db$/, '')}.before-`;
}

/** The copies of this very ledger that lie beside it, or in `backups/` there; newest first. Opens them for reading only. */
export function copiesBeside(ledgerFile: string, ledger: string): readonly Copy[] {
  const beside = names(dirname(ledgerFile))
    .filter((name) => name !== basename(ledgerFile))
    .map((name) => join(dirname(ledgerFile), name));
  return known([...beside, ...filesIn(backupsFolder(ledgerFile))], ledger);
}

/** Those among them that runs have made. A copy of the ledger that was here before, and is lost, is none: it may be all that is left of it. */
export function copiesOfRuns(ledgerFile: string, ledger: string): readonly Copy[] {
  const ours = filesIn(backupsFolder(ledgerFile)).filter((file) => {
    const name = basename(file);
    return name.startsWith(beginOf(ledgerFile)) && name.endsWith('.db');
  });
  return known(ours, ledger);
}

function known(files: readonly string[], ledger: string): readonly Copy[] {
  // What is still being made is none, or never became one.
  const made = files.filter((file) => ![PART, READY].some((ending) => file.endsWith(ending)));
  return made.flatMap((file) => copyAt(file, ledger) ?? []).sort((one, other) => other.at - one.at);
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

function filesIn(folder: string): string[] {
  return names(folder).map((name) => join(folder, name));
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
