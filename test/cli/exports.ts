import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import type { Expected } from '../fixtures/expected.ts';
import { createRandom } from '../fixtures/random.ts';
import { ROOT } from './child.ts';

export const NIGHT_1 = join(ROOT, 'fixtures/legacy-ats');
export const NIGHT_2 = join(ROOT, 'fixtures/legacy-ats-night-2');

const ALL_EXPECTED = JSON.parse(readFileSync(join(ROOT, 'test/fixtures/expected.json'), 'utf8')) as Record<
  string,
  Expected
>;
export const EXPECTED = ALL_EXPECTED['legacy-ats']!;
export const EXPECTED_2 = ALL_EXPECTED['legacy-ats-night-2']!;

const TABLES = ['interviews', 'assessments', 'scores', 'applications'] as const;
export type Table = (typeof TABLES)[number];
export type Row = Readonly<Record<string, string>>;

/** Rows of a table, read without hire-sync. */
export function rowsOf(folder: string, table: Table): Row[] {
  return parse(readFileSync(join(folder, `${table}.csv`)), { columns: true, bom: true });
}

/** The same export with the rows of every table in another order. */
export function shuffledExport(from: string, to: string, seed: number): string {
  const random = createRandom(seed);
  rewrite(from, to, (rows) => random.sample(rows, rows.length));
  return to;
}

/** The same export with one cell changed. */
export function editedExport(
  from: string,
  to: string,
  edit: { readonly table: Table; readonly id: string; readonly column: string; readonly value: string },
): string {
  let edits = 0;
  rewrite(from, to, (rows, table) =>
    rows.map((row) => {
      if (table !== edit.table || Object.values(row)[0] !== edit.id) return row;
      edits++;
      return { ...row, [edit.column]: edit.value };
    }),
  );
  if (edits !== 1) throw new Error(`${edits} rows of ${edit.table} have the id ${edit.id}`);
  return to;
}

function rewrite(from: string, to: string, change: (rows: Row[], table: Table) => readonly Row[]): void {
  if (from !== to) cpSync(from, to, { recursive: true });
  for (const table of TABLES) {
    const text = stringify([...change(rowsOf(from, table), table)], {
      header: true,
      bom: true,
      record_delimiter: '\r\n',
      quoted_match: /[\r\n]/,
    });
    writeFileSync(join(to, `${table}.csv`), text);
  }
}
