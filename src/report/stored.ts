import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { HireSyncError } from '../errors.ts';
import type { Change, ChangeKind } from '../model.ts';
import type { NotedOutcome } from '../plan/outcomes.ts';
import { eachMissing, eachOrphan } from '../plan/pages.ts';
import { eachChange, type ListedOrphan, type PlannedChange } from '../plan/plan-store.ts';
import type { Report } from '../result/report.ts';
import type { Changes, RenderOptions } from './options.ts';

/** What reports need to know of a target: it may be a pipeline's own, or be described otherwise by a later hire-sync. */
export type Described = Pick<RenderOptions, 'shape' | 'dateField'>;

/** A run's data as it was kept: all that its reports are made from. */
export interface StoredRun {
  readonly report: Report;
  /** The target as it was described then. */
  readonly target: Described;
  readonly changes: Changes;
  close(): void;
}

// Raised when a file of an older hire-sync cannot be read as one of this.
const VERSION = 2;
const APPLICATION_ID = 0x68697265;
const BATCH = 500;

const SCHEMA = `
  CREATE TABLE run (report TEXT NOT NULL, target TEXT NOT NULL) STRICT;
  CREATE TABLE kind (kind TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT;
  CREATE TABLE change (seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, change TEXT NOT NULL) STRICT;
  CREATE INDEX change_kind ON change (kind, seq);
  CREATE TABLE outcome (seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, remote_id TEXT, code INTEGER, log_id TEXT) STRICT;
  CREATE TABLE orphan (id INTEGER PRIMARY KEY, file TEXT NOT NULL, line INTEGER NOT NULL, message TEXT NOT NULL) STRICT;
  CREATE TABLE missing (key TEXT PRIMARY KEY, remote_id TEXT) STRICT, WITHOUT ROWID;
`;

/** The kinds whose rows are kept. Of unchanged rows only the number is: there may be a million each night. */
const KEPT: readonly ChangeKind[] = [
  'create',
  'adopt',
  'update',
  'record',
  'drifted',
  'skipped',
  'held',
  'in-doubt',
  'rejected',
];

/**
 * Keeps a run's data in `file` (mode 0600, folder 0700), whole or not at all. The rows' own cells are not in it: the
 * reject file has those that somebody must correct.
 * @throws what the file system or SQLite says (a `code` such as ENOSPC or SQLITE_FULL)
 */
export function storeRun(file: string, report: Report, target: Described, store: Changes): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const part = `${file}.part`;
  rmSync(part, { force: true });
  closeSync(openSync(part, 'wx', 0o600));
  try {
    const database = new Database(part);
    try {
      fill(database, report, target, store);
    } finally {
      database.close();
    }
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

function fill(database: Database.Database, report: Report, target: Described, store: Changes): void {
  // The rename makes it whole: a journal would only write everything twice.
  database.pragma('journal_mode = OFF');
  database.pragma('synchronous = OFF');
  database.pragma(`application_id = ${APPLICATION_ID}`);
  database.pragma(`user_version = ${VERSION}`);
  database.exec(SCHEMA);
  const addRun = database.prepare('INSERT INTO run (report, target) VALUES (?, ?)');
  const addKind = database.prepare('INSERT INTO kind (kind, count) VALUES (?, ?)');
  const addChange = database.prepare('INSERT INTO change (seq, kind, change) VALUES (?, ?, ?)');
  const addOutcome = database.prepare(
    'INSERT INTO outcome (seq, kind, remote_id, code, log_id) VALUES (@seq, @kind, @remoteId, @code, @logId)',
  );
  const addOrphan = database.prepare(
    'INSERT INTO orphan (file, line, message) VALUES (@file, @line, @message)',
  );
  const addMissing = database.prepare('INSERT INTO missing (key, remote_id) VALUES (@key, @remoteId)');
  const addAll = database.transaction((planned: readonly PlannedChange[]) => {
    for (const { seq, change } of planned) {
      addChange.run(seq, change.kind, JSON.stringify(withoutCells(change)));
      const outcome = store.outcomes.of(seq);
      if (outcome !== undefined) addOutcome.run({ seq, ...outcome });
    }
  });
  let batch: PlannedChange[] = [];
  for (const planned of eachChange(store, KEPT)) {
    batch.push(planned);
    if (batch.length < BATCH) continue;
    addAll(batch);
    batch = [];
  }
  addAll(batch);
  database.transaction(() => {
    const { shape, dateField } = target;
    addRun.run(JSON.stringify(report), JSON.stringify({ shape, dateField } satisfies Described));
    for (const kind of [...KEPT, 'unchanged'] as const) addKind.run(kind, store.count(kind));
    for (const { file, line, message } of eachOrphan(store)) addOrphan.run({ file, line, message });
    for (const missing of eachMissing(store)) addMissing.run(missing);
  })();
}

/** What a row's problems say for the reject file may be all of a row that cannot be read. */
function withoutCells(change: Change): Change {
  if (change.kind !== 'rejected') return change;
  return { ...change, problems: change.problems.map(({ unread: _, absent: __, ...problem }) => problem) };
}

/**
 * Opens what was kept of a run.
 * @throws HireSyncError CONFIG_INVALID when there is none, or it is not one of this version
 */
export function openStoredRun(file: string): StoredRun {
  if (!existsSync(file))
    throw unreadable(
      `There is no ${file}: reports can be made of runs that got as far as a plan, and of the newest ones only`,
    );
  try {
    const database = new Database(file, { readonly: true, fileMustExist: true });
    if (database.pragma('application_id', { simple: true }) !== APPLICATION_ID) {
      database.close();
      throw unreadable(`${file} holds no run of hire-sync`);
    }
    if (database.pragma('user_version', { simple: true }) !== VERSION) {
      database.close();
      throw unreadable(`${file} was written by another version of hire-sync; make the report with that one`);
    }
    return readable(database);
  } catch (error) {
    if (HireSyncError.is(error)) throw error;
    throw unreadable(`${file} cannot be read (${String((error as { code?: unknown }).code)})`);
  }
}

function unreadable(what: string): HireSyncError {
  return new HireSyncError(
    'CONFIG_INVALID',
    `${what}. \`hire-sync runs RUN\` without --format tells the totals.`,
  );
}

function readable(database: Database.Database): StoredRun {
  const run = database.prepare('SELECT report, target FROM run').get() as { report: string; target: string };
  const counts = new Map(
    database.prepare('SELECT kind, count FROM kind').raw().all() as [ChangeKind, number][],
  );
  const page = database.prepare(
    'SELECT seq, change FROM change WHERE kind IN (SELECT value FROM json_each(?)) AND seq > ? ORDER BY seq LIMIT ?',
  );
  const outcome = database.prepare(
    'SELECT kind, remote_id AS remoteId, code, log_id AS logId FROM outcome WHERE seq = ?',
  );
  const orphans = database.prepare(
    'SELECT id, file, line, message FROM orphan WHERE id > ? ORDER BY id LIMIT ?',
  );
  const missing = database.prepare(
    'SELECT key, remote_id AS remoteId FROM missing WHERE key > ? ORDER BY key LIMIT ?',
  );
  const countMissing = database.prepare('SELECT count(*) FROM missing').pluck();
  const report = JSON.parse(run.report) as Omit<Report, 'shown' | 'eyes'> & Partial<Report>;
  return {
    // A run of an earlier version did not look.
    report: { ...report, eyes: report.eyes ?? [], shown: report.shown ?? [] },
    target: JSON.parse(run.target) as Described,
    changes: {
      page: (kinds, after, limit) => {
        const rows = page.all(JSON.stringify(kinds), after, limit) as { seq: number; change: string }[];
        return rows.map(({ seq, change }) => ({ seq, change: JSON.parse(change) as Change, original: null }));
      },
      count: (kind) => counts.get(kind) ?? 0,
      orphans: (afterId, limit) => orphans.all(afterId, limit) as ListedOrphan[],
      missing: (after, limit) => missing.all(after, limit) as { key: string; remoteId: string | null }[],
      countMissing: () => countMissing.get() as number,
      outcomes: { of: (seq) => outcome.get(seq) as NotedOutcome | undefined },
    },
    close: () => database.close(),
  };
}
