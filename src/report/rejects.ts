import type { Origin, Problem } from '../model.ts';
import { eachChange, type Original, type PlannedChange, type PlanStore } from '../plan/plan-store.ts';
import { csvRecord } from '../readers/csv-line.ts';
import { guarded, headerOf, REJECT_COLUMNS, type RejectColumn } from '../readers/reject-columns.ts';

/**
 * The rejected rows as CSV text in pieces: the original columns in their order, then what is wrong and what is
 * allowed (`REJECT_COLUMNS`). A rejected group is all its rows. UTF-8 with BOM so that Excel shows it; cells that a
 * spreadsheet would take for a formula are guarded, and a column of the source that is called like one of ours has one
 * `_` more. How it is read back: `readers/reject-file.ts`.
 * @param run the id of the run, for `_run`
 */
export function* rejectsCsv(store: PlanStore, run: string): Generator<string> {
  const columns = new Set<string>();
  for (const row of rejectedRows(store)) {
    for (const name of Object.keys(row.values)) columns.add(name);
    // A row that is cut short: there must be room to complete it.
    for (const name of row.problems.flatMap(({ absent }) => absent ?? [])) columns.add(name);
  }
  yield `\uFEFF${csvRecord([...[...columns].map(headerOf), ...REJECT_COLUMNS])}`;
  for (const row of rejectedRows(store)) {
    const ours = cellsOf(row, run);
    const cells = [
      ...[...columns].map((name) => cell(row.values[name])),
      ...REJECT_COLUMNS.map((name) => ours[name]),
    ];
    yield csvRecord(cells.map(guarded));
  }
}

interface RejectedRow {
  readonly origin: Origin;
  readonly values: Original['values'];
  readonly problems: readonly Problem[];
  readonly children: readonly string[];
}

function* rejectedRows(store: PlanStore): Generator<RejectedRow> {
  for (const { change, original } of eachChange(store, ['rejected'])) {
    if (change.kind !== 'rejected') continue;
    const { values, children, rows } = originalOf(original);
    const { origin, problems } = change;
    if (rows === undefined) yield { origin, values, problems, children };
    else yield* rowsOfGroup(rows, problems);
  }
}

/** Each row with its own problems; those of the group, and of children of its rows, stand with the first. */
function* rowsOfGroup(
  rows: NonNullable<Original['rows']>,
  problems: readonly Problem[],
): Generator<RejectedRow> {
  const isAt = (row: Origin, { origin }: Problem) => origin?.file === row.file && origin.line === row.line;
  const others = problems.filter((problem) => !rows.some((row) => isAt(row, problem)));
  for (const [index, { file, line: number, values, children }] of rows.entries()) {
    const origin = { file, line: number };
    const own = problems.filter((problem) => isAt(origin, problem));
    yield { origin, values, children, problems: index === 0 ? [...others, ...own] : own };
  }
}

function cellsOf({ origin, problems, children }: RejectedRow, run: string): Record<RejectColumn, string> {
  const each = (show: (problem: Problem) => string) => problems.map(show).join('\n');
  // What lies in a child's line is not to be put right here.
  const here = problems.filter(
    (problem) =>
      problem.origin === undefined ||
      (problem.origin.file === origin.file && problem.origin.line === origin.line),
  );
  return {
    _file: origin.file,
    _line: String(origin.line),
    _code: each(({ code }) => code),
    _field: each(({ origin: place, field }) =>
      place === undefined ? field : `${place.file}:${place.line} ${field}`,
    ),
    _problem: each(({ message }) => message),
    _allowed: each(({ allowed }) => (allowed ?? []).join(' | ')),
    _children: children.join('\n'),
    _unread: [...new Set(here.flatMap(({ unread }) => unread ?? []))].join('\n'),
    _run: run,
  };
}

function originalOf(original: PlannedChange['original']): Original {
  return original === null ? { values: {}, children: [] } : (JSON.parse(original) as Original);
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
