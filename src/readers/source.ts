import type { HireSyncError } from '../errors.ts';
import type { FileCount, Origin, OrphanRule, Problem, SourceRecord } from '../model.ts';
import type { Corrections } from './corrections.ts';
import type { CsvOptions } from './csv-options.ts';
import type { EmptyWords } from './empty-words.ts';
import type { Encoding } from './encodings.ts';
import type { JsonArrayOptions, JsonOptions } from './json-options.ts';
import type { Picture } from './picture.ts';
import type { SourceTenant } from './source-tenant.ts';

/**
 * A place on disk for what does not fit in memory while a source is read (joined children, lookups, the plan's
 * keys). Backed by an anonymous SQLite file that disappears with the process; see `readers/staging.ts`.
 */
export interface Staging {
  /** A multimap from key to small JSON texts, in insertion order; one table per name, empty at first. */
  table(name: string): StagingTable;
  close(): void;
}

export interface StagingTable {
  add(key: string, json: string): void;
  /** All values of one key, in insertion order; marks the key as used. */
  take(key: string): readonly string[];
  /** Those of them that were never taken. */
  takeUntaken(key: string): readonly string[];
  /** The key of every value, in insertion order; other tables may be written meanwhile. */
  keys(): Iterable<string>;
  /** Values never taken, in insertion order: the orphans of a join. Bounded memory; `take` may be called meanwhile. */
  untaken(): Iterable<{ readonly key: string; readonly json: string }>;
}

/** A file whose records can be told apart by their bytes, without decoding them: see `incremental/`. */
export type ScanFile =
  | { readonly kind: 'csv'; readonly file: string; readonly options: CsvOptions }
  | { readonly kind: 'json'; readonly file: string; readonly options: JsonArrayOptions }
  | { readonly kind: 'jsonl'; readonly file: string; readonly options: JsonOptions };

/** A source as files and the columns that tie them together. */
export interface ScanNode {
  readonly file: ScanFile;
  readonly relations: readonly {
    readonly parentColumn: string;
    readonly childColumn: string;
    readonly node: ScanNode;
  }[];
}

/** Those records of a file that are to be read; the others are skipped byte by byte. */
export interface Selection {
  readonly encoding: Encoding;
  readonly delimiter: string | null;
  /** The bytes before the first record: title rows and header. */
  head(): Uint8Array;
  /** The records in file order, a few hundred at a time. */
  batches(): Iterable<SelectedRecords>;
  /** What stands before a record on its line: asked for where a message names the column. Undefined where that is too much. */
  lineBefore(ordinal: number): Uint8Array | undefined;
  /** What the whole file has. */
  readonly count: FileCount;
  /** @throws HireSyncError SOURCE_INVALID when the records read are not those that were found */
  mismatch(): HireSyncError;
}

/** Some records of a file without their line ends, in an encoding in which a line feed is a byte of its own. */
export interface SelectedRecords {
  /** One after the other, a line feed behind each. */
  readonly bytes: Uint8Array;
  /** Where each of them ends in `bytes`, before its line feed. */
  readonly ends: readonly number[];
  /** On which physical line of the file each of them begins, and which record of the file it is, from 0. */
  readonly lines: readonly number[];
  readonly ordinals: readonly number[];
  /** How many empty lines of the file lie before each, between records or above the first; without those among the title rows. */
  readonly blanks: readonly number[];
}

/** A file and what the pipeline reads it as. File names may carry a date; this is the same every night. */
export interface Part {
  readonly file: string;
  /** `''` for the source itself; children by their names: `assessments`, `assessments.scores`. */
  readonly role: string;
  /** Of children; null where nothing has a parent. */
  readonly orphans: OrphanRule | null;
}

/** What a reader needs from the outside. */
export interface ReadContext {
  /** Absolute path of the source folder. */
  readonly folder: string;
  readonly staging: Staging;
  /** Told of every file that is opened; absent where no run depends on what is read. */
  readonly picture?: Picture | undefined;
  /** Ends the reading by its reason. */
  readonly stopping?: AbortSignal | undefined;
  /** Of these files only the selected records are read. */
  readonly only?: ReadonlyMap<string, Selection> | undefined;
  /**
   * Children are merged with their parents as long as both files are sorted by their key, instead of being staged; the
   * reading throws `Disorder` once they turn out not to be.
   */
  readonly merge?: boolean | undefined;
  /** Rows of these files that a person has corrected in a reject file. */
  readonly corrections?: ReadonlyMap<string, Corrections> | undefined;
  /** A join attaches no children. */
  readonly withoutChildren?: boolean | undefined;
  /** The Feishu tenant that a source reads from; absent where a run has none. */
  readonly tenant?: SourceTenant | undefined;
  /** Called once per file when it has been read to its end (for the children of a join: when its orphans are known). */
  onFile(count: FileCount): void;
  /**
   * Called for every child record without a parent, and for every child record that cannot be attached (then with
   * an empty key). The problem is LOOKUP_MISSING, KEY_MISSING, or the record's own first one.
   */
  onOrphan(orphan: FoundOrphan): void;
}

/** A child record that belongs to no parent. */
export interface FoundOrphan {
  readonly origin: Origin;
  /** The text that should tie it to a parent; empty where there is none that can be read. */
  readonly key: string;
  readonly problem: Problem;
  /** The record, with children of its own that were found. */
  readonly record: SourceRecord;
  /** The names of the joins it was read for, from the outermost on: `['assessments', 'scores']`. */
  readonly path: readonly string[];
  /** The column of the parent that its key should be in. */
  readonly parentColumn: string;
}

/**
 * A source of records: `csv(…)`, `json(…)`, `jsonl(…)` or `join(…)`. `Row` is the type the mapping sees.
 * It is a description; nothing is opened before `read`.
 */
export interface Source<Row> {
  readonly kind: 'csv' | 'json' | 'jsonl' | 'join' | (string & {});
  /** Every file it reads, relative to the source folder. */
  readonly files: readonly string[];
  /** Those of `files` whose records all have the same columns: a name they do not have is a mistake of the pipeline. */
  readonly columnar: readonly string[];
  /**
   * Records in file order, each exactly once, streamed in bounded memory.
   * @throws HireSyncError SOURCE_MISSING, SOURCE_INVALID (the rest of the file cannot be trusted)
   */
  read(context: ReadContext): AsyncIterable<SourceRecord>;
  /**
   * The same source with other records in the place of its (parent) rows: for corrected rejects. Absent where a
   * record cannot be made from CSV rows again (JSON).
   */
  readonly withRecords?: (records: Source<unknown>) => Source<unknown>;
  /** How its records can be found without reading them; absent where only reading tells. */
  readonly scan?: ScanNode | undefined;
  /** Which words it declares to stand for nothing (`empty`), of a source of one file. */
  readonly empty?: EmptyWords;
  /** Members that its records may lack, of a source whose records have no columns (JSON): see `JsonOptions.optional`. */
  readonly optional?: readonly string[];
  /** The sources it is made of, down to those of single files; absent where it is one itself. See `leavesOf`. */
  readonly leaves?: readonly Source<unknown>[];
  /** What its files are read as; absent where all of them are the source itself. See `partsOf`. */
  readonly parts?: readonly Part[];
  /** Carries the row type; never set at run time. */
  readonly rowType?: Row;
}

/** The sources of single files that a source is made of, each once, in the order in which they are described. */
export function leavesOf(source: Source<unknown>): readonly Source<unknown>[] {
  return source.leaves === undefined ? [source] : [...new Set(source.leaves.flatMap(leavesOf))];
}

/** What the files of a source are read as, in the order in which they are described. */
export function partsOf(source: Source<unknown>): readonly Part[] {
  return source.parts ?? source.files.map((file) => ({ file, role: '', orphans: null }));
}

/** Whether it reads the files of an export, which can be read again: what comes from Feishu is not to be asked for twice. */
export function isOnDisk(source: Source<unknown>): boolean {
  return leavesOf(source).every(({ kind }) => ['csv', 'json', 'jsonl'].includes(kind));
}
