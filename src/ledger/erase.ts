import { inJson, withoutKey } from '../without-key.ts';
import type { SqliteDatabase } from './database.ts';

/** A record of a pipeline, by its key in the source. */
export interface Named {
  readonly pipeline: string;
  readonly key: string;
}

/** Rows by table. */
export type RowsOf = Readonly<Record<string, number>>;

// Erasing works on ledgers of any version (copies are older): what they have is asked, not known.
const KEPT_APART = ['forgetting'];

/** How many rows of each table are about a record; tables with none are left out. */
export function rowsAbout(database: SqliteDatabase, record: Named): RowsOf {
  const counts = tablesOfRecords(database).map((table) => {
    const count = database.prepare(
      `SELECT count(*) FROM "${table}" WHERE pipeline = @pipeline AND key = @key`,
    );
    return [table, count.pluck().get(record) as number] as const;
  });
  const issues = database.prepare(`SELECT count(*) ${ISSUES}`).pluck().get(record) as number;
  return Object.fromEntries([...counts, ['run_issue', issues] as const].filter(([, n]) => n > 0));
}

const ISSUES = 'FROM run_issue WHERE key = @key AND run IN (SELECT id FROM run WHERE pipeline = @pipeline)';

/**
 * Erases all that a ledger says of a record; inside a transaction, under `secure_delete`. Requests and rows that did not go
 * through stay in their runs' counts, without the key, and other texts lose it.
 */
export function eraseRecord(database: SqliteDatabase, record: Named): void {
  for (const table of tablesOfRecords(database)) {
    if (table === 'attempt')
      // No answer is waited for any more, and no undo looks for its version.
      database
        .prepare(
          "UPDATE attempt SET key = '', outcome = 'forgotten' WHERE pipeline = @pipeline AND key = @key",
        )
        .run(record);
    else database.prepare(`DELETE FROM "${table}" WHERE pipeline = @pipeline AND key = @key`).run(record);
  }
  database
    .prepare(
      'UPDATE run_issue SET key = NULL WHERE key = @key AND run IN (SELECT id FROM run WHERE pipeline = @pipeline)',
    )
    .run(record);
  for (const [table, cell] of TEXTS) eraseFromTexts(database, record, table, cell);
}

/** JSON texts, by table, that may name other records than their row's. */
const TEXTS = [
  ['run', 'summary'],
  ['run', 'stopped'],
  ['entry', 'held_reason'],
  ['entry', 'held_why'],
  ['replaced', 'held_reason'],
] as const;

function eraseFromTexts(database: SqliteDatabase, { key }: Named, table: string, cell: string): void {
  if (!columnsOf(database, table).has(cell)) return;
  const id = table === 'run' ? 'id' : 'pipeline, key';
  const found = database
    .prepare(
      `SELECT ${id}, "${cell}" AS text FROM "${table}" WHERE "${cell}" IS NOT NULL AND instr("${cell}", @key) > 0`,
    )
    .all({ key: inJson(key) }) as ({ text: string } & Record<string, string>)[];
  const where = id.split(', ').map((name) => `${name} = @${name}`);
  const update = database.prepare(`UPDATE "${table}" SET "${cell}" = @text WHERE ${where.join(' AND ')}`);
  for (const row of found) update.run({ ...row, text: textWithout(row.text, key) });
}

function textWithout(text: string, key: string): string {
  try {
    return JSON.stringify(withoutKey(JSON.parse(text), key));
  } catch {
    // Earlier versions kept sentences.
    return withoutKey({ message: text }, key).message;
  }
}

/** The keys of a pipeline in any table; there may be a million. */
export function* keysOf(database: SqliteDatabase, pipeline: string): Generator<string> {
  const places = tablesOfRecords(database).map(
    (table) => `SELECT key FROM "${table}" WHERE pipeline = @pipeline`,
  );
  const issues = 'SELECT key FROM run_issue WHERE run IN (SELECT id FROM run WHERE pipeline = @pipeline)';
  yield* database
    .prepare([...places, issues].join(' UNION '))
    .pluck()
    .iterate({ pipeline }) as Iterable<string>;
}

function tablesOfRecords(database: SqliteDatabase): readonly string[] {
  const tables = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
    .pluck()
    .all() as string[];
  return tables.filter((table) => {
    const columns = columnsOf(database, table);
    return columns.has('pipeline') && columns.has('key') && !KEPT_APART.includes(table);
  });
}

function columnsOf(database: SqliteDatabase, table: string): ReadonlySet<string> {
  return new Set(database.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(table) as string[]);
}
