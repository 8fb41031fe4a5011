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

/** Their heads in a Chinese file; both are read back. */
export const CHINESE_COLUMNS: Readonly<Record<RejectColumn, string>> = {
  _key: '_记录编号',
  _label: '_候选人',
  _file: '_文件',
  _row: '_表格行号',
  _line: '_文本行号',
  _code: '_问题代码',
  _field: '_有误的列',
  _problem: '_问题',
  _allowed: '_可填的值',
  _correct: '_在哪里改正',
  _children: '_明细行',
  _unread: '_未显示的内容',
  _typed: '_已确认的列',
  _run: '_运行',
  _record: '_记录序号',
  _check: '_校验码',
};

const OURS: ReadonlyMap<string, RejectColumn> = new Map(
  REJECT_COLUMNS.flatMap((name) => [[name, name] as const, [CHINESE_COLUMNS[name], name] as const]),
);
const isOurs = (name: string): boolean => OURS.has(name);

/** The header cell of a source column: one that is called like ours, whatever the number of its `_`, gets one `_` more. */
export function headerOf(name: string): string {
  return guarded(isOurs(name.replace(/^_+/, '_')) ? `_${name}` : name);
}

/** The source column, or the column of ours, that a header cell names. */
export function columnOf(header: string): { readonly ours: RejectColumn } | { readonly name: string } {
  const name = unguarded(header);
  const ours = OURS.get(name);
  if (ours !== undefined) return { ours };
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
