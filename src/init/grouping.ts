import type { Column, Table } from './table.ts';
import { hashOf } from './value-set.ts';

/** Rows that are one interview together: with one application, round and begin. */
export interface Grouping {
  readonly by: readonly string[];
  /** Columns in which all rows of every group agree, besides `by`. */
  readonly shared: readonly string[];
  readonly groups: number;
  readonly rows: number;
}

/**
 * How the rows of a table without a key form interviews; undefined where nothing tells which belong together.
 * @param columns what they have in common: the first must be there, an id
 */
export async function groupingOf(
  table: Table,
  columns: readonly (Column | undefined)[],
  rowsOf: (table: Table) => AsyncIterable<Readonly<Record<string, unknown>>>,
): Promise<Grouping | undefined> {
  if (columns[0] === undefined) return undefined;
  const by = columns.flatMap((column) => (column === undefined ? [] : [column.name]));
  const others = table.columns.map(({ name }) => name).filter((name) => !by.includes(name));
  const differing = new Set<string>();
  // Of each group the hashes of its first row: an export may have a million.
  const first = new Map<string, Int32Array>();
  let rows = 0;
  for await (const row of rowsOf(table)) {
    rows++;
    const key = JSON.stringify(by.map((name) => row[name]));
    const cells = Int32Array.from(others, (name) => hashOf(String(row[name] ?? '')));
    const known = first.get(key);
    if (known === undefined) first.set(key, cells);
    else for (const [at, name] of others.entries()) if (known[at] !== cells[at]) differing.add(name);
  }
  const shared = others.filter((name) => !differing.has(name));
  return { by, shared, groups: first.size, rows };
}
