import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { MessagePort } from 'node:worker_threads';
import type { ScanFile } from '../readers/source.ts';
import { createGroups } from './compare.ts';
import { closePartitions, filesOf, keepChildren, scanGroups } from './grouping.ts';
import { PLACE_BYTES } from './pass-file.ts';
import { isForReaders } from './pass-thread.ts';
import type { ScanAnswer, ScanQuestion, ScanTask } from './protocol.ts';
import { scanFile } from './scan-file.ts';
import { createListingReader } from './temp-file.ts';

const RECORD_BYTES = 100;

/** Of lookups only the bytes as a whole count. */
const NOBODY = { record: () => {}, restart: () => {} };

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
  for (const lookup of lookups) tables.push(await scanFile(folder, lookup, [], NOBODY));
  const groups = createGroups(sizeOf(source.file) / RECORD_BYTES);
  const scanned = await scanGroups(folder, source, sizeOf, groups);
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
  const places = createListingReader(scanned.places.descriptor, PLACE_BYTES, scanned.places.entries);
  const lineOf = (ordinal: number) => places.view.getUint32(places.seek(ordinal) + 12, true);
  // Several elements of a JSON array may begin on one line.
  const placeOf = source.file.kind === 'csv' ? lineOf : (ordinal: number) => ordinal;
  const order = compared.keptInOrder(placeOf);
  const { newest } = compared;
  tell({
    kind: 'done',
    settled: compared.settled,
    newest: newest === null ? null : { ms: newest.ms, place: placeOf(newest.ordinal), hash: newest.hash },
    keptGroups: order.length(),
    kept: files.map((one, index) => ({
      file: one.facts.file,
      bits: (index === 0 ? compared.kept : one.kept).bytes(),
      records: one.places.entries,
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
    if (!isForReaders(error)) throw error;
    port.postMessage({ kind: 'doubt', why: error.message } satisfies ScanAnswer);
  }
}
