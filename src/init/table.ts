import type { Encoding } from '../model.ts';
import type { Normalisation } from '../readers/normalise.ts';
import type { Facts } from './facts.ts';

/** A list of records of the export: a file, or a list inside the records of a JSON file. */
export interface Table {
  /** What the draft calls its records: `interviews`. */
  readonly name: string;
  /** Relative to the folder of the export. */
  readonly file: string;
  readonly reading: Reading;
  readonly rows: number;
  readonly columns: readonly Column[];
}

export interface Column {
  /** Of CSV as the header has it, repeated names numbered; of JSON the path in the record: `start.date_time`. */
  readonly name: string;
  readonly facts: Facts;
}

export type Reading = CsvReading | JsonReading | NestedReading;

export interface CsvReading {
  readonly kind: 'csv';
  readonly encoding: Encoding;
  readonly delimiter: string;
  readonly skipRows: number;
  readonly hasRepeats: boolean;
  /** Quotes inside cells are text: the file breaks the rules of CSV. */
  readonly hasLooseQuotes: boolean;
  readonly footer: Footer | undefined;
  readonly normalise: Readonly<Record<string, readonly Normalisation[]>>;
  readonly empty: readonly string[];
}

/** Rows at the end that are no records. */
export interface Footer {
  readonly column: string;
  /** The text of the last row, which is the same every night; undefined where only `begins` tell footers. */
  readonly total: string | undefined;
  /** What the footers begin with in `column`. */
  readonly begins: readonly string[];
  readonly rows: number;
}

export interface JsonReading {
  readonly kind: 'json' | 'jsonl';
  readonly encoding: Encoding;
  /** The member that holds the array. */
  readonly at: string | undefined;
  readonly empty: readonly string[];
}

/** A list in each record of another table. */
export interface NestedReading {
  readonly kind: 'nested';
  readonly in: Table;
  /** The member that holds it, by its path. */
  readonly member: string;
}

export function columnOf(table: Table, name: string): Column | undefined {
  return table.columns.find((column) => column.name === name);
}
