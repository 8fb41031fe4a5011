import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { HireSyncError } from '../errors.ts';
import type { Tenant } from './tenant.ts';

/**
 * What lies beside the ledger: how far it had come. A ledger that is put back from a copy has not come so far, and one
 * that is made anew has another name.
 */
export interface Head {
  /** The name the ledger was given when it was made: hex. */
  readonly ledger: string;
  /** The app it belongs to; null before the first sign-in. */
  readonly app: Tenant | null;
  readonly serial: number;
  /** The file as it was left by whoever closed it last; null while it is in use. */
  readonly file: FileFacts | null;
}

/** What tells, without reading it, that a file is as it was. */
export interface FileFacts {
  readonly size: number;
  /** Nanoseconds since the epoch, as text: more digits than a number holds. */
  readonly mtime: string;
}

/** `ledger.db` → `ledger.head` */
export function headFile(ledgerFile: string): string {
  return `${ledgerFile.replace(/\.db$/, '')}.head`;
}

/** The head beside a ledger; `unreadable` when there is one that says nothing. */
export function readHead(ledgerFile: string): Head | 'unreadable' | null {
  try {
    const head = JSON.parse(readFileSync(headFile(ledgerFile), 'utf8')) as Partial<Head> | null;
    if (typeof head?.ledger !== 'string' || !Number.isSafeInteger(head.serial)) return 'unreadable';
    return { app: null, file: null, ...(head as Pick<Head, 'ledger' | 'serial'>) };
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : 'unreadable';
  }
}

/** Replaces the head: on disk, and whole, when it returns. @throws HireSyncError LEDGER_UNWRITABLE */
export function writeHead(ledgerFile: string, head: Head): void {
  writeDurably(headFile(ledgerFile), `${JSON.stringify(head)}\n`);
}

/**
 * Notes beside a ledger that has been closed how it was left, unless the head there is another's, or ahead of it. It only
 * spares the next run a look at all pages, so that what prevents it is no error.
 */
export function noteLeft(ledgerFile: string, here: Pick<Head, 'ledger' | 'serial' | 'app'>): void {
  const there = readHead(ledgerFile);
  const isOurs =
    there === null || (there !== 'unreadable' && there.ledger === here.ledger && there.serial <= here.serial);
  if (!isOurs) return;
  try {
    writeHead(ledgerFile, { ...here, file: factsOf(ledgerFile) });
  } catch {
    // As above.
  }
}

function factsOf(file: string): FileFacts | null {
  try {
    const { size, mtimeNs } = statSync(file, { bigint: true });
    return { size: Number(size), mtime: String(mtimeNs) };
  } catch {
    return null;
  }
}

/** Whether the file is as it was left by whoever closed it last. */
export function isAsLeft(file: string, head: Head | 'unreadable' | null): boolean {
  const facts = factsOf(file);
  const left = head === null || head === 'unreadable' ? null : head.file;
  return left !== null && facts !== null && left.size === facts.size && left.mtime === facts.mtime;
}

/**
 * Writes a small file (mode 0600) so that it survives a power cut: there is the old one or the new one, never half of it.
 * @throws HireSyncError LEDGER_UNWRITABLE
 */
export function writeDurably(
  file: string,
  text: string,
  why = 'It tells a later run that the ledger is the right one',
): void {
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const descriptor = openSync(temporary, 'wx', 0o600);
    try {
      writeSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
    syncFolder(dirname(file));
  } catch (error) {
    rmSync(temporary, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    throw new HireSyncError(
      'LEDGER_UNWRITABLE',
      `${file} cannot be written (${code}). ${why}, so nothing is sent without it: make room or rights, then run again.`,
      { cause: error },
    );
  }
}

/** A name in a folder is on disk only when the folder is. */
export function syncFolder(folder: string): void {
  let descriptor: number;
  try {
    descriptor = openSync(folder, 'r');
  } catch {
    // Windows does not open folders.
    return;
  }
  try {
    fsyncSync(descriptor);
  } catch {
    // Some network file systems do not sync them.
  } finally {
    closeSync(descriptor);
  }
}
