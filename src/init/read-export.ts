import { HireSyncError } from '../errors.ts';
import { csv } from '../readers/csv.ts';
import type { CsvOptions } from '../readers/csv-options.ts';
import { detectEncoding } from '../readers/detect.ts';
import type { Encoding } from '../readers/encodings.ts';
import { json } from '../readers/json.ts';
import { jsonl } from '../readers/jsonl.ts';
import type { Normalisation } from '../readers/normalise.ts';
import type { ReadContext, Source } from '../readers/source.ts';
import { openText, readBytes } from '../readers/text-file.ts';
import { findFrame } from './csv-frame.ts';
import { createFooterWatch } from './footer.ts';
import { identifier } from './identifier.ts';
import { jsonKind } from './json-kind.ts';
import { createRecordFacts, type RecordFacts } from './record-facts.ts';
import type { CsvReading, Footer, Table } from './table.ts';

/** Enough of a file to see its header and how its rows look. */
const HEAD = 256 * 1024;
const CSV = /\.(csv|tsv|txt)(\.gz)?$/i;
const JSON_FILE = /\.(json|jsonl|ndjson)(\.gz)?$/i;

/** Whether a file is read at all, by its name. */
export const isReadable = (file: string): boolean => CSV.test(file) || JSON_FILE.test(file);

/** A file that was not read, and why. */
export interface Unread {
  readonly file: string;
  readonly why: 'no-records' | 'no-header' | 'no-rows';
}

/**
 * Reads one file of the export from its first byte to its last, and what it is like.
 * @param encoding undefined to find it out
 * @throws HireSyncError SOURCE_MISSING, SOURCE_INVALID
 */
export async function readFile(
  context: ReadContext,
  file: string,
  encoding: Encoding | undefined,
): Promise<readonly Table[] | Unread> {
  const format = CSV.test(file) ? 'csv' : 'json';
  const used = encoding ?? (await detectEncoding(() => readBytes(context, file), file, format)).encoding;
  const { head, isWhole } = await headOf(context, file, format, used);
  if (format === 'json') return readJson(context, file, { head, encoding: used });
  return readCsv(context, file, { ...(await findFrame(head, isWhole)), encoding: used });
}

async function headOf(context: ReadContext, file: string, format: 'csv' | 'json', encoding: Encoding) {
  let head = '';
  for await (const chunk of openText(context, file, format, encoding).chunks) {
    head += chunk;
    if (head.length >= HEAD) return { head, isWhole: false };
  }
  return { head, isWhole: true };
}

type Framed = Awaited<ReturnType<typeof findFrame>> & { readonly encoding: Encoding };

async function readCsv(
  context: ReadContext,
  file: string,
  { hasNoHeader, header, ...frame }: Framed,
): Promise<readonly Table[] | Unread> {
  if (header.length === 0) return { file, why: 'no-rows' };
  if (hasNoHeader) return { file, why: 'no-header' };
  const strict: CsvReading = {
    ...{ kind: 'csv', ...frame, hasLooseQuotes: false },
    ...{ footer: undefined, normalise: {}, empty: [] },
  };
  const { first, records, footer } = await profileEither(context, file, strict);
  const options = csvOptions(first);
  const [table] = records.tables(identifier(file), file, { ...first, footer });
  if (table === undefined || table.rows === 0) return { file, why: 'no-rows' };
  const mended: CsvReading = { ...first, footer, ...mendsOf(table) };
  // What a setting changes is read once more, as the pipeline will read it.
  if (mended.empty.length === 0 && Object.keys(mended.normalise).length === 0)
    return [{ ...table, reading: mended }];
  const again = await profile(context, file, {
    ...options,
    normalise: mended.normalise,
    empty: mended.empty,
  });
  return again.records.tables(table.name, file, mended);
}

/** The options by which the draft reads a file, as far as they are not left to the reader. */
export function csvOptions(reading: CsvReading): CsvOptions {
  const { encoding, delimiter, skipRows, hasRepeats, hasLooseQuotes } = reading;
  return {
    ...{ encoding, delimiter, skipRows },
    ...(hasRepeats ? { duplicates: 'number' } : {}),
    ...(hasLooseQuotes ? { quotes: 'literal' } : {}),
  };
}

/** As RFC 4180 has it, else with quotes that are text. */
async function profileEither(context: ReadContext, file: string, strict: CsvReading) {
  try {
    return { first: strict, ...(await profile(context, file, csvOptions(strict))) };
  } catch (error) {
    if (!HireSyncError.is(error) || error.fault !== 'quotes') throw error;
    const first: CsvReading = { ...strict, hasLooseQuotes: true };
    // What is wrong with the file in either case is told as it was found first.
    const read = await profile(context, file, csvOptions(first)).catch(() => null);
    if (read === null) throw error;
    return { first, ...read };
  }
}

async function profile(
  context: ReadContext,
  file: string,
  options: CsvOptions,
): Promise<{ readonly records: RecordFacts; readonly footer: Footer | undefined }> {
  const records = createRecordFacts();
  const footers = createFooterWatch();
  for await (const record of csv(file, options).read(context)) {
    const row = footers.push(record);
    if (row !== undefined) records.add(row.values);
  }
  const { rows, footer } = footers.end();
  for (const row of rows) records.add(row.values);
  return { records, footer };
}

/** A word for nothing that a database printed; the others may be values. */
const SURELY_NOTHING = new Set(['\\N', 'NULL', 'null', '(null)', 'nan', 'NaN', 'undefined']);
/** Columns in which a cell may be mended: not in texts, where spaces and signs are the author's own. */
const SHORT = 100;

function mendsOf(table: Table): Pick<CsvReading, 'normalise' | 'empty'> {
  const normalise: Record<string, readonly Normalisation[]> = {};
  const empty = new Set<string>();
  for (const { name, facts } of table.columns) {
    for (const word of facts.nothing.keys()) if (SURELY_NOTHING.has(word)) empty.add(word);
    const steps = [...facts.mends.keys()].sort();
    if (steps.length > 0 && facts.longest <= SHORT) normalise[name] = steps;
  }
  return { normalise, empty: [...empty].sort() };
}

async function readJson(
  context: ReadContext,
  file: string,
  { head, encoding }: { readonly head: string; readonly encoding: Encoding },
): Promise<readonly Table[] | Unread> {
  const kind = jsonKind(head, /\.(jsonl|ndjson)(\.gz)?$/i.test(file));
  if (kind === undefined) return { file, why: 'no-records' };
  const { at } = kind;
  const source: Source<unknown> =
    kind.kind === 'jsonl'
      ? jsonl(file, { encoding })
      : json(file, { encoding, ...(at === undefined ? {} : { at }) });
  const records = createRecordFacts();
  for await (const record of source.read(context)) records.add(record.values);
  const tables = records.tables(identifier(file), file, { kind: kind.kind, at, encoding, empty: [] });
  return (tables[0]?.rows ?? 0) === 0 ? { file, why: 'no-rows' } : tables;
}
