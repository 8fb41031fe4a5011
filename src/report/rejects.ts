import type { Origin, Problem, RejectMark } from '../model.ts';
import { eachChange, type PlanStore } from '../plan/plan-store.ts';
import type { Original, PlannedChange } from '../plan/planned.ts';
import type { Language } from '../plan/shape.ts';
import { csvRecord } from '../readers/csv-line.ts';
import { checkOf, checkText, rowHash, shortHash } from '../readers/reject-check.ts';
import {
  CHINESE_COLUMNS,
  guarded,
  headerOf,
  REJECT_COLUMNS,
  type RejectColumn,
} from '../readers/reject-columns.ts';
import { type ChildTable, PARENT_TABLE, type RejectTable } from '../readers/reject-tables.ts';
import { problemNote } from './problems.ts';
import { w } from './sentences.ts';

/** What reject files say besides the rows themselves. */
export interface RejectContext {
  readonly run: string;
  /** Name of the pipeline. */
  readonly pipeline: string;
  /** The tables of children that can be corrected, see `childTables`. */
  readonly tables: readonly ChildTable[];
  /** False where the records cannot be made from CSV rows again (JSON): they are corrected in the export. */
  readonly isFedBack: boolean;
  /** What the ledger knows of a record: see `settledState`. */
  readonly stateOf: (key: string) => string | null;
  /** Of heads and sentences. Files in either are read back. */
  readonly language: Language;
}

/** A reject file of a run. */
export interface RejectFile extends RejectTable {
  /** Its text, from the beginning each time. */
  readonly pieces: () => Generator<string>;
}

/**
 * The rejected rows as CSV files: `rejects.csv` has the records' own rows, the others the rows of children that something
 * is wrong with, for each table that has any. First come the original columns in their order, then what is wrong and what
 * is allowed (`REJECT_COLUMNS`). A rejected group is all its rows. UTF-8 with BOM so that Excel shows it; cells that a
 * spreadsheet would take for a formula are guarded, and a column of the source that is called like one of ours has one
 * `_` more. How they are read back: `readers/reject-file.ts`.
 */
export function rejectFiles(store: PlanStore, about: RejectContext): readonly RejectFile[] {
  const withRows = new Set<string>();
  for (const { file } of childRows(store)) withRows.add(file);
  return [
    { ...PARENT_TABLE, pieces: () => csvOf(() => rejectedRows(store), about) },
    ...about.tables
      .filter(({ file }) => withRows.has(file))
      .map(({ file, name, original }) => ({
        ...{ name, original },
        pieces: () => csvOf(() => ofFile(childRows(store), file), about),
      })),
  ];
}

function* csvOf(rows: () => Iterable<RejectedRow>, about: RejectContext): Generator<string> {
  const columns = new Set<string>();
  const own = new Set(REJECT_COLUMNS);
  let labels = false;
  for (const row of rows()) {
    labels ||= row.label !== undefined;
    for (const name of Object.keys(row.values)) columns.add(name);
    // A row that is cut short: there must be room to complete it.
    for (const name of row.problems.flatMap(({ absent }) => absent ?? [])) columns.add(name);
  }
  if (!labels) own.delete('_label');
  yield `\uFEFF${csvRecord([...[...columns].map(headerOf), ...[...own].map((name) => headIn(name, about.language))])}`;
  for (const row of rows()) {
    const ours = cellsOf(row, about);
    const cells = [
      ...[...columns].map((name) => cell(row.values[name])),
      ...[...own].map((name) => ours[name]),
    ];
    yield csvRecord(cells.map(guarded));
  }
}

const headIn = (name: RejectColumn, language: Language) => (language === 'zh' ? CHINESE_COLUMNS[name] : name);

interface RejectedRow {
  /** Where it was read: its problems say so, too. */
  readonly at: Origin;
  /** Where it stands in the export, also if it was read from a reject file. */
  readonly place: RejectMark;
  readonly key: string | null;
  readonly label: string | undefined;
  /** The same for telling whether the record is known; of a row that cannot be read it is not shown. */
  readonly knownBy: string | null;
  readonly values: Original['values'];
  readonly problems: readonly Problem[];
  readonly children: readonly string[];
  /** Rows of children in which some of the problems lie. */
  readonly faulty: NonNullable<Original['faulty']>;
  readonly isChild: boolean;
}

function* rejectedRows(store: PlanStore): Generator<RejectedRow> {
  for (const { record, change, label, knownBy, original } of rejectedRecords(store)) {
    const { values, children, rows, faulty = [], ...mark } = original;
    const { origin, problems, key } = change;
    const base = { key, label, knownBy, faulty, isChild: false };
    if (rows === undefined) {
      yield { ...base, at: origin, place: placeOf(origin, mark, record), values, problems, children };
      continue;
    }
    const isAt = ({ file, line }: Origin, { origin: at }: Problem) => at?.file === file && at.line === line;
    // Each row with its own problems; those of the group, and of children of its rows, stand with the first.
    const others = problems.filter((problem) => !rows.some((row) => isAt(row, problem)));
    for (const [index, { file, line, ...row }] of rows.entries()) {
      const at = { file, line };
      const own = problems.filter((problem) => isAt(at, problem));
      yield {
        ...base,
        ...row,
        at,
        place: placeOf(at, row, record),
        problems: index === 0 ? [...others, ...own] : own,
      };
    }
  }
}

/** Each row of children once, though several records may have it. */
function* childRows(store: PlanStore): Generator<RejectedRow & { readonly file: string }> {
  const seen = new Set<string>();
  for (const { record, change, label, original } of rejectedRecords(store)) {
    for (const { file, line, values, ...mark } of original.faulty ?? []) {
      if (seen.has(`${file}:${line}`)) continue;
      seen.add(`${file}:${line}`);
      const problems = change.problems.filter(({ origin }) => origin?.file === file && origin.line === line);
      const at = { file, line };
      const own = { at, place: placeOf(at, mark, record), values, problems };
      yield { ...own, file, key: change.key, label, knownBy: null, children: [], faulty: [], isChild: true };
    }
  }
}

function* ofFile<Row extends { readonly file: string }>(rows: Iterable<Row>, file: string): Generator<Row> {
  for (const row of rows) if (row.file === file) yield row;
}

function* rejectedRecords(store: PlanStore) {
  let record = 0;
  for (const { seq, change, original, hiddenKey } of eachChange(store, ['rejected'])) {
    if (change.kind !== 'rejected') continue;
    const knownBy = change.key ?? hiddenKey ?? null;
    const label = store.labels.of(seq);
    yield { record: String(++record), change, label, knownBy, original: originalOf(original) };
  }
}

/** A row that was read from a reject file keeps its place in the export, and by what it is known there. */
function placeOf(
  origin: Origin,
  { row = origin.line, rejected }: Pick<Original, 'row' | 'rejected'>,
  record: string,
): RejectMark {
  return rejected === undefined ? { origin, row, record, check: '' } : { ...rejected, record };
}

function cellsOf(row: RejectedRow, about: RejectContext): Record<RejectColumn, string> {
  const { place, key, label = '', problems, children } = row;
  const each = (show: (problem: Problem) => string) => problems.map(show).join('\n');
  const elsewhere = (problem: Problem) => childOf(row, problem);
  const { language } = about;
  // What lies in a child's row is not to be put right here.
  const here = problems.filter((problem) => elsewhere(problem) === undefined);
  return {
    _key: key ?? '',
    _label: label,
    _file: place.origin.file,
    _row: place.row === 0 ? '' : String(place.row),
    _line: String(place.origin.line),
    _code: each(({ code }) => code),
    _field: each((problem) => {
      const child = elsewhere(problem);
      return `${child === undefined ? '' : `${placeIn(child, language)} `}${columnIn(row, problem)}`;
    }),
    _problem: each((problem) => problemNote(problem, false)[language]),
    _allowed: each(({ allowed }) => (allowed ?? []).join(' | ')),
    _correct: each((problem) => whereToCorrect(row, problem, about)).replace(/^\n+$/, ''),
    _children: children.join('\n'),
    _unread: [...new Set(here.flatMap(({ unread }) => unread ?? []))].join('\n'),
    _typed: '',
    _run: about.run,
    _record: place.record,
    _check: place.check === '' || isRefused(problems) ? newCheck(row, about) : place.check,
  };
}

/** In a child's own file `scores[1].value` is just its column. */
function columnIn({ isChild, values }: RejectedRow, { field }: Problem): string {
  const column = field.replace(/^.*\]\./, '');
  return isChild && Object.hasOwn(values, column) ? column : field;
}

/** Feishu refused it after it had been found to be as it was: it may be as it is by now. */
const isRefused = (problems: readonly Problem[]) => problems.some(({ code }) => code === 'FEISHU_REFUSED');

function newCheck(
  { values, knownBy: key, place }: RejectedRow,
  { pipeline, stateOf }: RejectContext,
): string {
  // What was corrected is not what the export has.
  const row = checkOf(place.check)?.row ?? rowHash(values);
  if (key === null) return checkText({ pipeline, row });
  const state = stateOf(key);
  return checkText({
    pipeline,
    row,
    key: shortHash(key),
    state: state === null ? undefined : shortHash(state),
  });
}

/** A row of a child: its line as reports name it, and its row as a spreadsheet counts. */
interface ChildPlace extends Origin {
  readonly row: number;
}

/** Where the child's row is in which a problem lies; undefined where it is this very row. */
function childOf({ faulty, isChild, at }: RejectedRow, { origin }: Problem): ChildPlace | undefined {
  if (origin === undefined || isChild || (origin.file === at.file && origin.line === at.line))
    return undefined;
  const { file, line } = origin;
  const child = faulty.find((one) => one.file === file && one.line === line);
  return { file, line, row: (child?.rejected?.row ?? child?.row ?? line) || line };
}

/** `scores.csv:197`, as in the report; with its row where a spreadsheet counts otherwise: `scores.csv:197 (row 193)`. */
function placeIn({ file, line, row }: ChildPlace, language: Language): string {
  if (row === line) return `${file}:${line}`;
  return `${file}:${line}${w(`（表格第 ${row} 行）`, ` (row ${row})`)[language]}`;
}

function whereToCorrect(
  row: RejectedRow,
  problem: Problem,
  { tables, isFedBack, language }: RejectContext,
): string {
  const child = childOf(row, problem);
  if (child === undefined && (isFedBack || row.isChild)) return '';
  const table = child !== undefined && isFedBack ? tables.find(({ file }) => file === child.file) : undefined;
  if (table !== undefined) return table.name;
  const { origin } = row.place;
  const place = placeIn(child ?? { ...origin, row: row.place.row || origin.line }, language);
  return w(`导出：${place}`, `the export: ${place}`)[language];
}

function originalOf(original: PlannedChange['original']): Original {
  return original === null ? { values: {}, children: [] } : (JSON.parse(original) as Original);
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
