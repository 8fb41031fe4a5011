import { HireSyncError } from '../errors.ts';
import { type Detection, OVERRULE } from './detect.ts';
import {
  bomLength,
  characterLength,
  completeLength,
  createDisguiseCheck,
  type Encoding,
  nameOf,
  SIGNATURE_BYTES,
} from './encodings.ts';
import { likenessOf } from './language.ts';
import { createTextCursor } from './lines.ts';
import { WIDE } from './narrow.ts';
import { createShape } from './shape.ts';
import type { Selection } from './source.ts';
import { createStrictDecoder } from './strict-decoder.ts';

/**
 * Bytes → text, strictly: a byte that does not belong to the encoding stops the file. The text comes in pieces that
 * never split a character, without the byte order mark at its beginning.
 * @throws HireSyncError SOURCE_INVALID with byte offset (from 0) and physical line of the first invalid byte
 */
export async function* decode(
  bytes: AsyncIterable<Uint8Array>,
  file: string,
  detection: Detection,
): AsyncGenerator<string> {
  const { encoding, complaint } = detection;
  // Where the encoding was found out, UTF-8 was tried first.
  const checkDisguise = complaint === undefined ? createDisguiseCheck(file, encoding) : () => {};
  const part = createPartDecoder(file, detection);
  let rest: Uint8Array = new Uint8Array();
  let begun = false;
  for await (const chunk of bytes) {
    checkDisguise(chunk);
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    if (!begun) {
      if (rest.length < SIGNATURE_BYTES) continue;
      begun = true;
      rest = part.skip(rest, bomLength(rest, file, encoding));
    }
    const complete = completeLength(rest, encoding);
    const text = part.decode(rest.subarray(0, complete), rest);
    rest = rest.subarray(complete);
    if (text !== '') yield text;
  }
  checkDisguise();
  if (!begun) rest = part.skip(rest, bomLength(rest, file, encoding));
  const text = part.decode(rest);
  if (text !== '') yield text;
}

const UNASSIGNED = /[\p{Co}\p{Cn}]/u;

/**
 * Decodes stretches of a file that was scanned: whole records, or what precedes them.
 * @param declared the encoding the pipeline declares, if it does
 * @returns a function that throws the selection's mismatch where `decode` would refuse the file: which byte of which
 *   line it is, only reading the whole of it tells
 */
export function createSelectionDecoder(
  selection: Selection,
  declared: Encoding | undefined,
): (bytes: Uint8Array) => string {
  const decoder = new TextDecoder(selection.encoding, { fatal: true, ignoreBOM: true });
  const isGuess = declared === undefined && selection.encoding === 'gb18030';
  return (bytes) => {
    let text: string;
    try {
      text = decoder.decode(bytes);
    } catch {
      throw selection.mismatch();
    }
    if (isGuess && UNASSIGNED.test(text)) throw selection.mismatch();
    return text;
  };
}

/** Decodes runs of whole characters one after the other, and knows where it stands in the file. */
function createPartDecoder(file: string, { encoding, complaint }: Detection) {
  // Every run begins at a character, so the decoder carries no state, and a mark inside the text is text.
  const decoder = createStrictDecoder(encoding);
  const cursor = createTextCursor();
  // Real text hardly ever has such characters; text of another encoding read as GB18030 soon has.
  const isGuess = complaint !== undefined && encoding === 'gb18030';
  let offset = 0;
  let wide = false;

  /** Index of the first byte that cannot belong to the text. */
  const firstInvalid = (part: Uint8Array) => {
    // In UTF-8 and UTF-16 the bytes come one by one; elsewhere the first ones tell how long a character is.
    const slow = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
    const next = isUnicode(encoding)
      ? (bytes: Uint8Array) => slow.decode(bytes, { stream: true })
      : (bytes: Uint8Array) => decoder.decode(bytes);
    let good = 0;
    for (let at = 0, end = 0; at < part.length; at = end) {
      end = at + (isUnicode(encoding) ? 1 : characterLength(part, at, encoding));
      try {
        const char = next(part.subarray(at, end));
        if (isGuess && UNASSIGNED.test(char)) break;
        if (char !== '') good = end;
      } catch {
        break;
      }
    }
    return good;
  };

  const invalid = (part: Uint8Array, known: Uint8Array, cause?: unknown) => {
    const unassigned = cause === undefined;
    const good = firstInvalid(part);
    const before = decoder.decode(part.subarray(0, good));
    cursor.enter(before);
    cursor.moveTo(before.length);
    const bad = Array.from(part.subarray(good, good + 4), (byte) => byte.toString(16).padStart(2, '0'));
    const where = `${file}, line ${cursor.line()}, byte ${offset + good} (0x${bad.join(' ')})`;
    const what = unassigned
      ? `a character that GB18030 leaves unassigned or to private use; that the file is GB18030 was only found out, and it may be Big5, EUC-KR or another encoding: save it as UTF-8 (${OVERRULE})`
      : (complaint ??
        `not valid ${nameOf(encoding)}; ${hint(known, encoding === 'utf-8' && (wide || WIDE.test(before)), encoding)}`);
    const text = `${where}: this is ${what}.`;
    return new HireSyncError('SOURCE_INVALID', text, { cause, fault: 'encoding' });
  };

  return {
    /** Leaves out the first bytes of the file. */
    skip(part: Uint8Array, length: number) {
      offset += length;
      return part.subarray(length);
    },
    /** @param known the same and what is known of the bytes behind it: they help to tell what is wrong */
    decode(part: Uint8Array, known = part): string {
      let text: string;
      try {
        text = decoder.decode(part);
      } catch (error) {
        throw invalid(part, known, error);
      }
      if (isGuess && UNASSIGNED.test(text)) throw invalid(part, known);
      offset += part.length;
      wide ||= encoding === 'utf-8' && WIDE.test(text);
      cursor.enter(text);
      cursor.moveTo(text.length);
      return text;
    },
  };
}

const isUnicode = (encoding: Encoding) => encoding.startsWith('utf-');

function hint(part: Uint8Array, wideBefore: boolean, encoding: Encoding): string {
  const fits = (other: Encoding) => {
    try {
      createStrictDecoder(other).decode(part.subarray(0, completeLength(part, other)));
      return true;
    } catch {
      return false;
    }
  };
  if (encoding !== 'utf-8' && fits('utf-8')) return "looks like UTF-8: declare encoding: 'utf-8'";
  const shape = createShape();
  shape.add(part.subarray(0, completeLength(part, 'gb18030')));
  const { counts, fours } = shape.end();
  const other = wideBefore ? undefined : likenessOf(counts, fours).best?.encoding;
  if (other !== undefined && other !== encoding && fits(other)) {
    const name = other === 'gb18030' ? 'GB18030/GBK' : nameOf(other);
    return `looks like ${name}: declare encoding: '${other}'`;
  }
  if (encoding === 'utf-8' && !wideBefore)
    return 'the file is in another encoding, which is found out, or asked for, if you declare none; or it is damaged, so export it again';
  const lacks = isUnicode(encoding)
    ? ''
    : ', or has characters that only an extension of it has (save it as UTF-8)';
  return `the text before it is: the file was cut off, damaged, or put together from several encodings, so export it again${lacks}`;
}
