import { existsSync } from 'node:fs';
import path from 'node:path';
import { csv } from './csv.ts';
import { columnOf, unguarded } from './reject-columns.ts';
import type { ReadContext, StagingTable } from './source.ts';

/** Beside the `rejects.csv` that a person corrects lies the same once more, for comparison. */
export const ORIGINAL_REJECTS = 'rejects.original.csv';

/** A row as its run rejected it. */
export interface OriginalRow {
  readonly values: Readonly<Record<string, string>>;
  readonly unread: string;
}

/**
 * The rows that runs have rejected, by run and place.
 * @param runs absolute path of the folder with one folder per run; undefined where there is none
 */
export function openOriginals(runs: string | undefined, context: ReadContext) {
  const tables = new Map<string, StagingTable | undefined>();

  async function load(run: string): Promise<StagingTable | undefined> {
    // The name comes from a file that anybody may have written.
    if (runs === undefined || !/^[\w-]+$/.test(run)) return undefined;
    const file = path.join(run, ORIGINAL_REJECTS);
    if (!existsSync(path.join(runs, file))) return undefined;
    const table = context.staging.table(`originals ${run}`);
    const quiet: ReadContext = { ...context, folder: runs, picture: undefined, onFile() {}, onOrphan() {} };
    const source = csv(file, {
      encoding: 'utf-8',
      delimiter: ',',
      fieldLimit: Number.MAX_SAFE_INTEGER,
      recordLimit: Number.MAX_SAFE_INTEGER,
    });
    for await (const { values } of source.read(quiet)) {
      const { cells, ours } = splitRow(values);
      table.add(
        placeOf(ours._file, ours._line),
        JSON.stringify({ values: cells, unread: ours._unread ?? '' }),
      );
    }
    return table;
  }

  return {
    /** The row that a corrected one was; undefined where its run's file is not there, or does not have it. */
    async find(row: ReturnType<typeof splitRow>): Promise<OriginalRow | undefined> {
      const { _run: run = '', _file, _line } = row.ours;
      if (!tables.has(run)) tables.set(run, await load(run));
      const found = tables.get(run)?.take(placeOf(_file, _line)) ?? [];
      const rows = found.map((json) => JSON.parse(json) as OriginalRow);
      // The parts of a wide row stand in one place.
      const likeness = ({ values }: OriginalRow) =>
        Object.entries(row.cells).filter(([name, cell]) => values[name] === cell).length;
      return rows.toSorted((one, other) => likeness(other) - likeness(one))[0];
    },
  };
}

const placeOf = (file = '', line = '') => `${file}\0${line}`;

/** The source's cells of a row of a reject file, and ours. */
export function splitRow(values: Readonly<Record<string, unknown>>) {
  const cells: Record<string, string> = {};
  const ours: Partial<Record<string, string>> & {
    _run?: string;
    _file?: string;
    _line?: string;
    _unread?: string;
  } = {};
  for (const [header, value] of Object.entries(values)) {
    const column = columnOf(header);
    const cell = unguarded(String(value));
    if ('ours' in column) ours[column.ours] = cell;
    else cells[column.name] = cell;
  }
  return { cells, ours };
}
