import type { Json } from '../model.ts';

/** One element of a list on both sides; `undefined` where a side has none for it. */
export interface Pair {
  readonly ours: Json | undefined;
  readonly theirs: Json | undefined;
  /** Place in our list; behind its end for what only they have. */
  readonly place: number;
}

/**
 * Finds for every element of our list the one of theirs that stands for it, whatever their order: first those that are
 * `alike` by the first test, then by the next one, and what is left over by its order. `moved`: they are in another
 * order.
 */
export function pairUp(
  ours: readonly Json[],
  theirs: readonly Json[],
  alike: readonly ((ours: Json, theirs: Json) => boolean)[],
): { readonly pairs: readonly Pair[]; readonly moved: boolean } {
  const partners = new Map<number, number>();
  const taken = new Set<number>();
  const take = (i: number, j: number): void => {
    partners.set(i, j);
    taken.add(j);
  };
  for (const isAlike of [same, ...alike]) {
    for (const [i, one] of ours.entries()) {
      if (partners.has(i)) continue;
      const fits = (j: number): boolean => {
        const other = theirs[j];
        return other !== undefined && !taken.has(j) && isAlike(one, other);
      };
      // Its own place first: of equal elements none has moved.
      const j = fits(i) ? i : theirs.findIndex((_, place) => fits(place));
      if (j >= 0) take(i, j);
    }
  }
  const left = theirs.keys().filter((j) => !taken.has(j));
  for (const i of ours.keys()) {
    if (partners.has(i)) continue;
    const next = left.next();
    if (next.done === true) break;
    partners.set(i, next.value);
  }
  const pairs: Pair[] = ours.map((one, place) => {
    const j = partners.get(place);
    return { ours: one, theirs: j === undefined ? undefined : theirs[j], place };
  });
  const used = new Set(partners.values());
  const more = theirs.filter((_, j) => !used.has(j));
  pairs.push(...more.map((one, n) => ({ ours: undefined, theirs: one, place: ours.length + n })));
  const order = [...ours.keys()].flatMap((i) => partners.get(i) ?? []);
  return { pairs, moved: order.some((j, i) => i > 0 && j < (order[i - 1] ?? 0)) };
}

export function same(a: Json | undefined, b: Json | undefined): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

export function isObject(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
