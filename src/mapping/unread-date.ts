import type { DateForm } from '../model.ts';
import { damageOf } from '../readers/damage.ts';
import { isWordForNothing, nothingAdvice } from '../readers/empty-words.ts';
import { readClock, readDate, readDateTime } from './date-forms.ts';
import { EARLIEST_MS, LATEST_MS } from './epoch-range.ts';
import { formatsOf } from './format-hints.ts';

/** Why a cell is not a date: `why` is the end of a sentence that begins with it. */
export interface Unread {
  readonly why: string;
  /** Null where the cell is damaged, or a word for nothing. */
  readonly form: DateForm | null;
  /** Formats that would read it. */
  readonly formats?: readonly string[];
}

/**
 * Why a cell is not a date and time, as far as it can be told.
 * @param declared the format that the pipeline declares, if it does
 */
export function whyUnread(word: string, declared?: string): Unread {
  const damage = damageOf(word);
  if (damage !== undefined) return { why: damage, form: null };
  if (isWordForNothing(word)) return { why: nothingAdvice(word), form: null };
  if (/^[1-7][0-9]{4}(?:\.[0-9]+)?$/.test(word)) {
    const why = 'is an Excel serial date: declare it with excelDate(…), or export the column as text';
    return { why, form: 'serial-date' };
  }
  if (declared === undefined && readDate(word) !== undefined)
    return { why: 'has no time of day: read it with dateOnly(…) if its midnight is meant', form: 'no-time' };
  const formats = formatsOf(word).filter((format) => format !== declared);
  const list = formats.map((format) => `"${format}"`).join(' or ');
  const [first, second] = formats;
  if (first !== undefined) {
    const isAmbiguous = declared === undefined && second !== undefined && first.startsWith('d');
    const form = isAmbiguous ? 'ambiguous' : 'undeclared';
    if (declared !== undefined)
      return { why: `does not have the declared format; ${list} would read it`, form, formats };
    return isAmbiguous
      ? { why: `does not tell the day from the month: declare the format, ${list}`, form, formats }
      : { why: `is in a form that has to be declared: the format ${list}`, form, formats };
  }
  const count = /^[0-9]{9,13}$/.test(word) ? Number(word) : Number.NaN;
  if (isInstant(count))
    return { why: 'is a count of milliseconds since 1970: read it with epochMs(…)', form: 'milliseconds' };
  if (isInstant(count * 1000))
    return { why: 'is a count of seconds since 1970: read it with epochMs(Number(…) * 1000)', form: 'seconds' };
  if (/^[0-9]{1,2}([-/.])[0-9]{1,2}\1[0-9]{4}(?![0-9])/.test(word))
    return { why: 'does not tell the day from the month: its format has to be declared', form: 'ambiguous' };
  if (/^(?:[0-9]{2}([-/.])[0-9]{1,2}\1[0-9]{1,2}(?![0-9])|[0-9]{2}年)/.test(word))
    return { why: 'has a year of two digits: export it with four', form: 'short-year' };
  if (/^(?:[0-9]{1,2}月[0-9]{1,2}(?![0-9])|[0-9]{1,2}([-/.])[0-9]{1,2}(?![-/.0-9]))/.test(word))
    return { why: 'has no year: export the column with the year', form: 'no-year' };
  if (readClock(word) !== undefined) return { why: 'has no date', form: 'no-date' };
  if (isRange(word)) return { why: 'is a range: read it with dateTimeRange(…)', form: 'range' };
  return { why: 'is not a date that can be read', form: 'unknown' };
}

const isInstant = (ms: number): boolean => ms >= EARLIEST_MS && ms <= LATEST_MS;

/** What may stand between the begin and the end of a range. */
export const RANGE_MARK = / ?(?:[~～〜\-–—]|至|到) ?/g;

function isRange(word: string): boolean {
  return [...word.matchAll(RANGE_MARK)].some(({ index, 0: mark }) => {
    const end = word.slice(index + mark.length);
    const hasBegin = readDateTime(word.slice(0, index)) !== undefined;
    return hasBegin && (readClock(end) !== undefined || readDateTime(end) !== undefined);
  });
}
