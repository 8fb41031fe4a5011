import { EARLIEST_MS, LATEST_MS } from '../epoch-range.ts';
import type { DateForm } from '../problem-detail.ts';
import { damageOf } from '../readers/damage.ts';
import { isWordForNothing, nothingAdvice } from '../readers/empty-words.ts';
import { readClock, readDate, readDateTime } from './date-forms.ts';
import { timeOfDayMs } from './excel-serial.ts';
import { formatsOf, hasShortYear, hasTime, zoneWordIn } from './format-hints.ts';

/** The helper that was asked to read the cell. */
export type DateHelper = 'dateTime' | 'dateOnly' | 'dateTimeRange' | 'excelDate';

export interface Reading {
  readonly by: DateHelper;
  /** The format that the pipeline declares, if it does. */
  readonly declared?: string;
}

/** Why a cell cannot be read, and what can: `why` is the end of a sentence that begins with the cell. */
export interface Unread {
  readonly why: string;
  /** Null where the cell is damaged, or a word for nothing. */
  readonly form: DateForm | null;
  /** Formats that would read it. */
  readonly formats?: readonly string[];
}

/** Why a cell cannot be read, as far as it can be told. */
export function whyUnread(word: string, reading: Reading): Unread {
  const damage = damageOf(word);
  if (damage !== undefined) return { why: damage, form: null };
  if (isWordForNothing(word)) return { why: nothingAdvice(word), form: null };
  return (
    otherHelper(word, reading) ??
    formatAdvice(word, reading) ??
    countAdvice(word) ??
    rangeAdvice(word, reading) ??
    incomplete(word) ?? { why: 'is not a date that can be read', form: 'unknown' }
  );
}

/** The helper that reads the cell as it stands. */
function otherHelper(word: string, { by, declared }: Reading): Unread | undefined {
  const serial = /^[1-7][0-9]{4}(?:\.([0-9]+))?$/.exec(word);
  if (serial !== null && by !== 'excelDate') {
    const why =
      timeOfDayMs(serial[1] ?? '0') === undefined
        ? 'is an Excel serial date of which decimals were cut off: export the column as text'
        : 'is an Excel serial date: declare it with excelDate(…), or export the column as text';
    return { why, form: 'serial-date' };
  }
  if (declared !== undefined) return undefined;
  const time = readDateTime(word);
  if (by === 'excelDate') {
    const helper = readDate(word) === undefined ? 'dateTime' : 'dateOnly';
    const isText = helper === 'dateOnly' || time !== undefined;
    return isText ? { why: `is a date as text: read it with ${helper}(…)`, form: 'date-as-text' } : undefined;
  }
  if (by === 'dateTime' && readDate(word) !== undefined) {
    return { why: 'has no time of day: read it with dateOnly(…) if its midnight is meant', form: 'no-time' };
  }
  if (by !== 'dateOnly' || time === undefined) return undefined;
  return { why: 'has a time of day: read it with dateTime(…)', form: 'has-time' };
}

/** The format that reads the cell, as it has to be written. */
function formatAdvice(word: string, { by, declared }: Reading): Unread | undefined {
  const formats = formatsOf(word).filter((format) => format !== declared);
  const [first] = formats;
  if (first === undefined) return undefined;
  const list = formats.map((format) => `"${format}"`).join(' or ');
  const pivot = hasShortYear(first)
    ? ', where the pivot is the first of the hundred years that two digits can mean (1970: 1970 to 2069)'
    : '';
  if (declared !== undefined) {
    const by = `${list}${pivot === '' ? '' : ` with ${PIVOT}`}`;
    return {
      why: `does not have the declared format; ${by} would read it${pivot}`,
      form: 'undeclared',
      formats,
    };
  }
  const zone = zoneWordIn(first);
  const behind = zone === undefined ? '' : `; ${zone} is then not read, and the time is local in the zone`;
  const calls = formats
    .map((format) => callWith(format, hasTime(format) ? 'dateTime' : dateHelper(by)))
    .join(' or ');
  const unclear = formats.length > 1 ? 'does not tell the day from the month' : undefined;
  const short = pivot === '' ? undefined : 'has a year of two digits';
  const why = [short, unclear].filter((part) => part !== undefined).join(' and ');
  const form = unclear !== undefined ? 'ambiguous' : short !== undefined ? 'short-year' : 'undeclared';
  if (why !== '') return { why: `${why}: declare the format, ${calls}${pivot}${behind}`, form, formats };
  return { why: `is in a form that has to be declared: ${calls}${behind}`, form, formats };
}

const PIVOT = '{ pivot: 1970 }';

/** How a pipeline calls a helper with a format. */
export const callWith = (format: string, helper = 'dateTime'): string =>
  `${helper}(…, zone, "${format}"${hasShortYear(format) ? `, ${PIVOT}` : ''})`;

/** A date without a time of day is dateTime's too where its format says so. */
const dateHelper = (by: DateHelper): string => (by === 'dateTime' ? 'dateTime' : 'dateOnly');

/** `/Date(1709600700000+0800)/`: the milliseconds are UTC, whatever offset stands behind them. */
export const MICROSOFT_DATE = /^\\?\/Date\((-?[0-9]{1,16})(?:[+-][0-9]{4})?\)\\?\/$/;

function countAdvice(word: string): Unread | undefined {
  if (MICROSOFT_DATE.test(word))
    return { why: 'is a date of Microsoft’s JSON: read it with epochMs(…)', form: 'milliseconds' };
  const match = /^[0-9]{9,13}(\.[0-9]{1,9})?$/.exec(word);
  if (match === null) return undefined;
  const count = Number(word);
  const form = isInstant(count) ? 'milliseconds' : isInstant(count * 1000) ? 'seconds' : undefined;
  if (form === undefined) return undefined;
  const [what, calls] =
    match[1] === undefined ? ['', WHOLE_COUNTS] : [' with a fraction', COUNTS_WITH_FRACTION];
  return { why: `is a count of ${form} since 1970${what}: read it with epochMs(${calls[form]})`, form };
}

const WHOLE_COUNTS = { milliseconds: '…', seconds: 'Number(…) * 1000' };
const COUNTS_WITH_FRACTION = {
  milliseconds: 'Math.trunc(Number(…))',
  seconds: 'Math.round(Number(…) * 1000)',
};

/** What the cell lacks, or stands for, so that no format can help. */
function incomplete(word: string): Unread | undefined {
  if (/^(?:[0-9]{2}([-/.])[0-9]{1,2}\1[0-9]{1,2}(?![0-9])|[0-9]{2}年)/.test(word)) {
    return { why: 'has a year of two digits: export it with four', form: 'short-year' };
  }
  if (/^(?:[0-9]{1,2}月[0-9]{1,2}(?![0-9])|[0-9]{1,2}([-/.])[0-9]{1,2}(?![-/.0-9]))/.test(word)) {
    return { why: 'has no year: export the column with the year', form: 'no-year' };
  }
  if (/^[0-9]{4}-?W[0-9]{2}(?:-?[1-7])?(?![0-9])/.test(word)) {
    return { why: 'is a week of ISO 8601: export the column as the date of a day', form: 'week' };
  }
  if (/^(?:[今明昨前后後][天日]|(?:本|上|下|这)(?:周|星期|礼拜|月)|today|tomorrow|yesterday)/i.test(word)) {
    const why = 'is told from a day that the cell does not name: export the column as a date';
    return { why, form: 'relative' };
  }
  return readClock(word) === undefined ? undefined : { why: 'has no date', form: 'no-date' };
}

const isInstant = (ms: number): boolean => ms >= EARLIEST_MS && ms <= LATEST_MS;

/** What may stand between the begin and the end of a range. */
export const RANGE_MARK = / ?(?:[~～〜\-–—]|至|到) ?/g;

function rangeAdvice(word: string, { by }: Reading): Unread | undefined {
  for (const { index, 0: mark } of word.matchAll(RANGE_MARK)) {
    const [begin, end] = [word.slice(0, index), word.slice(index + mark.length)];
    const isEnd = readClock(end) !== undefined || readDateTime(end) !== undefined;
    if (readDateTime(begin) !== undefined) {
      if (by !== 'dateTimeRange' && isEnd)
        return { why: 'is a range: read it with dateTimeRange(…)', form: 'range' };
      continue;
    }
    const formats = /[0-9]:[0-9]{2}/.test(end) ? formatsOf(begin).filter(hasTime) : [];
    if (formats.length > 0) {
      const calls = formats.map((format) => callWith(format)).join(' or ');
      const why = `is a range in a form that dateTimeRange(…) does not read: cut it in two, and read its begin with ${calls}`;
      return { why, form: 'odd-range', formats };
    }
  }
  return undefined;
}
