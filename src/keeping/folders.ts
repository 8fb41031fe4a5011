import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The folders in a folder, by name; none where there is no such folder. */
export function foldersIn(path: string): readonly string[] {
  return entriesIn(path, (entry) => entry.isDirectory());
}

/** The files in a folder, by name. */
export function filesIn(path: string): readonly string[] {
  return entriesIn(path, (entry) => entry.isFile());
}

type Kind = (entry: { isDirectory(): boolean; isFile(): boolean }) => boolean;

function entriesIn(path: string, isWanted: Kind): readonly string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter(isWanted)
      .map(({ name }) => join(path, name))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
