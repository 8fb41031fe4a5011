import { closeSync, fstatSync, openSync } from 'node:fs';
import { resolve } from 'node:path';
import { HireSyncError } from '../errors.ts';
import type { Selection } from '../readers/source.ts';
import { createBits } from './bits.ts';
import type { FileFacts } from './facts.ts';
import { PLACE_BYTES } from './pass-file.ts';
import type { KeptRecords } from './protocol.ts';
import { createListingReader, readWhole } from './temp-file.ts';

const BATCH_RECORDS = 256;
const BATCH_BYTES = 1024 * 1024;
// Records that lie close together are read in one go.
const WINDOW_BYTES = 64 * 1024;

/** The records of a file that a scan found to be new, read from where they lie. */
export function createSelection(folder: string, facts: FileFacts, kept: KeptRecords): Selection {
  const bits = createBits(kept.bits);
  const mismatch = () =>
    new HireSyncError('SOURCE_INVALID', `${facts.file} is not what it was when it was scanned.`);
  const open = () => {
    const descriptor = openSync(resolve(folder, facts.file), 'r');
    const { size, mtimeMs } = fstatSync(descriptor);
    if (size === facts.size && mtimeMs === facts.modifiedMs) return descriptor;
    closeSync(descriptor);
    throw mismatch();
  };
  return {
    encoding: facts.count.encoding,
    delimiter: facts.count.delimiter,
    count: facts.count,
    mismatch,
    head() {
      const descriptor = open();
      try {
        const bytes = new Uint8Array(facts.headTo - facts.headFrom);
        readWhole(descriptor, bytes, facts.headFrom);
        return bytes;
      } finally {
        closeSync(descriptor);
      }
    },
    *batches() {
      const descriptor = open();
      try {
        const places = createListingReader(kept.places, PLACE_BYTES, kept.records);
        const window = createWindow(descriptor, facts.size);
        let batch: { bytes: Uint8Array; line: number }[] = [];
        let bytes = 0;
        for (let ordinal = 0; ordinal < kept.records; ordinal++) {
          if (!bits.has(ordinal)) continue;
          const at = places.seek(ordinal);
          const length = places.view.getUint32(at + 8, true);
          const line = places.view.getUint32(at + 12, true);
          batch.push({ bytes: window.read(places.view.getFloat64(at, true), length), line });
          bytes += length;
          if (batch.length < BATCH_RECORDS && bytes < BATCH_BYTES) continue;
          yield batch;
          batch = [];
          bytes = 0;
        }
        if (batch.length > 0) yield batch;
      } finally {
        closeSync(descriptor);
      }
    },
  };
}

/** Reads stretches of a file, forward, into the same memory: a fresh window each time would pile up. */
function createWindow(descriptor: number, size: number) {
  let window = new Uint8Array(WINDOW_BYTES);
  let begin = 0;
  let end = 0;
  return {
    read(offset: number, length: number): Uint8Array {
      if (offset < begin || offset + length > end) {
        const count = Math.min(size - offset, Math.max(length, WINDOW_BYTES));
        if (count > window.length) window = new Uint8Array(count);
        readWhole(descriptor, window.subarray(0, count), offset);
        begin = offset;
        end = offset + count;
      }
      return window.slice(offset - begin, offset - begin + length);
    },
  };
}
