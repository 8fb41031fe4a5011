import type { SourceRecord } from '../model.ts';
import { batched } from './batches.ts';
import { escapedControls } from './controls.ts';
import { emptiesSome } from './empty-words.ts';
import { declared, type JsonRow, readElements } from './json.ts';
import { checkJsonOptions, type JsonOptions } from './json-options.ts';
import { createJsonRecords, escapedMarks } from './json-record.ts';
import { createLineSplitter, isBlank } from './line-splitter.ts';
import { RECORD_LIMIT } from './records.ts';
import type { ReadContext, Source } from './source.ts';
import { openText } from './text-file.ts';

/**
 * Records from a file with one JSON object per line. A bad line is a record with a problem, blank lines are
 * left out (and counted). A number that does not print as it is written (beyond 2^53, `1.10`, `1e2`, `-0`) arrives as
 * text, letter by letter: `Row` should say `string | number` for ids.
 */
export function jsonl(file: string, options?: JsonOptions): Source<JsonRow>;
export function jsonl<Row>(file: string, options?: JsonOptions): Source<Row>;
export function jsonl<Row>(file: string, options: JsonOptions = {}): Source<Row> {
  checkJsonOptions('jsonl', file, options);
  return {
    kind: 'jsonl',
    files: [file],
    columnar: [],
    ...declared(options),
    // Which texts are emptied, only reading counts.
    ...(emptiesSome(options.empty)
      ? {}
      : { scan: { file: { kind: 'jsonl', file, options }, relations: [] } }),
    read: (context) => {
      const selection = context.only?.get(file);
      return selection === undefined
        ? batched(readLines(file, options, context))
        : readElements(file, options, selection, context);
    },
  };
}

async function* readLines(
  file: string,
  options: JsonOptions,
  context: ReadContext,
): AsyncGenerator<readonly SourceRecord[]> {
  const text = openText(context, file, 'json', options.encoding);
  const lines = createLineSplitter(options.recordLimit ?? RECORD_LIMIT);
  const records = createJsonRecords(file, options);
  let number = 0;
  let rows = 0;
  let blank = 0;
  let escaped = 0;
  let controls = 0;
  const record = (line: string | undefined): SourceRecord[] => {
    number++;
    if (line !== undefined && isBlank(line)) {
      blank++;
      return [];
    }
    escaped += escapedMarks(line);
    controls += escapedControls(line ?? '');
    return [{ ...records.read({ text: line, line: number, column: 1 }), ordinal: rows++ }];
  };
  for await (const chunk of text.chunks) yield lines.push(chunk).flatMap(record);
  // Behind the last line end there is no line.
  yield lines
    .end()
    .filter((line) => line !== '')
    .flatMap(record);
  const count = text.count({ rows, blank, controls, emptied: records.emptied() });
  context.onFile({ ...count, marks: count.marks + escaped });
}
