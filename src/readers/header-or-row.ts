import { listed, lookOf, shown } from './damage.ts';
import { nearest } from './nearest.ts';

/** What to do about a file whose first line is a row: the end of a message that must not quote that line. */
export const NO_HEADER =
  'If its first line is a row already, declare header: false, and columns: the names of all cells, in order';

// Any two short words are near each other: 张三 would pass for a misspelt 姓名.
const LONG_NAME = 6;

/**
 * Whether a line is the header that a pipeline expects: it has one of the declared columns, if only misspelt. Anything
 * else may be a row, with names and telephone numbers in it: it is not quoted.
 */
export function isHeader(cells: readonly string[], columns: readonly string[]): boolean {
  const looks = new Set(cells.slice(0, MOST).map(lookOf));
  return columns.some(
    (name) =>
      cells.includes(name) ||
      looks.has(lookOf(name)) ||
      (name.length >= LONG_NAME && nearest(name, cells.slice(0, MOST)).length > 0),
  );
}

/** Whether a line has a cell that hardly any header has: a number, a date, an id. */
export function looksLikeRow(cells: readonly string[]): boolean {
  return cells.some((cell) => /^[\d\s.,:/-]+$/.test(cell) || /\d{3}/.test(cell));
}

/** What to say of a column that a file does not have: the end of a message. @param names of those that it has */
export function columnAdvice(column: string, names: readonly string[]): string {
  if (looksLikeRow(names)) return NO_HEADER;
  const [close] = nearest(column, names);
  return close === undefined ? `it has: ${listed(names)}` : `did you mean "${shown(close)}"?`;
}

// More columns than that has no table that is read here.
const MOST = 1000;
