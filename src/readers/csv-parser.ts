import type { CsvError } from 'csv-parse';
import { lazily } from '../lazily.ts';
import { createLineIndex, type LineEnd, type RecordEnd } from './lines.ts';

/** Consecutive records of a CSV text; empty lines are left out. */
export interface CsvBatch {
  /** The cells of each record, as text. */
  readonly records: readonly (readonly string[])[];
  /** The physical line on which each of them begins. */
  readonly lines: readonly number[];
  /** Which row of a spreadsheet each of them is, 0 for unknown; absent where all records of the file come by. */
  readonly rows?: readonly number[];
  /** Empty lines directly above each of them. */
  readonly blanks: readonly number[];
  /** How each of them ends; absent where that is not known (records that were picked out of a file). */
  readonly ended?: readonly RecordEnd[];
  /** Records with a quote inside a cell that does not begin with one, which is text there: by index of the record. */
  readonly stray: ReadonlyMap<number, StrayQuote>;
  /** At the end of the text: its last line, and the empty lines directly above that. */
  readonly end?: { readonly line: number; readonly blanks: number };
  /** Set when the text after these records breaks the rules of CSV; nothing after it is read. */
  readonly failure?: CsvFailure;
}

export interface StrayQuote {
  /** Indexes of the cells that have such quotes. */
  readonly cells: readonly number[];
  /** Of the first one, if it cannot be let pass. */
  readonly failure: CsvFailure;
}

export interface CsvFailure {
  readonly kind: 'quote-not-closed' | 'text-after-quote' | 'quote-in-text' | 'too-long';
  /** The physical line on which the offending cell begins. */
  readonly line: number;
  readonly cause: CsvError;
}

export interface CsvParser {
  write(text: string): Promise<CsvBatch>;
  end(): Promise<CsvBatch>;
}

// Characters copied for the stray quotes of one record: a thousand of them in a cell of 50,000 characters.
const MAX_WORK = 50_000_000;

// Most files have no record that needs it.
const csvParse = lazily<typeof import('csv-parse')>('csv-parse');
let collectingParser: ReturnType<typeof defineCollectingParser> | undefined;

/**
 * The parser that collects records as they are found. csv-parse's own iterator costs more than the parsing, and its
 * `info.lines` counts a CRLF inside quotes twice; `info.bytes` at the moment of each record is exact.
 */
function defineCollectingParser() {
  return class extends csvParse().Parser {
    records: string[][] = [];
    ends: number[] = [];
    strays = new Map<number, { cells: number[]; readonly first: CsvError }>();
    #work = 0;
    // What the parser keeps of the record it is in; its types leave it out.
    declare readonly state: { recordHasError: boolean };

    /**
     * A quote inside a cell that does not begin with one is text in it: the rules of CSV are broken, but where the cell
     * and the record end is plain. Whether that can be trusted is the row reader's to judge. All else is thrown.
     */
    passOver(error: CsvError | undefined): undefined {
      if (error?.code !== 'INVALID_OPENING_QUOTE') throw error;
      // The parser copies the whole cell for each of its quotes.
      this.#work += (error.field as { length: number }).length;
      if (this.#work > MAX_WORK) throw error;
      // The record is not to be skipped.
      this.state.recordHasError = false;
      const cell = Number(error.column);
      const known = this.strays.get(this.records.length);
      if (known === undefined) this.strays.set(this.records.length, { cells: [cell], first: error });
      else if (known.cells.at(-1) !== cell) known.cells.push(cell);
      return undefined;
    }

    override push(record: unknown): boolean {
      if (record === null) return super.push(null);
      this.records.push(record as string[]);
      this.ends.push(this.info.bytes);
      this.#work = 0;
      return true;
    }
  };
}

/**
 * csv-parse, strict (RFC 4180), on text that arrives in pieces. Lines end as `lineEnd` says, or with CRLF.
 * @param options.limit largest record, in characters: what an unclosed quote may swallow before it is noticed
 * @param line the physical line on which the text begins
 */
export function createCsvParser(
  options: { readonly delimiter: string; readonly lineEnd: LineEnd; readonly limit: number },
  line = 1,
): CsvParser {
  const { delimiter, lineEnd, limit } = options;
  collectingParser ??= defineCollectingParser();
  const parser: InstanceType<typeof collectingParser> = new collectingParser({
    delimiter,
    record_delimiter: ['\r\n', lineEnd],
    skip_empty_lines: true,
    relax_column_count: true,
    max_record_size: limit,
    skip_records_with_error: true,
    on_skip: (error) => parser.passOver(error),
  });
  // The callbacks below receive the error; without a listener it would end the process as well.
  parser.on('error', () => {});
  const index = createLineIndex(lineEnd, line);
  let lastEnd = 0;

  const failureOf = (error: unknown): CsvFailure | undefined => {
    if (!isCsvError(error)) return undefined;
    // `bytes` is where the cell before this one ended; a record's first cell begins after the empty lines.
    const before = typeof error.bytes === 'number' ? error.bytes : lastEnd;
    const line = before > lastEnd ? index.lineAt(before) : index.lineOfRecord(lastEnd);
    switch (error.code) {
      case 'CSV_QUOTE_NOT_CLOSED':
        return { kind: 'quote-not-closed', line, cause: error };
      case 'CSV_INVALID_CLOSING_QUOTE':
        return { kind: 'text-after-quote', line, cause: error };
      case 'INVALID_OPENING_QUOTE':
        return { kind: 'quote-in-text', line, cause: error };
      case 'CSV_MAX_RECORD_SIZE':
        return { kind: 'too-long', line, cause: error };
      default:
        return undefined;
    }
  };

  const collect = (error: unknown): CsvBatch => {
    const { records, ends, strays } = parser;
    parser.records = [];
    parser.ends = [];
    // A quote of the record that goes on in the next piece.
    const open = strays.get(records.length);
    parser.strays = new Map(open === undefined ? [] : [[0, open]]);
    const lines: number[] = [];
    const blanks: number[] = [];
    const ended: RecordEnd[] = [];
    const stray = new Map<number, StrayQuote>();
    for (const [record, end] of ends.entries()) {
      blanks.push(blanksAfter(lastEnd));
      lines.push(index.lineOfRecord(lastEnd));
      ended.push(index.recordEndAt(end));
      const odd = strays.get(record);
      const failure = odd === undefined ? undefined : failureOf(odd.first);
      if (odd !== undefined && failure !== undefined) stray.set(record, { cells: odd.cells, failure });
      lastEnd = end;
    }
    if (error === undefined || error === null) return { records, lines, blanks, ended, stray };
    const failure = failureOf(error);
    if (failure === undefined) throw error;
    return { records, lines, blanks, ended, stray, failure };
  };
  // A record ends behind its line end, so that every further one belongs to an empty line.
  const blanksAfter = (offset: number) => {
    const line = index.lineAt(offset);
    return index.lineOfRecord(offset) - line;
  };

  return {
    write(text) {
      const bytes = Buffer.from(text, 'utf8');
      index.add(bytes);
      return new Promise<unknown>((resolve) => parser.write(bytes, resolve)).then(collect);
    },
    end: () =>
      new Promise<unknown>((resolve) => {
        // On success the callback of `end` receives nothing; after a failed flush it receives the error.
        parser.end(resolve);
      }).then((error) => {
        const batch = collect(error);
        if (batch.failure !== undefined) return batch;
        const blanks = blanksAfter(lastEnd);
        return { ...batch, end: { line: index.lineOfRecord(lastEnd), blanks } };
      }),
  };
}

const isCsvError = (error: unknown): error is CsvError =>
  error instanceof Error && 'code' in error && typeof error.code === 'string';
