import type { ScanFile } from '../readers/source.ts';
import { createBits } from './bits.ts';
import { HASH_WORDS } from './hash.ts';
import { isNeedsParser, type NeedsParser } from './needs-parser.ts';
import { type FileFacts, scanFile } from './scan-file.ts';
import { createListing, createPartition, type Partition, type Tuples } from './temp-file.ts';

// Of a key's hash: enough that two keys of an archive never share it.
export const KEY_WORDS = 3;

/** Of a child in the buckets of its parents: `[ordinal, key, hash]`. */
export const CHILD_WORDS = 1 + KEY_WORDS + HASH_WORDS;

/** Where a record lies: offset (float64), length, line, and the empty lines before it (uint32 each). */
export const PLACE_BYTES = 20;

/** One entry per record of a file, in its order: see PLACE_BYTES. */
export interface Places {
  readonly descriptor: number;
  readonly entries: number;
}

/** One file to be read, in plain data: a thread can be started with it. */
export interface PassTask {
  readonly folder: string;
  readonly file: ScanFile;
  /** Columns whose cells are keys: one per relation, then the one that leads to the parent. */
  readonly columns: readonly string[];
  /** Whether it has a parent. */
  readonly owned: boolean;
  readonly relations: number;
  /** By the key of the first relation; of a file without any, by that of the parent. */
  readonly buckets: number;
}

/** What one reading of a file came to, in plain data. */
export interface Passed {
  readonly facts: FileFacts;
  readonly places: Places;
  /** Records without the key that leads to a parent. */
  readonly kept: Uint8Array;
  /** `[ordinal, flags, a key per column, hash]`; of children without children see CHILD_WORDS; null of a file alone. */
  readonly tuples: Tuples | null;
}

/** Where the hash begins in a tuple. */
export const hashAtOf = (columns: readonly string[]) => 2 + columns.length * KEY_WORDS;

/** Whether a tuple's record has the last of its keys. */
export const hasOwnKey = (tuple: Int32Array, columns: readonly string[]) =>
  ((tuple[1] ?? 0) & (1 << (columns.length - 1))) !== 0;

/** Adds children to the buckets of their parents, by the key that stands before their hash. */
export function createChildTaker(partition: Partition) {
  const entry = new Int32Array(CHILD_WORDS);
  return (ordinal: number, tuple: Int32Array, hashAt: number): void => {
    const keyAt = hashAt - KEY_WORDS;
    entry[0] = ordinal;
    for (let word = 0; word < KEY_WORDS + HASH_WORDS; word++) entry[1 + word] = tuple[keyAt + word] ?? 0;
    partition.add(partition.bucketOf(entry[1] ?? 0), entry);
  };
}

/** What is done with the tuples of a file. */
interface Taker {
  take(tuple: Int32Array): void;
  end(): Tuples | null;
}

/** Takes records, each with its hash at `hashAt` of a tuple. */
export type TakeGroup = (ordinal: number, tuple: Int32Array, hashAt: number) => void;

/**
 * Reads a file once and puts on disk where its records lie and what they are told apart by.
 * @param alone takes the records of a file that neither has children nor is one
 * @throws HireSyncError what scanning a file throws
 */
export async function passFile(task: PassTask, alone: TakeGroup | null): Promise<Passed | NeedsParser> {
  const { folder, file, columns } = task;
  const hashAt = hashAtOf(columns);
  const places = createListing(PLACE_BYTES);
  const kept = createBits();
  const taker = createTaker(task, alone, (ordinal) => kept.add(ordinal));
  const tuple = new Int32Array(hashAt + HASH_WORDS);
  const facts = await scanFile(folder, file, columns, (found, ordinal) => {
    const at = places.begin();
    places.view.setFloat64(at, found.offset, true);
    places.view.setUint32(at + 8, found.length, true);
    places.view.setUint32(at + 12, found.line, true);
    places.view.setUint32(at + 16, found.blanks, true);
    tuple[0] = ordinal;
    let flags = 0;
    for (let slot = 0; slot < columns.length; slot++) {
      const has = found.hasKey[slot] === 1;
      if (has) flags |= 1 << slot;
      for (let word = 0; word < KEY_WORDS; word++) {
        tuple[2 + slot * KEY_WORDS + word] = has ? (found.keys[slot * HASH_WORDS + word] ?? 0) : 0;
      }
    }
    tuple[1] = flags;
    for (let word = 0; word < HASH_WORDS; word++) tuple[hashAt + word] = found.hash[word] ?? 0;
    taker.take(tuple);
  });
  if (isNeedsParser(facts)) return facts;
  places.flush();
  return {
    facts,
    places: { descriptor: places.descriptor, entries: places.length() },
    kept: kept.bytes(),
    tuples: taker.end(),
  };
}

function createTaker(
  { columns, owned, relations, buckets }: PassTask,
  alone: TakeGroup | null,
  keep: (ordinal: number) => void,
): Taker {
  const hashAt = hashAtOf(columns);
  if (relations > 0) {
    const { add, bucketOf, end } = createPartition(hashAt + HASH_WORDS, buckets);
    return { take: (tuple) => add(bucketOf(tuple[2] ?? 0), tuple), end };
  }
  if (!owned) {
    return {
      take: (tuple) => alone?.(tuple[0] ?? 0, tuple, hashAt),
      end: () => null,
    };
  }
  const partition = createPartition(CHILD_WORDS, buckets);
  const add = createChildTaker(partition);
  return {
    take(tuple) {
      const ordinal = tuple[0] ?? 0;
      // Nobody can say whose child it is.
      if (hasOwnKey(tuple, columns)) add(ordinal, tuple, hashAt);
      else keep(ordinal);
    },
    end: partition.end,
  };
}
