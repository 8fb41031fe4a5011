import type { RemoteObject } from '../feishu/endpoints.ts';
import type { Entry } from '../ledger/entries.ts';
import type { Payload } from '../model.ts';
import { LIKENESSES, type Likeness } from './answers.ts';

/** How an object stands to what a create sent; null when it is not to be taken for it. */
export interface Likest {
  readonly likeness: (sent: Payload, found: RemoteObject) => Likeness | null;
}

/** The closest likeness of an object to one of these records. */
export function likenessOf(
  records: readonly Entry[],
  object: RemoteObject,
  { likeness }: Likest,
): Likeness | null {
  const all = records.map(({ intent }) => (intent === null ? null : likeness(intent, object)));
  return LIKENESSES.find((one) => all.includes(one)) ?? null;
}

/**
 * Objects that may be those of the records. One that Feishu has cut is taken into account only where no repeat can tell
 * (`claims`).
 */
export function matching(
  records: readonly Entry[],
  found: readonly RemoteObject[],
  input: Likest,
  claims: boolean,
): readonly RemoteObject[] {
  const likes = new Map(found.map((object) => [object, likenessOf(records, object, input)]));
  const evened = found.filter((object) => likes.get(object) === 'same' || likes.get(object) === 'evened');
  if (evened.length >= records.length || !claims) return evened;
  return found.filter((object) => likes.get(object) !== null);
}

export type Pair = readonly [Entry, RemoteObject];

/** Pairs records and objects, the closest first: `left` records have none, `free` objects are nobody's. */
export function closest(
  records: readonly Entry[],
  matches: readonly RemoteObject[],
  input: Likest,
): { readonly pairs: readonly Pair[]; readonly left: Entry[]; readonly free: readonly RemoteObject[] } {
  const free = new Set(matches);
  const left = new Set(records);
  const pairs: Pair[] = [];
  for (const likeness of LIKENESSES) {
    for (const record of left) {
      const match = free.values().find((object) => likenessOf([record], object, input) === likeness);
      if (match === undefined) continue;
      free.delete(match);
      left.delete(record);
      pairs.push([record, match]);
    }
  }
  return { pairs, left: [...left], free: [...free] };
}
