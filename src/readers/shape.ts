import type { PairCounts } from './language.ts';

/** Length of the UTF-8 character at `at`, 0 if there is none (Unicode, table 3-7). */
export function utf8Length(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  const length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  for (let index = 1; index < length; index++) {
    const byte = bytes[at + index] ?? 0;
    if (byte < 0x80 || byte > 0xbf) return 0;
  }
  const second = bytes[at + 1] ?? 0;
  if (lead === 0xe0 && second < 0xa0) return 0;
  if (lead === 0xed && second > 0x9f) return 0;
  if (lead === 0xf0 && second < 0x90) return 0;
  if (lead === 0xf4 && second > 0x8f) return 0;
  return length;
}

export interface Shape {
  /** Bytes above 0x7F, and those of them that stand in a whole UTF-8 character. */
  readonly high: number;
  readonly inUtf8: number;
  /** Those in UTF-8 characters of three bytes or more; UTF-8 characters of two bytes behind an ASCII letter. */
  readonly wide: number;
  readonly latin: number;
  /** Two-byte characters when read as GB18030 or another encoding of East Asia, which of them, and how many in all. */
  readonly counts: PairCounts;
  readonly pairs: number;
  /** Four-byte characters of GB18030, whose bytes alternate as in no other encoding. */
  readonly fours: number;
}

const isDigit = (byte: number) => byte >= 0x30 && byte <= 0x39;

const isLetter = (byte = 0) => (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;

// The longest character has four bytes.
const AHEAD = 3;

/** Counts in one go how the bytes look as UTF-8 and as two-byte characters. */
export function createShape() {
  let high = 0;
  let inUtf8 = 0;
  let wide = 0;
  let latin = 0;
  const counts = new Uint32Array(0x10000);
  let fours = 0;
  let rest: Uint8Array = new Uint8Array();
  // Where the next character begins, in each of the two ways to read the bytes.
  let atUtf8 = 0;
  let atGb = 0;

  const scanUtf8 = (bytes: Uint8Array, from: number, end: number): number => {
    let at = from;
    while (at < end) {
      if ((bytes[at] as number) < 0x80) {
        at++;
        continue;
      }
      const length = utf8Length(bytes, at);
      high += length || 1;
      inUtf8 += length;
      if (length > 2) wide += length;
      else if (length === 2 && isLetter(bytes[at - 1])) latin++;
      at += length || 1;
    }
    return at;
  };

  const scanPairs = (bytes: Uint8Array, from: number, end: number): number => {
    let at = from;
    while (at < end) {
      const lead = bytes[at] as number;
      if (lead < 0x80) {
        at++;
        continue;
      }
      const second = bytes[at + 1] ?? 0;
      if (lead > 0x80 && second >= 0x40) {
        const pair = (lead << 8) | second;
        counts[pair] = (counts[pair] as number) + 1;
        at += 2;
      } else if (isDigit(second) && (bytes[at + 2] ?? 0) > 0x80 && isDigit(bytes[at + 3] ?? 0)) {
        fours++;
        at += 4;
      } else {
        const single = lead << 8;
        counts[single] = (counts[single] as number) + 1;
        at++;
      }
    }
    return at;
  };

  const scan = (bytes: Uint8Array, end: number) => {
    atUtf8 = scanUtf8(bytes, atUtf8, end);
    atGb = scanPairs(bytes, atGb, end);
  };

  return {
    add(chunk: Uint8Array) {
      // What is left of the chunk before is looked at with the first bytes of this one: joining all of both would copy
      // the file once more.
      if (rest.length > 0 && chunk.length >= AHEAD) {
        scan(Buffer.concat([rest, chunk.subarray(0, AHEAD)]), rest.length);
        atUtf8 -= rest.length;
        atGb -= rest.length;
        rest = new Uint8Array();
      }
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const end = Math.max(0, bytes.length - AHEAD);
      scan(bytes, end);
      rest = bytes.slice(end);
      atUtf8 -= end;
      atGb -= end;
    },
    end(): Shape {
      scan(rest, rest.length);
      const pairs = counts.reduce((sum, count, pair) => ((pair & 0xff) === 0 ? sum : sum + count), 0);
      return { high, inUtf8, wide, latin, counts, pairs, fours };
    },
  };
}
