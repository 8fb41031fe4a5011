import { CHINESE, KANA, KANJI, KOREAN } from './frequent-characters.ts';

/**
 * How often each sequence of bytes above ASCII stands in a file that is taken for two-byte characters: by first byte × 256
 * + second byte, with second byte 0 for a byte that begins no such character.
 */
export type PairCounts = Uint32Array;

/** What bytes that are not UTF-8 look like. */
export interface Likeness {
  /** Whether they are GB18030: they look like Chinese in it, and clearly more so than like anything else in another one. */
  readonly chinese: boolean;
  /** What they look like beyond doubt. */
  readonly best?: { readonly language: string; readonly encoding: LooksLike };
  /** Encodings in which they are text of some language, the likeliest first. */
  readonly candidates: readonly LooksLike[];
}

type LooksLike = (typeof READINGS)[number]['encoding'];

/** First bytes and second bytes, each from … to → the natural logarithm of the share that one such character has. */
type Range = readonly [from: number, to: number, least: number, most: number, share: number];

// A character whose share is not known from the lists of frequent ones: by its rows. Others are hardly ever used.
const [COMMON_ROWS, RARE_ROWS, SIGNS, FOREIGN, NEVER] = [-10.7, -12.4, -9.5, -12, -20];

const READINGS = [
  {
    encoding: 'gb18030',
    language: 'Chinese',
    frequent: [CHINESE],
    rows: [
      [0xb0, 0xd7, 0xa1, 0xfe, COMMON_ROWS],
      // Given names have many of these.
      [0xd8, 0xf7, 0xa1, 0xfe, -11.5],
      // Kana, Greek, Cyrillic.
      [0xa4, 0xa7, 0xa1, 0xfe, FOREIGN],
      [0xa1, 0xa9, 0xa1, 0xfe, SIGNS],
      // The extension GBK: rare characters, and the traditional forms that are not in the list.
      [0x81, 0xa0, 0x40, 0xfe, -13.5],
      [0xaa, 0xfe, 0x40, 0xfe, -13.5],
    ],
  },
  {
    encoding: 'euc-kr',
    language: 'Korean',
    frequent: [KOREAN],
    rows: [
      [0xb0, 0xc8, 0xa1, 0xfe, COMMON_ROWS],
      [0xca, 0xfd, 0xa1, 0xfe, RARE_ROWS],
      [0xa1, 0xac, 0xa1, 0xfe, SIGNS],
      [0x81, 0xc6, 0x41, 0xfe, -13.5],
    ],
  },
  {
    encoding: 'shift_jis',
    language: 'Japanese',
    frequent: [KANA, KANJI],
    rows: [
      [0x89, 0x97, 0x40, 0xfe, COMMON_ROWS],
      [0x98, 0x9f, 0x40, 0xfe, RARE_ROWS],
      [0xe0, 0xea, 0x40, 0xfe, RARE_ROWS],
      [0xfa, 0xfc, 0x40, 0xfe, RARE_ROWS],
      [0x81, 0x87, 0x40, 0xfe, SIGNS],
      // Two half-width katakana, and the last one of an odd number.
      [0xa6, 0xdf, 0xa6, 0xdf, -10.2],
      [0xa6, 0xdf, 0, 0, -4.2],
    ],
  },
  {
    encoding: 'euc-jp',
    language: 'Japanese',
    frequent: [KANA, KANJI],
    rows: [
      [0xb0, 0xcf, 0xa1, 0xfe, COMMON_ROWS],
      [0xd0, 0xf4, 0xa1, 0xfe, RARE_ROWS],
      [0xa1, 0xa8, 0xa1, 0xfe, SIGNS],
      [0xad, 0xad, 0xa1, 0xfe, SIGNS],
      [0x8e, 0x8e, 0xa6, 0xdf, SIGNS],
    ],
  },
  {
    encoding: 'big5',
    language: 'Chinese',
    frequent: [CHINESE],
    rows: [
      [0xa4, 0xc6, 0x40, 0xfe, COMMON_ROWS],
      [0xc9, 0xf9, 0x40, 0xfe, RARE_ROWS],
      [0xa1, 0xa3, 0x40, 0xfe, SIGNS],
    ],
  },
  {
    // Words of ASCII letters with one of another kind here and there.
    encoding: 'windows-1252',
    language: 'Western European',
    frequent: [],
    rows: [
      [0xc0, 0xff, 0x41, 0x7a, -7.5],
      [0xa0, 0xff, 0x41, 0x7a, -10],
      [0xa0, 0xff, 0xa0, 0xfe, -12],
      [0xc0, 0xff, 0, 0, -4.5],
      [0x80, 0xff, 0, 0, -6],
    ],
  },
  {
    // Words of an alphabet beyond ASCII, Cyrillic standing for all: every other word has an odd number of letters.
    encoding: 'windows-1251',
    language: 'Russian, or another language with an alphabet of its own',
    frequent: [],
    rows: [
      [0xc0, 0xff, 0xc0, 0xfe, -10.5],
      [0xc0, 0xff, 0, 0, -3],
    ],
  },
] as const satisfies readonly {
  readonly encoding: string;
  readonly language: string;
  readonly frequent: readonly string[];
  readonly rows: readonly Range[];
}[];

// The frequent characters are nearly all of a text; the share of one falls with its rank (Zipf's law).
const FREQUENT_SHARE = 0.92;
const FLATTENED_BY = 15;

/** Frequent characters → the logarithm of the share of each. @param lists of equal weight: kana, and kanji */
function sharesOf(lists: readonly string[]): ReadonlyMap<string, number> {
  const shares = new Map<string, number>();
  for (const list of lists) {
    const chars = [...new Set(list)];
    const weights = chars.map((_, rank) => 1 / (rank + FLATTENED_BY));
    const all = weights.reduce((sum, weight) => sum + weight, 0);
    for (const [rank, char] of chars.entries()) {
      if (shares.has(char)) continue;
      shares.set(char, Math.log((FREQUENT_SHARE * (weights[rank] ?? 0)) / all / lists.length));
    }
  }
  return shares;
}

let known: readonly ReadonlyMap<string, number>[] | undefined;

// No language at all: any pair of bytes is as likely as another.
const AT_RANDOM = -10;

// A reading is preferred where it is e³ (20) times as likely as any other.
const CLEARLY = 3;

// A character of four bytes, or a byte that begins none.
const FOUR = -12;
const BROKEN = -15;

/**
 * Judges by the characters that would stand in a file which of them are in use: text of one language that is read in the
 * encoding of another consists of characters that hardly anybody writes.
 * @param fours characters of four bytes of GB18030, whose bytes alternate as in no other encoding
 */
export function likenessOf(pairs: PairCounts, fours: number): Likeness {
  const present: number[] = [];
  for (let pair = 0; pair < pairs.length; pair++) if ((pairs[pair] ?? 0) > 0) present.push(pair);
  let atRandom = fours * 4 * AT_RANDOM;
  for (const pair of present) atRandom += (pairs[pair] ?? 0) * AT_RANDOM;

  known ??= READINGS.map(({ frequent }) => sharesOf(frequent));
  const shares = known;
  const scores = READINGS.map((reading, index) => {
    const isGb = reading.encoding === 'gb18030';
    const chars = decoded(reading.encoding, present);
    let score = fours * (isGb ? FOUR : 2 * NEVER);
    for (const [at, pair] of present.entries()) {
      const share = shares[index]?.get(chars[at] ?? '') ?? shareOfRows(reading.rows, pair >> 8, pair & 0xff);
      score += (pairs[pair] ?? 0) * share;
    }
    return { ...reading, score };
  }).toSorted((one, other) => other.score - one.score);

  const [first, second] = scores;
  const isClear =
    first !== undefined &&
    first.score >= atRandom &&
    first.score - (second?.score ?? Number.NEGATIVE_INFINITY) >= CLEARLY;
  const candidates = scores.filter(({ score }) => score > atRandom).map(({ encoding }) => encoding);
  if (!isClear) return { chinese: false, candidates };
  const { language, encoding } = first;
  return { chinese: encoding === 'gb18030', best: { language, encoding }, candidates };
}

function shareOfRows(rows: readonly Range[], first: number, second: number): number {
  if (second === 0 && !rows.some(([, , least]) => least === 0)) return BROKEN;
  const row = rows.find(
    ([from, to, least, most]) => first >= from && first <= to && second >= least && second <= most,
  );
  return row?.[4] ?? NEVER;
}

/** What the pairs of bytes are in an encoding, one by one. */
function decoded(encoding: string, pairs: readonly number[]): readonly string[] {
  const decoder = new TextDecoder(encoding);
  const bytes = new Uint8Array(2);
  return pairs.map((pair) => {
    bytes[0] = pair >> 8;
    bytes[1] = pair & 0xff;
    return bytes[1] === 0 ? '' : decoder.decode(bytes);
  });
}
