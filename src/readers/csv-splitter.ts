const [QUOTE, LF, CR] = [0x22, 0x0a, 0x0d];

/** A record where it lies in a text. The object is the splitter's own and changes with the next record. */
export interface SplitRecord {
  readonly text: string;
  /** Where it begins, where its line end begins, and where the line behind it does. */
  readonly from: number;
  readonly to: number;
  readonly end: number;
  /** Physical line, from 1, and the empty lines directly above it. */
  readonly line: number;
  readonly blanks: number;
  readonly isCrlf: boolean;
  /** Where its cells lie, if one of them is quoted; of a record without any quote see `splitAt`. */
  readonly quoted: CellBounds | undefined;
}

/** The cells of a record, without the quotes around them. */
export interface CellBounds {
  count(): number;
  from(cell: number): number;
  to(cell: number): number;
  /** Whether quotes in it are doubled. */
  isDoubled(cell: number): boolean;
}

/** Cuts a text into its records. */
export interface CsvSplitter {
  /**
   * Takes the records at the beginning of `text` that are complete.
   * @returns where the first record begins that is not taken, and whether it is an odd one: then the rest is csv-parse's
   */
  split(text: string, take: (record: SplitRecord) => void): { readonly at: number; readonly isOdd: boolean };
  /** Physical line of the record that comes next, and the empty lines above it so far. */
  line(): number;
  blanks(): number;
}

/**
 * The one grammar of CSV records beside csv-parse's. It takes records about which nobody can disagree: lines that end with
 * LF or CRLF, of cells without any quote or quoted from end to end. All else is odd, and not taken.
 *
 * Quotes, LF, CR and most delimiters are the same bytes in every encoding that is read without being decoded (UTF-8,
 * GB18030): read as Latin-1, with a character for each byte, such a file has the same records at the same places. So reading
 * splits decoded text, and the search for unchanged records the raw bytes.
 * @param longest a record with more characters is odd
 */
export function createCsvSplitter(delimiter: string, longest: number): CsvSplitter {
  let line = 1;
  let blanks = 0;
  const found = { text: '', from: 0, to: 0, end: 0, line: 1, blanks: 0, isCrlf: false };
  return {
    line: () => line,
    blanks: () => blanks,
    split(text, take) {
      const nextQuote = seeker(text, '"');
      const nextLineEnd = seeker(text, '\n');
      const cells = createCells(text, delimiter, { nextQuote, nextLineEnd });
      const record = Object.assign(found, { text, quoted: undefined as CellBounds | undefined });
      for (let at = 0; ; ) {
        const first = text.charCodeAt(at);
        if (first === LF || (first === CR && text.charCodeAt(at + 1) === LF)) {
          at += first === LF ? 1 : 2;
          line++;
          blanks++;
          continue;
        }
        const lineEnd = nextLineEnd(at);
        if (lineEnd === -1) return { at, isOdd: false };
        const quote = nextQuote(at);
        const isQuoted = quote !== -1 && quote < lineEnd;
        const end = isQuoted ? cells.read(at) : lineEnd + 1;
        if (end === INCOMPLETE) return { at, isOdd: false };
        // csv-parse counts lines in its own way where a record begins with a CR.
        if (end === ODD || first === CR || end - at > longest) return { at, isOdd: true };
        record.from = at;
        record.isCrlf = text.charCodeAt(end - 2) === CR;
        record.to = record.isCrlf ? end - 2 : end - 1;
        record.end = end;
        record.line = line;
        record.blanks = blanks;
        record.quoted = isQuoted ? cells : undefined;
        blanks = 0;
        take(record);
        for (let feed = lineEnd; feed !== -1 && feed < end; feed = text.indexOf('\n', feed + 1)) line++;
        at = end;
      }
    },
  };
}

/** The texts of a record's cells. */
export function cellsOf({ text, from, to, quoted }: SplitRecord, delimiter: string): readonly string[] {
  if (quoted === undefined) return text.slice(from, to).split(delimiter);
  const cells: string[] = [];
  for (let cell = 0; cell < quoted.count(); cell++) {
    const inner = text.slice(quoted.from(cell), quoted.to(cell));
    cells.push(quoted.isDoubled(cell) ? inner.replaceAll('""', '"') : inner);
  }
  return cells;
}

const INCOMPLETE = -1;
const ODD = -2;

/** Finds the cells of records with quotes. */
function createCells(
  text: string,
  delimiter: string,
  { nextQuote, nextLineEnd }: Readonly<Record<'nextQuote' | 'nextLineEnd', (from: number) => number>>,
): CellBounds & { read(at: number): number } {
  const nextDelimiter = seeker(text, delimiter);
  // Begin, end, and whether its quotes are doubled, of one cell after the other.
  const bounds: number[] = [];
  let used = 0;
  const add = (from: number, to: number, isDoubled: boolean): void => {
    bounds[used++] = from;
    bounds[used++] = to;
    bounds[used++] = isDoubled ? 1 : 0;
  };

  /** Adds the quoted cell at `from`; returns the place behind its closing quote. */
  const addQuoted = (from: number): number => {
    let isDoubled = false;
    let close = text.indexOf('"', from + 1);
    while (close !== -1 && text.charCodeAt(close + 1) === QUOTE) {
      isDoubled = true;
      close = text.indexOf('"', close + 2);
    }
    // The next character tells whether the quote closes, and the one after a CR whether the line ends.
    const next = close === -1 ? Number.NaN : text.charCodeAt(close + 1);
    if (Number.isNaN(next) || (next === CR && close + 2 === text.length)) return INCOMPLETE;
    add(from + 1, close, isDoubled);
    return close + 1;
  };

  return {
    count: () => used / 3,
    from: (cell) => bounds[cell * 3] ?? 0,
    to: (cell) => bounds[cell * 3 + 1] ?? 0,
    isDoubled: (cell) => bounds[cell * 3 + 2] === 1,
    /** Returns where the record at `at` ends, behind its line end. */
    read(at) {
      used = 0;
      for (let from = at; ; from++) {
        if (text.charCodeAt(from) === QUOTE) {
          from = addQuoted(from);
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
        const to = isLast ? endOfCell(text, from, lineEnd) : cut;
        const quote = nextQuote(from);
        if (quote !== -1 && quote < to) return ODD;
        add(from, to, false);
        if (isLast) return lineEnd + 1;
        from = cut;
      }
    },
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
