import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { MessagePort } from 'node:worker_threads';
import { HireSyncError } from '../errors.ts';
import { NoRegularFile } from '../readers/regular-file.ts';
import type { ScanFile } from '../readers/source.ts';
import { createGroups } from './compare.ts';
import { closePartitions, filesOf, keepChildren, scanGroups } from './grouping.ts';
import { isNeedsParser, type NeedsParser } from './needs-parser.ts';
import { PLACE_BYTES, passFile } from './pass-file.ts';
import type { ScanAnswer, ScanQuestion, ScanTask, ThreadJob } from './protocol.ts';
import { scanFile } from './scan-file.ts';
import { createListingReader } from './temp-file.ts';

const RECORD_BYTES = 100;

async function scan(
  { folder, source, lookups, nowMs }: ScanTask,
  port: MessagePort,
): Promise<NeedsParser | undefined> {
  const tell = (answer: ScanAnswer) => port.postMessage(answer);
  const ask = (answer: ScanAnswer) => {
    const reply = new Promise<ScanQuestion>((settle) => port.once('message', settle));
    tell(answer);
    return reply;
  };
  const sizeOf = ({ file }: ScanFile) =>
    statSync(resolve(folder, file), { throwIfNoEntry: false })?.size ?? 0;
  const tables = [];
  for (const lookup of lookups) {
    // Of lookups only the bytes as a whole count.
    const table = await scanFile(folder, lookup, [], () => {});
    if (isNeedsParser(table)) return table;
    tables.push(table);
  }
  const groups = createGroups(sizeOf(source.file) / RECORD_BYTES);
  const scanned = await scanGroups(folder, source, sizeOf, groups.add);
  if (isNeedsParser(scanned)) return scanned;
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
    unmatched: { descriptor: compared.unmatched.descriptor, entries: compared.unmatched.length() },
  });
  return undefined;
}

/** Does what a thread is started for, and answers and asks over `port` until it is done: see `scan.ts`. */
export async function serve(job: ThreadJob, port: MessagePort): Promise<void> {
  const answer = (what: ScanAnswer) => port.postMessage(what);
  try {
    const needs = job.kind === 'scan' ? await scan(job.task, port) : await passFile(job.task, null);
    if (needs === undefined) return;
    if (isNeedsParser(needs)) answer({ kind: 'needs-parser', why: needs.needsParser });
    else answer({ kind: 'passed', passed: needs });
  } catch (error) {
    // What a reader would refuse is for the reader to say, which knows line and column.
    if (!isForReaders(error)) throw error;
    answer({ kind: 'needs-parser', why: error.message });
  }
}

/** An error of ours, of Node's file system, or of its decoder. */
function isForReaders(error: unknown): error is Error {
  if (error instanceof NoRegularFile || HireSyncError.is(error)) return true;
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}
