import type { Problem } from '../model.ts';
import { eachChange, type Original, type PlannedChange, type PlanStore } from '../plan/plan-store.ts';
import { csvLine } from './csv-line.ts';

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
  yield `\uFEFF${csvLine([...columns, ...OWN_COLUMNS])}`;
  for (const planned of eachChange(store, ['rejected'])) {
    const { change, original } = planned;
    if (change.kind !== 'rejected') continue;
    const { values, children } = originalOf(original);
    const cells = [...columns].map((name) => cell(values[name]));
    yield csvLine([
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

function originalOf(original: PlannedChange['original']): Original {
  return original === null ? { values: {}, children: [] } : (JSON.parse(original) as Original);
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
