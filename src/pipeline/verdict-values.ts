import type { ChangeKind } from '../model.ts';
import type { Shape } from '../plan/shape.ts';
import { type CodedVerdict, leafAt, type UnexplainedVerdict } from '../plan/verdicts.ts';
import type { MetWords, Offer } from './met-words.ts';

/** Counts what the payloads of a night hold where a verdict stands, whatever made it. */
export interface VerdictValues {
  /** The draft of a row that is right so far. */
  note(draft: unknown): void;
  /**
   * Whether it holds what none of the row's words is known to become, and the row is worth a trace: of rows with the
   * same words and values ever fewer are.
   */
  isOdd(): boolean;
  /** What is done about that row, before its words are settled: one that does not go in is not counted. */
  settle(kind: ChangeKind): void;
  /** By payload path; free text is never in it. */
  counts(): readonly CodedVerdict[];
  /** The fields that hold something for which no word of the row accounts. */
  unexplained(): readonly UnexplainedVerdict[];
}

/** So many kinds of odd rows are told apart. */
const KINDS = 1000;

export function createVerdictValues(
  { shape, verdicts = [] }: { readonly shape: Shape; readonly verdicts?: readonly string[] },
  words: Pick<MetWords, 'offers' | 'signature'>,
): VerdictValues {
  const fields = verdicts
    .filter((path) => leafAt(shape, path)?.kind === 'integer')
    .map((path) => ({
      ...{ path, names: path.split('.') },
      values: new Map<number, number>(),
      odd: new Map<number, number>(),
    }));
  const kinds = new Map<string, { count: number; next: number }>();
  let pending: unknown;
  /** What the pending row holds, by field, where its words account for all of it: most rows are not looked at twice. */
  let plain: readonly (readonly number[])[] | undefined;

  const isNew = (kind: string): boolean => {
    const known = kinds.get(kind);
    if (known === undefined) {
      if (kinds.size < KINDS) kinds.set(kind, { count: 1, next: 2 });
      return kinds.size < KINDS;
    }
    known.count++;
    if (known.count < known.next) return false;
    known.next *= 2;
    return true;
  };
  return {
    note(draft) {
      pending = draft;
      plain = undefined;
    },
    isOdd() {
      const held = fields.map(({ names }) => valuesAt(pending, names));
      const odd = fields.flatMap(({ path }, n) => {
        const values = held[n] ?? [];
        return unaccounted(values, words.offers(path)).length === 0 ? [] : [path, ...values];
      });
      if (odd.length === 0) plain = held;
      return odd.length > 0 && isNew(`${words.signature()}${JSON.stringify(odd)}`);
    },
    settle(kind) {
      if (kind !== 'rejected' && pending !== undefined)
        for (const [n, { path, names, values, odd }] of fields.entries()) {
          const held = plain?.[n] ?? valuesAt(pending, names);
          for (const value of held) values.set(value, (values.get(value) ?? 0) + 1);
          if (plain !== undefined) continue;
          const offers = words.offers(path);
          const left = unaccounted(held, offers);
          for (const value of left) odd.set(value, (odd.get(value) ?? 0) + 1);
          const [only] = left;
          if (only !== undefined && held.length === 1 && offers.length === 1) offers[0]?.became(only);
        }
      pending = undefined;
    },
    counts: () =>
      fields
        .filter(({ values }) => values.size > 0)
        .map(({ path, values }) => ({ path, values: mostFirst(values) })),
    unexplained: () =>
      fields
        .filter(({ odd }) => odd.size > 0)
        .map(({ path, values, odd }) => ({
          path,
          values: mostFirst(values).map(({ value, count }) => ({
            ...{ value, count },
            explained: count - (odd.get(value) ?? 0),
          })),
        })),
  };
}

function mostFirst(counts: ReadonlyMap<number, number>): CodedVerdict['values'] {
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count);
}

/**
 * The values that no word becomes. A word accounts for one value; where there are fewer words than values, one may
 * stand in several assessments.
 */
function unaccounted(values: readonly number[], offers: readonly Offer[]): readonly number[] {
  const open = offers.filter((offer) => offer.values.size > 0);
  // Those that can only become one thing first: they leave the others to choose.
  open.sort((a, b) => a.values.size - b.values.size);
  const isShared = open.length < values.length;
  return values.filter((value) => {
    const at = open.findIndex((offer) => offer.values.has(value));
    if (at >= 0 && !isShared) open.splice(at, 1);
    return at < 0;
  });
}

function valuesAt(at: unknown, names: readonly string[], from = 0): readonly number[] {
  if (Array.isArray(at)) return at.flatMap((item) => valuesAt(item, names, from));
  const name = names[from];
  if (name === undefined) return typeof at === 'number' ? [at] : [];
  if (typeof at !== 'object' || at === null) return [];
  return valuesAt((at as Readonly<Record<string, unknown>>)[name], names, from + 1);
}
