import { type Bits, createBits } from './bits.ts';
import { HASH_WORDS } from './hash.ts';
import {
  bucketsFor,
  createListing,
  createListingReader,
  createPartition,
  type Listing,
  readTuples,
} from './temp-file.ts';

/** How a group is kept in the ledger: its hash (16 bytes), then the newest date in it (6 bytes, epoch ms, 0 = none). */
const MARK_BYTES = 22;
export const HASH_BYTES = 16;

/** The mark of a group. @param dateMs 0 for none */
export function markOf(hash: Uint8Array, dateMs: number): Uint8Array {
  const mark = new Uint8Array(MARK_BYTES);
  mark.set(hash);
  const view = new DataView(mark.buffer);
  view.setUint16(HASH_BYTES, Math.floor(dateMs / 2 ** 32), false);
  view.setUint32(HASH_BYTES + 2, dateMs % 2 ** 32, false);
  return mark;
}

/** An entry of the list of groups to be read: line (float64), hash (16 bytes). */
export const KEPT_BYTES = 8 + HASH_BYTES;

/** Marks of the ledger from one hash (inclusive) up to another (exclusive, null = to the end), in order. */
export type PageOf = (from: Uint8Array, to: Uint8Array | null) => Promise<Uint8Array>;

/** The hashes of all groups of a source, in buckets on disk. */
export interface Groups {
  add(ordinal: number, tuple: Int32Array, hashAt: number): void;
  /**
   * Looks the groups up in the ledger's marks, a range of hashes at a time. A hash that two groups have, or two marks,
   * settles none of them.
   * @param pageOf null: nothing is known
   * @param nowMs dates after it are not the newest
   */
  compare(pageOf: PageOf | null, nowMs: number): Promise<Comparison>;
}

export interface Comparison {
  /** Groups that must be read, by ordinal. */
  readonly kept: Bits;
  readonly settled: number;
  /** The newest date of those that are settled, and the first of them that has it. */
  readonly newest: NewestOrdinal | null;
  /** Hashes the ledger has and the export has not, HASH_BYTES each. */
  readonly unmatched: Listing;
  /** Hashes of the kept groups in the order of the file, each with what `placeOf` says of its ordinal. */
  keptInOrder(placeOf: (ordinal: number) => number): Listing;
}

interface NewestOrdinal {
  /** Epoch ms. */
  readonly ms: number;
  readonly ordinal: number;
  readonly hash: Uint8Array;
}

const WORDS = 1 + HASH_WORDS;

export function createGroups(rows: number): Groups {
  const buckets = bucketsFor(rows);
  const partition = createPartition(WORDS, buckets);
  const one = new Int32Array(WORDS);
  return {
    add(ordinal, tuple, hashAt) {
      one[0] = ordinal;
      for (let word = 0; word < HASH_WORDS; word++) one[1 + word] = tuple[hashAt + word] ?? 0;
      partition.add(partition.bucketOf(one[1] ?? 0), one);
    },
    async compare(pageOf, nowMs) {
      const all = readTuples(partition.end());
      const kept = createBits();
      const unmatched = createListing(HASH_BYTES);
      const late = createLate();
      let settled = 0;
      let newest: NewestOrdinal | null = null;
      const marksOf = createMarks();
      const ask = (bucket: number) =>
        pageOf === null || bucket === buckets ? NONE : pageOf(...rangeOf(bucket, buckets));
      let asked = ask(0);
      for (let bucket = 0; bucket < buckets; bucket++) {
        const known = await asked;
        // Looked up by the other thread while this one compares.
        asked = ask(bucket + 1);
        const groups = all.read(bucket);
        const marks = marksOf(known);
        for (let at = 0; at < groups.length; at += WORDS) marks.hit(groups, at + 1, groups[at] ?? 0);
        for (let at = 0; at < groups.length; at += WORDS) {
          if (marks.isSettled(groups, at + 1)) continue;
          kept.add(groups[at] ?? 0);
          late.add(groups.subarray(at, at + WORDS));
        }
        const found = marks.end(unmatched, nowMs, newest);
        settled += found.settled;
        newest = found.newest;
        // Given back at once: sixty of them would pile up until the collector comes by.
        if (known !== NONE) (known.buffer as ArrayBuffer).transfer(0);
      }
      unmatched.flush();
      all.close();
      return { kept, settled, newest, unmatched, keptInOrder: late.inOrder };
    },
  };
}

const NONE = new Uint8Array();

/** The hashes of a bucket lie between these: buckets are made by the first bits of the first word. */
function rangeOf(bucket: number, buckets: number): [Uint8Array, Uint8Array | null] {
  const bound = (index: number) => {
    const bytes = new Uint8Array(2);
    new DataView(bytes.buffer).setUint16(0, (index * 65_536) / buckets, false);
    return bytes;
  };
  return [bound(bucket), bucket + 1 === buckets ? null : bound(bucket + 1)];
}

/** Makes tables of one page of marks after the other, each valid until the next, in the same memory. */
function createMarks() {
  let tables = { table: new Int32Array(0), hits: new Uint8Array(0), ordinals: new Int32Array(0) };
  return (page: Uint8Array) => {
    const count = page.length / MARK_BYTES;
    const slots = 2 ** Math.ceil(Math.log2(Math.max(2, count * 2)));
    if (tables.table.length < slots) {
      const places = slots / 2 + 1;
      tables = {
        table: new Int32Array(slots),
        hits: new Uint8Array(places),
        ordinals: new Int32Array(places),
      };
    }
    tables.table.fill(0, 0, slots);
    tables.hits.fill(0, 0, count);
    return marksIn(page, { ...tables, count, slots });
  };
}

interface Tables {
  readonly table: Int32Array;
  readonly hits: Uint8Array;
  readonly ordinals: Int32Array;
  readonly count: number;
  readonly slots: number;
}

/** A page of marks as a hash table that notes which of them are met, and how often. */
function marksIn(page: Uint8Array, { table, hits, ordinals, count, slots }: Tables) {
  const view = new DataView(page.buffer, page.byteOffset, page.length);
  const word = (mark: number, index: number) => view.getInt32(mark * MARK_BYTES + index * 4, false);

  /** The mark with this hash, from 1; 0 without one. `last` is the slot it belongs into. */
  let last = 0;
  const find = (a: number, b: number, c: number, d: number): number => {
    last = b & (slots - 1);
    for (;;) {
      const mark = table[last] ?? 0;
      if (mark === 0) return 0;
      if (
        word(mark - 1, 0) === a &&
        word(mark - 1, 1) === b &&
        word(mark - 1, 2) === c &&
        word(mark - 1, 3) === d
      )
        return mark;
      last = (last + 1) & (slots - 1);
    }
  };
  const findIn = (from: Int32Array, at: number) =>
    find(from[at] ?? 0, from[at + 1] ?? 0, from[at + 2] ?? 0, from[at + 3] ?? 0);

  for (let mark = 0; mark < count; mark++) {
    const twin = find(word(mark, 0), word(mark, 1), word(mark, 2), word(mark, 3));
    if (twin === 0) table[last] = mark + 1;
    else {
      hits[twin - 1] = 2;
      hits[mark] = 2;
    }
  }
  return {
    hit(from: Int32Array, at: number, ordinal: number) {
      const mark = findIn(from, at);
      if (mark === 0) return;
      hits[mark - 1] = Math.min(2, (hits[mark - 1] ?? 0) + 1);
      ordinals[mark - 1] = ordinal;
    },
    isSettled(from: Int32Array, at: number) {
      const mark = findIn(from, at);
      return mark !== 0 && hits[mark - 1] === 1;
    },
    end(unmatched: Listing, nowMs: number, before: NewestOrdinal | null) {
      let settled = 0;
      let newest = before;
      for (let mark = 0; mark < count; mark++) {
        const at = mark * MARK_BYTES;
        if (hits[mark] === 1) {
          settled++;
          const ms = view.getUint16(at + 16, false) * 2 ** 32 + view.getUint32(at + 18, false);
          const ordinal = ordinals[mark] ?? 0;
          const isNewer = newest === null || ms > newest.ms || (ms === newest.ms && ordinal < newest.ordinal);
          if (ms > 0 && ms <= nowMs && isNewer)
            newest = { ms, ordinal, hash: page.slice(at, at + HASH_BYTES) };
          continue;
        }
        const into = unmatched.begin();
        for (let index = 0; index < HASH_WORDS; index++)
          unmatched.view.setInt32(into + index * 4, word(mark, index), false);
      }
      return { settled, newest };
    },
  };
}

// A power of two of ordinals per bucket, so that one bucket is put in order in memory.
const ORDER_BITS = 16;

/** Groups that come in no order, given back in the order of the file. */
function createLate() {
  const partitions: ReturnType<typeof createPartition>[] = [];
  let highest = -1;
  return {
    add(group: Int32Array) {
      const ordinal = group[0] ?? 0;
      highest = Math.max(highest, ordinal);
      const bucket = ordinal >>> ORDER_BITS;
      while (partitions.length <= bucket) partitions.push(createPartition(WORDS, 1));
      partitions[bucket]?.add(0, group);
    },
    inOrder(placeOf: (ordinal: number) => number): Listing {
      const listing = createListing(KEPT_BYTES);
      for (const [bucket, partition] of partitions.entries()) {
        const late = readTuples(partition.end());
        const groups = late.read(0);
        late.close();
        const starts = new Int32Array(2 ** ORDER_BITS);
        for (let at = 0; at < groups.length; at += WORDS) {
          starts[(groups[at] ?? 0) & (2 ** ORDER_BITS - 1)] = at + 1;
        }
        for (const [index, start] of starts.entries()) {
          if (start === 0) continue;
          const into = listing.begin();
          listing.view.setFloat64(into, placeOf((bucket << ORDER_BITS) + index), true);
          for (let word = 0; word < HASH_WORDS; word++)
            listing.view.setInt32(into + 8 + word * 4, groups[start + word] ?? 0, false);
        }
      }
      listing.flush();
      return listing;
    },
  };
}

/** Reads the list that `keptInOrder` made. */
export function createKeptReader(descriptor: number, entries: number) {
  const reader = createListingReader(descriptor, KEPT_BYTES, entries);
  let index = 0;
  return {
    /** The hash of the group whose first record has this place; undefined without one. Places must not decrease. */
    hashAt(place: number): Uint8Array | undefined {
      for (; index < entries; index++) {
        const at = reader.seek(index);
        const here = reader.view.getFloat64(at, true);
        if (here > place) return undefined;
        if (here === place) {
          const { buffer, byteOffset } = reader.view;
          return new Uint8Array(buffer, byteOffset + at + 8, HASH_BYTES).slice();
        }
      }
      return undefined;
    },
    close: reader.close,
  };
}
