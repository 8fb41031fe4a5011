/** Tuples `[ordinal, key (3 words), …]` of one bucket, to be found by key. */
export interface JoinedBucket {
  readonly tuples: Int32Array;
  /** Where the first tuple with the key at `keyAt` of `from` begins, in order of ordinals; -1 without one. */
  first(from: Int32Array, keyAt: number): number;
  /** The next one with the same key; -1 after the last. */
  next(at: number): number;
  /** Those whose key was never asked for. */
  eachUntaken(take: (at: number) => void): void;
}

/** Joins one bucket after the other; each is valid until the next. */
export type Joiner = (tuples: Int32Array, words: number) => JoinedBucket;

/** Its tables are used again for every bucket: fresh memory for each would pile up until the collector comes by. */
export function createJoiner(): Joiner {
  let heads = new Int32Array(0);
  let tails = new Int32Array(0);
  let next = new Int32Array(0);
  let taken = new Uint8Array(0);
  return (tuples, words) => {
    const count = tuples.length / words;
    const slots = 2 ** Math.ceil(Math.log2(Math.max(2, count * 2)));
    if (heads.length < slots) {
      heads = new Int32Array(slots);
      tails = new Int32Array(slots);
      taken = new Uint8Array(slots);
    }
    if (next.length <= count) next = new Int32Array(Math.ceil(count * 1.25) + 1);
    heads.fill(0, 0, slots);
    tails.fill(0, 0, slots);
    taken.fill(0, 0, slots);
    next.fill(0, 0, count + 1);
    return joinBucket(tuples, words, { slots, heads, tails, next, taken });
  };
}

interface Tables {
  readonly slots: number;
  /** Of each slot: the first and the last tuple of its key, counted from 1; of each tuple: the next one. */
  readonly heads: Int32Array;
  readonly tails: Int32Array;
  readonly next: Int32Array;
  readonly taken: Uint8Array;
}

function joinBucket(
  tuples: Int32Array,
  words: number,
  { slots, heads, tails, next, taken }: Tables,
): JoinedBucket {
  const count = tuples.length / words;
  const mask = slots - 1;

  const slotOf = (from: Int32Array, keyAt: number): number => {
    const [a, b, c] = [from[keyAt], from[keyAt + 1], from[keyAt + 2]];
    let slot = ((b ?? 0) ^ (c ?? 0)) & mask;
    for (let head = heads[slot] ?? 0; head !== 0; head = heads[slot] ?? 0) {
      const at = (head - 1) * words + 1;
      if (tuples[at] === a && tuples[at + 1] === b && tuples[at + 2] === c) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  };

  for (const tuple of inOrder(tuples, words, count)) {
    const slot = slotOf(tuples, tuple * words + 1);
    const tail = tails[slot] ?? 0;
    if (tail === 0) heads[slot] = tuple + 1;
    else next[tail] = tuple + 1;
    tails[slot] = tuple + 1;
  }

  return {
    tuples,
    first(from, keyAt) {
      if (count === 0) return -1;
      const slot = slotOf(from, keyAt);
      taken[slot] = 1;
      return ((heads[slot] ?? 0) - 1) * (heads[slot] === 0 ? 1 : words);
    },
    next: (at) => {
      const following = next[at / words + 1] ?? 0;
      return following === 0 ? -1 : (following - 1) * words;
    },
    eachUntaken(take) {
      for (let slot = 0; slot < slots; slot++) {
        if (taken[slot] === 1) continue;
        for (let tuple = heads[slot] ?? 0; tuple !== 0; tuple = next[tuple] ?? 0) take((tuple - 1) * words);
      }
    },
  };
}

/** Indexes of the tuples by their ordinals: those that were joined before come in another order. */
function inOrder(tuples: Int32Array, words: number, count: number): Float64Array {
  // Both numbers in one, so that the built-in sort needs no comparison of ours.
  const spread = 2 ** 22;
  const order = new Float64Array(count);
  let sorted = true;
  for (let index = 0; index < count; index++) {
    const ordinal = tuples[index * words] ?? 0;
    if (index > 0 && ordinal < (tuples[(index - 1) * words] ?? 0)) sorted = false;
    order[index] = ordinal * spread + index;
  }
  if (!sorted) order.sort();
  for (let index = 0; index < count; index++) order[index] = (order[index] ?? 0) % spread;
  return order;
}
