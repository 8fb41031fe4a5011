import { readHead } from '../readers/csv.ts';
import { checkedHeader } from '../readers/csv-header.ts';
import { createCsvParser } from '../readers/csv-parser.ts';
import type { Encoding } from '../readers/encodings.ts';
import { isPacked } from '../readers/gunzip.ts';
import { RECORD_LIMIT } from '../readers/records.ts';
import type { ScanFile } from '../readers/source.ts';
import { openText } from '../readers/text-file.ts';
import { type BorderSink, createBorders, Doubt, type FoundRecord } from './csv-borders.ts';
import { beginsAsUtf8, encodingOf } from './encoding-of.ts';
import type { FileFacts } from './facts.ts';
import { createArrayBorders, createLineBorders } from './json-borders.ts';
import { type ReadThrough, readThrough } from './read-through.ts';

/** Takes the records of a file. */
export interface RecordSink {
  /** `ordinal` counts them from 0, `offset` is where the first byte lies in the file, `blanks` are the empty lines before it. */
  record(found: FoundRecord, ordinal: number, offset: number, blanks: number): void;
  /** The file is read anew from its beginning: what was taken of it does not count. */
  restart(): void;
}

/** What the records of a file are told apart by. */
interface Settings {
  readonly encoding: Encoding;
  readonly guessed: boolean;
  readonly keyColumns: readonly string[];
  readonly record: RecordSink['record'];
}

/**
 * Finds all records of a file by its bytes.
 * @param keyColumns columns of a CSV file whose cells are keys, by name
 * @throws Doubt where only parsing tells; HireSyncError what a reader would throw as well
 */
export async function scanFile(
  folder: string,
  scanned: ScanFile,
  keyColumns: readonly string[],
  sink: RecordSink,
): Promise<FileFacts> {
  const { kind, file, options } = scanned;
  if (isPacked(file)) throw new Doubt('a packed file');
  const format = kind === 'csv' ? 'csv' : 'json';
  const settings = { keyColumns, record: sink.record, guessed: false };
  const scanAs = (encoding: Encoding) => scanIn(folder, scanned, { ...settings, encoding });
  if (options.encoding !== undefined) return scanAs(options.encoding);
  if (!(await beginsAsUtf8(folder, file, format))) return scanAs(await encodingOf(folder, file, format));
  // All bytes decide on the encoding. Nearly always they decide for what the first ones say: then one reading does.
  try {
    return await scanIn(folder, scanned, { ...settings, encoding: 'utf-8', guessed: true });
  } catch (error) {
    const encoding = await encodingOf(folder, file, format);
    if (encoding === 'utf-8') throw error;
    sink.restart();
    return scanAs(encoding);
  }
}

async function scanIn(
  folder: string,
  { kind, file, options }: ScanFile,
  { encoding, guessed, keyColumns, record }: Settings,
): Promise<FileFacts> {
  if (encoding !== 'utf-8' && (encoding !== 'gb18030' || kind !== 'csv')) throw new Doubt(encoding);
  const limit = options.recordLimit ?? RECORD_LIMIT;
  if (kind !== 'csv') {
    const counter = createCounter(record, 0, true);
    const borders =
      kind === 'json' ? createArrayBorders(options.at, limit, counter) : createLineBorders(limit, counter);
    const read = readThrough(folder, file, borders, {
      encoding,
      guessed,
      escapes: true,
      enter: counter.enter,
    });
    return factsOf(file, read, counter, {
      encoding,
      delimiter: null,
      head: encoding,
      ends: kind === 'jsonl',
      controls: read.escapedControls,
    });
  }
  const delimiter = await delimiterOf(folder, file, options, encoding);
  const names = await headerOf(folder, file, options, { encoding, delimiter, limit });
  const columns = keyColumns.map((name) => names.indexOf(name));
  if (columns.includes(-1)) throw new Doubt('a key column is not there');
  const counter = createCounter(record, options.skipRows ?? 0, options.header === false);
  const settings = {
    delimiter: delimiter.charCodeAt(0),
    encoding,
    limit,
    keyColumns: columns,
    columns: names.length,
  };
  const borders = createBorders(settings, counter);
  const read = readThrough(folder, file, borders, {
    encoding,
    guessed,
    escapes: false,
    enter: counter.enter,
  });
  if (options.header === false && counter.rows() === 0) throw new Doubt('no row');
  const head = JSON.stringify([encoding, delimiter, names]);
  return factsOf(file, read, counter, {
    encoding,
    delimiter,
    head,
    ends: true,
    controls: borders.controls(),
  });
}

type CsvOptions = Extract<ScanFile, { kind: 'csv' }>['options'];

async function delimiterOf(folder: string, file: string, options: CsvOptions, encoding: Encoding) {
  const chunks = openText({ folder }, file, 'csv', encoding).chunks[Symbol.asyncIterator]();
  try {
    const { lineEnd, delimiter } = await readHead(chunks, file, options);
    if (lineEnd !== '\n') throw new Doubt('lines that end with CR');
    if (delimiter.charCodeAt(0) >= 0x80) throw new Doubt('a delimiter of several bytes');
    return delimiter;
  } finally {
    await chunks.return?.();
  }
}

/** The names of the columns, read as the reader of rows does. */
async function headerOf(
  folder: string,
  file: string,
  options: CsvOptions,
  settings: { encoding: 'utf-8' | 'gb18030'; delimiter: string; limit: number },
): Promise<readonly string[]> {
  if (options.header === false) return options.columns ?? [];
  const { encoding, delimiter, limit } = settings;
  let head: Uint8Array | undefined;
  let line = 1;
  const counter = createCounter(() => {}, options.skipRows ?? 0, false);
  counter.onHeader = (bytes, at) => {
    head ??= bytes;
    line = at;
  };
  const border = { delimiter: delimiter.charCodeAt(0), encoding, limit, keyColumns: [] };
  const borders = createBorders(border, counter);
  // What is not read here is proved to be of this encoding where all of it is read.
  const enough = () => head !== undefined;
  readThrough(folder, file, borders, {
    encoding,
    guessed: false,
    escapes: false,
    enter: counter.enter,
    enough,
  });
  if (head === undefined) throw new Doubt('no header');
  const parser = createCsvParser({ delimiter, lineEnd: '\n', limit });
  const text = new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(head);
  const [cells] = [...(await parser.write(text)).records, ...(await parser.end()).records];
  return checkedHeader(file, cells ?? [], line, options);
}

interface Counter extends BorderSink {
  onHeader: ((bytes: Uint8Array, line: number) => void) | undefined;
  /** The window the next records lie in, and where it begins in the file. */
  enter(window: Uint8Array, offset: number): void;
  rows(): number;
  blanks(): number;
  /** Where the first record begins; undefined without one. */
  first(): number | undefined;
}

/** Tells title rows and header from records, as the reader of rows does. */
function createCounter(sink: RecordSink['record'], skipRows: number, begun: boolean): Counter {
  let toSkip = skipRows;
  let inRows = begun;
  let rows = 0;
  let blanks = 0;
  let first: number | undefined;
  let window = new Uint8Array();
  let offset = 0;
  const counter: Counter = {
    onHeader: undefined,
    enter(bytes, at) {
      window = bytes as Uint8Array<ArrayBuffer>;
      offset = at;
    },
    rows: () => rows,
    blanks: () => blanks,
    first: () => first,
    record(found) {
      if (toSkip > 0) toSkip--;
      else if (!inRows) {
        inRows = true;
        counter.onHeader?.(window.slice(found.from, found.to), found.line);
      } else {
        first ??= offset + found.from;
        sink(found, rows, offset + found.from, blanks);
        rows++;
      }
    },
    blank() {
      if (toSkip > 0) toSkip--;
      else blanks++;
    },
  };
  return counter;
}

interface Of {
  readonly encoding: Encoding;
  readonly delimiter: string | null;
  readonly head: string;
  /** Whether a line end at its end says anything. */
  readonly ends: boolean;
  readonly controls: number;
}

function factsOf(
  file: string,
  { size, stamp, sha256, bytes, begin, finalNewline }: ReadThrough,
  counter: Counter,
  { encoding, delimiter, head, ends, controls }: Of,
): FileFacts {
  const none = { ignored: 0, normalised: 0, emptied: 0, marks: 0, orphaned: 0, unnamed: 0, role: '' };
  const counts = { rows: counter.rows(), blank: counter.blanks(), controls, ...none };
  return {
    file,
    count: { file, bytes, sha256, encoding, delimiter, finalNewline: ends ? finalNewline : null, ...counts },
    head,
    headFrom: begin,
    headTo: counter.first() ?? bytes,
    size,
    stamp,
  };
}
