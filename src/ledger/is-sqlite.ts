import { closeSync, openSync, readSync } from 'node:fs';

/** How every SQLite database begins. */
export const SQLITE_MAGIC = 'SQLite format 3\0';

/** Whether a file begins as an SQLite database does. @throws what reading throws */
export function isSqlite(file: string): boolean {
  const handle = openSync(file, 'r');
  try {
    const head = Buffer.alloc(SQLITE_MAGIC.length);
    return readSync(handle, head) === SQLITE_MAGIC.length && head.toString('latin1') === SQLITE_MAGIC;
  } finally {
    closeSync(handle);
  }
}
