import { isControl } from '../readers/controls.ts';
import { keyDamage } from '../readers/damage.ts';
import { HASH_WORDS, type Hash, hashBytes } from './hash.ts';

/** Raised where the bytes alone do not say how csv-parse would read them: the whole file is then parsed. */
export class Doubt extends Error {
  override readonly name = 'Doubt';
}

export interface BorderSettings {
  /** One byte below 0x80. */
  readonly delimiter: number;
  readonly encoding: 'utf-8' | 'gb18030';
  /** Largest record in bytes. */
  readonly limit: number;
  /** Columns, from 0, whose cells are keys. */
  readonly keyColumns: readonly number[];
  /** How many cells a row has; undefined where only the borders matter. */
  readonly columns?: number;
}

/** What is found of one record. The views are those of the scanner and change with the next record. */
export interface FoundRecord {
  /** Offsets into the window, without the line end. */
  readonly from: number;
  readonly to: number;
  /** Physical line, from 1. */
  readonly line: number;
  /** Of its bytes. */
  readonly hash: Hash;
  /** Of each key cell's text, `HASH_WORDS` words each. */
  readonly keys: Int32Array;
  /** Whether the key cell is there and holds something. */
  readonly hasKey: Uint8Array;
}

export interface BorderSink {
  record(found: FoundRecord): void;
  /** A line that holds nothing, or nothing but delimiters. */
  blank(): void;
}

/** `\w` */
const isWord = (byte: number) =>
  (byte >= 0x30 && byte <= 0x39) ||
  (byte >= 0x41 && byte <= 0x5a) ||
  (byte >= 0x61 && byte <= 0x7a) ||
  byte === 0x5f;

const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;
/** How a control character is told from what ends a cell. */
const COUNTED = 2;

/**
 * Finds the records in the bytes of a CSV file as csv-parse would (strict RFC 4180, lines ending with LF or CRLF),
 * knowing quotes, delimiter and line ends only. Anything odd (a quote inside a cell, text after a closing quote, a CR
 * alone, quotes in a key) is a Doubt, not a guess.
 */
export function createBorders(settings: BorderSettings, sink: BorderSink) {
  const { delimiter, encoding, limit, keyColumns, columns } = settings;
  // In GB18030 the second byte of a character may be `|` or a letter, never a quote, a comma or a line end.
  const tracks = encoding === 'gb18030' && delimiter >= 0x30;
  const special = new Uint8Array(256);
  for (const byte of [delimiter, QUOTE, LF, CR]) special[byte] = 1;
  if (tracks) special.fill(1, 0x80);
  const counted = Uint8Array.from({ length: 256 }, (_, byte) =>
    isControl(byte) && byte !== delimiter ? 1 : 0,
  );
  for (const [byte, is] of counted.entries()) if (is === 1) special[byte] = COUNTED;

  const slotOf = new Int32Array(Math.max(0, ...keyColumns.map((column) => column + 1))).fill(-1);
  for (const [slot, column] of keyColumns.entries()) slotOf[column] = slot;
  const keys = new Int32Array(keyColumns.length * HASH_WORDS);
  const keyHashes = keyColumns.map((_, slot) => keys.subarray(slot * HASH_WORDS, (slot + 1) * HASH_WORDS));
  const hasKey = new Uint8Array(keyColumns.length);
  const hash: Hash = new Int32Array(HASH_WORDS);
  const found = { from: 0, to: 0, line: 1, hash, keys, hasKey };
  let line = 1;
  // Of the record before: see `readers/tears.ts`.
  let afterLf = false;
  let cellsBefore = 0;
  let hasCrlf = false;
  let mayBeTorn = false;
  let controls = 0;

  const takeKey = (bytes: Uint8Array, view: DataView, slot: number, from: number, to: number): void => {
    if (from === to) return;
    let plain = true;
    for (let at = from; at < to; at++) {
      const byte = bytes[at] ?? 0;
      // Text that differs in bytes only, or is damaged, would join in another way than its bytes do.
      if (byte === 0 || (byte >= 0x80 && encoding === 'gb18030')) throw new Doubt('a key is not plain text');
      if (byte === 0xef && bytes[at + 1] === 0xbf && bytes[at + 2] === 0xbd)
        throw new Doubt('a key is damaged');
      if (!isWord(byte)) plain = false;
    }
    // Such a key ties nothing together: see the join.
    if (!plain && keyDamage(Buffer.from(bytes.subarray(from, to)).toString()) !== undefined)
      throw new Doubt('a key is damaged');
    const into = keyHashes[slot];
    if (into === undefined) return;
    hashBytes(view, from, to, into);
    hasKey[slot] = 1;
  };

  return {
    line: () => line,
    /** Control characters in the records found. */
    controls: () => controls,
    /**
     * The records in `bytes` from `begin` to `end`; `last` when the file ends there.
     * @returns where the first record begins that does not end in the window
     * @throws Doubt
     */
    push(bytes: Uint8Array, view: DataView, begin: number, end: number, last: boolean): number {
      let from = begin;
      records: while (from < end) {
        let at = from;
        let column = 0;
        let feeds = 0;
        let controlsHere = 0;
        let quotes = false;
        let filled = false;
        let bare = false;
        let crlf = false;
        let to = -1;
        hasKey.fill(0);
        while (to === -1) {
          let cellFrom = at;
          let cellTo = at;
          let doubled = false;
          if (at < end && bytes[at] === QUOTE) {
            quotes = true;
            at++;
            cellFrom = at;
            for (;;) {
              let byte = 0;
              while (at < end) {
                byte = bytes[at] as number;
                if (byte === QUOTE) break;
                if (byte < 0x20) {
                  if (byte === LF) feeds++;
                  else controlsHere += counted[byte] as number;
                }
                at++;
              }
              if (at >= end) {
                if (last) throw new Doubt('a quote is not closed');
                break records;
              }
              if (at + 1 >= end && !last) break records;
              if (at + 1 >= end || bytes[at + 1] !== QUOTE) break;
              doubled = true;
              at += 2;
            }
            cellTo = at;
            at++;
          } else {
            for (;;) {
              let kind = 0;
              while (at < end) {
                kind = special[bytes[at] as number] as number;
                if (kind !== 0) break;
                at++;
              }
              if (at < end && kind === COUNTED) {
                controlsHere++;
                at++;
                continue;
              }
              if (!tracks || at >= end || (bytes[at] as number) < 0x80) break;
              const lead = bytes[at] as number;
              if (lead === 0x80 || lead === 0xff) throw new Doubt('a byte that no character begins with');
              const second = at + 1 < end ? (bytes[at + 1] as number) : -1;
              if (second === -1 && !last) break records;
              if (second < 0x30) throw new Doubt('half a character');
              at += second <= 0x39 ? 4 : 2;
              if (at > end) {
                if (last) throw new Doubt('half a character');
                break records;
              }
            }
            cellTo = at;
          }
          if (cellTo > cellFrom) filled = true;
          const slot = column < slotOf.length ? (slotOf[column] as number) : -1;
          if (slot >= 0) {
            if (doubled) throw new Doubt('a key with quotes');
            takeKey(bytes, view, slot, cellFrom, cellTo);
          }
          if (at >= end) {
            if (!last) break records;
            to = at;
            found.to = at;
            continue;
          }
          const byte = bytes[at] as number;
          if (byte === delimiter) {
            at++;
            column++;
          } else if (byte === LF) {
            found.to = at;
            to = at + 1;
            feeds++;
            bare = true;
          } else if (byte === CR && at + 1 < end && bytes[at + 1] === LF) {
            found.to = at;
            to = at + 2;
            feeds++;
            crlf = true;
          } else if (byte === CR && at + 1 >= end && !last) break records;
          else throw new Doubt('a quote or a CR in the middle of a cell');
        }
        if (crlf) hasCrlf = true;
        // An empty line may lie between two pieces.
        if (columns !== undefined && (filled || column > 0)) {
          const cells = column + 1;
          mayBeTorn ||= afterLf && (cells !== columns || (cellsBefore === 1 && columns > 1));
          afterLf = bare;
          cellsBefore = cells;
        }
        // Which of its pieces are one record, and whether they are, is for the reader of rows to judge.
        if (mayBeTorn && hasCrlf) throw new Doubt('a record that a bare LF may have torn');
        if (found.to - from > limit) throw new Doubt('a record is longer than the limit');
        if (filled) {
          found.from = from;
          found.line = line;
          hashBytes(view, from, found.to, hash);
          sink.record(found);
        } else if (quotes) throw new Doubt('a record of empty quotes');
        else sink.blank();
        line += feeds;
        controls += controlsHere;
        from = to;
      }
      return from;
    },
  };
}
