import type { StrayQuote } from './csv-parser.ts';
import type { RecordEnd } from './lines.ts';

/** A record as the parser found it: a row, or a piece of one. */
export interface Piece {
  readonly cells: readonly string[];
  readonly line: number;
  /** As a spreadsheet counts rows; 0 where nobody counted. */
  readonly row: number;
  readonly blanks: number;
  readonly stray: StrayQuote | undefined;
  readonly ended: RecordEnd;
}

/** What is told of the records, in their order: each once. */
export interface TearSink {
  row(piece: Piece): void;
  /** Two or more pieces of one record. */
  torn(pieces: readonly Piece[]): void;
}

export interface Tears {
  /** A title row or a header: only its line end matters. */
  above(ended: RecordEnd): void;
  push(piece: Piece): void;
  /** Tells of what is still held: at the end of the file, or where the rest cannot be read. */
  flush(): void;
}

// An LF file of nothing but wrong rows would otherwise be held from its beginning to its end.
const MAX_PIECES = 1000;
const MAX_CHARACTERS = 1_000_000;
// "Nearly all": an LF as the end of more rows than that, and the file's line ends are mixed, which says nothing.
const CRLF_PER_LF = 9;

/**
 * Finds the rows that a bare LF in a cell without quotes has torn, in a file whose records end with CRLF: the parser
 * takes the LF for a line end, and the first piece often has just as many cells as it should. Two records belong
 * together if the first ends with a bare LF and the second has a wrong number of cells (the cell that was torn was not
 * the first one), or the first is a single cell (it was). One record is held until the next is known, so memory is
 * bounded; whether the file's records end with CRLF is judged by the records so far, the torn one's own end included.
 * @param columns how many cells a row has
 * @param isWhole whether a record can stand alone
 */
export function createTears(
  columns: () => number,
  isWhole: (cells: readonly string[]) => boolean,
  sink: TearSink,
): Tears {
  // The record that may have a successor, and those before it that belong to it: mostly none.
  let last: Piece | undefined;
  let before: Piece[] = [];
  let characters = 0;
  let crlf = 0;
  let lf = 0;

  const row = (piece: Piece, blanksBelow: number): void => {
    if (piece.ended === 'crlf') crlf++;
    // Before an empty line it may be a comment's last character: that tells nothing of how rows end.
    else if (piece.ended === 'lf' && blanksBelow === 0) lf++;
    sink.row(piece);
  };

  const close = (blanksBelow: number): void => {
    if (last === undefined) return;
    const end = last;
    last = undefined;
    if (before.length === 0) {
      row(end, blanksBelow);
      return;
    }
    const pieces = [...before, end];
    before = [];
    characters = 0;
    const withThis = crlf + (end.ended === 'crlf' ? 1 : 0);
    if (withThis > 0 && lf * CRLF_PER_LF <= withThis) {
      crlf = withThis;
      sink.torn(pieces);
    } else for (const piece of pieces) row(piece, blanksBelow);
  };

  return {
    above(ended) {
      // An LF above the rows is no sign: a header may have been put before an export.
      if (ended === 'crlf') crlf++;
    },
    push(piece) {
      if (last !== undefined) {
        const isTorn = !isWhole(piece.cells) || (last.cells.length === 1 && columns() > 1);
        if (isTorn) {
          before.push(last);
          for (const cell of piece.cells) characters += cell.length;
        } else close(piece.blanks);
      }
      last = piece;
      if (piece.ended !== 'lf' || before.length + 1 === MAX_PIECES || characters > MAX_CHARACTERS) close(0);
    },
    flush: () => close(0),
  };
}
