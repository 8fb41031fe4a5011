import { stringify } from 'csv-stringify/sync';

/** What begins like a formula, full-width signs included, apostrophes before it or not. See `readers/reject-file.ts`. */
const FORMULA = /^'*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;

/** One line of a CSV file that a spreadsheet may open: a cell that it would take for a formula gets an apostrophe. */
export function csvLine(cells: readonly string[]): string {
  // csv-stringify by itself quotes only the line end that is declared: a cell's bare LF would begin a new row.
  return stringify([cells.map(guarded)], { record_delimiter: '\r\n', quoted_match: /[\r\n]/ });
}

/** A cell that would lose an apostrophe of its own when read back gets one more. */
function guarded(cell: string): string {
  return FORMULA.test(cell) ? `'${cell}` : cell;
}
