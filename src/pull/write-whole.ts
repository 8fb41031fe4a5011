import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Writes a file, mode 0600, so that it is there whole or not at all, whatever happens meanwhile. */
export function writeWhole(file: string, pieces: Iterable<string>): void {
  const temporary = `${file}.tmp`;
  const descriptor = openSync(temporary, 'w', 0o600);
  try {
    // One that was there before keeps its mode otherwise.
    fchmodSync(descriptor, 0o600);
    for (const piece of pieces) writeSync(descriptor, piece);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  moveInto(temporary, file);
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
