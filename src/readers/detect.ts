import { isAscii, isUtf8 } from 'node:buffer';
import { HireSyncError } from '../errors.ts';
import {
  completeLength,
  type Encoding,
  markedEncoding,
  nameOf,
  SIGNATURE_BYTES,
  unmarkedUtf16,
} from './encodings.ts';
import { type Likeness, likenessOf } from './language.ts';
import { createReading, type Reading } from './narrow.ts';
import { createShape, utf8Length } from './shape.ts';

/** The encoding to decode a file in. */
export interface Detection {
  readonly encoding: Encoding;
  /** What to say of the first byte that does not fit `encoding`, where that was found out and not declared. */
  readonly complaint?: string;
  /** Whether it is text in an encoding that is never guessed: declared, it can be read. */
  readonly undeclared?: boolean;
}

const DAMAGE = 'the file was cut off, damaged, or put together from several encodings, so export it again';
export const OVERRULE = "if it is GB18030 all the same, declare encoding: 'gb18030'";

// With so few two-byte characters a JSON text is UTF-8 with a few damaged bytes: unless, with a few more, it looks like a
// language.
const FEW = 3;
const ENOUGH = 20;

// Bytes of three characters of UTF-8.
const SURELY_WIDE = 9;

/**
 * Finds out the encoding of a file over its whole length: byte order mark, else UTF-8 if every byte is, else
 * GB18030 if the text in it looks like Chinese. Where both readings are possible and neither can be preferred, the file
 * is refused with both named; what is read as GB18030 is refused where it has unassigned characters (see `decode`). A
 * file of neither kind is never read as something else: it gets an encoding that decoding it will refuse, and the complaint.
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
  const { high, inUtf8, wide, latin, counts, pairs, fours } = shape.end();
  const likeness = likenessOf(counts, fours);
  // In real GB18030 text at most every third such byte happens to fit into a UTF-8 character. In a short text more may
  // do so; but not into long ones, nor behind ASCII letters.
  const isSure = latin > 0 || (wide * 2 > high && wide >= SURELY_WIDE);
  const isUtf8 = inUtf8 * 2 > high && (isSure || (inUtf8 > SURELY_WIDE && likeness.best === undefined));
  if (isUtf8) {
    const complaint = `not valid UTF-8, though most of the text is: ${DAMAGE} (${OVERRULE})`;
    return { encoding: 'utf-8', complaint };
  }
  const isDamage = format === 'json' && (pairs < FEW || (pairs < ENOUGH && likeness.best === undefined));
  if (!likeness.chinese && !isDamage) {
    return { encoding: 'utf-8', complaint: notChinese(likeness), undeclared: true };
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

function notChinese({ best, candidates }: Likeness): string {
  const what = 'not valid UTF-8, and does not look like Chinese in GB18030';
  if (best !== undefined) {
    const { language, encoding } = best;
    return `${what}, but like ${language} in ${nameOf(encoding)}: declare encoding: '${encoding}', or save the file as UTF-8 (${OVERRULE})`;
  }
  const all: readonly string[] = [...candidates, 'gb18030', 'euc-kr', 'shift_jis', 'euc-jp', 'big5'];
  const names = [...new Set([...all, 'windows-1252'])].map((name) => `'${name}'`).join(', ');
  return `${what}, nor clearly like another language: declare which encoding it is in, as in encoding: ${names}, or save the file as UTF-8`;
}

function eitherWay(file: string): HireSyncError {
  const text = `${file} could be UTF-8 as well as GB18030, and the few characters beyond ASCII do not tell: declare encoding: 'utf-8' or encoding: 'gb18030' (or what else it is in), or save it as UTF-8 with a byte order mark ("CSV UTF-8").`;
  return new HireSyncError('SOURCE_INVALID', text, { fault: 'encoding' });
}

function judgeHead(head: Uint8Array, file: string): Encoding | undefined {
  const marked = markedEncoding(head, file);
  if (marked !== undefined) return marked;
  const encoding = unmarkedUtf16(head, 0.01);
  if (encoding !== undefined) {
    const text = `${file} looks like UTF-16 without a byte order mark: declare encoding: '${encoding}', or save it as UTF-8.`;
    throw new HireSyncError('SOURCE_INVALID', text, { fault: 'encoding' });
  }
  return undefined;
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
