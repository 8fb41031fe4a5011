import { decodeKorean } from './cp949.ts';
import type { Encoding } from './encodings.ts';

/** Whole characters → text. `decode` throws for bytes that are none in the encoding; it keeps nothing between calls. */
export interface StrictDecoder {
  decode(bytes: Uint8Array): string;
}

// Node lets bytes pass that begin no character (as U+0080 to U+009F), and gives private-use characters for what it does
// not know: users' own characters in Shift_JIS, those of Hong Kong in Big5.
const NO_TEXT = /[\uFFFD\p{Co}\p{Cn}]/u;
const PASSED = /[\u0080-\u009f]/;

/** Strict decoding; a byte order mark is text. */
export function createStrictDecoder(encoding: Encoding): StrictDecoder {
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  const checked = (bytes: Uint8Array, passed?: RegExp) => {
    const text = decoder.decode(bytes);
    if (NO_TEXT.test(text) || passed?.test(text)) throw new TypeError(`not ${encoding}`);
    return text;
  };
  switch (encoding) {
    case 'utf-8':
    case 'gb18030':
    case 'utf-16le':
    case 'utf-16be':
      return decoder;
    case 'euc-kr':
      return { decode: decodeKorean };
    case 'euc-jp':
    case 'big5':
      return { decode: (bytes) => checked(bytes, PASSED) };
    case 'shift_jis':
      return { decode: (bytes) => withControls(checked(bytes, PASSED)) };
    case 'windows-1252':
      return { decode: (bytes) => withQuotes(checked(bytes)) };
    default:
      return { decode: (bytes) => checked(bytes) };
  }
}

// Node's Shift_JIS is that of IBM, which has these three control characters in each other's place.
const CONTROLS: Readonly<Record<string, string>> = { '\x1c': '\x1a', '\x7f': '\x1c', '\x1a': '\x7f' };

function withControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is about them
  return text.replace(/[\x1a\x1c\x7f]/g, (char) => CONTROLS[char] ?? char);
}

// Older versions of Node decode windows-1252 as Latin-1, where these are control characters.
const OF_1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

function withQuotes(text: string): string {
  return text.replace(/[\x80-\x9f]/g, (char) => OF_1252[char.charCodeAt(0) - 0x80] ?? char);
}
