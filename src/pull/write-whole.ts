import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Writes a file, mode 0600, so that it is there whole or not at all, whatever happens meanwhile. A link that has its
 * name is replaced, not followed.
 * @param mayReplace called when all is written, right before the file gets its name; it may throw
 */
export function writeWhole(file: string, pieces: Iterable<string>, mayReplace: () => void = () => {}): void {
  // A name that nobody can have prepared, as a link to somewhere else, say; and 'wx' follows none.
  const temporary = join(dirname(file), `.hire-sync-${randomBytes(8).toString('hex')}.tmp`);
  const descriptor = openSync(temporary, 'wx', 0o600);
  try {
    try {
      // Not writeSync, which may write less than it was given.
      for (const piece of pieces) writeFileSync(descriptor, piece);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    mayReplace();
    moveInto(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Renames, and returns when the new name is on disk. */
export function moveInto(from: string, to: string): void {
  renameSync(from, to);
  const folder = openSync(dirname(to), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
