import { stringify } from 'csv-stringify/sync';
import type { Problem } from '../model.ts';
import { eachChange, type Original, type PlannedChange, type PlanStore } from '../plan/plan-store.ts';

/** What begins like a formula, full-width signs included, apostrophes before it or not. See `readers/reject-file.ts`. */
const FORMULA = /^'*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;

const OWN_COLUMNS = ['_file', '_line', '_code', '_field', '_problem', '_allowed', '_children'] as const;

/**
 * The rejected rows as CSV text in pieces: the original columns in their order, then what is wrong and what is
 * allowed. UTF-8 with BOM so that Excel shows it; cells that a spreadsheet would take for a formula are guarded.
 */
export function* rejectsCsv(store: PlanStore): Generator<string> {
  const columns = new Set<string>();
  for (const { original } of eachChange(store, ['rejected'])) {
    for (const name of Object.keys(originalOf(original).values)) columns.add(name);
  }
  yield `\uFEFF${line([...columns, ...OWN_COLUMNS])}`;
  for (const planned of eachChange(store, ['rejected'])) {
    const { change, original } = planned;
    if (change.kind !== 'rejected') continue;
    const { values, children } = originalOf(original);
    const cells = [...columns].map((name) => cell(values[name]));
    yield line([
      ...cells,
      change.origin.file,
      String(change.origin.line),
      ...problemCells(change.problems),
      children.join('\n'),
    ]);
  }
}

function problemCells(problems: readonly Problem[]): string[] {
  const each = (show: (problem: Problem) => string) => problems.map(show).join('\n');
  return [
    each(({ code }) => code),
    each(({ origin, field }) => (origin === undefined ? field : `${origin.file}:${origin.line} ${field}`)),
    each(({ message }) => message),
    each(({ allowed }) => (allowed ?? []).join(' | ')),
  ];
}

/** A cell that a spreadsheet would take for a formula gets an apostrophe; so does one that would lose its own when read back. */
function guarded(cell: string): string {
  return FORMULA.test(cell) ? `'${cell}` : cell;
}

export function line(cells: readonly string[]): string {
  // csv-stringify by itself quotes only the line end that is declared: a cell's bare LF would begin a new row.
  return stringify([cells.map(guarded)], { record_delimiter: '\r\n', quoted_match: /[\r\n]/ });
}

function originalOf(original: PlannedChange['original']): Original {
  return original === null ? { values: {}, children: [] } : (JSON.parse(original) as Original);
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
