import type { Shape } from '../plan/shape.ts';
import type { ReportModel } from './report-model.ts';

/** One value that records are to hold, how often, and the first records that do. */
export interface DistinctValue {
  readonly value: string | number;
  readonly count: number;
  /** Keys, three at most. */
  readonly examples: readonly string[];
}

/** What a field of the creates and updates holds: interviewers, verdicts, states of attendance, titles of questions. */
export interface Distinct {
  readonly path: string;
  /** Text that somebody wrote: left out where names are. */
  readonly isText: boolean;
  /** The most frequent first. */
  readonly values: readonly DistinctValue[];
  /** Values beyond those that are listed. */
  readonly more: number;
}

const EXAMPLES = 3;
/** Of each field. A field with more is no list of people. */
const LISTED = 100;
const COUNTED = 5_000;
/** Changes that are looked through: what a page shows of a million is a sample as well. */
export const LOOKED_THROUGH = 20_000;

type Counted = Map<string | number, { count: number; readonly examples: string[] }>;

/** Distinct values of the fields that tell whose an item is, and of enums, in the order of the shape. */
export function distinctValues(model: ReportModel): readonly Distinct[] {
  const fields = new Map<string, { readonly isText: boolean; readonly values: Counted }>();
  const note = (path: string, value: string | number, key: string): void => {
    const field = fields.get(path) ?? { isText: typeof value === 'string', values: new Map() };
    fields.set(path, field);
    const known = field.values.get(value) ?? { count: 0, examples: [] };
    if (known.count === 0 && field.values.size === COUNTED) return;
    field.values.set(value, known);
    known.count++;
    if (known.examples.length < EXAMPLES && known.examples.at(-1) !== key) known.examples.push(key);
  };
  let left = LOOKED_THROUGH;
  for (const { key, payload } of model.entries(['create', 'update'])) {
    if (key === null || payload === undefined) continue;
    if (left-- === 0) break;
    collect(JSON.parse(payload.json), model.target.shape, '', (path, value) => note(path, value, key));
  }
  return [...fields].map(([path, { isText, values }]) => {
    const all = [...values].map(([value, counted]) => ({ value, ...counted }));
    const listed = all.sort((a, b) => b.count - a.count).slice(0, LISTED);
    return { path, isText, values: listed, more: all.length - listed.length };
  });
}

type Note = (path: string, value: string | number) => void;

function collect(
  value: unknown,
  shape: Shape,
  path: string,
  note: Note,
  identity: readonly string[] = [],
): void {
  if (value === undefined) return;
  if (shape.kind === 'list') {
    for (const item of value as readonly unknown[]) collect(item, shape.of, path, note, shape.identity);
    return;
  }
  if (shape.kind !== 'object') return;
  for (const { name, shape: inner } of shape.fields) {
    const own = (value as Readonly<Record<string, unknown>>)[name];
    const at = path === '' ? name : `${path}.${name}`;
    const isTold =
      (inner.kind === 'text' && identity.includes(name)) ||
      (inner.kind === 'integer' && inner.words !== undefined);
    if (isTold && own !== undefined) note(at, own as string | number);
    else collect(own, inner, at, note);
  }
}
