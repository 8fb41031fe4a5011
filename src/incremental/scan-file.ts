import { isAscii } from 'node:buffer';
import { resolve } from 'node:path';
import type { FileCount } from '../model.ts';
import { readHead } from '../readers/csv.ts';
import { checkedHeader } from '../readers/csv-header.ts';
import { decode } from '../readers/decode.ts';
import type { Encoding } from '../readers/encodings.ts';
import { isPacked } from '../readers/gunzip.ts';
import { createRecordParser } from '../readers/plain-csv.ts';
import { RECORD_LIMIT } from '../readers/records.ts';
import type { Stamp } from '../readers/regular-file.ts';
import type { ScanFile } from '../readers/source.ts';
import { createCsvRecords } from './csv-records.ts';
import { beginsAsUtf8, blocksOf, encodingOf, HEAD_BYTES } from './encoding-of.ts';
import { createArrayRecords, createLineRecords } from './json-records.ts';
import { isNeedsParser, type NeedsParser, needsParser } from './needs-parser.ts';
import { type ReadThrough, readThrough } from './read-through.ts';
import type { RecordFinder, TakeRecord } from './record-finder.ts';

/** What the bytes of one file say of it. */
export interface FileFacts {
  readonly file: string;
  /** `orphaned` is 0: only reading tells. */
  readonly count: FileCount;
  /** What decides how its records are read, besides the pipeline's options: encoding, delimiter and header. */
  readonly head: string;
  /** Title rows and header: where they begin (behind a byte order mark) and end. */
  readonly headFrom: number;
  readonly headTo: number;
  /** What the file was when it was opened. */
  readonly stamp: Stamp;
}

/** A file that is about to be read through, and in which encoding. */
interface Opened {
  readonly path: string;
  readonly file: string;
  readonly encoding: Encoding;
  /** Whether that is what its beginning says. All bytes decide; nearly always they decide for it. */
  readonly isPresumed: boolean;
}

/**
 * Finds all records of a file by its bytes, in one reading.
 * @param keyColumns columns of a CSV file whose cells are keys, by name
 * @throws HireSyncError what a reader would throw as well
 */
export async function scanFile(
  folder: string,
  scanned: ScanFile,
  keyColumns: readonly string[],
  take: TakeRecord,
): Promise<FileFacts | NeedsParser> {
  const { kind, file, options } = scanned;
  if (isPacked(file)) return needsParser('a packed file');
  const path = resolve(folder, file);
  const format = kind === 'csv' ? 'csv' : 'json';
  const isPresumed = options.encoding === undefined && (await beginsAsUtf8(path, file, format));
  const encoding = options.encoding ?? (isPresumed ? 'utf-8' : await encodingOf(path, file, format));
  if (typeof encoding !== 'string') return encoding;
  const opened = { path, file, encoding, isPresumed };
  return kind === 'csv' ? scanCsv(opened, options, keyColumns, take) : scanJson(opened, scanned, take);
}

async function scanJson(
  { path, file, encoding, isPresumed }: Opened,
  { kind, options }: ScanFile,
  take: TakeRecord,
): Promise<FileFacts | NeedsParser> {
  if (encoding !== 'utf-8') return needsParser(encoding);
  const limit = options.recordLimit ?? RECORD_LIMIT;
  const at = 'at' in options ? options.at : undefined;
  const finder =
    kind === 'json' ? createArrayRecords({ file, at, limit }, take) : createLineRecords(limit, take);
  const read = readThrough(path, file, finder, { encoding, isPresumed });
  if (isNeedsParser(read)) return read;
  if (isPresumed && !read.isUtf8) return needsParser('not UTF-8');
  const finalNewline = kind === 'jsonl' ? read.finalNewline : null;
  return factsOf(file, read, finder, { encoding, delimiter: null, head: encoding, finalNewline });
}

async function scanCsv(
  opened: Opened,
  options: Extract<ScanFile, { kind: 'csv' }>['options'],
  keyColumns: readonly string[],
  take: TakeRecord,
): Promise<FileFacts | NeedsParser> {
  const { path, file, isPresumed } = opened;
  const { skipRows = 0, header: hasHeader = true, recordLimit: limit = RECORD_LIMIT } = options;
  if (!isSplittable(opened.encoding)) return needsParser(opened.encoding);
  const head = await headOf(opened, options);
  const { delimiter, names } = head;
  if (head.lineEnd !== '\n') return needsParser('lines that end with CR');
  if (delimiter.charCodeAt(0) >= 0x80) return needsParser('a delimiter of several bytes');
  const columns = keyColumns.map((name) => names.indexOf(name));
  if (columns.includes(-1)) return needsParser('a key column is not there');
  const settings = { delimiter, limit, keyColumns: columns, skipRows, hasHeader };
  const finder = createCsvRecords(settings, take);
  const read = readThrough(path, file, finder, opened);
  if (isNeedsParser(read)) return read;
  const line = finder.header() ?? new Uint8Array();
  if (textOf(line, opened.encoding) !== head.line) return needsParser('a header that is cut otherwise');
  if (!hasHeader && finder.found().rows === 0) return needsParser('no row');
  // Its records are the same in either encoding. So are the names of its columns, if they are ASCII.
  const isOther = isPresumed && !read.isUtf8;
  const encoding = isOther ? await encodingOf(path, file, 'csv') : opened.encoding;
  if (typeof encoding !== 'string') return encoding;
  if (isOther && (encoding !== 'gb18030' || !isAscii(line))) return needsParser('not UTF-8');
  // The second byte of a character may be a bar.
  if (encoding === 'gb18030' && (delimiter === '|' || finder.hasWideKeys()))
    return needsParser('keys or cells that only decoding tells');
  return factsOf(file, read, finder, {
    encoding,
    delimiter,
    head: JSON.stringify([encoding, delimiter, names]),
    finalNewline: read.finalNewline,
  });
}

/** Whether quotes, line ends and delimiters are bytes of their own. */
const isSplittable = (encoding: Encoding): boolean => encoding === 'utf-8' || encoding === 'gb18030';

/** The header line of a CSV file, and what it tells. @throws HireSyncError SOURCE_INVALID as reading does */
async function headOf(
  { path, file, encoding }: Opened,
  options: Extract<ScanFile, { kind: 'csv' }>['options'],
) {
  const chunks = decode(blocksOf(path, HEAD_BYTES), file, { encoding });
  try {
    const { lineEnd, delimiter, record } = await readHead(chunks, file, options);
    if (options.header === false) return { lineEnd, delimiter, line: '', names: options.columns ?? [] };
    const parser = createRecordParser({ delimiter, lineEnd, limit: RECORD_LIMIT });
    const [cells = []] = [...(await parser.write(record)).records, ...(await parser.end()).records];
    const names = checkedHeader(file, cells, 1, options);
    return { lineEnd, delimiter, line: record.replace(/\r?\n$/, ''), names };
  } finally {
    await chunks.return(undefined);
  }
}

const textOf = (bytes: Uint8Array, encoding: Encoding): string =>
  new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes);

interface Of {
  readonly encoding: Encoding;
  readonly delimiter: string | null;
  readonly head: string;
  /** Null where it says nothing. */
  readonly finalNewline: boolean | null;
}

function factsOf(
  file: string,
  { stamp, sha256, bytes, begin }: ReadThrough,
  finder: RecordFinder,
  { head, ...of }: Of,
): FileFacts {
  const none = { ignored: 0, normalised: 0, emptied: 0, marks: 0, orphaned: 0, unnamed: 0, role: '' };
  const { first = bytes, ...counts } = finder.found();
  return {
    file,
    count: { file, bytes, sha256, ...of, ...counts, ...none },
    head,
    headFrom: begin,
    headTo: first,
    stamp,
  };
}
