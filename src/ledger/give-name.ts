import { existsSync, linkSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncFolder } from './head.ts';

/**
 * Gives a file that is whole its name, on disk, unless a file has that name already. Returns whether it did; `part` may stay.
 */
export function giveName(part: string, file: string): boolean {
  try {
    // Unlike a rename it never replaces what is there.
    linkSync(part, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    // A file system without links.
    if (existsSync(file)) return false;
    renameSync(part, file);
  }
  syncFolder(dirname(file));
  return true;
}
