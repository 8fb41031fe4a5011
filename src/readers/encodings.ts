import { HireSyncError } from '../errors.ts';
import type { Encoding } from '../model.ts';
import { createReading, WIDE } from './narrow.ts';

export type { Encoding } from '../model.ts';

/** What a source may be declared in; decoding is strict in all of them. */
export const ENCODINGS = [
  ...(['utf-8', 'gb18030', 'utf-16le', 'utf-16be', 'euc-kr', 'shift_jis', 'euc-jp', 'big5'] as const),
  ...([0, 1, 2, 3, 4, 5, 6, 7, 8] as const).map((part) => `windows-125${part}` as const),
  ...([2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16] as const).map((part) => `iso-8859-${part}` as const),
] as const satisfies readonly Encoding[];

const NAMES: Partial<Record<Encoding, string>> = {
  shift_jis: 'Shift_JIS',
  big5: 'Big5',
};

/** An encoding in a sentence: `UTF-8`, `Shift_JIS`, `windows-1252`. */
export const nameOf = (encoding: Encoding): string =>
  NAMES[encoding] ?? (encoding.startsWith('windows') ? encoding : encoding.toUpperCase());

const CODE_PAGES: Readonly<Record<string, Encoding>> = {
  '932': 'shift_jis',
  '936': 'gb18030',
  '949': 'euc-kr',
  '950': 'big5',
  '65001': 'utf-8',
};

/** The encoding that somebody means by another name of it (`cp949`, `gbk`, `latin1`); undefined for an unknown name. */
export function encodingCalled(name: string): Encoding | undefined {
  const page = /^(?:cp|ms|x-windows-|windows-)-?([0-9]+)$/i.exec(name)?.[1] ?? '';
  let label = CODE_PAGES[page] ?? (/^125[0-8]$/.test(page) ? `windows-${page}` : name);
  try {
    label = new TextDecoder(label).encoding;
  } catch {
    return undefined;
  }
  return label === 'gbk' ? 'gb18030' : ENCODINGS.find((encoding) => encoding === label);
}

interface Signature {
  readonly bytes: readonly number[];
  readonly name: string;
  readonly encoding?: Encoding;
  readonly advice: string;
}

/** What is said of a file that is no text, or text in an encoding that is not read. */
const faultOf = ({ advice }: Signature) => (advice === EXPORT || advice === UNPACK ? 'binary' : 'encoding');

const declare = (encoding: Encoding) => `declare encoding: '${encoding}'`;
const saveAs = 'save it as UTF-8';
const EXPORT =
  'it is no text, whatever its name ends with: export it as CSV (in Excel and WPS "CSV UTF-8") or as JSON';
const UNPACK = 'it is no text, whatever its name ends with: unpack it first';

// Longer signatures first: UTF-32LE begins like UTF-16LE.
const SIGNATURES: readonly Signature[] = [
  { bytes: [0xff, 0xfe, 0, 0], name: 'a UTF-32LE byte order mark', advice: saveAs },
  { bytes: [0, 0, 0xfe, 0xff], name: 'a UTF-32BE byte order mark', advice: saveAs },
  {
    bytes: [0xff, 0xfe],
    name: 'a UTF-16LE byte order mark',
    encoding: 'utf-16le',
    advice: declare('utf-16le'),
  },
  {
    bytes: [0xfe, 0xff],
    name: 'a UTF-16BE byte order mark',
    encoding: 'utf-16be',
    advice: declare('utf-16be'),
  },
  { bytes: [0xef, 0xbb, 0xbf], name: 'a UTF-8 byte order mark', encoding: 'utf-8', advice: declare('utf-8') },
  {
    bytes: [0x84, 0x31, 0x95, 0x33],
    name: 'a GB18030 byte order mark',
    encoding: 'gb18030',
    advice: declare('gb18030'),
  },
  {
    bytes: [0x50, 0x4b, 0x03, 0x04],
    name: 'the signature of an Excel file (.xlsx) or another ZIP archive',
    advice: EXPORT,
  },
  { bytes: [0x50, 0x4b, 0x05, 0x06], name: 'the signature of an empty ZIP archive', advice: EXPORT },
  {
    bytes: [0xd0, 0xcf, 0x11, 0xe0],
    name: 'the signature of an old Excel file (.xls)',
    advice: EXPORT,
  },
  { bytes: [...'%PDF'].map((char) => char.charCodeAt(0)), name: 'the signature of a PDF', advice: EXPORT },
  { bytes: [0x89, 0x50, 0x4e, 0x47], name: 'the signature of a picture (PNG)', advice: EXPORT },
  { bytes: [0xff, 0xd8, 0xff], name: 'the signature of a picture (JPEG)', advice: EXPORT },
  {
    bytes: [...'Rar!'].map((char) => char.charCodeAt(0)),
    name: 'the signature of a RAR archive',
    advice: UNPACK,
  },
  { bytes: [0x37, 0x7a, 0xbc, 0xaf], name: 'the signature of a 7z archive', advice: UNPACK },
  {
    bytes: [0x1f, 0x8b],
    name: 'a gzip signature',
    advice: 'let its name end with .gz (it is then unpacked while it is read), or unpack it first',
  },
];

/** Bytes enough to tell every signature. */
export const SIGNATURE_BYTES = 4;

const signatureOf = (head: Uint8Array) =>
  SIGNATURES.find(({ bytes }) => bytes.every((byte, index) => head[index] === byte));

/**
 * The encoding that the byte order mark at the beginning of a file tells; undefined without one.
 * @throws HireSyncError SOURCE_INVALID for a file that is no text, or text in an encoding that is not read
 */
export function markedEncoding(head: Uint8Array, file: string): Encoding | undefined {
  const found = signatureOf(head);
  if (found === undefined || found.encoding !== undefined) return found?.encoding;
  throw new HireSyncError('SOURCE_INVALID', `${file} begins with ${found.name}: ${found.advice}.`, {
    fault: faultOf(found),
  });
}

/**
 * Length of the byte order mark at the beginning of a file, 0 without one.
 * @throws HireSyncError SOURCE_INVALID for the mark of another encoding, or of a file that is no text
 */
export function bomLength(head: Uint8Array, file: string, encoding: Encoding): number {
  const found = signatureOf(head);
  if (found === undefined) return 0;
  if (found.encoding === encoding) return found.bytes.length;
  const fault = faultOf(found);
  const declared = fault === 'binary' ? '' : `, but is declared as ${nameOf(encoding)}`;
  const text = `${file} begins with ${found.name}${declared}: ${found.advice}.`;
  throw new HireSyncError('SOURCE_INVALID', text, { fault });
}

/**
 * How many of the first bytes of `part` are complete characters; the rest is the beginning of one more.
 * `part` must begin at a character. Says nothing about validity: the strict decoder judges that.
 */
export function completeLength(part: Uint8Array, encoding: Encoding): number {
  switch (encoding) {
    case 'utf-8':
      return completeUtf8(part);
    case 'utf-16le':
    case 'utf-16be': {
      const even = part.length - (part.length % 2);
      const high = even >= 2 ? (part[encoding === 'utf-16le' ? even - 1 : even - 2] ?? 0) : 0;
      return high >= 0xd8 && high <= 0xdb ? even - 2 : even;
    }
    default:
      return completeOfTwo(part, encoding);
  }
}

function completeUtf8(part: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, part.length); back++) {
    const byte = part[part.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte >= 0xc0) {
      const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return needed > back ? part.length - back : part.length;
    }
  }
  return part.length;
}

function completeOfTwo(part: Uint8Array, encoding: Encoding): number {
  // No byte of a longer character is below 0x30, so the character after such a byte begins right there.
  let at = part.length;
  while (at > 0 && (part[at - 1] ?? 0) >= 0x30) at--;
  while (at < part.length) {
    const length = characterLength(part, at, encoding);
    if (at + length > part.length) return at;
    at += length;
  }
  return part.length;
}

const isBetween = (byte: number, from: number, to: number) => byte >= from && byte <= to;

/** Length of the character that begins at `at`, by its first two bytes; of encodings other than those of Unicode. */
export function characterLength(bytes: Uint8Array, at: number, encoding: Encoding): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  switch (encoding) {
    case 'gb18030':
      if (!isBetween(lead, 0x81, 0xfe)) return 1;
      return isBetween(bytes[at + 1] ?? 0, 0x30, 0x39) ? 4 : 2;
    case 'euc-kr':
    case 'big5':
      return isBetween(lead, 0x81, 0xfe) ? 2 : 1;
    case 'shift_jis':
      // Half-width katakana lie between.
      return isBetween(lead, 0x81, 0x9f) || isBetween(lead, 0xe0, 0xfc) ? 2 : 1;
    case 'euc-jp':
      if (lead === 0x8f) return 3;
      return lead === 0x8e || isBetween(lead, 0xa1, 0xfe) ? 2 : 1;
    default:
      return 1;
  }
}

/** In UTF-16, so much of a text are zero bytes at least. */
const UTF16_ZEROS = 0.1;

/**
 * The kind of UTF-16 that a text without a mark looks like: punctuation, digits and line ends have a zero byte in it,
 * always on the same side; few other characters (一) have one on the other.
 * @param head the beginning of the file
 * @param share of its bytes that must be such zeros, if there are none on the other side
 */
export function unmarkedUtf16(head: Uint8Array, share = UTF16_ZEROS): 'utf-16le' | 'utf-16be' | undefined {
  const looked = head.subarray(0, 4096);
  let even = 0;
  let odd = 0;
  for (let at = 0; at < looked.length; at++) {
    if (looked[at] !== 0) continue;
    if (at % 2 === 0) even++;
    else odd++;
  }
  const [fewer, more] = [Math.min(even, odd), Math.max(even, odd)];
  const needed = looked.length * (fewer === 0 ? share : UTF16_ZEROS);
  if (more < Math.max(2, needed) || fewer * 2 > more) return undefined;
  return even > odd ? 'utf-16be' : 'utf-16le';
}

// So many in a row that hold as UTF-8 are no accident; a shorter file is judged at its end.
const CERTAIN = 100;

/**
 * Watches the bytes of a file whose encoding is declared: text of another one may decode without an error, into
 * nonsense (UTF-8 as GB18030 or UTF-16, UTF-16 of the other byte order, ASCII in UTF-16 as anything). Call it with every
 * chunk, and without one at the end.
 * @throws HireSyncError SOURCE_INVALID
 */
export function createDisguiseCheck(file: string, encoding: Encoding): (chunk?: Uint8Array) => void {
  const refuse = (what: string, other: Encoding) => {
    const text = `${file} is declared as ${nameOf(encoding)}, but ${what}: ${declare(other)}.`;
    throw new HireSyncError('SOURCE_INVALID', text, { fault: 'encoding' });
  };
  const watch = watchFor(encoding, (what) => refuse(what, 'utf-8'));
  let begun = false;
  return (chunk) => {
    if (!begun && chunk !== undefined) {
      begun = true;
      // Behind a mark, the mark has the word.
      const found = signatureOf(chunk) === undefined ? unmarkedUtf16(chunk) : undefined;
      if (found !== undefined && found !== encoding)
        refuse(`looks like ${nameOf(found)} without a byte order mark from byte 0 on`, found);
    }
    watch(chunk);
  };
}

function watchFor(encoding: Encoding, refuse: (what: string) => void): (chunk?: Uint8Array) => void {
  if (encoding === 'utf-8') return () => {};
  let seen = 0;
  if (encoding === 'utf-16le' || encoding === 'utf-16be') {
    let judged = false;
    return (chunk) => {
      if (judged) return;
      // Commas, brackets and line ends have a zero byte in UTF-16.
      judged = chunk?.includes(0) ?? false;
      seen += chunk?.length ?? 0;
      if (!judged && (seen > 4096 || (chunk === undefined && seen > 0))) refuse('has no UTF-16 punctuation');
    };
  }
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  const reading = createReading();
  let possible = true;
  return (chunk) => {
    if (!possible) return;
    try {
      // A file that was cut off may end within a character.
      const text = chunk === undefined ? '' : utf8.decode(chunk, { stream: true });
      reading.add(text);
      if (WIDE.test(text)) for (const char of text) if (WIDE.test(char)) seen++;
    } catch {
      possible = false;
      return;
    }
    // Where neither reading can be preferred, the declaration decides.
    const isUtf8 = chunk === undefined && reading.verdict() === 'utf-8';
    if (seen >= CERTAIN || isUtf8) refuse('all of it is valid UTF-8, and looks like it');
  };
}
