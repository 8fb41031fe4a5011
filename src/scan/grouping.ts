import type { ScanFile, ScanNode } from '../readers/source.ts';
import { type Bits, createBits } from './bits.ts';
import type { FoundRecord } from './csv-borders.ts';
import type { FileFacts } from './facts.ts';
import { closeMix, HASH_WORDS, mixIn } from './hash.ts';
import { createJoiner, type JoinedBucket } from './join-bucket.ts';
import { scanFile } from './scan-file.ts';
import { bucketsFor, createListing, createPartition, type Listing, type Partition } from './temp-file.ts';

// Of a key's hash: enough that two keys of an archive never share it.
export const KEY_WORDS = 3;

/** Where a record lies: offset (float64), length (uint32), line (uint32). */
export const PLACE_BYTES = 16;

/** What scanning found of one file of a source. */
export interface ScannedFile {
  readonly facts: FileFacts;
  /** One entry per record, in file order: see PLACE_BYTES. */
  readonly places: Listing;
  /** Records that must be read. Of children: those that belong to nobody; more follow from the comparison. */
  readonly kept: Bits;
  readonly relations: readonly ScannedRelation[];
}

/** Records and the records tied to them, bucket by bucket of the key. */
interface ScannedRelation {
  /** `[ordinal, …, key, …, hash]` */
  readonly parents: Partition;
  readonly keyAt: number;
  /** `[ordinal, key, hash]`, joined already to the children's own children. */
  readonly children: Partition;
  readonly child: ScannedFile;
}

/** Takes each record of the topmost file with the hash of its whole group. */
export type GroupSink = (ordinal: number, tuple: Int32Array, hashAt: number) => void;

// Of an average record, to guess how many there are.
const RECORD_BYTES = 100;

/**
 * Scans a file and those joined to it. The groups reach `sink` in no particular order; memory stays bounded, because
 * records are joined by key in buckets on disk.
 * @param sizeOf bytes of a file
 * @throws Doubt, HireSyncError what scanning a file throws
 */
export async function scanGroups(
  folder: string,
  node: ScanNode,
  sizeOf: (file: ScanFile) => number,
  sink: GroupSink,
): Promise<ScannedFile> {
  return scanNode(folder, node, sizeOf, undefined, sink);
}

async function scanNode(
  folder: string,
  { file, relations }: ScanNode,
  sizeOf: (file: ScanFile) => number,
  ownColumn: string | undefined,
  sink: GroupSink,
): Promise<ScannedFile> {
  const places = createListing(PLACE_BYTES);
  const kept = createBits();
  // A tuple: [ordinal, flags, a key per relation, the own key, hash].
  const columns = [...relations.map(({ parentColumn }) => parentColumn)];
  if (ownColumn !== undefined) columns.push(ownColumn);
  const hashAt = 2 + columns.length * KEY_WORDS;
  const words = hashAt + HASH_WORDS;
  const sizes = relations.map(({ node }) => Math.max(sizeOf(file), sizeOf(node.file)));
  const buckets = sizes.map((bytes) => bucketsFor(bytes / RECORD_BYTES));
  const partitions = buckets.map((count) => createPartition(words, count));
  const children: { readonly partition: Partition; readonly scanned: ScannedFile }[] = [];
  for (const [index, { node, childColumn }] of relations.entries()) {
    const partition = createPartition(1 + KEY_WORDS + HASH_WORDS, buckets[index] ?? 1);
    const entry = new Int32Array(1 + KEY_WORDS + HASH_WORDS);
    const scanned: ScannedFile = await scanNode(folder, node, sizeOf, childColumn, (ordinal, tuple, at) => {
      const keyAt = at - KEY_WORDS;
      entry[0] = ordinal;
      for (let word = 0; word < KEY_WORDS + HASH_WORDS; word++) entry[1 + word] = tuple[keyAt + word] ?? 0;
      partition.add(partition.bucketOf(entry[1] ?? 0), entry);
    });
    children.push({ partition, scanned });
  }

  const tuple = new Int32Array(words);
  /** To the next relation, or out. */
  const pass = (stage: number, one: Int32Array): void => {
    const partition = partitions[stage];
    if (partition !== undefined) {
      partition.add(partition.bucketOf(one[2 + stage * KEY_WORDS] ?? 0), one);
      return;
    }
    const ordinal = one[0] ?? 0;
    // Nobody can say whose child it is.
    if (ownColumn !== undefined && ((one[1] ?? 0) & (1 << (columns.length - 1))) === 0) kept.add(ordinal);
    else sink(ordinal, one, hashAt);
  };
  const facts = await scanFile(folder, file, columns, (found: FoundRecord, ordinal, offset) => {
    const at = places.begin();
    places.view.setFloat64(at, offset, true);
    places.view.setUint32(at + 8, found.to - found.from, true);
    places.view.setUint32(at + 12, found.line, true);
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
    pass(0, tuple);
  });
  places.flush();

  const scannedRelations: ScannedRelation[] = [];
  for (const [stage, { partition, scanned }] of children.entries()) {
    const parents = partitions[stage];
    if (parents === undefined) continue;
    const keyAt = 2 + stage * KEY_WORDS;
    joinStage({ parents, keyAt, children: partition, child: scanned }, stage, hashAt, (one) =>
      pass(stage + 1, one),
    );
    scannedRelations.push({ parents, keyAt, children: partition, child: scanned });
  }
  return { facts, places, kept, relations: scannedRelations };
}

/** Takes the hashes of its children, in file order, into the hash of each parent. */
function joinStage(
  { parents, keyAt, children, child }: ScannedRelation,
  stage: number,
  hashAt: number,
  emit: (tuple: Int32Array) => void,
): void {
  const tuple = new Int32Array(parents.words);
  const state = tuple.subarray(hashAt, hashAt + HASH_WORDS);
  const join = createJoiner();
  for (let bucket = 0; bucket < parents.buckets; bucket++) {
    const own = parents.read(bucket);
    const joined = join(children.read(bucket), children.words);
    for (let at = 0; at < own.length; at += parents.words) {
      tuple.set(own.subarray(at, at + parents.words));
      let count = 0;
      if (((tuple[1] ?? 0) & (1 << stage)) !== 0) {
        for (let one = joined.first(own, at + keyAt); one !== -1; one = joined.next(one)) {
          const hash = one + 1 + KEY_WORDS;
          const { tuples } = joined;
          mixIn(
            state,
            tuples[hash] ?? 0,
            tuples[hash + 1] ?? 0,
            tuples[hash + 2] ?? 0,
            tuples[hash + 3] ?? 0,
          );
          count++;
        }
      }
      closeMix(state, count);
      emit(tuple);
    }
    joined.eachUntaken((one) => child.kept.add(joined.tuples[one] ?? 0));
  }
}

/** Keeps the children of everything that is kept, down to the last file. */
export function keepChildren(scanned: ScannedFile): void {
  const join = createJoiner();
  const buckets = scanned.kept.count() === 0 ? 0 : Number.POSITIVE_INFINITY;
  for (const { parents, keyAt, children, child } of scanned.relations) {
    for (let bucket = 0; bucket < Math.min(parents.buckets, buckets); bucket++) {
      const own = parents.read(bucket);
      let joined: JoinedBucket | undefined;
      for (let at = 0; at < own.length; at += parents.words) {
        if (!scanned.kept.has(own[at] ?? 0)) continue;
        joined ??= join(children.read(bucket), children.words);
        for (let one = joined.first(own, at + keyAt); one !== -1; one = joined.next(one)) {
          child.kept.add(joined.tuples[one] ?? 0);
        }
      }
    }
    keepChildren(child);
  }
}

/** Lets go of what is on disk, but for the places of the records. */
export function closePartitions({ relations }: ScannedFile): void {
  for (const { parents, children, child } of relations) {
    parents.close();
    children.close();
    closePartitions(child);
  }
}

/** All files, the topmost one first. */
export function filesOf(scanned: ScannedFile): ScannedFile[] {
  return [scanned, ...scanned.relations.flatMap(({ child }) => filesOf(child))];
}
