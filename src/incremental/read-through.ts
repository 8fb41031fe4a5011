import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, readSync } from 'node:fs';
import { bomLength, completeLength, createDisguiseCheck, type Encoding } from '../readers/encodings.ts';
import { RECORD_LIMIT } from '../readers/records.ts';
import { openRegularSync, type Stamp, stampOf } from '../readers/regular-file.ts';
import { isNeedsParser, type NeedsParser, needsParser } from './needs-parser.ts';
import type { RecordFinder } from './record-finder.ts';

const WINDOW_BYTES = 1024 * 1024;

export interface ReadThrough {
  readonly stamp: Stamp;
  readonly sha256: string;
  readonly bytes: number;
  /** Where its text begins: behind a byte order mark. */
  readonly begin: number;
  readonly finalNewline: boolean;
  /** Whether every byte of it is UTF-8; not asked of a file that declares its encoding. */
  readonly isUtf8: boolean;
}

/**
 * Reads a file once, from its beginning to its end, and shows its bytes to `finder`, a window at a time.
 * @param file how the pipeline names it
 * @param isPresumed whether the encoding is what its beginning says, and all bytes are to be asked
 */
export function readThrough(
  path: string,
  file: string,
  finder: RecordFinder,
  { encoding, isPresumed }: { readonly encoding: Encoding; readonly isPresumed: boolean },
): ReadThrough | NeedsParser {
  const { handle: descriptor, stamp } = openRegularSync(path);
  try {
    const size = Number(stamp.size);
    const hash = createHash('sha256');
    const checkDisguise = createDisguiseCheck(file, encoding);
    const proof = createProof(isPresumed);
    let window = new Uint8Array(WINDOW_BYTES);
    let view = new DataView(window.buffer);
    let used = 0;
    let offset = 0;
    let begin: number | undefined;
    // Up to here the finder has read.
    let from = 0;
    let lastByte = 0;
    for (;;) {
      const count = readSync(descriptor, window, used, window.length - used, null);
      const fresh = window.subarray(used, used + count);
      const isLast = count === 0;
      hash.update(fresh);
      checkDisguise(isLast ? undefined : fresh);
      used += count;
      if (!isLast) lastByte = window[used - 1] ?? 0;
      if (!isLast && used < window.length && offset + used < size) continue;
      if (begin === undefined) {
        begin = bomLength(window.subarray(0, Math.min(used, 4)), file, encoding);
        from = begin;
      }
      proof.add(window, used, isLast);
      const rest = finder.push({ bytes: window, view, from, to: used, offset, isLast });
      if (isNeedsParser(rest)) return rest;
      if (hasMark(Buffer.from(window.buffer, from, rest - from)))
        return needsParser('a byte order mark in the middle');
      if (isLast) break;
      // What is neither read nor proved stays.
      const done = Math.min(rest, proof.upTo(used));
      window.copyWithin(0, done, used);
      used -= done;
      offset += done;
      from = rest - done;
      proof.drop(done);
      if (used < window.length) continue;
      if (used > 4 * RECORD_LIMIT) return needsParser('a record is longer than the limit');
      const larger = new Uint8Array(window.length * 2);
      larger.set(window);
      window = larger;
      view = new DataView(window.buffer);
    }
    const after = stampOf(fstatSync(descriptor, { bigint: true }));
    if (after.size !== stamp.size || after.modifiedNs !== stamp.modifiedNs)
      return needsParser('the file is being written');
    return {
      stamp,
      sha256: hash.digest('hex'),
      bytes: offset + used,
      begin: begin ?? 0,
      finalNewline: lastByte === 0x0a || lastByte === 0x0d,
      isUtf8: proof.isUtf8(),
    };
  } finally {
    closeSync(descriptor);
  }
}

/** Tells whether the bytes of a window, of which ever more come and the first ones go, are UTF-8. */
function createProof(isAsked: boolean) {
  let isProved = isAsked;
  // Up to where they are: behind it is the beginning of a character.
  let proved = 0;
  return {
    add(window: Uint8Array, used: number, isLast: boolean): void {
      if (!isProved) return;
      const fresh = window.subarray(proved, used);
      const complete = isLast ? fresh.length : completeLength(fresh, 'utf-8');
      isProved = isUtf8(fresh.subarray(0, complete));
      proved += complete;
    },
    upTo: (used: number) => (isProved ? proved : used),
    drop(bytes: number): void {
      proved -= bytes;
    },
    isUtf8: () => isProved,
  };
}

// In UTF-8 and in GB18030: no text of one has the mark of the other but by a rare accident.
const MARKS = [Buffer.from('\ufeff'), Buffer.from([0x84, 0x31, 0x95, 0x33])];

/** Marks inside the data are counted by who reads it, those that JSON spells as escapes included. */
function hasMark(bytes: Buffer): boolean {
  if (MARKS.some((mark) => bytes.includes(mark))) return true;
  return bytes.includes('\\u') && /\\ufeff/i.test(bytes.toString('latin1'));
}
