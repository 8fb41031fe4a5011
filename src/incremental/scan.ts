import { closeSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import type { ScanNode, Selection } from '../readers/source.ts';
import { createKeptReader, HASH_BYTES } from './compare.ts';
import type { NewestGroup, ScanAnswer, ScanQuestion, ScanTask } from './protocol.ts';
import type { FileFacts } from './scan-file.ts';
import { createSelection } from './selection.ts';
import { serve } from './serve.ts';
import { createListingReader } from './temp-file.ts';
import { startThread } from './threads.ts';

/** What is known of the groups of a source, and in which context. */
export interface Known {
  /** The context of tonight's files; given once they are scanned. */
  readonly contextOf: (files: readonly FileFacts[], lookups: readonly FileFacts[]) => string;
  /** Whether the marks hold in that context. */
  readonly holds: (context: string) => boolean;
  /** Called while the thread scans, for what can be found out in the meantime. */
  readonly meanwhile: () => void;
  /** See `RowHashes.page`. */
  readonly page: (from: Uint8Array, to: Uint8Array | null) => Uint8Array;
  /** Ends a long scan by its reason. */
  readonly stopping: AbortSignal | undefined;
}

/** A source, told apart by its bytes. */
export interface Scan {
  readonly context: string;
  /** Of the source, and of its lookups. */
  readonly files: readonly FileFacts[];
  readonly lookups: readonly FileFacts[];
  /** The topmost file. */
  readonly file: string;
  /** Groups whose bytes are those of a mark, and the newest date among them that is not in the future. */
  readonly settled: number;
  readonly newest: NewestGroup | null;
  /** Groups that are to be read. */
  readonly kept: number;
  readonly only: ReadonlyMap<string, Selection>;
  /** The hash of the group at a place (see `placeOf`); places must not decrease. A second reading begins anew. */
  hashes(): { readonly hashAt: (place: number) => Uint8Array | undefined };
  /** Hashes of the marks that no group has. */
  unmatched(): Generator<Uint8Array>;
  close(): void;
}

// A thread takes longer to start than so much to be read, and no limiter notices the few ms that it takes.
const SMALL_BYTES = 2 * 1024 * 1024;

/**
 * Scans a source, in a thread of its own unless its files are small: a writer's pace must not suffer from it.
 * @returns null where the bytes do not tell the records apart for certain: then only reading does
 */
export async function scanSource(task: ScanTask, known: Known): Promise<Scan | null> {
  const files = [...filesIn(task.source), ...task.lookups.map(({ file }) => file)];
  // A file that stands twice in a source has two lists of records: nobody could tell which is meant.
  if (new Set(files).size < files.length) return null;
  const sizes = files.map((file) => sizeOf(resolve(task.folder, file)));
  return sizes.reduce((sum, size) => sum + size, 0) < SMALL_BYTES
    ? scanHere(task, known)
    : scanInThread(task, known);
}

/** 0 where it cannot be looked at: opening it says why. */
function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}

async function scanHere(task: ScanTask, known: Known): Promise<Scan | null> {
  const { port1, port2 } = new MessageChannel();
  try {
    const failed = serve({ kind: 'scan', task }, port2).then(() => new Promise<never>(() => {}));
    return await Promise.race([converse(port1, task, known), failed]);
  } finally {
    port1.close();
    port2.close();
  }
}

async function scanInThread(task: ScanTask, known: Known): Promise<Scan | null> {
  const worker = startThread({ kind: 'scan', task });
  try {
    const ended = new Promise<never>((_, reject) => {
      worker.once('error', reject);
      worker.once('exit', () => reject(new Error('The scanner ended without an answer.')));
    });
    // Told below; what is done meanwhile may fail first.
    ended.catch(() => {});
    known.meanwhile();
    return await Promise.race([converse(worker, task, known), ended, stopped(known.stopping)]);
  } finally {
    await worker.terminate();
  }
}

/** Rejects when `signal` aborts. */
function stopped(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    if (signal?.aborted === true) reject(signal.reason);
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** A thread, or the other end of a channel. */
interface Port {
  postMessage(question: ScanQuestion, transfer: ArrayBuffer[]): void;
  on(event: 'message', listener: (answer: ScanAnswer) => void): unknown;
}

function filesIn({ file, relations }: ScanNode): string[] {
  return [file.file, ...relations.flatMap(({ node }) => filesIn(node))];
}

function converse(worker: Port, { folder }: ScanTask, known: Known): Promise<Scan | null> {
  let context = '';
  let files: readonly FileFacts[] = [];
  let lookups: readonly FileFacts[] = [];
  const reply = (question: ScanQuestion) => {
    const { buffer, length } = question.kind === 'page' ? question.marks : new Uint8Array();
    // Handed over where that is possible: a copy of each page would pile up here.
    const own = length > 0 && buffer instanceof ArrayBuffer && buffer.byteLength === length;
    worker.postMessage(question, own ? [buffer] : []);
  };
  return new Promise((settle, reject) => {
    const hear = (answer: ScanAnswer): void => {
      switch (answer.kind) {
        case 'files':
          ({ files, lookups } = answer);
          context = known.contextOf(files, lookups);
          reply({ kind: 'compare', known: known.holds(context) });
          return;
        case 'page':
          reply({ kind: 'page', marks: known.page(answer.from, answer.to) });
          return;
        case 'needs-parser':
          settle(null);
          return;
        case 'passed':
          throw new Error('The scanner answered for another task.');
        case 'done':
          settle(scanOf(folder, answer, { context, files, lookups }));
      }
    };
    worker.on('message', (answer: ScanAnswer) => {
      try {
        hear(answer);
      } catch (error) {
        reject(error);
      }
    });
  });
}

function scanOf(
  folder: string,
  { settled, newest, keptGroups, kept, order, unmatched }: Extract<ScanAnswer, { kind: 'done' }>,
  {
    context,
    files,
    lookups,
  }: {
    readonly context: string;
    readonly files: readonly FileFacts[];
    readonly lookups: readonly FileFacts[];
  },
): Scan {
  const only = new Map<string, Selection>();
  for (const records of kept) {
    const facts = files.find(({ file }) => file === records.file);
    if (facts !== undefined) only.set(records.file, createSelection(folder, facts, records));
  }
  return {
    context,
    files,
    lookups,
    file: files[0]?.file ?? '',
    settled,
    newest,
    kept: keptGroups,
    only,
    hashes: () => createKeptReader(order.descriptor, order.entries),
    *unmatched() {
      const reader = createListingReader(unmatched.descriptor, HASH_BYTES, unmatched.entries);
      for (let index = 0; index < unmatched.entries; index++) {
        const at = reader.seek(index);
        yield new Uint8Array(reader.view.buffer, reader.view.byteOffset + at, HASH_BYTES);
      }
    },
    close() {
      const places = kept.map((records) => records.places);
      for (const descriptor of [order.descriptor, unmatched.descriptor, ...places]) closeSync(descriptor);
    },
  };
}
