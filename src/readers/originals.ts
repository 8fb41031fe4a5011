import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { csv } from './csv.ts';
import { callsIn, columnOf, type RejectColumn, unguarded } from './reject-columns.ts';
import type { ReadContext, StagingTable } from './source.ts';

/** A row as its run rejected it: its cells, and ours. */
export interface OriginalRow {
  readonly cells: Readonly<Record<string, string>>;
  readonly ours: { readonly [Name in RejectColumn]?: string };
  /** How its file calls our columns. */
  readonly calls: (column: RejectColumn) => string;
}

/** The same as its run wrote it. */
export type Original = Omit<OriginalRow, 'calls'>;

/**
 * The rows that runs have rejected, by run and place: from the folder of the run or, where that is not there, from the
 * copy beside the corrected file.
 * @param runs absolute path of the folder with one folder per run; undefined where there is none
 * @param beside absolute path of the folder of the corrected file
 * @param name of the file in a run's folder: see `RejectTable.original`
 */
export function openOriginals(
  { runs, beside, name }: Readonly<{ runs: string | undefined; beside: string; name: string }>,
  context: ReadContext,
) {
  const tables = new Map<string, StagingTable | undefined>();

  async function load(run: string): Promise<StagingTable | undefined> {
    // The name comes from a file that anybody may have written.
    if (!/^[\w-]+$/.test(run)) return undefined;
    const places = [...(runs === undefined ? [] : [path.join(runs, run)]), beside];
    const file = places.map((folder) => path.join(folder, name)).find((place) => existsSync(place));
    if (file === undefined) return undefined;
    const table = context.staging.table(`originals ${run} ${file} ${randomUUID()}`);
    const quiet: ReadContext = { ...context, picture: undefined, onFile() {}, onOrphan() {} };
    const source = csv(file, {
      encoding: 'utf-8',
      delimiter: ',',
      fieldLimit: Number.MAX_SAFE_INTEGER,
      recordLimit: Number.MAX_SAFE_INTEGER,
    });
    for await (const { values } of source.read(quiet)) {
      const row = splitRow(values);
      if (row.ours._run === run) table.add(placeOf(row.ours._file, row.ours._line), JSON.stringify(row));
    }
    return table;
  }

  return {
    /** The row that a corrected one was; undefined where its run's file is not there, or does not have it. */
    async find(row: OriginalRow): Promise<Original | undefined> {
      const { _run: run = '', _file, _line } = row.ours;
      if (!tables.has(run)) tables.set(run, await load(run));
      const found = tables.get(run)?.take(placeOf(_file, _line)) ?? [];
      const rows = found.map((json) => JSON.parse(json) as Original);
      // The parts of a wide row stand in one place.
      const likeness = ({ cells }: Original) =>
        Object.entries(row.cells).filter(([name, cell]) => cells[name] === cell).length;
      return rows.toSorted((one, other) => likeness(other) - likeness(one))[0];
    },
  };
}

const placeOf = (file = '', line = '') => `${file}\0${line}`;

/** The source's cells of a row of a reject file, and ours. */
export function splitRow(values: Readonly<Record<string, unknown>>): OriginalRow {
  const cells: Record<string, string> = {};
  const ours: { [Name in RejectColumn]?: string } = {};
  for (const [header, value] of Object.entries(values)) {
    const column = columnOf(header);
    const cell = unguarded(String(value));
    if ('ours' in column) ours[column.ours] = cell;
    else cells[column.name] = cell;
  }
  return { cells, ours, calls: callsIn(Object.keys(values)) };
}
