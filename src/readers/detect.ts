import { isAscii, isUtf8 } from 'node:buffer';
import { HireSyncError } from '../errors.ts';
import {
  completeLength,
  type Encoding,
  markedEncoding,
  SIGNATURE_BYTES,
  unmarkedUtf16,
} from './encodings.ts';
import { createReading, type Reading } from './narrow.ts';

/** The encoding to decode a file in. */
export interface Detection {
  readonly encoding: Encoding;
  /** What to say of the first byte that does not fit `encoding`, where that was found out and not declared. */
  readonly complaint?: string;
}

const DAMAGE = 'the file was cut off, damaged, or put together from several encodings, so export it again';
export const OVERRULE = "if it is GB18030 all the same, declare encoding: 'gb18030'";

// Two-byte characters from which on their shape says something.
const ENOUGH = 20;

/**
 * Finds out the encoding of a file over its whole length: byte order mark, else UTF-8 if every byte is, else
 * GB18030 if the text has its shape. Where both readings are possible and neither can be preferred, the file is
 * refused with both named; what is read as GB18030 is refused where it has unassigned characters (see `decode`). A file of neither kind is never read as something else: it gets an encoding
 * that decoding it will refuse, and the complaint.
 * @param read begins to read the file's bytes anew
 * @param format JSON is UTF-8 by its standard: a few odd bytes in it are damage rather than GB18030
 * @throws HireSyncError SOURCE_INVALID for a file that is no text, or that could be either
 */
export async function detectEncoding(
  read: () => AsyncIterable<Uint8Array>,
  file: string,
  format: 'csv' | 'json',
): Promise<Detection> {
  const first = await readAsUtf8(read(), file);
  if (first.encoding !== undefined) {
    // JSON is UTF-8 by its standard, and needs no preference.
    if (first.reading === 'either' && format === 'csv' && (await isGb18030(read()))) throw eitherWay(file);
    return { encoding: first.encoding };
  }
  const shape = createShape();
  for await (const chunk of read()) shape.add(chunk);
  const { high, inUtf8, pairs, narrow, fours } = shape.end();
  // In real GB18030 text at most every third such byte happens to fit into a UTF-8 character.
  if (inUtf8 * 2 > high) {
    const complaint = `not valid UTF-8, though most of the text is: ${DAMAGE} (${OVERRULE})`;
    return { encoding: 'utf-8', complaint };
  }
  // Nearly all characters in use have a second byte above 0x7F. In Windows-1252 text letters follow accents.
  if ((narrow === pairs && fours === 0) || (pairs >= ENOUGH && narrow * 4 > pairs)) {
    const complaint = `not valid UTF-8, and the text does not have the shape of GB18030: it looks like Windows-1252, Latin-1, Big5 or another encoding that is never guessed, so save it as UTF-8 (${OVERRULE})`;
    return { encoding: 'utf-8', complaint };
  }
  if (format === 'json' && pairs < ENOUGH) {
    const complaint = `not valid UTF-8, which JSON has to be: ${DAMAGE} (${OVERRULE})`;
    return { encoding: 'utf-8', complaint };
  }
  const complaint = `neither valid GB18030 nor UTF-8 (that it is not from byte ${first.until} on): ${DAMAGE}`;
  return { encoding: 'gb18030', complaint };
}

/** @returns the encoding, or the offset of the first byte that is not UTF-8 */
async function readAsUtf8(
  bytes: AsyncIterable<Uint8Array>,
  file: string,
): Promise<
  | { readonly encoding: Encoding; readonly reading?: Reading }
  | { readonly encoding: undefined; readonly until: number }
> {
  const reading = createReading();
  const note = (part: Uint8Array) => {
    if (!reading.isSettled() && !isAscii(part)) reading.add(new TextDecoder('utf-8').decode(part));
  };
  let rest: Uint8Array = new Uint8Array();
  let offset = 0;
  let begun = false;
  for await (const chunk of bytes) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    if (!begun) {
      if (rest.length < SIGNATURE_BYTES) continue;
      begun = true;
      const encoding = judgeHead(rest, file);
      if (encoding !== undefined) return { encoding };
    }
    const complete = completeLength(rest, 'utf-8');
    const part = rest.subarray(0, complete);
    if (!isUtf8(part)) return { encoding: undefined, until: offset + validLength(part) };
    note(part);
    offset += complete;
    rest = rest.subarray(complete);
  }
  const encoding = begun ? undefined : judgeHead(rest, file);
  if (encoding !== undefined) return { encoding };
  if (!isUtf8(rest)) return { encoding: undefined, until: offset + validLength(rest) };
  note(rest);
  return { encoding: 'utf-8', reading: reading.verdict() };
}

async function isGb18030(bytes: AsyncIterable<Uint8Array>): Promise<boolean> {
  const decoder = new TextDecoder('gb18030', { fatal: true });
  try {
    for await (const chunk of bytes) decoder.decode(chunk, { stream: true });
    decoder.decode();
    return true;
  } catch (error) {
    if (HireSyncError.is(error)) throw error;
    return false;
  }
}

function eitherWay(file: string): HireSyncError {
  const text = `${file} could be UTF-8 as well as GB18030, and the few characters beyond ASCII do not tell: declare encoding: 'utf-8' or encoding: 'gb18030', or save it as UTF-8 with a byte order mark ("CSV UTF-8").`;
  return new HireSyncError('SOURCE_INVALID', text);
}

function judgeHead(head: Uint8Array, file: string): Encoding | undefined {
  const marked = markedEncoding(head, file);
  if (marked !== undefined) return marked;
  const encoding = unmarkedUtf16(head, 0.01);
  if (encoding !== undefined) {
    const text = `${file} looks like UTF-16 without a byte order mark: declare encoding: '${encoding}', or save it as UTF-8.`;
    throw new HireSyncError('SOURCE_INVALID', text);
  }
  return undefined;
}

/** Length of the UTF-8 character at `at`, 0 if there is none (Unicode, table 3-7). */
function utf8Length(bytes: Uint8Array, at: number): number {
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

function validLength(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const length = utf8Length(bytes, at);
    if (length === 0) return at;
    at += length;
  }
  return at;
}

interface Shape {
  /** Bytes above 0x7F, and those of them that stand in a whole UTF-8 character. */
  readonly high: number;
  readonly inUtf8: number;
  /** Two-byte characters when read as GB18030, and those of them whose second byte is ASCII elsewhere. */
  readonly pairs: number;
  readonly narrow: number;
  /** Four-byte characters, whose bytes alternate as in no other encoding. */
  readonly fours: number;
}

const isDigit = (byte: number) => byte >= 0x30 && byte <= 0x39;

// The longest character has four bytes.
const AHEAD = 3;

/** Counts in one go how the bytes look as UTF-8 and as GB18030. */
function createShape() {
  let high = 0;
  let inUtf8 = 0;
  let pairs = 0;
  let narrow = 0;
  let fours = 0;
  let rest: Uint8Array = new Uint8Array();
  // Where the next character begins, in each of the two ways to read the bytes.
  let atUtf8 = 0;
  let atGb = 0;

  const scan = (bytes: Uint8Array, end: number) => {
    while (atUtf8 < end) {
      const length = utf8Length(bytes, atUtf8);
      if (length !== 1) high += Math.max(length, 1);
      if (length > 1) inUtf8 += length;
      atUtf8 += Math.max(length, 1);
    }
    while (atGb < end) {
      if ((bytes[atGb] ?? 0) < 0x80) {
        atGb++;
        continue;
      }
      const second = bytes[atGb + 1] ?? 0;
      const isFour = isDigit(second);
      if (isFour && (bytes[atGb + 2] ?? 0) > 0x80 && isDigit(bytes[atGb + 3] ?? 0)) fours++;
      if (!isFour && second >= 0x40) {
        pairs++;
        if (second < 0x80) narrow++;
      }
      atGb += isFour ? 4 : second >= 0x40 ? 2 : 1;
    }
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
      return { high, inUtf8, pairs, narrow, fours };
    },
  };
}
