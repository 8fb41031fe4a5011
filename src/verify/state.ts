import { chmodSync, closeSync, openSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { HireSyncError } from '../errors.ts';
import { createFindings, FINDINGS_SCHEMA, type Finding, type Findings, findingId } from '../plan/findings.ts';

/** `open`: it is in doubt, held or just being written, so there is nothing to compare. `unknown`: no record's object. */
export type VerifyKind = 'equal' | 'changed' | 'missing' | 'open' | 'unknown';
export type VerifyFinding = Finding<VerifyKind>;

/** Whose state it is. One of anything else is begun anew. */
export interface StateOwner {
  readonly pipeline: string;
  readonly baseUrl: string;
  readonly appId: string;
}

/**
 * How far a verify has come, in a file (mode 0600: it holds what was changed) that outlives the process. It is bound to the
 * ledger record by record: each finding says what it was compared with.
 */
export interface VerifyState extends Findings<VerifyKind> {
  /** Records that an interrupted verify had read already. */
  readonly resumed: number;
  /** Begins a walk over all records of the ledger. */
  beginPass(): void;
  /** These records were met in this pass. */
  meet(keys: readonly string[]): void;
  /** Drops the records that this pass has not met: the ledger no longer has them. Their applications are read again. */
  dropUnmet(): void;
  addApplications(ids: readonly string[]): void;
  /** Applications that are still to be read, at most `limit`. */
  openApplications(limit: number): readonly string[];
  /** An application was read: `unknown` are its objects without a record. */
  closeApplication(id: string, unknown: readonly VerifyFinding[]): void;
  countApplications(): { readonly read: number; readonly all: number };
  /** Drops the findings about these objects. */
  dropObjects(remoteIds: readonly string[]): void;
  /** Runs `work` in one transaction. */
  batch(work: () => void): void;
  /** Keeps the file, for the next run to go on. */
  close(): void;
  /** It came to its end: removes the file. */
  finish(): void;
}

/** How long an interrupted verify can be gone on with, in ms: what was read longer ago tells too little of now. */
const KEPT_MS = 24 * 3_600_000;
const FORMAT = 2;

const SCHEMA = `
  ${FINDINGS_SCHEMA}
  CREATE TABLE application (id TEXT PRIMARY KEY, done INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
  CREATE INDEX application_open ON application (id) WHERE done = 0;
  CREATE TABLE meta (owner TEXT NOT NULL, begun_at INTEGER NOT NULL, pass INTEGER NOT NULL) STRICT;
`;

/**
 * Opens the state at `file`, or begins a new one where there is none that can be gone on with.
 * @throws HireSyncError LEDGER_BUSY when another verify is at work on it, LEDGER_UNWRITABLE
 */
export function openState(file: string, owner: StateOwner, nowMs: number): VerifyState {
  const database = openFor(file, JSON.stringify(owner), nowMs);
  const findings = createFindings<VerifyKind>(database);
  const pass = database.prepare('SELECT pass FROM meta').pluck();
  const nextPass = database.prepare('UPDATE meta SET pass = pass + 1');
  const meet = database.prepare('UPDATE finding SET seen = (SELECT pass FROM meta) WHERE id = ?');
  const UNMET = 'key IS NOT NULL AND seen <> (SELECT pass FROM meta)';
  const reopen = database.prepare(
    `UPDATE application SET done = 0 WHERE id IN (SELECT application FROM finding WHERE ${UNMET})`,
  );
  const drop = database.prepare(`DELETE FROM finding WHERE ${UNMET}`);
  const add = database.prepare('INSERT INTO application (id) VALUES (?) ON CONFLICT DO NOTHING');
  const open = database.prepare('SELECT id FROM application WHERE done = 0 ORDER BY id LIMIT ?').pluck();
  const dropUnknown = database.prepare(
    "DELETE FROM finding WHERE kind = 'unknown' AND key IS NULL AND application = ?",
  );
  const done = database.prepare('UPDATE application SET done = 1 WHERE id = ?');
  const counted = database.prepare(
    'SELECT coalesce(sum(done), 0) AS read, count(*) AS "all" FROM application',
  );
  const dropObject = database.prepare('DELETE FROM finding WHERE id = ?');
  const resumed = database.prepare('SELECT count(*) FROM finding WHERE key IS NOT NULL').pluck();
  const batch = (work: () => void): void => database.transaction(work)();
  return {
    ...findings,
    resumed: (pass.get() as number) === 0 ? 0 : (resumed.get() as number),
    beginPass: () => void nextPass.run(),
    meet: (keys) => {
      for (const key of keys) meet.run(findingId({ key, remoteId: null }));
    },
    dropUnmet: () =>
      batch(() => {
        reopen.run();
        drop.run();
      }),
    addApplications: (ids) => {
      for (const id of ids) add.run(id);
    },
    openApplications: (limit) => open.all(limit) as string[],
    closeApplication: (id, unknown) =>
      batch(() => {
        dropUnknown.run(id);
        findings.put(unknown);
        done.run(id);
      }),
    countApplications: () => counted.get() as { read: number; all: number },
    dropObjects: (remoteIds) =>
      batch(() => {
        for (const remoteId of remoteIds) dropObject.run(findingId({ key: null, remoteId }));
      }),
    batch,
    close: () => void database.close(),
    finish: () => {
      const isKept = database.name !== '';
      database.close();
      if (isKept) remove(file);
    },
  };
}

function openFor(file: string, owner: string, nowMs: number): Database.Database {
  for (;;) {
    const database = connect(file);
    try {
      // One verify at a time; a process that died lets go of it.
      database.pragma('locking_mode = EXCLUSIVE');
      database.pragma('journal_mode = TRUNCATE');
      // What a machine that lost its power had not written is read again.
      database.pragma('synchronous = OFF');
      database.exec('BEGIN IMMEDIATE');
      const fits = isOf(database, owner, nowMs);
      const isNew = database.pragma('user_version', { simple: true }) === 0;
      if (isNew) {
        database.exec(SCHEMA);
        database.prepare('INSERT INTO meta (owner, begun_at, pass) VALUES (?, ?, 0)').run(owner, nowMs);
        database.pragma(`user_version = ${FORMAT}`);
      }
      database.exec('COMMIT');
      if (fits || isNew) return database;
      database.close();
    } catch (error) {
      database.close();
      const { code } = error as { code?: unknown };
      if (code === 'SQLITE_BUSY') {
        const message = `Another verify is at work on ${file}. Wait until it ends.`;
        throw new HireSyncError('LEDGER_BUSY', message, { cause: error });
      }
      if (code !== 'SQLITE_NOTADB' && code !== 'SQLITE_CORRUPT') throw unwritable(file, error);
    }
    // Of another time, tenant or version, or damaged: nothing in it that could not be read again.
    remove(file);
  }
}

function isOf(database: Database.Database, owner: string, nowMs: number): boolean {
  if (database.pragma('user_version', { simple: true }) !== FORMAT) return false;
  const meta = database.prepare('SELECT owner, begun_at FROM meta').get() as
    | { owner: string; begun_at: number }
    | undefined;
  return meta !== undefined && meta.owner === owner && Math.abs(nowMs - meta.begun_at) < KEPT_MS;
}

function connect(file: string): Database.Database {
  try {
    // Made by us first, so that it never exists with wider rights; its journal takes its mode.
    closeSync(openSync(file, 'a', 0o600));
    chmodSync(file, 0o600);
    return new Database(file, { timeout: 0 });
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    // A read-only ledger in a read-only folder can be verified all the same; interrupted, it begins anew.
    if (['EACCES', 'EPERM', 'EROFS'].includes(code)) return new Database('');
    throw unwritable(file, error);
  }
}

function remove(file: string): void {
  rmSync(file, { force: true });
  rmSync(`${file}-journal`, { force: true });
}

function unwritable(file: string, error: unknown): HireSyncError {
  const { code } = error as { code?: unknown };
  const message = `${file}, where verify notes how far it has come, cannot be written (${String(code)}). Make room or rights, then run again.`;
  return new HireSyncError('LEDGER_UNWRITABLE', message, { cause: error });
}
