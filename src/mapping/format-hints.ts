import { HireSyncError } from '../errors.ts';
import { dateReader, type FormattedDate } from './date-format.ts';
import { MONTH_NAME, WEEKDAY_NAME, wrongWeekday } from './date-names.ts';
import { withArabicNumerals } from './date-numerals.ts';
import { OFFSET, offsetZone } from './date-offset.ts';

const LONGEST = 80;
/** Any pivot reads what another reads: which years are meant is the pipeline's to say. */
const ANY_PIVOT = 1970;

/** Whether a format's year has two digits: it needs a pivot. */
export const hasShortYear = (format: string): boolean => /(?<!y)yy(?!y)/.test(format);

/** Whether a format reads a time of day. */
export const hasTime = (format: string): boolean => /[Hh]/.test(format.replaceAll(/'[^']*'/g, ''));

/** A word that stands for a zone, as a format has it in quotes. The zone itself is the pipeline's to name. */
export const zoneWordIn = (format: string): string | undefined => /'([A-Z]{3,4})'/.exec(format)?.[1];

/**
 * The formats by which a text could be read that has none of the forms read without one, each proved by reading it: what
 * a message advises works. Day before month where the numbers do not tell, unless a weekday does.
 */
export function formatsOf(word: string): readonly string[] {
  if (word.length > LONGEST) return [];
  const pieces = piecesOf(withArabicNumerals(word));
  if (pieces === undefined) return [];
  const readable = tokensOf(pieces).flatMap((tokens) => {
    const format = pieces.map(({ text }, index) => tokens.get(index) ?? text).join('');
    const read = readAs(format, word);
    return read === undefined ? [] : [{ format, isSound: isSound(read) }];
  });
  const sound = readable.filter(({ isSound }) => isSound);
  return [...new Set((sound.length > 0 ? sound : readable).map(({ format }) => format))];
}

type Kind = 'clock' | 'half' | 'weekday' | 'month' | 'offset' | 'digits' | 'literal' | 'sign';

interface Piece {
  readonly kind: Kind;
  readonly text: string;
}

const CLOCK = '[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?';
// "-05" after minutes is as likely the end of a range; after seconds, or behind GMT, it is an offset.
const SIGNED = String.raw`(?<=:[0-9]{2}:[0-9.,]+ ?)${OFFSET}|(?:Z|UTC|GMT)(?:[+-][0-9:]+)?|(?<=[0-9] ?)\+[0-9]{2}(?::?[0-9]{2})?`;
// Words that exports write behind a time, and what JavaScript writes behind its offset.
const ZONE_WORD = '(?:CST|HKT|JST|KST|SGT|IST|BST|CET|CEST|EST|EDT|PST|PDT)(?![A-Za-z])';
const ASIDE = String.raw`\((?:[A-Z][a-z]+ )+Time\)|\(中国标准时间\)`;
const PIECE = new RegExp(
  [
    `(?<offset>${SIGNED})`,
    `(?<clock>${CLOCK})`,
    '(?<digits>[0-9]+)',
    '(?<half>上午|下午|午前|午後|[AaPp]\\.?[Mm](?![A-Za-z])\\.?)',
    `(?<weekday>${WEEKDAY_NAME}(?:\\.(?=[ ,]))?)`,
    `(?<month>${MONTH_NAME}(?:\\.(?=[ ,]))?)`,
    `(?<literal>${ZONE_WORD}|${ASIDE}|at(?![A-Za-z])|T|h)`,
    '(?<sign>[ \\-/.,:@()（）年月日号时点分秒])',
  ].join('|'),
  'y',
);

/** The parts of a text; undefined when it has one that no format has a token or a sign for. */
function piecesOf(text: string): readonly Piece[] | undefined {
  const pieces: Piece[] = [];
  PIECE.lastIndex = 0;
  while (PIECE.lastIndex < text.length) {
    const groups = PIECE.exec(text)?.groups;
    if (groups === undefined) return undefined;
    for (const [kind, found] of Object.entries(groups)) {
      if (found !== undefined) pieces.push({ kind: kind as Kind, text: found });
    }
  }
  // What has spaces around it is told as that.
  return text.trim() === text && pieces.length > 0 ? pieces : undefined;
}

/** By the index of a piece, its token. */
type Tokens = ReadonlyMap<number, string>;

/** All ways to give the pieces tokens; numbers without a unit are the only ones with a choice. */
function tokensOf(pieces: readonly Piece[]): readonly Tokens[] {
  const hour = pieces.some(({ kind }) => kind === 'half') ? 'h' : 'H';
  const sure = new Map<number, string>();
  const free: number[] = [];
  for (const [index, { kind, text }] of pieces.entries()) {
    const token = kind === 'digits' ? byNeighbours(pieces, index, hour) : tokenOf(kind, text, hour);
    if (token !== undefined) sure.set(index, token);
    else if (kind === 'digits') free.push(index);
  }
  const lengths = free.map((index) => pieces[index]?.text.length ?? 0);
  const has = (sign: string) => pieces.some(({ text }) => text === sign);
  const isNamed = has('月') || pieces.some(({ kind }) => kind === 'month');
  const dates = has('日') || has('号') ? [[]] : isNamed ? NAMED : NUMBERED;
  return ordersOf(lengths, dates, hour).map(
    (order) => new Map([...sure, ...free.map((index, at) => [index, order[at] ?? ''] as const)]),
  );
}

function tokenOf(kind: Exclude<Kind, 'digits'>, text: string, hour: string): string | undefined {
  switch (kind) {
    case 'clock':
      return clockFormat(text, hour);
    case 'half':
      return 'a';
    case 'weekday':
      return 'EEE';
    case 'month':
      return 'MMM';
    case 'offset':
      return 'X';
    case 'literal':
      return `'${text}'`;
    case 'sign':
      return undefined;
  }
}

function clockFormat(clock: string, hour: string): string {
  const [, mark = '', fraction = ''] = /([.,])([0-9]+)$/.exec(clock) ?? [];
  const digits = clock.split(':').length === 3 ? `${hour}:mm:ss` : `${hour}:mm`;
  if (fraction === '') return digits;
  if (fraction.length === 3) return `${digits}${mark}SSS`;
  return `${digits}[${mark}${fraction.length <= 6 ? 'SSSSSS' : 'SSSSSSSSS'}]`;
}

/** The token of a number that the sign beside it tells: `5日`, `14h30`, `T1400`. */
function byNeighbours(pieces: readonly Piece[], index: number, hour: string): string | undefined {
  const { length } = pieces[index]?.text ?? '';
  const [before, after] = [pieces[index - 1]?.text, pieces[index + 1]?.text];
  if (after === '年') return length === 4 ? 'yyyy' : 'yy';
  if (after === '月') return 'M';
  if (after === '日' || after === '号') return 'd';
  if (after === '时' || after === '点' || after === 'h') return hour;
  if (after === '分' || before === '点' || before === '时' || before === 'h') return 'mm';
  if (after === '秒') return 'ss';
  if (before === 'T') return length <= 2 ? hour : COMPACT_TIMES.get(length);
  return undefined;
}

const COMPACT_TIMES: ReadonlyMap<number, string> = new Map([
  [4, 'HHmm'],
  [6, 'HHmmss'],
]);
const COMPACT: ReadonlyMap<number, string> = new Map([
  [8, 'yyyyMMdd'],
  [12, 'yyyyMMddHHmm'],
  [14, 'yyyyMMddHHmmss'],
  [17, 'yyyyMMddHHmmssSSS'],
]);

/** What numbers of these lengths can be, if they are one of these dates and a time. */
function ordersOf(
  lengths: readonly number[],
  dates: readonly (readonly string[])[],
  hour: string,
): readonly (readonly string[])[] {
  const [first = 0, ...others] = lengths;
  const compact = COMPACT.get(first);
  if (compact !== undefined) return timesAfter(others, hour).map((time) => [compact, ...time]);
  return dates
    .filter((date) =>
      date.every((token, at) => (token === 'yyyy' ? lengths[at] === 4 : (lengths[at] ?? 9) <= 2)),
    )
    .flatMap((date) => timesAfter(lengths.slice(date.length), hour).map((time) => [...date, ...time]));
}

// Not among them: 2024/5/3 as day before month, which nobody writes.
const NAMED = [
  ['d', 'yyyy'],
  ['yyyy', 'd'],
  ['d', 'yy'],
  ['yy', 'd'],
];
const NUMBERED = [
  ['yyyy', 'M', 'd'],
  ['d', 'M', 'yyyy'],
  ['M', 'd', 'yyyy'],
  ['d', 'M', 'yy'],
  ['M', 'd', 'yy'],
  ['yy', 'M', 'd'],
];

/** A time without ":" behind a date: `1400`, `140007`, `14`. */
function timesAfter(lengths: readonly number[], hour: string): readonly (readonly string[])[] {
  const [length] = lengths;
  if (length === undefined) return [[]];
  const time = length <= 2 ? hour : COMPACT_TIMES.get(length);
  return lengths.length === 1 && time !== undefined ? [[time]] : [];
}

function readAs(format: string, word: string): FormattedDate | undefined {
  try {
    const pivot = hasShortYear(format) ? { pivot: ANY_PIVOT } : {};
    const reader = dateReader(format, pivot);
    const read = reader(word) ?? reader(withArabicNumerals(word));
    return read !== undefined && exists(read) ? read : undefined;
  } catch (error) {
    // Some of these make no format: their parts could not be told apart.
    if (HireSyncError.is(error)) return undefined;
    throw error;
  }
}

/** Whether a date has the parts of one; 31 February is told when it is read. */
const exists = ({ fields: { year, month, day, hour, minute, second }, offset }: FormattedDate): boolean =>
  year >= 1900 &&
  month >= 1 &&
  month <= 12 &&
  day >= 1 &&
  day <= 31 &&
  hour < 24 &&
  minute < 60 &&
  second < 60 &&
  (offset === undefined || offsetZone(offset) !== undefined);

const isSound = ({ fields }: FormattedDate): boolean =>
  fields.day <= new Date(Date.UTC(fields.year, fields.month, 0)).getUTCDate() &&
  wrongWeekday(fields) === undefined;
