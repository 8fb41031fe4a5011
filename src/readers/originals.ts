import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { csv } from './csv.ts';
import { columnOf, type RejectColumn, unguarded } from './reject-columns.ts';
import type { ReadContext, StagingTable } from './source.ts';

/** A row as its run rejected it: its cells, and ours. */
export type OriginalRow = ReturnType<typeof splitRow>;

/**
 * The rows that runs have rejected, by run and place.
 * @param runs absolute path of the folder with one folder per run; undefined where there is none
 * @param name of the file in a run's folder: see `RejectTable.original`
 */
export function openOriginals(runs: string | undefined, name: string, context: ReadContext) {
  const tables = new Map<string, StagingTable | undefined>();

  async function load(run: string): Promise<StagingTable | undefined> {
    // The name comes from a file that anybody may have written.
    if (runs === undefined || !/^[\w-]+$/.test(run)) return undefined;
    const file = path.join(run, name);
    if (!existsSync(path.join(runs, file))) return undefined;
    const table = context.staging.table(`originals ${file} ${randomUUID()}`);
    const quiet: ReadContext = { ...context, folder: runs, picture: undefined, onFile() {}, onOrphan() {} };
    const source = csv(file, {
      encoding: 'utf-8',
      delimiter: ',',
      fieldLimit: Number.MAX_SAFE_INTEGER,
      recordLimit: Number.MAX_SAFE_INTEGER,
    });
    for await (const { values } of source.read(quiet)) {
      const row = splitRow(values);
      table.add(placeOf(row.ours._file, row.ours._line), JSON.stringify(row));
    }
    return table;
  }

  return {
    /** The row that a corrected one was; undefined where its run's file is not there, or does not have it. */
    async find(row: OriginalRow): Promise<OriginalRow | undefined> {
      const { _run: run = '', _file, _line } = row.ours;
      if (!tables.has(run)) tables.set(run, await load(run));
      const found = tables.get(run)?.take(placeOf(_file, _line)) ?? [];
      const rows = found.map((json) => JSON.parse(json) as OriginalRow);
      // The parts of a wide row stand in one place.
      const likeness = ({ cells }: OriginalRow) =>
        Object.entries(row.cells).filter(([name, cell]) => cells[name] === cell).length;
      return rows.toSorted((one, other) => likeness(other) - likeness(one))[0];
    },
  };
}

const placeOf = (file = '', line = '') => `${file}\0${line}`;

/** The source's cells of a row of a reject file, and ours. */
export function splitRow(values: Readonly<Record<string, unknown>>) {
  const cells: Record<string, string> = {};
  const ours: { [Name in RejectColumn]?: string } = {};
  for (const [header, value] of Object.entries(values)) {
    const column = columnOf(header);
    const cell = unguarded(String(value));
    if ('ours' in column) ours[column.ours] = cell;
    else cells[column.name] = cell;
  }
  return { cells, ours };
}
