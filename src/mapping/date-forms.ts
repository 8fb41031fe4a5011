import type { DateFields } from './date-format.ts';
import { WEEKDAY_NAME } from './date-names.ts';
import { withArabicNumerals } from './date-numerals.ts';
import { OFFSET } from './date-offset.ts';

/** A local date and time as it stands in a cell, with the offset if it names one. */
export interface DateAndTime {
  readonly fields: DateFields;
  /** `Z`, `+08`, `+0800`, `+08:00`, `UTC`, `GMT+8` */
  readonly offset: string | undefined;
  /** The 上午, 下午 … before the hour, which `fields` has taken into account. */
  readonly word: string | undefined;
}

/** A time of day without a date. `word` is the 上午, 下午 … before it. */
export interface Clock {
  readonly word: string | undefined;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly fraction: string;
  readonly offset: string | undefined;
}

/** What was read, or why the text, although it has the form, does not tell one date and time. */
export type Read<T> =
  | { readonly value: T }
  | {
      readonly why: string;
      /** What the format that reads the text makes of it, where a declared one may do what is not done by itself. */
      readonly declared?: string;
    };

export const DATE_FORMS = '2024-03-05, 2024/3/5, 2024年3月5日（周二）';
export const DATE_TIME_FORMS =
  '2024-03-05 09:05[:07[.123]], 2024/3/5 9:05[:07], 2024-03-05T09:05:07Z or with +08:00, 2024年3月5日 下午2:30';

// With "-" as ISO 8601 has it, two digits each; with "/" and 年月日 as Excel writes it.
const DATE = `(?<date>[0-9]{4}(?:-[0-9]{2}-[0-9]{2}|/[0-9]{1,2}/[0-9]{1,2}|年[0-9]{1,2}月[0-9]{1,2}日))`;
const WEEKDAY = `(?: ?[(（]?(?<weekday>${WEEKDAY_NAME})[)）]?)?`;
const CLOCK = String.raw`(?:(?<word>[\u4E00-\u9FFF]{2}) ?)?(?<hour>[0-9]{1,2})(?::(?<minute>[0-9]{2})(?::(?<second>[0-9]{2})(?:\.(?<fraction>[0-9]{1,9}))?)?|[时点](?:(?<fen>[0-9]{2}(?!分)|[0-9]{1,2}(?=分))分?(?:(?<miao>[0-9]{1,2})秒)?)?)`;
const ZONE = `(?: ?(?<offset>${OFFSET}))?`;
const DATE_ONLY = new RegExp(`^${DATE}${WEEKDAY}$`);
const CLOCK_ONLY = new RegExp(`^${CLOCK}${ZONE}$`);
const DATE_TIME = new RegExp(`^${DATE}${WEEKDAY}(?<mark>[ T]|(?<=[日)）天一二三四五六]))${CLOCK}${ZONE}$`);

/** The fields of `2024-03-05`, `2024/3/5` or `2024年3月5日（周二）`; not yet checked against the calendar. */
export function readDate(text: string): DateFields | undefined {
  const groups = DATE_ONLY.exec(withArabicNumerals(text))?.groups;
  return groups === undefined ? undefined : { ...dateParts(groups), ...MIDNIGHT };
}

/** A time of day such as `9:05`, `下午2:30`, `14时30分`. */
export function readClock(text: string): Clock | undefined {
  const groups = CLOCK_ONLY.exec(text)?.groups;
  return groups === undefined ? undefined : clockOf(groups);
}

/** One of `DATE_TIME_FORMS`; `undefined` when the text has none of them. */
export function readDateTime(text: string): Read<DateAndTime> | undefined {
  const plain = readPlain(text);
  if (plain !== undefined) return plain;
  const groups = DATE_TIME.exec(withArabicNumerals(text))?.groups;
  if (groups === undefined) return undefined;
  const { date = '', mark, offset } = groups;
  const clock = clockOf(groups);
  // As ISO 8601 has it; with "/" and 年月日 hours of one digit are usual.
  if (date.includes('-') && groups.hour?.length === 1 && clock.word === undefined) return undefined;
  if (offset?.startsWith('-') && mark !== 'T' && groups.second === undefined) {
    return {
      why: `may be a range or a time with the offset ${offset}: read a range with dateTimeRange(…); write an offset after seconds or in the form 2024-03-05T09:05-05:00`,
    };
  }
  return timeAt(dateParts(groups), clock);
}

/** A date with a time of day. */
export function timeAt(date: Day, clock: Clock): Read<DateAndTime> | undefined {
  const { word, minute, second, fraction, offset } = clock;
  if (/[1-9]/.test(fraction.slice(3)))
    return { why: 'is finer than a millisecond', declared: 'a declared format cuts off what is finer' };
  const hour = word === undefined ? clock.hour : HALVES.get(word)?.(clock.hour);
  if (hour === undefined) return word !== undefined && HALVES.has(word) ? twelve(word) : undefined;
  const millisecond = Number(fraction.slice(0, 3).padEnd(3, '0'));
  return { value: { fields: { ...date, hour, minute, second, millisecond }, offset, word } };
}

const MIDNIGHT = { hour: 0, minute: 0, second: 0, millisecond: 0 };

const within = (from: number, to: number, add: number) => (hour: number) =>
  hour >= from && hour <= to ? hour + add : undefined;

// Only the hours of which nobody can think otherwise. 上午12:30 is half past midnight where a program wrote it and
// noon where a person did; at 晚上12:00 and 凌晨12:30 it is not even certain which day is meant.
const HALVES: ReadonlyMap<string, (hour: number) => number | undefined> = new Map([
  ['凌晨', within(0, 5, 0)],
  ['早上', within(4, 11, 0)],
  ['上午', within(1, 11, 0)],
  ['中午', (hour) => within(11, 12, 0)(hour) ?? within(1, 1, 12)(hour)],
  ['下午', (hour) => within(12, 12, 0)(hour) ?? within(1, 11, 12)(hour)],
  ['傍晚', within(4, 7, 12)],
  ['晚上', within(5, 11, 12)],
]);

const HOURS: Readonly<Record<string, string>> = {
  凌晨: '0 to 5',
  早上: '4 to 11',
  上午: '1 to 11',
  中午: '11, 12 and 1',
  下午: '12 and 1 to 11',
  傍晚: '4 to 7',
  晚上: '5 to 11',
};

function twelve(word: string): Read<never> {
  return {
    why: `does not tell one hour: ${word} goes with the hours ${HOURS[word]}; write 24 hours`,
    declared: 'if a program wrote 上午12:30 for 00:30, declare the format',
  };
}

function clockOf(groups: Readonly<Record<string, string | undefined>>): Clock {
  const { word, hour, minute, second, fraction = '', fen, miao, offset } = groups;
  return {
    word,
    hour: Number(hour),
    minute: Number(minute ?? fen ?? 0),
    second: Number(second ?? miao ?? 0),
    fraction,
    offset,
  };
}

/** A date without the time of day. */
type Day = Pick<DateFields, 'year' | 'month' | 'day' | 'weekday'>;

function dateParts({ date = '', weekday }: Readonly<Record<string, string | undefined>>): Day {
  const [year = 0, month = 0, day = 0] = (date.match(/[0-9]+/g) ?? []).map(Number);
  return weekday === undefined ? { year, month, day } : { year, month, day, weekday };
}

const PLAIN = /^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2})?$/;

/** The form that nearly all cells of an export have, without a match for each of its parts. */
function readPlain(text: string): Read<DateAndTime> | undefined {
  if (!PLAIN.test(text)) return undefined;
  const two = (at: number) => (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48;
  const fields = {
    year: two(0) * 100 + two(2),
    month: two(5),
    day: two(8),
    hour: two(11),
    minute: two(14),
    second: text.length > 16 ? two(17) : 0,
    millisecond: 0,
  };
  return { value: { fields, offset: undefined, word: undefined } };
}
