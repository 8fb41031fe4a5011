import {
  closeSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';

/**
 * Writes a file anew: there is the old one or the new one, never half of it. Its age stays what it was. A part that an
 * earlier try left is removed.
 */
export function replaceFile(file: string, content: Buffer): void {
  replaceFileBy(file, (part) => writeFileSync(part, content));
}

/** The same; `write` fills the empty file `part` (mode 0600). */
export function replaceFileBy(file: string, write: (part: string) => void): void {
  const part = startPart(file);
  write(part);
  finishPart(file, part);
}

/** The same in two steps, for what is written bit by bit. */
export function startPart(file: string): string {
  const part = partOf(file);
  removeParts(file);
  closeSync(openSync(part, 'wx', 0o600));
  return part;
}

export function finishPart(file: string, part: string): void {
  const { atime, mtime } = statSync(file);
  const descriptor = openSync(part, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  utimesSync(part, atime, mtime);
  renameSync(part, file);
}

/** What the name of a half-written file ends with. */
export const PART = '.forgetting';

const partOf = (file: string): string => `${file}${PART}`;

/** Removes what a try that was killed has left beside a file. */
export function removeParts(file: string): void {
  // SQLite's own files beside a database.
  for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(`${partOf(file)}${suffix}`, { force: true });
}
