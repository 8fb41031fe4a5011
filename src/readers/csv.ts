import { HireSyncError } from '../errors.ts';
import type { Origin, Problem, SourceRecord } from '../model.ts';
import { type CsvBatch, type CsvFailure, type CsvParser, createCsvParser } from './csv-parser.ts';
import type { Encoding } from './encodings.ts';
import { firstLineEnd, type LineEnd } from './lines.ts';
import { nearest } from './nearest.ts';
import { damageIn, NO_CHILDREN } from './records.ts';
import type { ReadContext, Source } from './source.ts';
import { openText } from './text-file.ts';

const RECORD_LIMIT = 16 * 1024 * 1024;

export interface CsvOptions<Columns extends readonly string[] = readonly string[]> {
  /** Default `utf-8`. */
  readonly encoding?: Encoding;
  /** One character; default `,`. */
  readonly delimiter?: string;
  /** Columns the file must have (it may have more): they become the names of the row type. */
  readonly columns?: Columns;
  /** Largest length of one record, in characters; default 16 Mi. A longer one is an unclosed quote. */
  readonly recordLimit?: number;
}

export type CsvRow<Columns extends readonly string[]> = { readonly [Name in Columns[number]]: string };

/**
 * Records from a CSV file with a header (RFC 4180; lines end with LF, CRLF or CR). Every cell is text, exactly as
 * in the file: no trimming, no casting. A record with too many or too few cells carries a problem.
 * @throws HireSyncError PIPELINE_INVALID for an impossible delimiter
 */
export function csv<const Columns extends readonly string[]>(
  file: string,
  options: CsvOptions<Columns> & { readonly columns: Columns },
): Source<CsvRow<Columns>>;
export function csv(file: string, options?: CsvOptions): Source<Readonly<Record<string, string>>>;
export function csv(file: string, options: CsvOptions = {}): Source<Readonly<Record<string, string>>> {
  const { delimiter = ',' } = options;
  if (delimiter.length !== 1 || '"\r\n'.includes(delimiter)) {
    const text = `csv("${file}"): delimiter must be one character, not a quote or a line end; it is ${JSON.stringify(delimiter)}.`;
    throw new HireSyncError('PIPELINE_INVALID', text);
  }
  return { kind: 'csv', files: [file], columnar: [file], read: (context) => readCsv(file, options, context) };
}

async function* readCsv(
  file: string,
  options: CsvOptions,
  context: ReadContext,
): AsyncGenerator<SourceRecord> {
  const text = openText(context.folder, file, options.encoding ?? 'utf-8');
  const rows = createRowReader(file, options);
  for await (const batch of parse(text.chunks, options, rows.watch)) {
    for (const record of rows.read(batch)) yield record;
  }
  context.onFile(text.count(rows.end()));
}

/** Text → batches of records; the first line has to be there before it is known how lines end. */
async function* parse(
  chunks: AsyncIterable<string>,
  options: CsvOptions,
  watch: (chunk: string) => void,
): AsyncGenerator<CsvBatch> {
  const { delimiter = ',', recordLimit: limit = RECORD_LIMIT } = options;
  const begin = (lineEnd: LineEnd) => createCsvParser({ delimiter, lineEnd, limit });
  let parser: CsvParser | undefined;
  let head = '';
  for await (const chunk of chunks) {
    watch(chunk);
    if (parser !== undefined) yield await parser.write(chunk);
    else {
      head += chunk;
      const lineEnd = firstLineEnd(head, true);
      if (lineEnd === undefined && head.length < limit) continue;
      parser = begin(lineEnd ?? '\n');
      yield await parser.write(head);
    }
  }
  if (parser === undefined) {
    parser = begin(head.endsWith('\r') ? '\r' : '\n');
    yield await parser.write(head);
  }
  yield await parser.end();
}

/** Batches of cells → records by column name; the first record is the header. */
function createRowReader(file: string, options: CsvOptions) {
  let header: readonly string[] | undefined;
  let rows = 0;
  let mayBeDamaged = false;

  const record = (cells: readonly string[], line: number, names: readonly string[]): SourceRecord => {
    const values: Record<string, string> = {};
    const known = Math.min(cells.length, names.length);
    for (let index = 0; index < known; index++) values[names[index] ?? ''] = cells[index] ?? '';
    const origin: Origin = { file, line };
    const problems: Problem[] = [];
    if (cells.length !== names.length) problems.push(cellCount(cells, names, options.delimiter ?? ','));
    if (mayBeDamaged) problems.push(...damageIn(values));
    return problems.length === 0
      ? { origin, values, children: NO_CHILDREN }
      : { origin, values, children: NO_CHILDREN, problems };
  };

  return {
    /** Sees every chunk before it is parsed: cells are searched for damage only in a file that has some. */
    watch(chunk: string) {
      mayBeDamaged ||= chunk.includes('\uFFFD') || chunk.includes('\0');
    },
    *read(batch: CsvBatch): Generator<SourceRecord> {
      for (const [index, cells] of batch.records.entries()) {
        const line = batch.lines[index] ?? 0;
        if (header === undefined) header = checkedHeader(file, cells, line, options);
        else {
          rows++;
          yield record(cells, line, header);
        }
      }
      if (batch.failure !== undefined) throw quoteError(file, batch.failure);
    },
    /** @returns records read */
    end(): number {
      if (header === undefined) {
        const text = `${file} is empty: it must have at least a header line. Was the export finished?`;
        throw new HireSyncError('SOURCE_INVALID', text);
      }
      return rows;
    },
  };
}

function checkedHeader(
  file: string,
  names: readonly string[],
  line: number,
  options: CsvOptions,
): readonly string[] {
  const complaints: string[] = [];
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) repeated.add(name);
    seen.add(name);
  }
  for (const name of repeated) {
    const places = names.flatMap((other, index) => (other === name ? [index + 1] : []));
    complaints.push(
      `${file} has several columns "${name}" (columns ${places.join(', ')}): rename all but one`,
    );
  }
  // An object cannot hold a member of this name like any other.
  if (seen.has('__proto__')) complaints.push(`${file} has a column "__proto__": rename it`);
  if (damageIn(names).length > 0) {
    complaints.push(
      `the header of ${file} contains damaged characters (U+FFFD or NUL): is its encoding declared?`,
    );
  }
  for (const name of options.columns ?? []) {
    if (seen.has(name)) continue;
    const [close] = nearest(name, seen);
    const advice = close === undefined ? `it has: ${names.join(', ')}` : `did you mean "${close}"?`;
    complaints.push(`${file} has no column "${name}"; ${advice}${otherDelimiter(names)}`);
  }
  if (complaints.length === 0) return names;
  throw new HireSyncError('SOURCE_INVALID', `${complaints.join('\n')} (header: line ${line})`);
}

function otherDelimiter(names: readonly string[]): string {
  const other = [';', '\t', '|', ','].find((char) => names.length === 1 && names[0]?.includes(char));
  return other === undefined
    ? ''
    : ` (if it is separated by ${JSON.stringify(other)}, declare delimiter: ${JSON.stringify(other)})`;
}

function cellCount(cells: readonly string[], names: readonly string[], delimiter: string): Problem {
  const counts = `${cells.length} cell${cells.length === 1 ? '' : 's'}, the header ${names.length} columns`;
  const lines = cells.join('').split(/\r\n|\n|\r/).length;
  const span =
    lines === 1 ? '' : ` It spans ${lines} lines: a quote may be missing, or lines end in different ways.`;
  const short = cells.length < names.length;
  const field = short ? (names[cells.length] ?? '') : '';
  const which = short
    ? `the first missing one is "${field}"`
    : 'the cells beyond the last column have no name';
  // The surplus is kept here: the values of a record go by column.
  const value = cells.slice(names.length).join(delimiter);
  return { code: 'CELL_COUNT', field, value, message: `The record has ${counts}: ${which}.${span}` };
}

function quoteError(file: string, { kind, line, cause }: CsvFailure): HireSyncError {
  const WHAT = {
    'quote-not-closed': 'a quote (") is opened here and never closed',
    'text-after-quote':
      'a quoted cell begins here and goes on after its closing quote; a quote inside a quoted cell must be doubled ("")',
    'quote-in-text':
      'a quote (") stands inside a cell that does not begin with one; such a cell must be quoted, and the quote doubled ("")',
    'too-long':
      'the record of this cell is longer than the limit (recordLimit): a quote is probably never closed',
  } as const satisfies Record<CsvFailure['kind'], string>;
  const text = `${file}, line ${line}: ${WHAT[kind]}. The rest of the file cannot be read: correct it or export again.`;
  return new HireSyncError('SOURCE_INVALID', text, { cause });
}
