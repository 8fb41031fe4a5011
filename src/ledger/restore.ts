import { copyFileSync, existsSync, linkSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { HireSyncError } from '../errors.ts';
import { backupsFolder, READY } from './copies.ts';
import { copyWhole, PART, removePart } from './copying.ts';
import { damaged, explain, openCopy, openDatabase, type SqliteDatabase, upgrade } from './database.ts';
import { syncFolder } from './head.ts';
import { markCopy } from './restored.ts';
import type { Tenant } from './tenant.ts';
import { createUpkeep } from './upkeep.ts';

/** A copy that has been checked and lies beside the ledger, ready to take its place. */
export interface Restorable {
  /** The file that was made of the copy. */
  readonly ready: string;
  /** The name that its ledger was given when it was made. */
  readonly ledger: string;
  /** Whose it is; null while it is nobody's. */
  readonly owner: Tenant | null;
  /** When the copy was made, epoch ms. */
  readonly copiedAt: number;
  readonly records: number;
  /** The newest run that it knows; null without any. */
  readonly newestRun: string | null;
}

/**
 * Reads all of a copy, brings it up to date and marks it as one, in a file beside the ledger. Neither the copy nor the
 * ledger is changed.
 * @throws HireSyncError LEDGER_INVALID when the copy is not sound, LEDGER_UNWRITABLE
 */
export async function readyToRestore(copy: string, ledgerFile: string): Promise<Restorable> {
  const ready = `${ledgerFile}${READY}`;
  discard(ready);
  let found: Omit<Restorable, 'ready'> | undefined;
  const source = openCopySource(copy, ledgerFile);
  try {
    await copyWhole(source, ready, {
      finish(part) {
        found = checked(part, copy);
        // What was written since is not in it, also where it is a copy that was made past `ledger backup`.
        markCopy(part, found.copiedAt);
      },
    });
  } catch (error) {
    const { code } = error as { code?: unknown };
    const isNoRoom =
      typeof code === 'string' && /^(E[A-Z]+|SQLITE_(FULL|READONLY|CANTOPEN|PERM))$/.test(code);
    throw isNoRoom ? explain(error, ready) : unsound(copy, ledgerFile, error);
  } finally {
    source.close();
  }
  if (found === undefined) throw new Error('The copy was not looked at.');
  return { ready, ...found };
}

/** Removes what `readyToRestore` made, and what it left when it was killed. */
export function discard(ready: string): void {
  rmSync(ready, { force: true });
  removePart(`${ready}${PART}`);
}

/**
 * Gives the checked copy the ledger's place; what was there is kept as `aside` (null: nothing is there). A process that is killed on the way leaves
 * the old ledger or the new one, never none, and never a new one that takes the old one's log for its own.
 * Nothing of this process may have the ledger open.
 */
export function putInPlace(ready: string, ledgerFile: string, aside: string | null): void {
  const log = `${ledgerFile}-wal`;
  try {
    if (aside !== null) keep(ledgerFile, aside);
    // Only where the ledger could not be opened, or is missing. The new one is refused as long as this lies beside it.
    if (existsSync(log)) copyFileSync(log, aside === null ? `${log}.before-restore` : `${aside}-wal`);
    renameSync(ready, ledgerFile);
    for (const suffix of ['-wal', '-shm']) rmSync(ledgerFile + suffix, { force: true });
    syncFolder(dirname(ledgerFile));
  } catch (error) {
    throw explain(error, ledgerFile);
  }
}

/** Whether another program has the ledger open: its log goes when the last one closes it. */
export function isOpenElsewhere(ledgerFile: string): boolean {
  return existsSync(`${ledgerFile}-wal`);
}

function keep(ledgerFile: string, aside: string): void {
  try {
    linkSync(ledgerFile, aside);
  } catch (error) {
    // A file system without links.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    copyFileSync(ledgerFile, aside);
  }
}

function openCopySource(copy: string, ledgerFile: string): SqliteDatabase {
  if (statSync(copy, { throwIfNoEntry: false }) === undefined)
    throw new HireSyncError(
      'CONFIG_INVALID',
      `There is no file ${copy}. Copies that runs made are in ${backupsFolder(ledgerFile)}.`,
    );
  try {
    return openDatabase(copy, { mode: 'read', anyVersion: true });
  } catch (error) {
    throw unsound(copy, ledgerFile, error);
  }
}

function checked(part: string, copy: string): Omit<Restorable, 'ready'> {
  const database = openCopy(part);
  try {
    upgrade(database);
    const [fault] = createUpkeep(database, (work) => work, Date.now).check();
    if (fault !== undefined) throw damaged(copy, fault);
    const meta = database.prepare('SELECT value FROM meta WHERE name = ?').pluck();
    const owner = meta.get('tenant') as string | undefined;
    const one = (sql: string): unknown => database.prepare(sql).pluck().get();
    const marked = one("SELECT max(why ->> 'copiedAt') FROM restored");
    return {
      ledger: String(meta.get('ledger')),
      owner: owner === undefined ? null : (JSON.parse(owner) as Tenant),
      copiedAt: Number(marked ?? Math.round(statSync(copy).mtimeMs)),
      records: Number(one('SELECT count(*) FROM entry')),
      newestRun: (one('SELECT id FROM run ORDER BY started_at DESC, id DESC LIMIT 1') ?? null) as
        | string
        | null,
    };
  } finally {
    database.close();
  }
}

function unsound(copy: string, ledgerFile: string, error: unknown): unknown {
  const why = explain(error, copy);
  if (!HireSyncError.is(why) || why.code !== 'LEDGER_INVALID') return why;
  const [what = ''] = why.message.replace('LEDGER_INVALID: ', '').split(' Put a copy in its place');
  return new HireSyncError(
    'LEDGER_INVALID',
    `LEDGER_INVALID: it cannot be restored, and nothing was changed: ${what} Other copies are in ${backupsFolder(ledgerFile)}.`,
    { cause: error },
  );
}
