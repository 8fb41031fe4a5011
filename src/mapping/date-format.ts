import { HireSyncError } from '../errors.ts';

/** The fields of a local date and time as they stand in a cell; not yet checked against the calendar. */
export interface DateFields {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
}

/** Reads a cell's text in one format; `undefined` when it does not have that format. */
export type DateReader = (text: string) => DateFields | undefined;

type Part = 'year' | 'month' | 'day' | 'hour24' | 'hour12' | 'minute' | 'second' | 'millisecond' | 'half';

const TOKENS: Readonly<Record<string, { readonly part: Part; readonly pattern: string }>> = {
  yyyy: { part: 'year', pattern: '[0-9]{4}' },
  M: { part: 'month', pattern: '[0-9]{1,2}' },
  MM: { part: 'month', pattern: '[0-9]{2}' },
  d: { part: 'day', pattern: '[0-9]{1,2}' },
  dd: { part: 'day', pattern: '[0-9]{2}' },
  H: { part: 'hour24', pattern: '[0-9]{1,2}' },
  HH: { part: 'hour24', pattern: '[0-9]{2}' },
  h: { part: 'hour12', pattern: '[0-9]{1,2}' },
  hh: { part: 'hour12', pattern: '[0-9]{2}' },
  mm: { part: 'minute', pattern: '[0-9]{2}' },
  ss: { part: 'second', pattern: '[0-9]{2}' },
  SSS: { part: 'millisecond', pattern: '[0-9]{3}' },
  a: { part: 'half', pattern: '上午|下午|[AaPp][Mm]' },
};

/** What a format says is allowed, for messages. */
export const FORMAT_TOKENS = Object.keys(TOKENS).join(' ');

const readers = new Map<string, DateReader>();

/**
 * The reader of a format such as `yyyy年M月d日 ah:mm`. Tokens: yyyy M MM d dd H HH h hh mm ss SSS a (上午, 下午, AM,
 * PM); `'T'` in quotes and everything that is no Latin letter stand for themselves. Parts below the smallest token
 * are zero. Made once per format.
 * @throws HireSyncError PIPELINE_INVALID for a format that does not determine a date, or uses unknown letters
 */
export function dateReader(format: string): DateReader {
  const known = readers.get(format);
  if (known !== undefined) return known;
  const made = makeReader(format);
  readers.set(format, made);
  return made;
}

function makeReader(format: string): DateReader {
  const { pattern, parts } = compile(format);
  return (text) => {
    const match = pattern.exec(text);
    if (match === null) return undefined;
    const numberOf = (part: Part): number => {
      const at = parts.indexOf(part);
      return at < 0 ? 0 : Number(match[at + 1]);
    };
    const hour12 = numberOf('hour12');
    if (parts.includes('hour12') && (hour12 < 1 || hour12 > 12)) return undefined;
    const half = match[parts.indexOf('half') + 1] ?? '';
    const hour = parts.includes('hour12')
      ? (hour12 % 12) + (/下午|pm/i.test(half) ? 12 : 0)
      : numberOf('hour24');
    return {
      year: numberOf('year'),
      month: numberOf('month'),
      day: numberOf('day'),
      hour,
      minute: numberOf('minute'),
      second: numberOf('second'),
      millisecond: numberOf('millisecond'),
    };
  };
}

function compile(format: string): { readonly pattern: RegExp; readonly parts: readonly Part[] } {
  const parts: Part[] = [];
  let source = '';
  // Tokens of one digit or two that no sign separates so far.
  let loose: string[] = [];
  for (const [piece] of format.matchAll(/'[^']*'|([A-Za-z])\1*|[^A-Za-z']+|'/g)) {
    const token = Object.hasOwn(TOKENS, piece) ? TOKENS[piece] : undefined;
    if (token !== undefined) {
      if (parts.includes(token.part)) throw wrong(format, `it names the ${token.part} twice`);
      parts.push(token.part);
      if (token.part === 'half') loose = [];
      else if (token.pattern.includes(',')) loose.push(piece);
      if (loose.length > 1)
        throw wrong(
          format,
          `nobody can tell where ${loose[0]} ends and ${loose[1]} begins: write two letters each`,
        );
      source += `(${token.pattern})`;
    } else if (/^[A-SU-Za-z]|^'$|^TT/.test(piece)) {
      throw wrong(format, `"${piece}" is not a token; put literal letters in quotes, such as 'T'`);
    } else {
      const literal = piece.startsWith("'") ? piece.slice(1, -1) : piece;
      if (literal !== '') loose = [];
      source += literal.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    }
  }
  complain(format, parts);
  return { pattern: new RegExp(`^${source}$`), parts };
}

/** Each part needs the larger ones: minutes without hours are no time of day. */
function complain(format: string, parts: readonly Part[]): void {
  const has = (part: Part): boolean => parts.includes(part);
  const hours = has('hour24') || has('hour12');
  for (const part of ['year', 'month', 'day'] as const) {
    if (!has(part)) throw wrong(format, `it has no ${part}`);
  }
  if (has('hour24') && has('hour12')) throw wrong(format, 'it has both H and h');
  if (has('hour12') !== has('half'))
    throw wrong(format, 'h and a go together: h alone does not tell 2 from 14');
  if (has('minute') && !hours) throw wrong(format, 'it has minutes without hours');
  if (has('second') && !has('minute')) throw wrong(format, 'it has seconds without minutes');
  if (has('millisecond') && !has('second')) throw wrong(format, 'it has milliseconds without seconds');
}

function wrong(format: string, why: string): HireSyncError {
  return new HireSyncError('PIPELINE_INVALID', `Date format "${format}": ${why}. Tokens: ${FORMAT_TOKENS}.`);
}
