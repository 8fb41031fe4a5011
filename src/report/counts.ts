import type { Bilingual } from '../plan/shape.ts';
import { joined, w } from './sentences.ts';
import { ROW_WORDS } from './words.ts';

/** A count beside its word: `17 rejected`, `数据有误 17`. */
export function tally(n: number, { zh, en }: Bilingual): Bilingual {
  return w(`${zh} ${n}`, `${n} ${en}`);
}

/** The same of several, those of nothing left out. */
export function tallies(counts: readonly (readonly [n: number, word: Bilingual])[]): readonly Bilingual[] {
  return counts.filter(([n]) => n > 0).map(([n, word]) => tally(n, word));
}

/** A count that most runs do without, beside that of forgotten rows, which they do without as well. */
export function rareTallies(
  count: readonly [n: number, word: Bilingual],
  { forgotten = 0 }: { readonly forgotten?: number },
): readonly Bilingual[] {
  return tallies([count, [forgotten, ROW_WORDS.forgotten]]);
}

/** Counts of rows by their names, those of no row left out: `115 created, 17 rejected`. */
export function counted(counts: Readonly<Record<string, number>>): Bilingual {
  const words: Readonly<Record<string, Bilingual>> = ROW_WORDS;
  const some = tallies(Object.entries(counts).map(([name, n]) => [n, words[name] ?? w(name, name)]));
  return some.length === 0 ? w('无', 'nothing') : joined(some);
}
