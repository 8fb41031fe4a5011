import { HireSyncError } from '../errors.ts';
import { MONTH_NAME, monthOf, WEEKDAY_NAME } from './date-names.ts';
import { OFFSET } from './date-offset.ts';

/** The fields of a local date and time as they stand in a cell; not yet checked against the calendar. */
export interface DateFields {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
  /** The name of the weekday, where the cell has one: it must agree with the date. */
  readonly weekday?: string;
}

/** What a format made of a cell's text. */
export interface FormattedDate {
  readonly fields: DateFields;
  /** `Z`, `+08:00`, `UTC`, where the format has one. */
  readonly offset: string | undefined;
}

/** Reads a cell's text in one format; `undefined` when it does not have that format. */
export type DateReader = (text: string) => FormattedDate | undefined;

export interface DateOptions {
  /**
   * For a format with `yy`: the first of the hundred years that two digits can mean. With 1970 the years are 1970 to
   * 2069: `69` is 2069, `70` is 1970.
   */
  readonly pivot?: number;
}

type Part =
  | 'year'
  | 'shortYear'
  | 'month'
  | 'monthName'
  | 'day'
  | 'weekday'
  | 'hour24'
  | 'hour12'
  | 'minute'
  | 'second'
  | 'fraction'
  | 'half'
  | 'offset';

const TOKENS: Readonly<Record<string, { readonly part: Part; readonly pattern: string }>> = {
  yyyy: { part: 'year', pattern: '[0-9]{4}' },
  yy: { part: 'shortYear', pattern: '[0-9]{2}' },
  M: { part: 'month', pattern: '[0-9]{1,2}' },
  MM: { part: 'month', pattern: '[0-9]{2}' },
  MMM: { part: 'monthName', pattern: `${MONTH_NAME}\\.?` },
  d: { part: 'day', pattern: '[0-9]{1,2}' },
  dd: { part: 'day', pattern: '[0-9]{2}' },
  EEE: { part: 'weekday', pattern: `(?:${WEEKDAY_NAME})\\.?` },
  H: { part: 'hour24', pattern: '[0-9]{1,2}' },
  HH: { part: 'hour24', pattern: '[0-9]{2}' },
  h: { part: 'hour12', pattern: '[0-9]{1,2}' },
  hh: { part: 'hour12', pattern: '[0-9]{2}' },
  mm: { part: 'minute', pattern: '[0-9]{2}' },
  ss: { part: 'second', pattern: '[0-9]{2}' },
  SSS: { part: 'fraction', pattern: '[0-9]{3}' },
  // Databases leave out the zeros at the end: .5 and .123456 stand in one column.
  SSSSSS: { part: 'fraction', pattern: '[0-9]{1,6}' },
  SSSSSSSSS: { part: 'fraction', pattern: '[0-9]{1,9}' },
  a: { part: 'half', pattern: '上午|下午|午前|午後|[AaPp]\\.?[Mm]\\.?' },
  X: { part: 'offset', pattern: OFFSET },
};

/** What a format says is allowed, for messages. */
export const FORMAT_TOKENS = Object.keys(TOKENS).join(' ');

/** What the same part is called in Java, .NET, Excel or moment.js. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  ...{ YYYY: 'yyyy', YY: 'yy', y: 'yyyy', D: 'd', DD: 'dd', A: 'a', tt: 'a', fff: 'SSS', ffffff: 'SSSSSS' },
  ...{ MMMM: 'MMM', E: 'EEE', EEEE: 'EEE', ddd: 'EEE', dddd: 'EEE', m: 'mm', s: 'ss', SSSSSSS: 'SSSSSSSSS' },
};

// A message tries the formats that may fit a cell: what it tried is not kept for ever.
const MOST_READERS = 1000;
const readers = new Map<string, DateReader>();

/**
 * The reader of a format such as `yyyy年M月d日 ah:mm`. Tokens: yyyy yy (with a pivot) M MM MMM (March, Mar, 三月) d dd EEE
 * (Tuesday, Tue, 周二) H HH h hh mm ss, SSS (exactly three digits), SSSSSS and SSSSSSSSS (one to that many digits; what
 * is finer than a millisecond is cut off), a (上午, 下午, AM, PM), X (an offset: Z, +08, +08:00, UTC, GMT+0800; it then
 * counts instead of the zone). `[…]` may be absent; `'T'` in quotes and everything that is no Latin letter stand for
 * themselves. Parts below the smallest token are zero. Made once per format.
 * @throws HireSyncError PIPELINE_INVALID for a format that does not determine a date, or uses unknown letters, and for a
 *   pivot without yy or the other way round
 */
export function dateReader(format: string, { pivot }: DateOptions = {}): DateReader {
  const id = pivot === undefined ? format : `${format} ${pivot}`;
  const known = readers.get(id);
  if (known !== undefined) return known;
  const made = makeReader(format, pivot);
  if (readers.size >= MOST_READERS) readers.clear();
  readers.set(id, made);
  return made;
}

function makeReader(format: string, pivot: number | undefined): DateReader {
  const { pattern, parts } = compile(format);
  const hasShortYear = parts.includes('shortYear');
  if (hasShortYear !== (pivot !== undefined)) {
    const call = `dateTime(…, zone, "${format}", { pivot: 1970 })`;
    if (!hasShortYear) throw wrong(format, 'it has a pivot, but no yy');
    throw wrong(format, `yy needs the first of the hundred years it can mean: ${call} is 1970 to 2069`);
  }
  if (pivot !== undefined && !(Number.isInteger(pivot) && pivot >= 1900 && pivot <= 2099))
    throw wrong(format, `the pivot ${String(pivot)} is not a year from 1900 to 2099`);
  return (text) => {
    const match = pattern.exec(text);
    if (match === null) return undefined;
    const textOf = (part: Part): string | undefined => match[parts.indexOf(part) + 1];
    const numberOf = (part: Part): number => (parts.includes(part) ? Number(textOf(part) ?? 0) : 0);
    const hour12 = numberOf('hour12');
    const isHalf = parts.includes('hour12');
    if (isHalf && (hour12 < 1 || hour12 > 12)) return undefined;
    const isLate = /下午|午後|^p/i.test(textOf('half') ?? '');
    const weekday = parts.includes('weekday') ? textOf('weekday')?.replace('.', '') : undefined;
    const fraction = parts.includes('fraction') ? (textOf('fraction') ?? '') : '';
    const fields = {
      year: pivot === undefined ? numberOf('year') : yearFrom(pivot, numberOf('shortYear')),
      month: parts.includes('monthName') ? monthOf(textOf('monthName') ?? '') : numberOf('month'),
      day: numberOf('day'),
      hour: isHalf ? (hour12 % 12) + (isLate ? 12 : 0) : numberOf('hour24'),
      minute: numberOf('minute'),
      second: numberOf('second'),
      millisecond: Number(fraction.slice(0, 3).padEnd(3, '0')),
    };
    return {
      fields: weekday === undefined ? fields : { ...fields, weekday },
      offset: parts.includes('offset') ? textOf('offset') : undefined,
    };
  };
}

/** The year with these last two digits among the hundred from `pivot` on. */
const yearFrom = (pivot: number, digits: number): number => pivot + ((digits - (pivot % 100) + 100) % 100);

const PIECES = /'[^']*'|([A-Za-z])\1*|[[\]]|[^A-Za-z'[\]]+|'/g;

function compile(format: string): { readonly pattern: RegExp; readonly parts: readonly Part[] } {
  const parts: Part[] = [];
  let source = '';
  // Tokens of one digit or two that no sign separates so far; in brackets, with those that stand before each of them.
  let loose: string[] = [];
  const before: string[][] = [];
  for (const [piece] of format.matchAll(PIECES)) {
    const token = Object.hasOwn(TOKENS, piece) ? TOKENS[piece] : undefined;
    if (token !== undefined) {
      if (parts.includes(token.part)) throw wrong(format, `it names the ${token.part} twice`);
      if (before.length > 0 && ALWAYS.has(token.part)) throw wrong(format, `${piece} must not stand in [ ]`);
      parts.push(token.part);
      if (!token.pattern.startsWith('[0-9]')) loose = [];
      else if (token.pattern.includes(',')) loose.push(piece);
      if (loose.length > 1)
        throw wrong(
          format,
          `nobody can tell where ${loose[0]} ends and ${loose[1]} begins: write two letters each`,
        );
      source += `(${token.pattern})`;
    } else if (piece === '[') {
      before.push(loose);
      source += '(?:';
    } else if (piece === ']') {
      const outer = before.pop();
      if (outer === undefined) throw wrong(format, `"]" closes nothing; put it in quotes, ']'`);
      loose = [...outer, ...loose.filter((name) => !outer.includes(name))];
      source += ')?';
    } else if (/^[A-SU-Za-z]|^'$|^TT/.test(piece)) {
      throw wrong(format, `"${piece}" is not a token; ${insteadOf(piece)}`);
    } else {
      const literal = piece.startsWith("'") ? piece.slice(1, -1) : piece;
      if (piece.startsWith("'") && /^(?:Z|UTC|GMT)$/.test(literal.trim()))
        throw wrong(
          format,
          `with ${piece} in quotes its time would be taken for the zone's: write X, which reads an offset`,
        );
      if (literal !== '') loose = [];
      source += literal.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    }
  }
  if (before.length > 0) throw wrong(format, `"[" is not closed; put it in quotes, '['`);
  complain(format, parts);
  return { pattern: new RegExp(`^${source}$`), parts };
}

function insteadOf(piece: string): string {
  // An offset, however many of these letters there are.
  const token = /^[XxZz]/.test(piece) ? 'X' : Object.hasOwn(ELSEWHERE, piece) && ELSEWHERE[piece];
  return token ? `write ${token}` : "put literal letters in quotes, such as 'T'";
}

const ALWAYS: ReadonlySet<Part> = new Set([
  ...(['year', 'shortYear', 'month', 'monthName', 'day', 'hour12', 'half'] as const),
]);

/** Each part needs the larger ones: minutes without hours are no time of day. */
function complain(format: string, parts: readonly Part[]): void {
  const has = (part: Part): boolean => parts.includes(part);
  const hours = has('hour24') || has('hour12');
  if (!has('year') && !has('shortYear')) throw wrong(format, 'it has no year');
  if (!has('month') && !has('monthName')) throw wrong(format, 'it has no month');
  if (!has('day')) throw wrong(format, 'it has no day');
  if (has('year') && has('shortYear')) throw wrong(format, 'it has both yyyy and yy');
  if (has('month') && has('monthName')) throw wrong(format, 'it has the month as number and by name');
  if (has('hour24') && has('hour12')) throw wrong(format, 'it has both H and h');
  if (has('hour12') !== has('half'))
    throw wrong(format, 'h and a go together: h alone does not tell 2 from 14');
  if (has('minute') && !hours) throw wrong(format, 'it has minutes without hours');
  if (has('second') && !has('minute')) throw wrong(format, 'it has seconds without minutes');
  if (has('fraction') && !has('second')) throw wrong(format, 'it has milliseconds without seconds');
  if (has('offset') && !hours) throw wrong(format, 'it has an offset without hours');
}

function wrong(format: string, why: string): HireSyncError {
  return new HireSyncError('PIPELINE_INVALID', `Date format "${format}": ${why}. Tokens: ${FORMAT_TOKENS}.`);
}
