import type { Encoding } from './model.ts';

/** What is counted in the files of a source. Types only; the other nouns are in `model.ts`. */

/** What became of the lines of one source file. In a child file of a join `rows` = attached + `orphaned`. */
export interface FileCount {
  readonly file: string;
  /** Size of the file as it lies there (packed, if it is a .gz), and hex SHA-256 of the same bytes. */
  readonly bytes: number;
  readonly sha256: string;
  /** Declared or found out: byte order mark, else strict UTF-8, else GB18030 that looks like Chinese, over the whole file. */
  readonly encoding: Encoding;
  /** Declared or found in the header line; null for JSON. */
  readonly delimiter: string | null;
  /**
   * Whether the last line is ended: an exporter that always ends it, and once does not, was cut off. Null for a JSON
   * array, whose closing bracket is the proof.
   */
  readonly finalNewline: boolean | null;
  /** Data records read (no header, no title rows). */
  readonly rows: number;
  /** Blank lines left out, which are not in `rows`. */
  readonly blank: number;
  /** Total rows left out because the pipeline declares them (`totalRow`), which are not in `rows`. */
  readonly ignored: number;
  /** Cells changed by a named option (`normalise`). */
  readonly normalised: number;
  /** Cells that held a declared word for nothing (`empty`) and are read as empty. */
  readonly emptied: number;
  /** Byte order marks (U+FEFF) inside the data, which are kept as they are: often a file put together from several. */
  readonly marks: number;
  /** Control characters inside the data (U+0001 to U+001F, but for tab and line ends), which are kept as they are. */
  readonly controls: number;
  /** Child records whose parent is not in the export; 0 for a parent file. */
  readonly orphaned: number;
  /** Those of them that name no parent: their key is empty. */
  readonly unnamed: number;
  /**
   * What the pipeline reads the file as: `source`, children by their names (`assessments`, `assessments.scores`), lookups
   * by theirs (`lookups.applications`). Unlike the name of the file it is the same every night. Readers leave it empty.
   */
  readonly role: string;
}

/** What is made of child records without a parent: see `many`. */
export type OrphanRule = 'expected' | 'report' | 'stop';

/** Something about the rows to be written that may be right or wrong: no program can tell, and nothing was done about it. */
export interface Eye {
  /** Ids that end with zeros behind their 15th digit, as spreadsheets leave them. */
  readonly code: 'zeros-behind-15-digits';
  readonly file: string;
  readonly column: string;
  readonly rows: number;
  /** The physical lines of the first of them. */
  readonly lines: readonly number[];
}
