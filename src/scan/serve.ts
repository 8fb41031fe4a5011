import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { MessagePort } from 'node:worker_threads';
import { HireSyncError } from '../errors.ts';
import type { ScanFile } from '../readers/source.ts';
import { createGroups } from './compare.ts';
import { Doubt } from './csv-borders.ts';
import { closePartitions, filesOf, keepChildren, PLACE_BYTES, scanGroups } from './grouping.ts';
import type { ScanAnswer, ScanQuestion, ScanTask } from './protocol.ts';
import { scanFile } from './scan-file.ts';
import { createListingReader } from './temp-file.ts';

const RECORD_BYTES = 100;

async function work({ folder, source, lookups, nowMs }: ScanTask, port: MessagePort): Promise<void> {
  const tell = (answer: ScanAnswer) => port.postMessage(answer);
  const ask = (answer: ScanAnswer) => {
    const reply = new Promise<ScanQuestion>((settle) => port.once('message', settle));
    tell(answer);
    return reply;
  };
  const sizeOf = ({ file }: ScanFile) =>
    statSync(resolve(folder, file), { throwIfNoEntry: false })?.size ?? 0;
  const tables = [];
  for (const lookup of lookups) tables.push(await scanFile(folder, lookup, [], () => {}));
  const groups = createGroups(sizeOf(source.file) / RECORD_BYTES);
  const scanned = await scanGroups(folder, source, sizeOf, groups.add);
  const files = filesOf(scanned);
  const asked = await ask({ kind: 'files', files: files.map(({ facts }) => facts), lookups: tables });
  const known = asked.kind === 'compare' && asked.known;
  const compared = await groups.compare(
    known
      ? async (from, to) => {
          const page = await ask({ kind: 'page', from, to });
          return page.kind === 'page' ? page.marks : new Uint8Array();
        }
      : null,
    nowMs,
  );
  const top = { ...scanned, kept: compared.kept };
  if (known) keepChildren(top);
  closePartitions(scanned);
  const places = createListingReader(scanned.places.descriptor, PLACE_BYTES, scanned.places.length());
  const lineOf = (ordinal: number) => places.view.getUint32(places.seek(ordinal) + 12, true);
  const order = compared.keptInOrder(lineOf);
  const { newest } = compared;
  tell({
    kind: 'done',
    settled: compared.settled,
    newest: newest === null ? null : { ms: newest.ms, line: lineOf(newest.ordinal), hash: newest.hash },
    keptGroups: order.length(),
    kept: files.map((one, index) => ({
      file: one.facts.file,
      bits: (index === 0 ? compared.kept : one.kept).bytes(),
      records: one.places.length(),
      places: one.places.descriptor,
    })),
    order: { descriptor: order.descriptor, entries: order.length() },
    loose: { descriptor: compared.loose.descriptor, entries: compared.loose.length() },
  });
}

/** Scans, and answers and asks over `port` until it is done: see `scan.ts`. */
export async function serve(task: ScanTask, port: MessagePort): Promise<void> {
  try {
    await work(task, port);
  } catch (error) {
    // What a reader would refuse is for the reader to say, which knows line and column.
    const reads = error instanceof Doubt || HireSyncError.is(error) || hasCode(error);
    if (!reads) throw error;
    port.postMessage({ kind: 'doubt', why: error.message } satisfies ScanAnswer);
  }
}

/** Of Node's file system, or of its decoder. */
function hasCode(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}
