import type { SourceRecord } from '../model.ts';
import { batched } from './batches.ts';
import { escapedControls } from './controls.ts';
import { createSelectionDecoder } from './decode.ts';
import { emptiesSome } from './empty-words.ts';
import { checkJsonOptions, type JsonArrayOptions, type JsonOptions } from './json-options.ts';
import { createJsonRecords, escapedMarks } from './json-record.ts';
import { createArraySplitter } from './json-splitter.ts';
import { RECORD_LIMIT } from './records.ts';
import type { ReadContext, Selection, Source } from './source.ts';
import { openText } from './text-file.ts';

export type { JsonArrayOptions, JsonOptions } from './json-options.ts';

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
  checkJsonOptions('json', file, options);
  return {
    kind: 'json',
    files: [file],
    columnar: [],
    ...declared(options),
    // Which texts are emptied, only reading counts.
    ...(emptiesSome(options.empty) ? {} : { scan: { file: { kind: 'json', file, options }, relations: [] } }),
    read: (context) => {
      const selection = context.only?.get(file);
      return selection === undefined
        ? batched(readArray(file, options, context))
        : readElements(file, options, selection, context);
    },
  };
}

/** What a source says of the members of its records. */
export function declared({ empty, optional = [] }: JsonOptions): Pick<Source<unknown>, 'empty' | 'optional'> {
  return empty === undefined ? { optional } : { empty, optional };
}

/** The selected records of an array, or of a file of lines. */
export async function* readElements(
  file: string,
  options: JsonOptions,
  selection: Selection,
  context: ReadContext,
): AsyncGenerator<SourceRecord> {
  const decode = createSelectionDecoder(selection, options.encoding);
  const records = createJsonRecords(file, options);
  for (const batch of selection.batches()) {
    for (const [index, line] of batch.lines.entries()) {
      const bytes = batch.bytes.subarray((batch.ends[index - 1] ?? -1) + 1, batch.ends[index]);
      const text = decode(bytes);
      const ordinal = batch.ordinals[index] ?? 0;
      const record = records.read({ text, line, column: 1 });
      if (record.problems?.some(({ code }) => code === 'RECORD_UNREADABLE') !== true)
        yield { ...record, ordinal };
      else {
        // The column is needed for that message alone.
        const before = selection.lineBefore(ordinal);
        if (before === undefined) throw selection.mismatch();
        yield { ...records.read({ text, line, column: decode(before).length + 1 }), ordinal };
      }
    }
  }
  context.onFile(selection.count);
}

async function* readArray(
  file: string,
  options: JsonArrayOptions,
  context: ReadContext,
): AsyncGenerator<readonly SourceRecord[]> {
  const text = openText(context, file, 'json', options.encoding);
  const splitter = createArraySplitter({ file, at: options.at, limit: options.recordLimit ?? RECORD_LIMIT });
  const records = createJsonRecords(file, options);
  let rows = 0;
  let escaped = 0;
  let controls = 0;
  for await (const chunk of text.chunks) {
    const batch: SourceRecord[] = [];
    for (const element of splitter.push(chunk)) {
      escaped += escapedMarks(element.text);
      controls += escapedControls(element.text ?? '');
      batch.push({ ...records.read(element), ordinal: rows++ });
    }
    yield batch;
    if (splitter.failure !== undefined) throw splitter.failure;
  }
  splitter.end();
  if (splitter.failure !== undefined) throw splitter.failure;
  const count = text.count({ rows, controls, emptied: records.emptied() });
  context.onFile({ ...count, finalNewline: null, marks: count.marks + escaped });
}
