import { closeSync } from 'node:fs';
import { resolve } from 'node:path';
import { HireSyncError } from '../errors.ts';
import { openRegularSync } from '../readers/regular-file.ts';
import type { SelectedRecords, Selection } from '../readers/source.ts';
import { createBits } from './bits.ts';
import { PLACE_BYTES } from './pass-file.ts';
import type { KeptRecords } from './protocol.ts';
import type { FileFacts } from './scan-file.ts';
import { createListingReader, readWhole } from './temp-file.ts';

const BATCH_RECORDS = 256;
const BATCH_BYTES = 1024 * 1024;
// Records that lie close together are read in one go; for scattered ones little is read in vain.
const WINDOW_BYTES = 4 * 1024;
const FIRST_BYTES = 32 * 1024;
const LONGEST_BEFORE = 1024 * 1024;
const LF = 0x0a;
const CR = 0x0d;

/** The records of a file that a scan found to be new, read from where they lie. */
export function createSelection(folder: string, facts: FileFacts, kept: KeptRecords): Selection {
  const bits = createBits(kept.bits);
  const mismatch = () =>
    new HireSyncError('SOURCE_INVALID', `${facts.file} is not what it was when it was scanned.`);
  const open = () => {
    const { handle: descriptor, stamp } = openRegularSync(resolve(folder, facts.file));
    const { size, modifiedNs } = facts.stamp;
    if (stamp.size === size && stamp.modifiedNs === modifiedNs) return descriptor;
    closeSync(descriptor);
    throw mismatch();
  };
  const read = (from: number, to: number): Uint8Array => {
    const descriptor = open();
    try {
      const bytes = new Uint8Array(to - from);
      readWhole(descriptor, bytes, from);
      return bytes;
    } finally {
      closeSync(descriptor);
    }
  };
  return {
    encoding: facts.count.encoding,
    delimiter: facts.count.delimiter,
    count: facts.count,
    mismatch,
    head: () => read(facts.headFrom, facts.headTo),
    lineBefore(ordinal) {
      const places = createListingReader(kept.places, PLACE_BYTES, kept.records);
      const offset = places.view.getFloat64(places.seek(ordinal), true);
      const from = Math.max(facts.headFrom, offset - LONGEST_BEFORE);
      const bytes = read(from, offset);
      const feed = bytes.lastIndexOf(LF);
      // Without any line feed a CR might end lines.
      const isCertain = feed >= 0 || (from === facts.headFrom && !bytes.includes(CR));
      return isCertain ? bytes.subarray(feed + 1) : undefined;
    },
    *batches() {
      const descriptor = open();
      try {
        const places = createListingReader(kept.places, PLACE_BYTES, kept.records);
        const window = createWindow(descriptor, Number(facts.stamp.size));
        let batch = createBatch();
        for (let ordinal = 0; ordinal < kept.records; ordinal++) {
          if (!bits.has(ordinal)) continue;
          const at = places.seek(ordinal);
          const length = places.view.getUint32(at + 8, true);
          const line = places.view.getUint32(at + 12, true);
          const blanks = places.view.getUint32(at + 16, true);
          batch.add(window.read(places.view.getFloat64(at, true), length), { line, ordinal, blanks });
          if (batch.records() < BATCH_RECORDS && batch.length() < BATCH_BYTES) continue;
          yield batch.end();
          batch = createBatch();
        }
        if (batch.records() > 0) yield batch.end();
      } finally {
        closeSync(descriptor);
      }
    },
  };
}

/** Gathers records. */
function createBatch() {
  let bytes = new Uint8Array(FIRST_BYTES);
  let used = 0;
  const ends: number[] = [];
  const lines: number[] = [];
  const ordinals: number[] = [];
  const blanks: number[] = [];
  return {
    records: () => lines.length,
    length: () => used,
    add(record: Uint8Array, place: { line: number; ordinal: number; blanks: number }) {
      const needed = used + record.length + 1;
      if (needed > bytes.length) {
        const larger = new Uint8Array(Math.max(needed, bytes.length * 2));
        larger.set(bytes.subarray(0, used));
        bytes = larger;
      }
      bytes.set(record, used);
      used += record.length;
      ends.push(used);
      bytes[used++] = LF;
      lines.push(place.line);
      ordinals.push(place.ordinal);
      blanks.push(place.blanks);
    },
    end: (): SelectedRecords => ({ bytes: bytes.subarray(0, used), ends, lines, ordinals, blanks }),
  };
}

/** Reads stretches of a file, forward, into the same memory: a fresh window each time would pile up. */
function createWindow(descriptor: number, size: number) {
  let window = new Uint8Array(WINDOW_BYTES);
  let begin = 0;
  let end = 0;
  return {
    /** Valid until the next. */
    read(offset: number, length: number): Uint8Array {
      if (offset < begin || offset + length > end) {
        const count = Math.min(size - offset, Math.max(length, WINDOW_BYTES));
        if (count > window.length) window = new Uint8Array(count);
        readWhole(descriptor, window.subarray(0, count), offset);
        begin = offset;
        end = offset + count;
      }
      return window.subarray(offset - begin, offset - begin + length);
    },
  };
}
