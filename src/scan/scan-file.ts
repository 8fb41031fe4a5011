import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import { readHead } from '../readers/csv.ts';
import { checkedHeader } from '../readers/csv-header.ts';
import { createCsvParser } from '../readers/csv-parser.ts';
import { bomLength, createDisguiseCheck, type Encoding } from '../readers/encodings.ts';
import { isPacked } from '../readers/gunzip.ts';
import { RECORD_LIMIT } from '../readers/records.ts';
import type { ScanFile } from '../readers/source.ts';
import { openText } from '../readers/text-file.ts';
import { type BorderSink, createBorders, Doubt, type FoundRecord } from './csv-borders.ts';
import { encodingOf } from './encoding-of.ts';
import type { FileFacts } from './facts.ts';
import { type Borders, createArrayBorders, createLineBorders } from './json-borders.ts';

const WINDOW_BYTES = 1024 * 1024;

/** Takes the records of a file; `ordinal` counts them from 0, `offset` is where the first byte lies in the file. */
export type RecordSink = (found: FoundRecord, ordinal: number, offset: number) => void;

/**
 * Finds all records of a file by its bytes.
 * @param keyColumns columns of a CSV file whose cells are keys, by name
 * @throws Doubt where only parsing tells; HireSyncError what a reader would throw as well
 */
export async function scanFile(
  folder: string,
  { kind, file, options }: ScanFile,
  keyColumns: readonly string[],
  sink: RecordSink,
): Promise<FileFacts> {
  if (isPacked(file)) throw new Doubt('a packed file');
  const format = kind === 'csv' ? 'csv' : 'json';
  const encoding = options.encoding ?? (await encodingOf(folder, file, format));
  if (encoding !== 'utf-8' && (encoding !== 'gb18030' || format === 'json')) throw new Doubt(encoding);
  const limit = options.recordLimit ?? RECORD_LIMIT;
  if (kind !== 'csv') {
    const counter = createCounter(sink, 0, true);
    const borders =
      kind === 'json' ? createArrayBorders(options.at, limit, counter) : createLineBorders(limit, counter);
    const read = readThrough(folder, file, encoding, borders, counter);
    return factsOf(file, read, counter, {
      encoding,
      delimiter: null,
      head: encoding,
      ends: kind === 'jsonl',
    });
  }
  const delimiter = await delimiterOf(folder, file, options, encoding);
  const names = await headerOf(folder, file, options, { encoding, delimiter, limit });
  const columns = keyColumns.map((name) => names.indexOf(name));
  if (columns.includes(-1)) throw new Doubt('a key column is not there');
  const counter = createCounter(sink, options.skipRows ?? 0, options.header === false);
  const settings = { delimiter: delimiter.charCodeAt(0), encoding, limit, keyColumns: columns };
  const read = readThrough(folder, file, encoding, createBorders(settings, counter), counter);
  if (options.header === false && counter.rows() === 0) throw new Doubt('no row');
  const head = JSON.stringify([encoding, delimiter, names]);
  return factsOf(file, read, counter, { encoding, delimiter, head, ends: true });
}

type CsvOptions = Extract<ScanFile, { kind: 'csv' }>['options'];

async function delimiterOf(folder: string, file: string, options: CsvOptions, encoding: Encoding) {
  const chunks = openText(folder, file, 'csv', encoding).chunks[Symbol.asyncIterator]();
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
  readThrough(folder, file, encoding, borders, counter, () => head !== undefined);
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
function createCounter(sink: RecordSink, skipRows: number, begun: boolean): Counter {
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
        sink(found, rows, offset + found.from);
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

interface ReadThrough {
  readonly size: number;
  readonly modifiedMs: number;
  readonly sha256: string;
  readonly bytes: number;
  readonly begin: number;
  readonly finalNewline: boolean;
}

/** Drives the bytes of a file through `borders`, a window at a time. */
function readThrough(
  folder: string,
  file: string,
  encoding: Encoding,
  borders: Borders,
  counter: Counter,
  enough: () => boolean = () => false,
): ReadThrough {
  const descriptor = openSync(resolve(folder, file), 'r');
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) throw new Doubt('no regular file');
    const hash = createHash('sha256');
    let window = new Uint8Array(WINDOW_BYTES);
    let view = new DataView(window.buffer);
    let used = 0;
    let offset = 0;
    let bytes = 0;
    let begin: number | undefined;
    let lastByte = 0;
    const checkDisguise = createDisguiseCheck(file, encoding);
    for (;;) {
      const count = readSync(descriptor, window, used, window.length - used, null);
      const fresh = window.subarray(used, used + count);
      hash.update(fresh);
      if (count > 0) checkDisguise(fresh);
      else checkDisguise();
      bytes += count;
      used += count;
      if (count > 0) lastByte = window[used - 1] ?? 0;
      const last = count === 0;
      if (!last && used < window.length && bytes < stat.size) continue;
      let from = 0;
      if (begin === undefined) {
        begin = bomLength(window.subarray(0, Math.min(used, 4)), file, encoding);
        from = begin;
      }
      counter.enter(window, offset);
      const rest = borders.push(window, view, from, used, last);
      if (hasMark(Buffer.from(window.buffer, from, rest - from), encoding))
        throw new Doubt('a byte order mark in the middle');
      if (last || enough()) break;
      window.copyWithin(0, rest, used);
      used -= rest;
      offset += rest;
      if (used < window.length) continue;
      if (used > 4 * RECORD_LIMIT) throw new Doubt('a record is longer than the limit');
      const larger = new Uint8Array(window.length * 2);
      larger.set(window);
      window = larger;
      view = new DataView(window.buffer);
    }
    const finalNewline = lastByte === 0x0a || lastByte === 0x0d;
    const { size, mtimeMs } = fstatSync(descriptor);
    if (size !== stat.size || mtimeMs !== stat.mtimeMs) throw new Doubt('the file is being written');
    return {
      size,
      modifiedMs: mtimeMs,
      sha256: hash.digest('hex'),
      bytes,
      begin: begin ?? 0,
      finalNewline,
    };
  } finally {
    closeSync(descriptor);
  }
}

interface Of {
  readonly encoding: Encoding;
  readonly delimiter: string | null;
  readonly head: string;
  /** Whether a line end at its end says anything. */
  readonly ends: boolean;
}

const MARKS = {
  'utf-8': Buffer.from('\ufeff'),
  gb18030: Buffer.from([0x84, 0x31, 0x95, 0x33]),
};

/** Marks inside the data are counted by who reads it, those that JSON spells as escapes included. */
function hasMark(bytes: Buffer, encoding: Encoding): boolean {
  const mark = encoding === 'gb18030' ? MARKS.gb18030 : MARKS['utf-8'];
  if (bytes.includes(mark)) return true;
  return bytes.includes('\\u') && /\\ufeff/i.test(bytes.toString('latin1'));
}

function factsOf(
  file: string,
  { size, modifiedMs, sha256, bytes, begin, finalNewline }: ReadThrough,
  counter: Counter,
  { encoding, delimiter, head, ends }: Of,
): FileFacts {
  const none = { ignored: 0, normalised: 0, marks: 0, orphaned: 0 };
  const counts = { rows: counter.rows(), blank: counter.blanks(), ...none };
  return {
    file,
    count: { file, bytes, sha256, encoding, delimiter, finalNewline: ends ? finalNewline : null, ...counts },
    head,
    headFrom: begin,
    headTo: counter.first() ?? bytes,
    size,
    modifiedMs,
  };
}
