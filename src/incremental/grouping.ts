import type { ScanFile, ScanNode } from '../readers/source.ts';
import { type Bits, createBits } from './bits.ts';
import { closeMix, HASH_WORDS, mixIn } from './hash.ts';
import { createJoiner } from './join-bucket.ts';
import { isNeedsParser, type NeedsParser } from './needs-parser.ts';
import {
  CHILD_WORDS,
  createChildTaker,
  hashAtOf,
  hasOwnKey,
  KEY_WORDS,
  type Passed,
  type PassTask,
  type Places,
  passFile,
  type TakeGroup,
} from './pass-file.ts';
import type { FileFacts } from './scan-file.ts';
import { bucketsFor, createPartition, readTuples, type TupleReader } from './temp-file.ts';
import { passInThread } from './threads.ts';

// Threads and their buffers cost some ms, and memory.
const HELPED_BYTES = 2 * 1024 * 1024;

/** What scanning found of one file of a source. */
export interface ScannedFile {
  readonly facts: FileFacts;
  /** One entry per record, in file order: see PLACE_BYTES. */
  readonly places: Places;
  /** Records that must be read. Of children: those that belong to nobody; more follow from the comparison. */
  readonly kept: Bits;
  readonly relations: readonly ScannedRelation[];
}

/** Records and the records tied to them, bucket by bucket of the key. */
interface ScannedRelation {
  /** `[ordinal, …, key, …, hash]` */
  readonly parents: TupleReader;
  readonly keyAt: number;
  /** `[ordinal, key, hash]`, joined already to the children's own children. */
  readonly children: TupleReader;
  readonly child: ScannedFile;
}

/** A file of a source, what its records are to be told apart by, and how they are spread over buckets. */
interface Layout {
  readonly task: PassTask;
  readonly words: number;
  readonly hashAt: number;
  /** One number per relation. */
  readonly buckets: readonly number[];
  readonly relations: readonly Layout[];
}

// Of an average record, to guess how many there are.
const RECORD_BYTES = 100;

/**
 * Scans a file and those joined to it. The topmost records reach `take` in no particular order, each with the hash of its
 * whole group; memory stays bounded, because records are joined by key in buckets on disk.
 * @param sizeOf bytes of a file
 * @throws HireSyncError what scanning a file throws
 */
export async function scanGroups(
  folder: string,
  node: ScanNode,
  sizeOf: (file: ScanFile) => number,
  take: TakeGroup,
): Promise<ScannedFile | NeedsParser> {
  const top = layoutOf(folder, node, sizeOf, undefined);
  const passed = await passFiles(layoutsIn(top), sizeOf, take);
  return isNeedsParser(passed) ? passed : joinFile(top, passed, take);
}

/** @param parent by which column, and in how many buckets, a file is joined to its parent */
function layoutOf(
  folder: string,
  { file, relations }: ScanNode,
  sizeOf: (file: ScanFile) => number,
  parent: { readonly column: string; readonly buckets: number } | undefined,
): Layout {
  const columns = relations.map(({ parentColumn }) => parentColumn);
  if (parent !== undefined) columns.push(parent.column);
  const buckets = relations.map(({ node }) =>
    bucketsFor(Math.max(sizeOf(file), sizeOf(node.file)) / RECORD_BYTES),
  );
  const hashAt = hashAtOf(columns);
  return {
    task: {
      folder,
      file,
      columns,
      owned: parent !== undefined,
      relations: relations.length,
      buckets: buckets[0] ?? parent?.buckets ?? 1,
    },
    words: hashAt + HASH_WORDS,
    hashAt,
    buckets,
    relations: relations.map(({ node, childColumn }, index) =>
      layoutOf(folder, node, sizeOf, { column: childColumn, buckets: buckets[index] ?? 1 }),
    ),
  };
}

function layoutsIn(layout: Layout): Layout[] {
  return [layout, ...layout.relations.flatMap(layoutsIn)];
}

/** What reading each file came to. The largest one is read by a thread of its own: the others take as long together. */
async function passFiles(
  layouts: readonly Layout[],
  sizeOf: (file: ScanFile) => number,
  take: TakeGroup,
): Promise<ReadonlyMap<Layout, Passed> | NeedsParser> {
  const passed = new Map<Layout, Passed>();
  const sizes = new Map(layouts.map((layout) => [layout, sizeOf(layout.task.file)]));
  const [largest, second] = [...layouts].sort((a, b) => (sizes.get(b) ?? 0) - (sizes.get(a) ?? 0));
  const helped = second !== undefined && (sizes.get(second) ?? 0) >= HELPED_BYTES ? largest : undefined;
  const helper = helped === undefined ? undefined : passInThread(helped.task);
  // It is waited for at the end, and may fail before.
  helper?.catch(() => {});
  for (const layout of layouts) {
    if (layout === helped) continue;
    const one = await passFile(layout.task, take);
    if (isNeedsParser(one)) return one;
    passed.set(layout, one);
  }
  if (helped !== undefined && helper !== undefined) {
    const one = await helper;
    if (isNeedsParser(one)) return one;
    passed.set(helped, one);
  }
  return passed;
}

/** Joins a file's records with those of its children, relation by relation; a file without any has its groups already. */
function joinFile(layout: Layout, passed: ReadonlyMap<Layout, Passed>, emit: TakeGroup): ScannedFile {
  const { task, words, hashAt, buckets } = layout;
  const own = passed.get(layout);
  if (own === undefined) throw new Error('A file was not scanned.');
  const kept = createBits(own.kept);
  const relations: ScannedRelation[] = [];
  const leave = (one: Int32Array): void => {
    const ordinal = one[0] ?? 0;
    // Nobody can say whose child it is.
    if (task.owned && !hasOwnKey(one, task.columns)) kept.add(ordinal);
    else emit(ordinal, one, hashAt);
  };
  let parents = own.tuples === null ? null : readTuples(own.tuples);
  for (const [stage, below] of layout.relations.entries()) {
    const [children, child] = childrenOf(below, buckets[stage] ?? 1, passed);
    if (parents === null) break;
    const relation = { parents, keyAt: 2 + stage * KEY_WORDS, children, child };
    const next = buckets[stage + 1];
    const partition = next === undefined ? undefined : createPartition(words, next);
    const nextKey = 2 + (stage + 1) * KEY_WORDS;
    joinStage(relation, stage, hashAt, (one) => {
      if (partition === undefined) leave(one);
      else partition.add(partition.bucketOf(one[nextKey] ?? 0), one);
    });
    relations.push(relation);
    parents = partition === undefined ? null : readTuples(partition.end());
  }
  return { facts: own.facts, places: own.places, kept, relations };
}

/** Children, joined to their own children, in the buckets of their parents. */
function childrenOf(
  layout: Layout,
  buckets: number,
  passed: ReadonlyMap<Layout, Passed>,
): [TupleReader, ScannedFile] {
  const tuples = passed.get(layout)?.tuples;
  if (layout.relations.length === 0 && tuples != null)
    return [readTuples(tuples), joinFile(layout, passed, () => {})];
  const partition = createPartition(CHILD_WORDS, buckets);
  const take = createChildTaker(partition);
  const scanned = joinFile(layout, passed, take);
  return [readTuples(partition.end()), scanned];
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
      const kept = keptKeys(parents.read(bucket), parents.words, keyAt, scanned.kept);
      if (kept.length === 0) continue;
      // Of a hundred parents one may be kept: those few are joined, and each child is looked up among them.
      const joined = join(kept, KEY_WORDS + 1);
      const tuples = children.read(bucket);
      for (let at = 0; at < tuples.length; at += children.words) {
        if (joined.first(tuples, at + 1) !== -1) child.kept.add(tuples[at] ?? 0);
      }
    }
    keepChildren(child);
  }
}

/** `[ordinal, key]` of those tuples whose records are kept. */
function keptKeys(tuples: Int32Array, words: number, keyAt: number, kept: Bits): Int32Array {
  const keys: number[] = [];
  for (let at = 0; at < tuples.length; at += words) {
    const ordinal = tuples[at] ?? 0;
    if (!kept.has(ordinal)) continue;
    keys.push(ordinal);
    for (let word = 0; word < KEY_WORDS; word++) keys.push(tuples[at + keyAt + word] ?? 0);
  }
  return Int32Array.from(keys);
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
