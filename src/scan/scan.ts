import { closeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { ScanNode, Selection } from '../readers/source.ts';
import { createKeptReader, HASH_BYTES } from './compare.ts';
import type { FileFacts } from './facts.ts';
import type { ScanAnswer, ScanQuestion, ScanTask } from './protocol.ts';
import { createSelection } from './selection.ts';
import { createListingReader } from './temp-file.ts';

/** What is known of the groups of a source, and in which context. */
export interface Known {
  /** The context of tonight's files; given once they are scanned. */
  readonly contextOf: (files: readonly FileFacts[], lookups: readonly FileFacts[]) => string;
  /** Whether the marks hold in that context. */
  readonly holds: (context: string) => boolean;
  /** See `Fingerprints.page`. */
  readonly page: (from: Uint8Array, to: Uint8Array | null) => Uint8Array;
}

/** A source, told apart by its bytes. */
export interface Scan {
  readonly context: string;
  readonly lookups: readonly FileFacts[];
  /** Groups whose bytes are those of a mark, and the newest date among them (epoch ms, 0 without one). */
  readonly settled: number;
  readonly newestMs: number;
  /** Groups that are to be read. */
  readonly kept: number;
  readonly only: ReadonlyMap<string, Selection>;
  /** The hash of the group that begins on a line; lines must not decrease. A second reading begins anew. */
  hashes(): { readonly hashAt: (line: number) => Uint8Array | undefined };
  /** Hashes of the marks that no group has. */
  loose(): Generator<Uint8Array>;
  close(): void;
}

/**
 * Scans a source in a thread of its own.
 * @returns null where the bytes do not tell the records apart for certain: then only reading does
 */
export async function scanSource(task: ScanTask, known: Known): Promise<Scan | null> {
  if (!isPlain(task)) return null;
  // Descriptors outlive the thread: what it wrote is read here.
  const worker = new Worker(workerFile(), { workerData: task, trackUnmanagedFds: false });
  try {
    return await converse(worker, task, known);
  } finally {
    await worker.terminate();
  }
}

// Beside this file, in `src` as in `dist`.
const workerFile = () =>
  new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url);

/** A file that stands twice in a source has two lists of records: nobody could tell which is meant. */
function isPlain({ source }: ScanTask): boolean {
  const files = filesIn(source);
  return new Set(files).size === files.length;
}

function filesIn({ file, relations }: ScanNode): string[] {
  return [file.file, ...relations.flatMap(({ node }) => filesIn(node))];
}

function converse(worker: Worker, { folder }: ScanTask, known: Known): Promise<Scan | null> {
  let context = '';
  let files: readonly FileFacts[] = [];
  let lookups: readonly FileFacts[] = [];
  const reply = (question: ScanQuestion) => worker.postMessage(question);
  return new Promise((resolve, reject) => {
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
        case 'doubt':
          resolve(null);
          return;
        case 'done':
          resolve(scanOf(folder, answer, { context, files, lookups }));
      }
    };
    worker.on('message', (answer: ScanAnswer) => {
      try {
        hear(answer);
      } catch (error) {
        reject(error);
      }
    });
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('The scanner ended without an answer.')));
  });
}

function scanOf(
  folder: string,
  { settled, newestMs, keptGroups, kept, order, loose }: Extract<ScanAnswer, { kind: 'done' }>,
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
    lookups,
    settled,
    newestMs,
    kept: keptGroups,
    only,
    hashes: () => createKeptReader(order.descriptor, order.entries),
    *loose() {
      const reader = createListingReader(loose.descriptor, HASH_BYTES, loose.entries);
      for (let index = 0; index < loose.entries; index++) {
        const at = reader.seek(index);
        yield new Uint8Array(reader.view.buffer, reader.view.byteOffset + at, HASH_BYTES);
      }
    },
    close() {
      const places = kept.map((records) => records.places);
      for (const descriptor of [order.descriptor, loose.descriptor, ...places]) closeSync(descriptor);
    },
  };
}
