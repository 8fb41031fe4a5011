import { type CsvBatch, type CsvParser, createCsvParser } from './csv-parser.ts';
import type { LineEnd, RecordEnd } from './lines.ts';

// A record that is not complete within so many characters is csv-parse's, which does not begin anew with every piece.
const MAX_OPEN = 1_000_000;

// csv-parse counts the bytes of a cell where it compares with its limit: of a UTF-16 unit there are at most so many.
const MAX_BYTES = 3;

const [QUOTE, LF, CR] = [0x22, 0x0a, 0x0d];

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
 * csv-parse, and a short cut past it for records about which nobody can disagree: lines that end with LF or CRLF, of
 * cells without any quote or quoted from end to end. From the first record that is anything else csv-parse reads the
 * rest of the text: what is odd, and what is said of it, is its alone.
 */
export function createRecordParser(options: {
  readonly delimiter: string;
  readonly lineEnd: LineEnd;
  readonly limit: number;
}): RecordParser {
  const { delimiter, limit } = options;
  const longest = Math.min(limit / MAX_BYTES, MAX_OPEN);
  // The text from where the first record begins that is not complete, that line, and the empty lines above it.
  let rest = '';
  let line = 1;
  let blanks = 0;
  let strict: CsvParser | undefined = options.lineEnd === '\n' ? undefined : createCsvParser(options);

  /** Adds the records at the beginning of the text; returns where it stopped, and whether at an odd one. */
  const readPlain = (text: string, into: Growing): { readonly at: number; readonly odd: boolean } => {
    const nextQuote = seeker(text, '"');
    const nextLineEnd = seeker(text, '\n');
    const cells = createCells(text, delimiter, nextLineEnd);
    const add = (record: readonly string[], end: number) => {
      into.records.push(record);
      into.lines.push(line);
      into.blanks.push(blanks);
      into.ended.push(text.charCodeAt(end - 2) === CR ? 'crlf' : 'lf');
      blanks = 0;
    };
    for (let at = 0; ; ) {
      const first = text.charCodeAt(at);
      if (first === LF || (first === CR && text.charCodeAt(at + 1) === LF)) {
        at += first === LF ? 1 : 2;
        line++;
        blanks++;
        continue;
      }
      const lineEnd = nextLineEnd(at);
      if (lineEnd === -1) return { at, odd: false };
      const quote = nextQuote(at);
      const isQuoted = quote !== -1 && quote < lineEnd;
      const end = isQuoted ? cells.read(at) : lineEnd + 1;
      if (end === INCOMPLETE) return { at, odd: false };
      // csv-parse counts lines in its own way where a record begins with a CR.
      if (end === ODD || first === CR || end - at > longest) return { at, odd: true };
      add(isQuoted ? cells.record() : text.slice(at, endOfCell(text, at, lineEnd)).split(delimiter), end);
      for (let feed = lineEnd; feed !== -1 && feed < end; feed = text.indexOf('\n', feed + 1)) line++;
      at = end;
    }
  };

  const handOver = async (batch: CsvBatch): Promise<CsvBatch> => {
    const text = rest;
    rest = '';
    strict = behind(createCsvParser(options, line), blanks);
    return joined(batch, await strict.write(text));
  };

  return {
    write(piece) {
      if (strict !== undefined) return strict.write(piece);
      const text = rest + piece;
      const batch: Growing = { records: [], lines: [], blanks: [], ended: [], stray: new Map() };
      const { at, odd } = readPlain(text, batch);
      rest = text.slice(at);
      return odd || rest.length > longest ? handOver(batch) : batch;
    },
    end() {
      if (strict !== undefined) return strict.end();
      const none: CsvBatch = { records: [], lines: [], blanks: [], ended: [], stray: new Map() };
      if (rest === '') return { ...none, end: { line, blanks } };
      // A text without a last line end: what it ends with, csv-parse knows.
      return handOver(none).then(async (batch) =>
        batch.failure === undefined && strict !== undefined ? joined(batch, await strict.end()) : batch,
      );
    },
  };
}

const INCOMPLETE = -1;
const ODD = -2;

/** Reads records with quoted cells. */
function createCells(text: string, delimiter: string, nextLineEnd: (from: number) => number) {
  const nextDelimiter = seeker(text, delimiter);
  let cells: string[] = [];

  /** Adds the quoted cell at `from`; returns the place behind its closing quote. */
  const quoted = (from: number): number => {
    let isDoubled = false;
    let close = text.indexOf('"', from + 1);
    while (close !== -1 && text.charCodeAt(close + 1) === QUOTE) {
      isDoubled = true;
      close = text.indexOf('"', close + 2);
    }
    // The next character tells whether the quote closes, and the one after a CR whether the line ends.
    if (close === -1 || close + 2 >= text.length) return INCOMPLETE;
    const inner = text.slice(from + 1, close);
    cells.push(isDoubled ? inner.replaceAll('""', '"') : inner);
    return close + 1;
  };

  return {
    /** Returns where the record at `at` ends, behind its line end. */
    read(at: number): number {
      cells = [];
      for (let from = at; ; from++) {
        if (text.charCodeAt(from) === QUOTE) {
          from = quoted(from);
          if (from === INCOMPLETE) return INCOMPLETE;
          const next = text.charCodeAt(from);
          if (next === LF) return from + 1;
          if (next === CR && text.charCodeAt(from + 1) === LF) return from + 2;
          if (text[from] !== delimiter) return ODD;
          continue;
        }
        const lineEnd = nextLineEnd(from);
        if (lineEnd === -1) return INCOMPLETE;
        const cut = nextDelimiter(from);
        const isLast = cut === -1 || cut > lineEnd;
        const cell = text.slice(from, isLast ? endOfCell(text, from, lineEnd) : cut);
        if (cell.includes('"')) return ODD;
        cells.push(cell);
        if (isLast) return lineEnd + 1;
        from = cut;
      }
    },
    record: (): readonly string[] => cells,
  };
}

/** Where the last cell of a line ends that begins at `from`: a CR before the LF belongs to the line end. */
function endOfCell(text: string, from: number, lineEnd: number): number {
  return lineEnd > from && text.charCodeAt(lineEnd - 1) === CR ? lineEnd - 1 : lineEnd;
}

/** The first place of a character from a place on; asked for places that never fall, it looks at the text once. */
function seeker(text: string, char: string): (from: number) => number {
  let found = text.indexOf(char);
  return (from) => {
    if (found !== -1 && found < from) found = text.indexOf(char, from);
    return found;
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
