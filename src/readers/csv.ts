import { HireSyncError } from '../errors.ts';
import type { SourceRecord } from '../model.ts';
import { batched } from './batches.ts';
import { correctedBy } from './corrected.ts';
import { withCorrections } from './corrections.ts';
import { findDelimiter, firstRecord } from './csv-head.ts';
import { type CsvOptions, checkCsvOptions } from './csv-options.ts';
import { type CsvBatch, type CsvFailure, createCsvParser } from './csv-parser.ts';
import { createRowReader } from './csv-rows.ts';
import { createSelectionDecoder } from './decode.ts';
import { emptiesSome } from './empty-words.ts';
import { createGuardQuoting } from './excel-guards.ts';
import { firstLineEnd, type LineEnd } from './lines.ts';
import { createRecordParser } from './plain-csv.ts';
import { RECORD_LIMIT } from './records.ts';
import type { ReadContext, Selection, Source } from './source.ts';
import { openText } from './text-file.ts';

export type { CsvOptions } from './csv-options.ts';

export type CsvRow<Columns extends readonly string[]> = { readonly [Name in Columns[number]]: string };

/**
 * Records from a CSV file with a header (RFC 4180; lines end with LF, CRLF or CR; a name ending with .gz is unpacked).
 * Every cell is text, exactly as in the file unless `normalise` says otherwise: no trimming, no casting. A record
 * with too many or too few cells carries a problem.
 * @throws HireSyncError PIPELINE_INVALID for impossible options
 */
export function csv<const Columns extends readonly string[]>(
  file: string,
  options: CsvOptions<Columns> & { readonly columns: Columns },
): Source<CsvRow<Columns>>;
export function csv(file: string, options?: CsvOptions): Source<Readonly<Record<string, string>>>;
export function csv(file: string, options: CsvOptions = {}): Source<Readonly<Record<string, string>>> {
  checkCsvOptions(file, options);
  return {
    kind: 'csv',
    files: [file],
    columnar: [file],
    ...(options.empty === undefined ? {} : { empty: options.empty }),
    withRecords: (records) => correctedBy(options, records),
    ...scannable(file, options),
    read: (context) => {
      const selection = context.only?.get(file);
      const records =
        selection === undefined
          ? readCsv(file, options, context)
          : readSelected(file, options, selection, context);
      const corrections = context.corrections?.get(file);
      return batched(corrections === undefined ? records : withCorrections(records, corrections));
    },
  };
}

/** Where cells are changed before they are read, or the last row may be none, the bytes do not tell what is read. */
function scannable(file: string, options: CsvOptions): Pick<Source<unknown>, 'scan'> {
  const { normalise = [], empty, totalRow, emptyLines = 'skip', quotes } = options;
  const plain =
    Object.keys(normalise).length === 0 &&
    !emptiesSome(empty) &&
    totalRow === undefined &&
    emptyLines === 'skip' &&
    quotes !== 'literal';
  return plain ? { scan: { file: { kind: 'csv', file, options }, relations: [] } } : {};
}

/** The selected records only; each was found between borders at which the parser would have cut, too. */
async function* readSelected(
  file: string,
  options: CsvOptions,
  selection: Selection,
  context: ReadContext,
): AsyncGenerator<readonly SourceRecord[]> {
  const delimiter = selection.delimiter ?? ',';
  const rows = createRowReader(file, { ...options, delimiter });
  const parser = createRecordParser({ delimiter, lineEnd: '\n', limit: options.recordLimit ?? RECORD_LIMIT });
  const decode = createSelectionDecoder(selection, options.encoding);
  const lines: number[] = [];
  const sheetRows: number[] = [];
  // Title rows and header stand above the first record.
  const above = (options.skipRows ?? 0) + (options.header === false ? 0 : 1) + 1;
  const placed = (batch: CsvBatch): CsvBatch => {
    const isOdd = batch.failure !== undefined || batch.stray.size > 0;
    if (isOdd || batch.records.length > lines.length) throw selection.mismatch();
    const { records, stray } = batch;
    // Each was picked out with an LF behind it, which is not how it ended: a file with torn rows is read whole.
    const count = records.length;
    const places = { lines: lines.splice(0, count), rows: sheetRows.splice(0, count) };
    return { records, stray, ...places, blanks: records.map(() => 0) };
  };
  const head = decode(selection.head());
  if (head !== '') {
    const headParser = createCsvParser({ delimiter, lineEnd: '\n', limit: RECORD_LIMIT });
    rows.watch(head);
    rows.read(await headParser.write(head));
    rows.read(await headParser.end());
  }
  for (const batch of selection.batches()) {
    const text = decode(batch.bytes);
    lines.push(...batch.lines);
    sheetRows.push(...batch.ordinals.map((ordinal, at) => ordinal + (batch.blanks[at] ?? 0) + above));
    rows.watch(text);
    yield rows.read(placed(await parser.write(text)));
  }
  yield rows.read(placed(await parser.end()));
  if (lines.length > 0) throw selection.mismatch();
  context.onFile(selection.count);
}

async function* readCsv(
  file: string,
  options: CsvOptions,
  context: ReadContext,
): AsyncGenerator<readonly SourceRecord[]> {
  const text = openText(context, file, 'csv', options.encoding);
  const chunks = text.chunks[Symbol.asyncIterator]();
  try {
    const { head, lineEnd, delimiter } = await readHead(chunks, file, options);
    const rows = createRowReader(file, { ...options, delimiter });
    for await (const batch of parse(head, chunks, { delimiter, lineEnd, options, watch: rows.watch })) {
      yield rows.read(batch);
      const failure = rows.failure() ?? batch.failure;
      if (failure !== undefined) throw quoteError(file, failure, options.recordLimit ?? RECORD_LIMIT);
    }
    rows.end();
    context.onFile(text.count(rows.counts()));
  } finally {
    await chunks.return?.();
  }
}

/** The beginning of the text, at least to the end of the header (`record`): it tells how lines end and cells are separated. */
export async function readHead(chunks: AsyncIterator<string>, file: string, options: CsvOptions) {
  const { recordLimit = RECORD_LIMIT, skipRows = 0 } = options;
  let head = '';
  let lineEnd: LineEnd | undefined;
  let record: string | undefined;
  while (record === undefined && head.length < recordLimit) {
    const next = await chunks.next();
    if (next.done) break;
    head += next.value;
    lineEnd = firstLineEnd(head, true);
    if (lineEnd !== undefined) record = firstRecord(head, lineEnd, skipRows);
  }
  lineEnd ??= head.endsWith('\r') ? '\r' : '\n';
  // The text may end, or the limit be reached, without a line end.
  record ??= firstRecord(head + lineEnd, lineEnd, skipRows) ?? '';
  return { head, lineEnd, record, delimiter: options.delimiter ?? findDelimiter(file, record, options) };
}

/** Text → batches of records. */
async function* parse(
  head: string,
  chunks: AsyncIterator<string>,
  settings: {
    readonly delimiter: string;
    readonly lineEnd: LineEnd;
    readonly options: CsvOptions;
    readonly watch: (chunk: string) => void;
  },
): AsyncGenerator<CsvBatch> {
  const { delimiter, lineEnd, options, watch } = settings;
  const parser = createRecordParser({ delimiter, lineEnd, limit: options.recordLimit ?? RECORD_LIMIT });
  const guards = createGuardQuoting(delimiter, lineEnd);
  watch(head);
  yield await parser.write(guards.write(head));
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
    watch(next.value);
    yield await parser.write(guards.write(next.value));
  }
  const rest = guards.end();
  if (rest !== '') yield await parser.write(rest);
  yield await parser.end();
}

function quoteError(file: string, { kind, line, cause }: CsvFailure, limit: number): HireSyncError {
  const WHAT = {
    'quote-not-closed': 'a quote (") is opened here and never closed',
    'text-after-quote':
      'a quoted cell begins here and goes on after its closing quote; a quote inside a quoted cell must be doubled ("")',
    'quote-in-text': `a quote (") stands inside a cell that does not begin with one; such a cell must be quoted, and the quote doubled (""), or quotes: 'literal' declared`,
    'too-long': `the record of this cell is longer than the limit (recordLimit: ${limit} characters): either a quote (") is never closed, or the limit is to be raised`,
  } as const satisfies Record<CsvFailure['kind'], string>;
  const text = `${file}, line ${line}: ${WHAT[kind]}. The rest of the file cannot be read: correct it or export again.`;
  return new HireSyncError('SOURCE_INVALID', text, { cause, fault: 'quotes' });
}
