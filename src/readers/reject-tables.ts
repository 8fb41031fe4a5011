import path from 'node:path';
import type { Source } from './source.ts';

/** One table of a pipeline whose rejected rows are written into a reject file and read back. */
export interface RejectTable {
  /** The reject file's name in the folder of a run. */
  readonly name: string;
  /** What it was once more, for comparison: nobody corrects this one. */
  readonly original: string;
}

/** The table of the source's own rows. */
export const PARENT_TABLE: RejectTable = { name: 'rejects.csv', original: 'rejects.original.csv' };

/** A table of children: its file in the export, and the source that reads it. */
export interface ChildTable extends RejectTable {
  readonly file: string;
  readonly source: Source<unknown>;
}

/**
 * The tables of children whose rows can be corrected in a reject file of their own: those of CSV files that a join reads
 * as they are. `scores.csv` has `rejects.scores.csv`.
 */
export function childTables(source: Source<unknown>): readonly ChildTable[] {
  const own = new Set(parentOf(source).files);
  // `original.csv` would have the name of the original of rejects.csv.
  const names = new Set<string>(['original']);
  return childrenOf(source)
    .filter(({ files, withRecords }) => withRecords !== undefined && files.every((file) => !own.has(file)))
    .filter((leaf, index, all) => all.findIndex(({ files }) => files[0] === leaf.files[0]) === index)
    .flatMap((leaf) => {
      const [file] = leaf.files;
      if (file === undefined) return [];
      const name = unique(
        path
          .basename(file)
          .replace(/(\.csv)?(\.gz)?$/i, '')
          .replaceAll('.', '-'),
        names,
      );
      return [{ file, source: leaf, name: `rejects.${name}.csv`, original: `rejects.${name}.original.csv` }];
    });
}

/** The source of the records themselves. */
function parentOf(source: Source<unknown>): Source<unknown> {
  const [first] = source.leaves ?? [];
  return first === undefined ? source : parentOf(first);
}

function childrenOf({ kind, leaves = [] }: Source<unknown>): readonly Source<unknown>[] {
  const [first, ...others] = leaves;
  if (first === undefined) return [];
  return kind === 'join' ? [...childrenOf(first), ...others.flatMap(asTheyAre)] : childrenOf(first);
}

/** Rows that reach their record as they stand in their file: not as parts of a wide row, nor as a group. */
function asTheyAre(source: Source<unknown>): readonly Source<unknown>[] {
  if (source.kind === 'csv') return [source];
  return source.kind === 'join' ? (source.leaves ?? []).flatMap(asTheyAre) : [];
}

function unique(name: string, taken: Set<string>): string {
  let found = name;
  for (let count = 2; taken.has(found); count++) found = `${name}-${count}`;
  taken.add(found);
  return found;
}
