import type { Change, ChangeKind, FieldChange, Problem } from '../../model.ts';
import { fieldPathOf, labelOf, shapeAt } from '../../plan/labels.ts';
import { eachChange } from '../../plan/plan-store.ts';
import type { Bilingual } from '../../plan/shape.ts';
import { zonedParts } from '../cost.ts';
import type { Changes, RenderOptions } from '../options.ts';
import { leavesOf } from '../values.ts';

/** What updates do to one field. */
export interface FieldFigure {
  /** Without list places. */
  readonly path: string;
  readonly label: Bilingual;
  /** Records in which one value takes the place of another. */
  replaced: number;
  /** Records in which a value goes and none comes. */
  emptied: number;
  /** Records in which a value comes where none was. */
  added: number;
  /** From word to word, and how often; of enums only. */
  readonly steps: Map<string, { readonly from: Bilingual; readonly to: Bilingual; count: number }>;
}

const NOTHING: Bilingual = { zh: '无', en: 'absent' };

/** What would be overwritten, by field, the one that loses most first; and what had been edited in Feishu. */
export function overwritten(
  store: Changes,
  { shape }: RenderOptions,
): { readonly fields: readonly FieldFigure[]; readonly drifted: number; readonly conflicts: number } {
  const figures = new Map<string, FieldFigure>();
  let drifted = 0;
  let conflicts = 0;
  for (const { change } of eachChange(store, ['update'])) {
    if (change.kind !== 'update') continue;
    if (change.drift !== undefined) drifted++;
    if ((change.drift?.conflicts.length ?? 0) > 0) conflicts++;
    const leaves = change.fields.flatMap((field) => [...leavesOf(shape, field)]);
    for (const [path, changes] of Map.groupBy(leaves, (leaf) => fieldPathOf(leaf.path))) {
      const figure = figures.get(path) ?? figureOf(path, shape);
      figures.set(path, figure);
      if (changes.some(({ before, after }) => before !== undefined && after !== undefined)) figure.replaced++;
      if (changes.some(({ after }) => after === undefined)) figure.emptied++;
      if (changes.some(({ before }) => before === undefined)) figure.added++;
      for (const leaf of changes) countStep(figure, leaf, shape);
    }
  }
  return {
    fields: [...figures.values()].sort((a, b) => lost(b) - lost(a) || b.added - a.added),
    drifted,
    conflicts,
  };
}

/** Records that lose a value. */
const lost = ({ replaced, emptied }: FieldFigure): number => replaced + emptied;

function figureOf(path: string, shape: RenderOptions['shape']): FieldFigure {
  const label = {
    zh: labelOf(shape, withPlaces(path, shape), 'zh'),
    en: labelOf(shape, withPlaces(path, shape), 'en'),
  };
  const bare = (text: string) => text.replaceAll(/ 1(?= ·|$)/g, '');
  return {
    path,
    label: { zh: bare(label.zh), en: bare(label.en) },
    replaced: 0,
    emptied: 0,
    added: 0,
    steps: new Map(),
  };
}

/** A field's path with places again, so that the shape can be followed. */
function withPlaces(path: string, shape: RenderOptions['shape']): string {
  let result = '';
  for (const name of path.split('.')) {
    result = result === '' ? name : `${result}.${name}`;
    if (shapeAt(shape, result)?.kind === 'list') result += '[0]';
  }
  return result;
}

function countStep(
  { steps }: FieldFigure,
  { path, before, after }: FieldChange,
  shape: RenderOptions['shape'],
): void {
  const inner = shapeAt(shape, path);
  if (inner?.kind !== 'integer' || inner.words === undefined) return;
  const word = (value: FieldChange['before']): Bilingual =>
    value === undefined
      ? NOTHING
      : (inner.words?.[Number(value)] ?? { zh: String(value), en: String(value) });
  const [from, to] = [word(before), word(after)];
  const key = `${from.en}\n${to.en}`;
  const step = steps.get(key) ?? { from, to, count: 0 };
  step.count++;
  steps.set(key, step);
}

/** Kinds that carry a payload, and so a date. */
const DATED = ['create', 'update', 'adopt', 'record', 'drifted'] as const satisfies readonly ChangeKind[];
// Wider than that the months' names do not fit, and nobody looks at single months of ten years.
const MAX_MONTHS = 36;

/** Changes by month of the interview (by year where there are many), oldest first; empty ones in between included. */
export interface Timeline {
  readonly unit: 'month' | 'year';
  readonly bars: readonly {
    readonly name: string;
    readonly create: number;
    readonly update: number;
    readonly other: number;
  }[];
  readonly undated: number;
}

export function timeline(store: Changes, { dateField }: RenderOptions, zone: string): Timeline {
  const months = new Map<string, { create: number; update: number; other: number }>();
  let undated = 0;
  for (const { change } of eachChange(store, DATED)) {
    const at = dateOf(change, dateField);
    if (at === null) {
      undated++;
      continue;
    }
    const month = zonedParts(at, zone).day.slice(0, 7);
    const bar = months.get(month) ?? { create: 0, update: 0, other: 0 };
    bar[change.kind === 'create' || change.kind === 'update' ? change.kind : 'other']++;
    months.set(month, bar);
  }
  const names = [...months.keys()].sort();
  const [first, last] = [names[0], names.at(-1)];
  if (first === undefined || last === undefined) return { unit: 'month', bars: [], undated };
  const all = monthsFrom(first, last);
  const bars = all.map((name) => ({ name, ...(months.get(name) ?? { create: 0, update: 0, other: 0 }) }));
  if (bars.length <= MAX_MONTHS) return { unit: 'month', bars, undated };
  const years = Map.groupBy(bars, ({ name }) => name.slice(0, 4));
  const sum = (of: typeof bars, kind: 'create' | 'update' | 'other') =>
    of.reduce((n, bar) => n + bar[kind], 0);
  return {
    unit: 'year',
    bars: [...years].map(([name, of]) => ({
      name,
      create: sum(of, 'create'),
      update: sum(of, 'update'),
      other: sum(of, 'other'),
    })),
    undated,
  };
}

function monthsFrom(first: string, last: string): string[] {
  const months: string[] = [];
  let [year = 0, month = 0] = first.split('-').map(Number);
  for (let name = first; name <= last; ) {
    months.push(name);
    [year, month] = month === 12 ? [year + 1, 1] : [year, month + 1];
    name = `${year}-${String(month).padStart(2, '0')}`;
  }
  return months;
}

function dateOf(change: Change, field: string): number | null {
  const json =
    'payload' in change ? change.payload.json : change.kind === 'drifted' ? change.drift.found.json : '{}';
  const value = (JSON.parse(json) as Readonly<Record<string, unknown>>)[field];
  return typeof value === 'number' ? value : null;
}

/** Rejected rows with one reason. */
export interface ProblemGroup {
  readonly problem: Problem;
  rows: number;
  /** The first of them. */
  readonly examples: { readonly key: string | null; readonly place: string; readonly problem: Problem }[];
}

const EXAMPLES = 50;
const MAX_REASONS = 200;

/** Rejected rows by code and field, the most frequent first. */
export function reasons(store: Changes): { readonly list: readonly ProblemGroup[]; readonly others: number } {
  const found = new Map<string, ProblemGroup>();
  let others = 0;
  for (const { change } of eachChange(store, ['rejected'])) {
    if (change.kind !== 'rejected') continue;
    const byReason = Map.groupBy(change.problems, ({ code, field }) => `${code} ${fieldPathOf(field)}`);
    for (const [name, [problem]] of byReason) {
      if (problem === undefined) continue;
      const reason = found.get(name) ?? { problem, rows: 0, examples: [] };
      if (!found.has(name) && found.size === MAX_REASONS) {
        others++;
        continue;
      }
      found.set(name, reason);
      reason.rows++;
      const { file, line } = problem.origin ?? change.origin;
      if (reason.examples.length < EXAMPLES)
        reason.examples.push({ key: change.key, place: `${file}:${line}`, problem });
    }
  }
  return { list: [...found.values()].sort((a, b) => b.rows - a.rows), others };
}
