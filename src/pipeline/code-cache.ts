import { lstatSync, mkdirSync } from 'node:fs';
import path from 'node:path';

/**
 * The folder for transpiled pipeline code, in a folder of hire-sync's own; `undefined` where there is no safe place.
 * What lies there is run: so nobody but this user may be able to write to it, or to exchange it. It saves a third of
 * the time that `plan` takes for ten rows.
 * @param home the ledger's folder; it is not created
 */
export function codeCacheIn(home: string): string | undefined {
  const folder = path.join(home, 'code-cache');
  try {
    if (!isPrivate(home)) return undefined;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return isPrivate(folder) ? folder : undefined;
  } catch {
    // No such folder yet, or not ours to write to: code is transpiled each time.
    return undefined;
  }
}

function isPrivate(folder: string): boolean {
  // Not the target of a link: who owns the link decides where it leads.
  const found = lstatSync(folder);
  return found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
}

/** Whether an error may come from the cache (a full disk, say) and not from the code: then it is loaded without. */
export function isCacheTrouble(error: unknown, folder: string | undefined): boolean {
  if (folder === undefined || !(error instanceof Error) || !('syscall' in error)) return false;
  const { path: file, syscall } = error as NodeJS.ErrnoException;
  return syscall === 'write' || syscall === 'read' || file?.startsWith(folder) === true;
}
