import type { Json } from '../model.ts';
import type { Shape } from './shape.ts';

/** What two sides made of one base. */
export interface Merged {
  /** The source's changes and Feishu's together; where both changed the same thing, Feishu's. */
  readonly value: Json | undefined;
  /** Paths that both changed, to different values. */
  readonly conflicts: readonly string[];
}

/**
 * Merges what the source changed and what somebody changed in Feishu since both were `base`. Values are canonical: equal
 * if and only if their JSON is.
 *
 * List elements are merged one by one only where all three sides agree on whose element stands at which place (the shape's
 * `identity`), no side has an element without one or two of the same, and at most one side appended: otherwise one
 * interviewer's verdict could end beside another's name. A list that both sides changed in any other way is one conflict
 * as a whole.
 */
export function merge(shape: Shape, base: Json, source: Json, feishu: Json): Merged {
  const conflicts: string[] = [];
  return { value: at('', shape, { base, source, feishu }, conflicts), conflicts };
}

interface Sides {
  readonly base: Json | undefined;
  readonly source: Json | undefined;
  readonly feishu: Json | undefined;
}

function at(path: string, shape: Shape, sides: Sides, conflicts: string[]): Json | undefined {
  const { base, source, feishu } = sides;
  if (same(source, base) || same(source, feishu)) return feishu;
  if (same(feishu, base)) return source;
  if (shape.kind === 'object' && isObject(base) && isObject(source) && isObject(feishu)) {
    const entries = shape.fields.map(({ name, shape: inner }) => {
      const there = { base: base[name], source: source[name], feishu: feishu[name] };
      return [name, at(path === '' ? name : `${path}.${name}`, inner, there, conflicts)] as const;
    });
    return Object.fromEntries(
      entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    );
  }
  if (shape.kind === 'list' && isList(base) && isList(source) && isList(feishu)) {
    const list = lists(path, shape, { base, source, feishu }, conflicts);
    if (list !== null) return list;
  }
  conflicts.push(path);
  return feishu;
}

type List = readonly Json[];

function lists(
  path: string,
  { of, identity }: Extract<Shape, { kind: 'list' }>,
  { base, source, feishu }: { base: List; source: List; feishu: List },
  conflicts: string[],
): Json | null {
  if (identity === undefined || source.length < base.length || feishu.length < base.length) return null;
  const [names, ours, theirs] = [base, source, feishu].map((list) => namesIn(list, identity));
  if (names == null || ours == null || theirs == null) return null;
  if (names.some((name, i) => name !== ours[i] || name !== theirs[i])) return null;
  const tails = [source.slice(base.length), feishu.slice(base.length)] as const;
  if (tails[0].length > 0 && tails[1].length > 0 && !same(tails[0], tails[1])) return null;
  const merged = base.map((item, i) =>
    at(`${path}[${i}]`, of, { base: item, source: source[i], feishu: feishu[i] }, conflicts),
  );
  const tail = tails[0].length > 0 ? tails[0] : tails[1];
  return [...merged.flatMap((item) => (item === undefined ? [] : [item])), ...tail];
}

/**
 * Whose each element is; null where that cannot be told of every one. Of two elements by one interviewer, or by nobody,
 * equal names at equal places prove nothing: one may have been taken out and the other have moved up.
 */
function namesIn(list: List, identity: readonly string[]): readonly string[] | null {
  const names: string[] = [];
  for (const item of list) {
    const parts = identity.map((field) => (isObject(item) ? item[field] : undefined));
    if (parts.some((part) => part === undefined || part === null || part === '')) return null;
    names.push(JSON.stringify(parts));
  }
  return new Set(names).size === names.length ? names : null;
}

function same(a: Json | undefined, b: Json | undefined): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

function isList(value: Json | undefined): value is List {
  return Array.isArray(value);
}

function isObject(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
