/**
 * The form of `rejects.csv`, which `report/rejects.ts` writes and `readers/reject-file.ts` reads back: the source's own
 * columns, then these.
 */
export const REJECT_COLUMNS = [
  /** The record's key, where it has one. */
  '_key',
  /** Who it is about, where the pipeline says so. */
  '_label',
  '_file',
  /** The row as a spreadsheet counts, and the line as a text editor does. */
  '_row',
  '_line',
  '_code',
  '_field',
  '_problem',
  '_allowed',
  /** Where to put each problem right, if not in this row: another reject file, or a row of the export. */
  '_correct',
  '_children',
  /** What of the row no cell shows: while it is not emptied, the row stays rejected. */
  '_unread',
  /** Names of columns whose cells are right as they stand, though a spreadsheet might have made them: for a person to fill in. */
  '_typed',
  /** The run that rejected the row. */
  '_run',
  /** Counts the rejected records of the run: rows of children have that of their record. */
  '_record',
  /** By which the row is known again: see `reject-check.ts`. */
  '_check',
] as const;

export type RejectColumn = (typeof REJECT_COLUMNS)[number];

const OURS = new Set<string>(REJECT_COLUMNS);
const isOurs = (name: string): name is RejectColumn => OURS.has(name);

/** The header cell of a source column: one that is called like ours, whatever the number of its `_`, gets one `_` more. */
export function headerOf(name: string): string {
  return guarded(isOurs(name.replace(/^_+/, '_')) ? `_${name}` : name);
}

/** The source column, or the column of ours, that a header cell names. */
export function columnOf(header: string): { readonly ours: RejectColumn } | { readonly name: string } {
  const name = unguarded(header);
  if (isOurs(name)) return { ours: name };
  return { name: isOurs(name.replace(/^_+/, '_')) ? name.slice(1) : name };
}

/** A cell that a spreadsheet would take for a formula gets an apostrophe; so does one that would lose its own when read back. */
export function guarded(cell: string): string {
  return FORMULA.test(cell) ? `'${cell}` : cell;
}

export function unguarded(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
}

// What begins like a formula, full-width signs included, apostrophes before it or not.
const FORMULA = /^'*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;
