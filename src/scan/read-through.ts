import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import { escapedControls } from '../readers/controls.ts';
import { bomLength, completeLength, createDisguiseCheck, type Encoding } from '../readers/encodings.ts';
import { RECORD_LIMIT } from '../readers/records.ts';
import { openRegularSync, type Stamp, stampOf } from '../readers/regular-file.ts';
import { Doubt } from './csv-borders.ts';
import type { Borders } from './json-borders.ts';

const WINDOW_BYTES = 1024 * 1024;

export interface ReadThrough {
  readonly size: number;
  readonly stamp: Stamp;
  readonly sha256: string;
  readonly bytes: number;
  readonly begin: number;
  readonly finalNewline: boolean;
  /** Control characters that JSON spells as escapes. */
  readonly escapedControls: number;
}

export interface ReadSettings {
  readonly encoding: Encoding;
  /** The encoding is a guess: every byte must prove it. */
  readonly guessed: boolean;
  /** Whether the text is JSON: it spells control characters as escapes. */
  readonly escapes: boolean;
  /** Told of the window the next records lie in, and where it begins in the file. */
  readonly enter: (window: Uint8Array, offset: number) => void;
  /** Ends the reading early. */
  readonly enough?: () => boolean;
}

/**
 * Drives the bytes of a file through `borders`, a window at a time.
 * @throws Doubt
 */
export function readThrough(
  folder: string,
  file: string,
  borders: Borders,
  { encoding, guessed, escapes, enter, enough = () => false }: ReadSettings,
): ReadThrough {
  const { handle: descriptor, stamp } = openRegularSync(resolve(folder, file));
  try {
    const size = Number(stamp.size);
    const hash = createHash('sha256');
    let window = new Uint8Array(WINDOW_BYTES);
    let view = new DataView(window.buffer);
    let used = 0;
    let offset = 0;
    let bytes = 0;
    let begin: number | undefined;
    let lastByte = 0;
    let escaped = 0;
    let proved = 0;
    const checkDisguise = createDisguiseCheck(file, encoding);
    for (;;) {
      const count = readSync(descriptor, window, used, window.length - used, null);
      const fresh = window.subarray(used, used + count);
      hash.update(fresh);
      if (count > 0) checkDisguise(fresh);
      else checkDisguise();
      bytes += count;
      used += count;
      if (count > 0) lastByte = window[used - 1] ?? 0;
      const last = count === 0;
      if (!last && used < window.length && bytes < size) continue;
      let from = 0;
      if (begin === undefined) {
        begin = bomLength(window.subarray(0, Math.min(used, 4)), file, encoding);
        from = begin;
      }
      if (guessed) proved = proveUtf8(window, proved, used, last);
      enter(window, offset);
      const rest = borders.push(window, view, from, used, last);
      const read = Buffer.from(window.buffer, from, rest - from);
      if (hasMark(read, encoding)) throw new Doubt('a byte order mark in the middle');
      if (escapes && ESCAPES.some((begin) => read.includes(begin))) {
        escaped += escapedControls(read.toString('latin1'));
      }
      if (last || enough()) break;
      window.copyWithin(0, rest, used);
      used -= rest;
      offset += rest;
      proved -= rest;
      if (used < window.length) continue;
      if (used > 4 * RECORD_LIMIT) throw new Doubt('a record is longer than the limit');
      const larger = new Uint8Array(window.length * 2);
      larger.set(window);
      window = larger;
      view = new DataView(window.buffer);
    }
    const finalNewline = lastByte === 0x0a || lastByte === 0x0d;
    const after = stampOf(fstatSync(descriptor, { bigint: true }));
    if (after.size !== stamp.size || after.modifiedNs !== stamp.modifiedNs)
      throw new Doubt('the file is being written');
    return {
      size,
      stamp,
      sha256: hash.digest('hex'),
      bytes,
      begin: begin ?? 0,
      finalNewline,
      escapedControls: escaped,
    };
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Checks the bytes that have come since the last time, before anybody takes them for UTF-8.
 * @returns up to where they are proved: the rest is the beginning of a character
 */
function proveUtf8(window: Uint8Array, from: number, to: number, last: boolean): number {
  const fresh = window.subarray(from, to);
  const complete = last ? fresh.length : completeLength(fresh, 'utf-8');
  if (!isUtf8(fresh.subarray(0, complete))) throw new Doubt('not UTF-8, though it begins so');
  return from + complete;
}

const ESCAPES = ['\\u00', '\\b', '\\f'];

const MARKS = {
  'utf-8': Buffer.from('\ufeff'),
  gb18030: Buffer.from([0x84, 0x31, 0x95, 0x33]),
};

/** Marks inside the data are counted by who reads it, those that JSON spells as escapes included. */
function hasMark(bytes: Buffer, encoding: Encoding): boolean {
  const mark = encoding === 'gb18030' ? MARKS.gb18030 : MARKS['utf-8'];
  if (bytes.includes(mark)) return true;
  return bytes.includes('\\u') && /\\ufeff/i.test(bytes.toString('latin1'));
}
