import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { HireSyncError } from '../errors.ts';
import { eachInPages } from '../in-pages.ts';
import { inJson, withoutKey } from '../without-key.ts';
import { ALL_KINDS, type EntryKind } from './kinds.ts';
import type { Described, Entry, ReportModel, Result } from './report-model.ts';

/** What was kept of a run: all that its reports are made from. */
export interface StoredRun extends ReportModel {
  close(): void;
}

// Raised when a file of an older hire-sync cannot be read as one of this.
const VERSION = 3;
const APPLICATION_ID = 0x68697265;
const PAGE = 256;

const SCHEMA = `
  CREATE TABLE run (result TEXT NOT NULL, target TEXT NOT NULL) STRICT;
  CREATE TABLE kind (kind TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT;
  CREATE TABLE entry (seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, entry TEXT NOT NULL) STRICT;
  CREATE INDEX entry_kind ON entry (kind, seq);
`;

/** Of these only the number is kept: there may be a million each night. */
const COUNTED: readonly EntryKind[] = ['unchanged', 'equal'];

/**
 * Keeps a run's data in `file` (mode 0600, folder 0700), whole or not at all. The rows' own cells are not in it: the
 * reject file has those that somebody must correct.
 * @throws what the file system or SQLite says (a `code` such as ENOSPC or SQLITE_FULL)
 */
export function storeRun(file: string, model: ReportModel): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const part = `${file}.part`;
  rmSync(part, { force: true });
  closeSync(openSync(part, 'wx', 0o600));
  try {
    const database = new Database(part);
    try {
      fill(database, model);
    } finally {
      database.close();
    }
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

function fill(database: Database.Database, model: ReportModel): void {
  // The rename makes it whole: a journal would only write everything twice.
  database.pragma('journal_mode = OFF');
  database.pragma('synchronous = OFF');
  database.pragma(`application_id = ${APPLICATION_ID}`);
  database.pragma(`user_version = ${VERSION}`);
  database.exec(SCHEMA);
  const addKind = database.prepare('INSERT INTO kind (kind, count) VALUES (?, ?)');
  const addEntry = database.prepare('INSERT INTO entry (kind, entry) VALUES (?, ?)');
  const { label, shape, dateField } = model.target;
  const target: Described = { ...(label !== undefined && { label }), shape, dateField };
  const addRun = database.prepare('INSERT INTO run (result, target) VALUES (?, ?)');
  database.transaction(() => {
    for (const entry of model.entries(ALL_KINDS.filter((kind) => !COUNTED.includes(kind))))
      addEntry.run(entry.kind, JSON.stringify(withoutCells(entry)));
    addRun.run(JSON.stringify(model.result), JSON.stringify(target));
    for (const kind of ALL_KINDS) addKind.run(kind, model.count(kind));
  })();
}

/** What a row's problems say for the reject file may be all of a row that cannot be read. */
function withoutCells(entry: Entry): Entry {
  if (entry.problems === undefined) return entry;
  return { ...entry, problems: entry.problems.map(({ unread: _, absent: __, ...problem }) => problem) };
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
    const [id, version] = ['application_id', 'user_version'].map((name) =>
      database.pragma(name, { simple: true }),
    );
    if (id === APPLICATION_ID && version === VERSION) return readable(database);
    database.close();
    throw unreadable(
      id === APPLICATION_ID ? otherLayout(file, Number(version)) : `${file} holds no run of hire-sync`,
    );
  } catch (error) {
    if (HireSyncError.is(error)) throw error;
    throw unreadable(`${file} cannot be read (${String((error as { code?: unknown }).code)})`);
  }
}

/** A record that is to be taken out of what was kept of runs. */
export interface Erased {
  readonly pipeline: string;
  readonly key: string;
  /** Where rows of it stood that have no key of their own: `interviews.csv:12`. */
  readonly places: ReadonlySet<string>;
}

/**
 * How many entries of a run are about a record, or name it; null where the file cannot be read, or is of another version: no
 * report can be made of it.
 */
export function countErased(file: string, record: Erased): number | null {
  try {
    const database = new Database(file, { readonly: true, fileMustExist: true });
    try {
      if (!isOurs(database)) return null;
      const { result } = database.prepare('SELECT result FROM run').get() as { result: string };
      if ((JSON.parse(result) as Result).pipeline !== record.pipeline) return 0;
      const before = JSON.parse(result) as Result;
      const isNamed = JSON.stringify(withoutKey(before, record.key)) !== JSON.stringify(before);
      return entriesOf(database, record).length + (isNamed ? 1 : 0);
    } finally {
      database.close();
    }
  } catch {
    return null;
  }
}

/**
 * Takes a record out of what was kept of a run: of its rows the place is left, as forgotten ones, and other texts lose its
 * key. The numbers of the run stay what they were. Not safe against a kill: meant for a copy that has no name yet.
 */
export function eraseStored(file: string, record: Erased): void {
  const database = new Database(file, { fileMustExist: true });
  try {
    database.pragma('journal_mode = OFF');
    database.pragma('secure_delete = ON');
    const put = database.prepare('UPDATE entry SET kind = @kind, entry = @entry WHERE seq = @seq');
    const drop = database.prepare('DELETE FROM entry WHERE seq = @seq');
    const count = database.prepare('UPDATE kind SET count = count + @by WHERE kind = @kind');
    const addKind = database.prepare('INSERT INTO kind (kind, count) VALUES (?, 0) ON CONFLICT DO NOTHING');
    const run = database.prepare('SELECT result FROM run').get() as { result: string };
    const result = JSON.parse(run.result) as Result;
    addKind.run('forgotten');
    for (const { seq, entry } of entriesOf(database, record)) {
      const left = withoutRecord(entry, record, result.mode);
      if (left === null) drop.run({ seq });
      else put.run({ seq, kind: left.kind, entry: JSON.stringify(left) });
      if (left?.kind === entry.kind) continue;
      count.run({ kind: entry.kind, by: -1 });
      if (left !== null) count.run({ kind: left.kind, by: 1 });
    }
    const text = JSON.stringify(withoutKey(result, record.key));
    database.prepare('UPDATE run SET result = ?').run(text);
    database.exec('VACUUM');
  } finally {
    database.close();
  }
}

function entriesOf(database: Database.Database, record: Erased): { seq: number; entry: Entry }[] {
  const rows = database.prepare('SELECT seq, entry FROM entry ORDER BY seq').iterate() as Iterable<{
    seq: number;
    entry: string;
  }>;
  const found: { seq: number; entry: Entry }[] = [];
  for (const { seq, entry: text } of rows) {
    // Most are of others.
    if (record.places.size === 0 && !text.includes(inJson(record.key))) continue;
    const entry = JSON.parse(text) as Entry;
    const isNamed = () => JSON.stringify(withoutKey(entry, record.key)) !== JSON.stringify(entry);
    if (isAbout(entry, record) || isNamed()) found.push({ seq, entry });
  }
  return found;
}

function isAbout({ key, origin }: Entry, record: Erased): boolean {
  if (key === record.key) return true;
  return key === null && origin !== undefined && record.places.has(`${origin.file}:${origin.line}`);
}

function withoutRecord(entry: Entry, record: Erased, mode: Result['mode']): Entry | null {
  if (!isAbout(entry, record)) return withoutKey(entry, record.key);
  const { kind, origin } = entry;
  if (kind === 'gone') return null;
  // An undo has no rows, and its counts no forgotten ones.
  if (mode === 'undo') return { kind, key: null };
  return { kind: 'forgotten', key: null, ...(origin !== undefined && { origin }) };
}

function isOurs(database: Database.Database): boolean {
  const [id, version] = ['application_id', 'user_version'].map((name) =>
    database.pragma(name, { simple: true }),
  );
  return id === APPLICATION_ID && version === VERSION;
}

function otherLayout(file: string, version: number): string {
  return version < VERSION
    ? `${file} was kept by an older hire-sync in a form (${version}) that this one (${VERSION}) no longer reads, so no report can be made of it again`
    : `${file} was kept by a newer hire-sync in a form (${version}) that this one (${VERSION}) does not know yet: make the report with that one`;
}

function unreadable(what: string): HireSyncError {
  return new HireSyncError(
    'CONFIG_INVALID',
    `${what}. \`hire-sync runs RUN\` without --format tells the totals.`,
  );
}

function readable(database: Database.Database): StoredRun {
  const run = database.prepare('SELECT result, target FROM run').get() as { result: string; target: string };
  const counts = new Map(
    database.prepare('SELECT kind, count FROM kind').raw().all() as [EntryKind, number][],
  );
  const page = database.prepare(
    'SELECT seq, entry FROM entry WHERE kind IN (SELECT value FROM json_each(?)) AND seq > ? ORDER BY seq LIMIT ?',
  );
  return {
    result: JSON.parse(run.result) as Result,
    target: JSON.parse(run.target) as Described,
    count: (kind) => counts.get(kind) ?? 0,
    *entries(kinds) {
      const read = (after: number) =>
        page.all(JSON.stringify(kinds), after, PAGE) as { seq: number; entry: string }[];
      for (const { entry } of eachInPages(0, PAGE, read, ({ seq }) => seq)) yield JSON.parse(entry) as Entry;
    },
    close: () => database.close(),
  };
}
