import { closeSync, existsSync, openSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SqliteDatabase } from './database.ts';
import { giveName } from './give-name.ts';

/** So many pages (4 MB) are copied at a time: other work of the process goes on in between, such as the lease's heartbeat. */
const PAGES_AT_ONCE = 1_000;

/** How a copy that is not finished yet is called. */
export const PART = '.part';

/**
 * Copies a database that is in use to a file that must not exist (mode 0600), which is there whole or not at all. A process
 * that is killed leaves `FILE.part`; the next copy to FILE removes it.
 * @param finish what is done to the file before it has its name
 * @throws what SQLite and the file system throw (EEXIST: there is a file), the reason of `stopping`
 */
export async function copyWhole(
  database: SqliteDatabase,
  file: string,
  {
    finish = () => {},
    stopping,
  }: {
    readonly finish?: (part: string) => void;
    readonly stopping?: AbortSignal | undefined;
  } = {},
): Promise<void> {
  if (existsSync(file)) throw taken(file);
  const part = `${file}${PART}`;
  removePart(part);
  try {
    // Opened before SQLite does, so that the copy never exists with wider rights.
    closeSync(openSync(part, 'wx', 0o600));
    const progress = (): number => {
      stopping?.throwIfAborted();
      return PAGES_AT_ONCE;
    };
    await database.backup(part, { progress });
    finish(part);
    if (!giveName(part, file)) throw taken(file);
  } finally {
    removePart(part);
  }
}

/** Removes what a copy that was not finished has left. */
export function removePart(part: string): void {
  for (const suffix of ['', '-journal']) rmSync(part + suffix, { force: true });
}

function taken(file: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${dirname(file)} has a file of that name.`), { code: 'EEXIST' });
}
