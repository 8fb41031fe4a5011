import type { SourceRecord } from '../model.ts';
import { batched } from './batches.ts';
import { escapedControls } from './controls.ts';
import { createSelectionDecoder } from './decode.ts';
import type { Encoding } from './encodings.ts';
import { escapedMarks, jsonRecord } from './json-record.ts';
import { createArraySplitter } from './json-splitter.ts';
import { RECORD_LIMIT } from './records.ts';
import type { ReadContext, Selection, Source } from './source.ts';
import { openText } from './text-file.ts';

export interface JsonOptions {
  /** Default: found out over the whole file (byte order mark, else strict UTF-8, else GB18030 that looks like Chinese). */
  readonly encoding?: Encoding;
  /** A record with a text of so many characters or more is rejected; default 1,000,000. */
  readonly fieldLimit?: number;
  /** Largest length of one record, in characters (UTF-16 units); default 16 Mi. */
  readonly recordLimit?: number;
}

export interface JsonArrayOptions extends JsonOptions {
  /** Name of the member of the top-level object that holds the array: `'data'`. Default: the array is the file. */
  readonly at?: string;
}

/** The row of a source whose type is not declared. */
export type JsonRow = Readonly<Record<string, unknown>>;

/**
 * Records from a JSON array of objects, of any size (a name ending with .gz is unpacked). A broken element is a record with a problem and the others
 * go on; a broken array (missing comma, cut off, text after its end) stops the file.
 * Other members beside the array (`at`) are checked as strictly: syntax, names that appear twice, depth, their end.
 * A number that does not print as it is written (beyond 2^53, `1.10`, `1e2`, `-0`) arrives as text, letter by letter:
 * `Row` should say `string | number` for ids.
 */
export function json(file: string, options?: JsonArrayOptions): Source<JsonRow>;
export function json<Row>(file: string, options?: JsonArrayOptions): Source<Row>;
export function json<Row>(file: string, options: JsonArrayOptions = {}): Source<Row> {
  return {
    kind: 'json',
    files: [file],
    columnar: [],
    scan: { file: { kind: 'json', file, options }, relations: [] },
    read: (context) => {
      const selection = context.only?.get(file);
      return selection === undefined
        ? batched(readArray(file, options, context))
        : readElements(file, options, selection, context);
    },
  };
}

/** The selected records of an array, or of a file of lines. */
export async function* readElements(
  file: string,
  options: JsonOptions,
  selection: Selection,
  context: ReadContext,
): AsyncGenerator<SourceRecord> {
  const decode = createSelectionDecoder(selection, options.encoding);
  for (const batch of selection.batches()) {
    for (const [index, line] of batch.lines.entries()) {
      const bytes = batch.bytes.subarray((batch.ends[index - 1] ?? -1) + 1, batch.ends[index]);
      const record = jsonRecord(file, { text: decode(bytes), line, column: 1 }, options.fieldLimit);
      // Where it cannot be read, only reading from the beginning tells the column, or where the array breaks.
      if (record.problems?.some(({ code }) => code === 'RECORD_UNREADABLE')) throw selection.mismatch();
      yield { ...record, ordinal: batch.ordinals[index] ?? 0 };
    }
  }
  context.onFile(selection.count);
}

async function* readArray(
  file: string,
  options: JsonArrayOptions,
  context: ReadContext,
): AsyncGenerator<readonly SourceRecord[]> {
  const text = openText(context.folder, file, 'json', options.encoding);
  const splitter = createArraySplitter({ file, at: options.at, limit: options.recordLimit ?? RECORD_LIMIT });
  let rows = 0;
  let escaped = 0;
  let controls = 0;
  for await (const chunk of text.chunks) {
    const records: SourceRecord[] = [];
    for (const element of splitter.push(chunk)) {
      escaped += escapedMarks(element.text);
      controls += escapedControls(element.text ?? '');
      records.push({ ...jsonRecord(file, element, options.fieldLimit), ordinal: rows++ });
    }
    yield records;
    if (splitter.failure !== undefined) throw splitter.failure;
  }
  splitter.end();
  if (splitter.failure !== undefined) throw splitter.failure;
  const count = text.count({ rows, controls });
  context.onFile({ ...count, finalNewline: null, marks: count.marks + escaped });
}
