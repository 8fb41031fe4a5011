/** Most texts kept of a column; of more, only those that a hash picks, the same in every column. */
const MOST = 50_000;
/** A longer text is no key. */
const LONGEST_KEY = 100;

/** The different texts of a column with how often each stands there, in bounded memory. */
export interface ValueSet {
  add(text: string): void;
  /** How many different texts there are: exact up to `MOST`, then an estimate. */
  distinct(): number;
  /** Texts, or a sample of them, with their counts. */
  readonly counts: ReadonlyMap<string, number>;
  /** One in so many texts is kept: those whose hash is a multiple of it, always a power of two. */
  modulus(): number;
  /** How many texts were too long to be kept. */
  long(): number;
}

export function createValueSet(most = MOST): ValueSet {
  const counts = new Map<string, number>();
  let modulus = 1;
  let long = 0;
  return {
    counts,
    modulus: () => modulus,
    long: () => long,
    distinct: () => counts.size * modulus + long,
    add(text) {
      if (text.length > LONGEST_KEY) {
        long++;
        return;
      }
      if (modulus > 1 && !isPicked(text, modulus)) return;
      counts.set(text, (counts.get(text) ?? 0) + 1);
      if (counts.size <= most) return;
      modulus *= 2;
      for (const kept of counts.keys()) if (!isPicked(kept, modulus)) counts.delete(kept);
    },
  };
}

/**
 * Which share of the texts of `part` stands in `whole` as well, from 0 to 1. Both were picked by one hash, so that samples can be
 * compared.
 */
export function shareWithin(part: ValueSet, whole: ValueSet): number {
  const modulus = Math.max(part.modulus(), whole.modulus());
  let seen = 0;
  let found = 0;
  for (const text of part.counts.keys()) {
    if (!isPicked(text, modulus)) continue;
    seen++;
    if (whole.counts.has(text)) found++;
  }
  return seen === 0 ? 0 : found / seen;
}

const isPicked = (text: string, modulus: number): boolean => (hashOf(text) & (modulus - 1)) === 0;

/** FNV-1a, 32 bits. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash ^ (hash >>> 15);
}
