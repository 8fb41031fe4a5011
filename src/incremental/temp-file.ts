import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Opens a file that no name leads to, mode 0600: it is gone when its descriptor is closed or the process ends. */
export function openTemp(): number {
  const path = join(tmpdir(), `hire-sync-scan-${randomUUID()}`);
  const descriptor = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  return descriptor;
}

/** Reads `into` whole, from `position`. @throws when the file is shorter */
export function readWhole(descriptor: number, into: Uint8Array, position: number): void {
  for (let done = 0; done < into.length; ) {
    const count = readSync(descriptor, into, done, into.length - done, position + done);
    if (count === 0) throw new Error('A temporary file is shorter than it was written.');
    done += count;
  }
}

function writeWhole(descriptor: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(descriptor, bytes, done, bytes.length - done, position + done);
  }
}

/** Entries of equal length, one after the other, on disk. */
export interface Listing {
  readonly descriptor: number;
  /** The next entry is written into this view, at `begin()`. */
  readonly view: DataView;
  begin(): number;
  flush(): void;
  length(): number;
}

const BLOCK_ENTRIES = 4096;

export function createListing(entryBytes: number): Listing {
  const descriptor = openTemp();
  const block = new Uint8Array(entryBytes * BLOCK_ENTRIES);
  const view = new DataView(block.buffer);
  let used = 0;
  let written = 0;
  const flush = () => {
    writeWhole(descriptor, block.subarray(0, used), written);
    written += used;
    used = 0;
  };
  return {
    descriptor,
    view,
    begin() {
      if (used === block.length) flush();
      const at = used;
      used += entryBytes;
      return at;
    },
    flush,
    length: () => (written + used) / entryBytes,
  };
}

/** Reads entries of a listing in order, a block at a time; `close` closes the file. */
export function createListingReader(descriptor: number, entryBytes: number, entries: number) {
  const block = Buffer.alloc(entryBytes * BLOCK_ENTRIES);
  const view = new DataView(block.buffer, block.byteOffset, block.length);
  let first = 0;
  let loaded = 0;
  return {
    view,
    entries,
    /** Where entry `index` lies in `view`; indexes should rise from call to call. */
    seek(index: number): number {
      if (index < first || index >= first + loaded) {
        first = index;
        loaded = Math.min(BLOCK_ENTRIES, entries - index);
        readWhole(descriptor, block.subarray(0, loaded * entryBytes), index * entryBytes);
      }
      return (index - first) * entryBytes;
    },
    close: () => closeSync(descriptor),
  };
}

/** Tuples of words, being spread over buckets on disk. */
export interface Partition {
  /** Adds the first `words` of `tuple` to a bucket. */
  add(bucket: number, tuple: Int32Array): void;
  /** The bucket for a word that is spread evenly. */
  bucketOf(word: number): number;
  /** All of it on disk; nothing can be added after that. */
  end(): Tuples;
}

/** Where tuples lie on disk: to be read by any thread, with `readTuples`. */
export interface Tuples {
  readonly descriptor: number;
  readonly words: number;
  readonly buckets: number;
  /** Of each bucket: offset and count of words of each stretch, one after the other. */
  readonly blocks: readonly (readonly number[])[];
}

/** Reads tuples bucket by bucket. */
export interface TupleReader {
  readonly words: number;
  readonly buckets: number;
  /** All tuples of one bucket, in the order in which they were added; valid until the next call. */
  read(bucket: number): Int32Array;
  close(): void;
}

const BUFFER_TUPLES = 256;

/** @param buckets a power of two */
export function createPartition(words: number, buckets: number): Partition {
  const descriptor = openTemp();
  const capacity = words * BUFFER_TUPLES;
  const buffers = Array.from({ length: buckets }, () => new Int32Array(capacity));
  const used = new Int32Array(buckets);
  const blocks: number[][] = Array.from({ length: buckets }, () => []);
  const shift = 32 - Math.log2(buckets);
  let end = 0;
  const flush = (bucket: number) => {
    const buffer = buffers[bucket];
    const count = used[bucket] ?? 0;
    if (buffer === undefined || count === 0) return;
    writeWhole(descriptor, new Uint8Array(buffer.buffer, 0, count * 4), end);
    blocks[bucket]?.push(end, count);
    end += count * 4;
    used[bucket] = 0;
  };
  return {
    bucketOf: (word) => (buckets === 1 ? 0 : word >>> shift),
    add(bucket, tuple) {
      const buffer = buffers[bucket] as Int32Array;
      let at = used[bucket] as number;
      for (let index = 0; index < words; index++) buffer[at++] = tuple[index] as number;
      used[bucket] = at;
      if (at === capacity) flush(bucket);
    },
    end() {
      for (let bucket = 0; bucket < buckets; bucket++) flush(bucket);
      buffers.length = 0;
      return { descriptor, words, buckets, blocks };
    },
  };
}

export function readTuples({ descriptor, words, buckets, blocks }: Tuples): TupleReader {
  // Used again for every bucket: fresh memory for each would pile up until the collector comes by.
  let scratch = new Int32Array(0);
  return {
    words,
    buckets,
    read(bucket) {
      const list = blocks[bucket] ?? [];
      let total = 0;
      for (let index = 1; index < list.length; index += 2) total += list[index] ?? 0;
      if (scratch.length < total) scratch = new Int32Array(Math.ceil(total * 1.25));
      const tuples = scratch.subarray(0, total);
      let at = 0;
      for (let index = 0; index < list.length; index += 2) {
        const count = list[index + 1] ?? 0;
        readWhole(descriptor, new Uint8Array(tuples.buffer, at * 4, count * 4), list[index] ?? 0);
        at += count;
      }
      return tuples;
    },
    close: () => closeSync(descriptor),
  };
}

/** How many buckets for so many rows: small enough that one is read and joined in a few MB. */
export function bucketsFor(rows: number): number {
  return 2 ** Math.min(8, Math.max(0, Math.ceil(Math.log2(rows / 16_384))));
}
