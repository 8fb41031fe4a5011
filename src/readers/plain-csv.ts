import { type CsvBatch, type CsvParser, createCsvParser } from './csv-parser.ts';
import { cellsOf, createCsvSplitter } from './csv-splitter.ts';
import type { LineEnd, RecordEnd } from './lines.ts';

// A record that is not complete within so many characters is csv-parse's, which does not begin anew with every piece.
const MAX_OPEN = 1_000_000;

// csv-parse counts the bytes of a cell where it compares with its limit: of a UTF-16 unit there are at most so many.
const MAX_BYTES = 3;

/** `CsvParser`, which need not be waited for where csv-parse is not needed. */
export interface RecordParser {
  write(text: string): CsvBatch | Promise<CsvBatch>;
  end(): CsvBatch | Promise<CsvBatch>;
}

interface Growing extends CsvBatch {
  readonly records: (readonly string[])[];
  readonly lines: number[];
  readonly blanks: number[];
  readonly ended: RecordEnd[];
}

/**
 * The cells of the records that the splitter finds. From the first odd one on csv-parse reads the rest of the text: what is
 * odd, and what is said of it, is its alone.
 */
export function createRecordParser(options: {
  readonly delimiter: string;
  readonly lineEnd: LineEnd;
  readonly limit: number;
}): RecordParser {
  const { delimiter, limit } = options;
  const longest = Math.min(limit / MAX_BYTES, MAX_OPEN);
  const splitter = createCsvSplitter(delimiter, longest);
  // The text from where the first record begins that is not complete.
  let rest = '';
  let strict: CsvParser | undefined = options.lineEnd === '\n' ? undefined : createCsvParser(options);

  const handOver = async (batch: CsvBatch): Promise<CsvBatch> => {
    const text = rest;
    rest = '';
    strict = behind(createCsvParser(options, splitter.line()), splitter.blanks());
    return joined(batch, await strict.write(text));
  };

  return {
    write(piece) {
      if (strict !== undefined) return strict.write(piece);
      const text = rest + piece;
      const batch: Growing = { records: [], lines: [], blanks: [], ended: [], stray: new Map() };
      const { at, isOdd } = splitter.split(text, (record) => {
        batch.records.push(cellsOf(record, delimiter));
        batch.lines.push(record.line);
        batch.blanks.push(record.blanks);
        batch.ended.push(record.isCrlf ? 'crlf' : 'lf');
      });
      rest = text.slice(at);
      return isOdd || rest.length > longest ? handOver(batch) : batch;
    },
    end() {
      if (strict !== undefined) return strict.end();
      const none: CsvBatch = { records: [], lines: [], blanks: [], ended: [], stray: new Map() };
      if (rest === '') return { ...none, end: { line: splitter.line(), blanks: splitter.blanks() } };
      // A text without a last line end: what it ends with, csv-parse knows.
      return handOver(none).then(async (batch) =>
        batch.failure === undefined && strict !== undefined ? joined(batch, await strict.end()) : batch,
      );
    },
  };
}

/** A parser of what stands below `blanks` empty lines. */
function behind(parser: CsvParser, blanks: number): CsvParser {
  let above = blanks;
  const placed = (batch: CsvBatch): CsvBatch => {
    const [first, ...others] = batch.blanks;
    if (first !== undefined) {
      const all = [first + above, ...others];
      above = 0;
      return { ...batch, blanks: all };
    }
    const { end } = batch;
    return end === undefined ? batch : { ...batch, end: { ...end, blanks: end.blanks + above } };
  };
  return {
    write: async (text) => placed(await parser.write(text)),
    end: async () => placed(await parser.end()),
  };
}

function joined(one: CsvBatch, next: CsvBatch): CsvBatch {
  const stray = new Map(one.stray);
  for (const [index, quote] of next.stray) stray.set(index + one.records.length, quote);
  return {
    ...next,
    records: [...one.records, ...next.records],
    lines: [...one.lines, ...next.lines],
    blanks: [...one.blanks, ...next.blanks],
    ended: [...(one.ended ?? []), ...(next.ended ?? [])],
    stray,
  };
}
