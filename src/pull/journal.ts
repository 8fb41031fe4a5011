import { closeSync, openSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { HireSyncError } from '../errors.ts';

/** One application whose objects are in the file, from byte `start` to before byte `end`. */
export interface Done {
  readonly application: string;
  readonly objects: number;
  readonly pages: number;
  readonly start: number;
  readonly end: number;
  /** Hex SHA-256 of these bytes. */
  readonly sha256: string;
  /** Epoch ms. */
  readonly readAt: number;
  /** Feishu's code for an application it would not list, which was passed over; null otherwise. */
  readonly refused: number | null;
  readonly logId: string;
}

/**
 * What is known of an unfinished pull: a small SQLite file beside the output, which also keeps a second process off.
 * The system frees its lock when the process ends, however it ends.
 */
export interface Journal {
  /** The pull it belongs to: null for a new one. */
  readonly owner: string | null;
  begin(owner: string, startedAt: number): void;
  readonly startedAt: number;
  /** Processes that worked on it, this one included. */
  readonly sessions: number;
  /** In the order of the list. */
  done(): IterableIterator<Done>;
  count(): number;
  /** On disk when it returns. */
  add(done: Done): void;
  close(): void;
  /** It is finished: the journal disappears. */
  remove(): void;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS done (
    seq INTEGER PRIMARY KEY, application TEXT NOT NULL, objects INTEGER NOT NULL, pages INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, sha256 TEXT NOT NULL, readAt INTEGER NOT NULL,
    refused INTEGER, logId TEXT NOT NULL
  ) STRICT;
  INSERT INTO meta (name, value) VALUES ('sessions', 1)
    ON CONFLICT (name) DO UPDATE SET value = value + 1;`;

/** @throws HireSyncError OUTPUT_BUSY (another process writes this file), OUTPUT_INVALID */
export function openJournal(file: string): Journal {
  const database = open(file);
  const read = database.prepare('SELECT value FROM meta WHERE name = ?').pluck();
  const write = database.prepare('INSERT INTO meta (name, value) VALUES (?, ?)');
  const add = database.prepare(
    `INSERT INTO done (application, objects, pages, start, "end", sha256, readAt, refused, logId)
     VALUES (@application, @objects, @pages, @start, @end, @sha256, @readAt, @refused, @logId)`,
  );
  const all = database.prepare(
    'SELECT application, objects, pages, start, "end", sha256, readAt, refused, logId FROM done ORDER BY seq',
  );
  const count = database.prepare('SELECT count(*) FROM done').pluck();
  const meta = (name: string) => read.get(name) as string | undefined;
  return {
    get owner() {
      return meta('owner') ?? null;
    },
    begin: database.transaction((owner: string, startedAt: number) => {
      write.run('owner', owner);
      write.run('startedAt', String(startedAt));
    }),
    get startedAt() {
      return Number(meta('startedAt'));
    },
    get sessions() {
      return Number(meta('sessions'));
    },
    done: () => all.iterate() as IterableIterator<Done>,
    count: () => count.get() as number,
    add: (done) => {
      try {
        add.run(done);
      } catch (cause) {
        throw unusable(file, cause);
      }
    },
    close: () => database.close(),
    remove: () => {
      // While it is still locked: nobody can take it up in between.
      rmSync(file);
      database.close();
      for (const suffix of ['-wal', '-shm', '-journal']) rmSync(file + suffix, { force: true });
    },
  };
}

function open(file: string): Database.Database {
  try {
    // Before SQLite does, so that the file never exists with wider rights.
    closeSync(openSync(file, 'a', 0o600));
    const database = new Database(file, { timeout: 0 });
    // Set before the first access: the lock is then kept until the process ends, and no -shm is needed.
    database.pragma('locking_mode = EXCLUSIVE');
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.exec(SCHEMA);
    return database;
  } catch (cause) {
    throw unusable(file, cause);
  }
}

function unusable(file: string, cause: unknown): HireSyncError {
  const { code = '' } = cause as { code?: string };
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) {
    const message = `Another process writes this file (${file} is locked). Wait until it ends, or name another file with --out.`;
    return new HireSyncError('OUTPUT_BUSY', message, { cause });
  }
  const message = `The journal ${file} cannot be used (${code || String(cause)}). Make room or rights and run it again, or remove it and its .part file to begin anew.`;
  return new HireSyncError('OUTPUT_INVALID', message, { cause });
}
