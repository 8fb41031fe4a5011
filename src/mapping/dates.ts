import { EARLIEST_MS, LATEST_MS } from '../epoch-range.ts';
import { HireSyncError } from '../errors.ts';
import { excelDamage } from '../readers/damage.ts';
import { type DateOptions, type DateReader, dateReader } from './date-format.ts';
import { DATE_FORMS, DATE_TIME_FORMS, readDate, readDateTime } from './date-forms.ts';
import { withArabicNumerals } from './date-numerals.ts';
import { formatsOf } from './format-hints.ts';
import { badDate, checkZone, instant } from './instant.ts';
import { asText, isEmpty, quote, refuse, stop } from './problems.ts';
import { callWith, type DateHelper, MICROSOFT_DATE, type Reading, whyUnread } from './unread-date.ts';

/**
 * Epoch ms (UTC) of a local date and time in `zone` (an IANA name such as `Asia/Shanghai`).
 *
 * Without `format` these are read: `2024-03-05 09:05`, `2024-03-05T09:05:07.123`, `2024/3/5 9:05`, `2024年3月5日
 * 14:05`, 二〇二四年三月五日, each also with a weekday behind the date (`（周二）`, `Tue`), with 上午, 下午, 凌晨, 早上, 中午,
 * 傍晚 or 晚上 before the hour (`下午2:30`), `14时05分`, and an offset, `Z`, `UTC` or `GMT`, which then counts instead of
 * the zone. With `format` exactly that one (see `dateReader`); its year of two digits needs `{ pivot }`.
 * Never guessed: a date or time that does not exist (31 February, 24:00), a local time that the change of clocks
 * skips or doubles, one that means two hours (上午12:30, 下午0:30), a weekday that is not the date's, a date without a
 * year, Excel's serial numbers, and every other spelling are DATE_INVALID. An empty cell is VALUE_MISSING. The machine's
 * time zone has no influence.
 * @param given the zone; without it that of the pipeline
 * @throws HireSyncError PIPELINE_INVALID for an unknown zone or an unusable format (outside of a mapping, too)
 */
export function dateTime(value: unknown, given?: string, format?: string, options?: DateOptions): number {
  const zone = checkZone(given);
  const word = cellText(value);
  if (word === undefined) return missing(value, format ?? DATE_TIME_FORMS);
  if (format !== undefined) return readAs({ format, options, value, word, zone, by: 'dateTime' });
  const read = readDateTime(word);
  if (read === undefined) return unread(value, word, { by: 'dateTime', allowed: DATE_TIME_FORMS });
  if ('why' in read) {
    const [first] = read.declared === undefined ? [] : formatsOf(word);
    const advice = first === undefined ? '' : `; ${read.declared}: ${callWith(first)}`;
    return badDate(value, `${quote(word)} ${read.why}${advice}`);
  }
  return instant(value, read.value.fields, zone, read.value.offset);
}

/**
 * Epoch ms of the midnight that begins a date in `zone`: `2024-03-05`, `2024/3/5`, `2024年3月5日（周二）`, or exactly
 * `format`. Refuses as `dateTime` does, a time of day included, and a date whose midnight the change of clocks skips.
 * @param given the zone; without it that of the pipeline
 * @throws HireSyncError PIPELINE_INVALID for an unknown zone or an unusable format
 */
export function dateOnly(value: unknown, given?: string, format?: string, options?: DateOptions): number {
  const zone = checkZone(given);
  const word = cellText(value);
  if (word === undefined) return missing(value, format ?? DATE_FORMS);
  if (format !== undefined) return readAs({ format, options, value, word, zone, by: 'dateOnly' });
  const fields = readDate(word);
  if (fields === undefined) return unread(value, word, { by: 'dateOnly', allowed: DATE_FORMS });
  return instant(value, fields, zone);
}

interface Declared {
  readonly format: string;
  readonly options: DateOptions | undefined;
  readonly value: unknown;
  readonly word: string;
  readonly zone: string;
  readonly by: DateHelper;
}

function readAs({ format, options, value, word, zone, by }: Declared): number {
  const reader = readerOf(format, options);
  const read = reader(word) ?? reader(withArabicNumerals(word));
  if (read === undefined) return unread(value, word, { by, allowed: format, declared: format });
  const { fields, offset } = read;
  if (fields.month <= 12) return instant(value, fields, zone, offset);
  const [other] = formatsOf(word);
  const meant = other === undefined ? '' : `; if ${other} is meant, the rows that were read are wrong, too`;
  return badDate(value, `${quote(word)} has no month ${fields.month} by the format ${format}${meant}`);
}

/**
 * Epoch milliseconds that the source already has, as a number, its digits or `/Date(1709600700000)/`. Seconds and
 * microseconds are refused.
 */
export function epochMs(value: unknown): number {
  if (isEmpty(value)) return missing(value, 'milliseconds since 1970 (UTC), such as 1709600700000');
  const digits = typeof value === 'string' ? (MICROSOFT_DATE.exec(value)?.[1] ?? value) : undefined;
  const ms = digits !== undefined && /^[0-9]{1,16}$/.test(digits) ? Number(digits) : value;
  if (typeof ms !== 'number' || !Number.isInteger(ms)) {
    const damage = typeof value === 'string' ? excelDamage(value) : undefined;
    return badDate(
      value,
      `${quote(value)} ${damage ?? 'is not a whole number of milliseconds since 1970 (UTC)'}`,
    );
  }
  if (ms >= EARLIEST_MS && ms <= LATEST_MS) return ms;
  const within = (unit: number): boolean => ms * unit >= EARLIEST_MS && ms * unit <= LATEST_MS;
  if (within(1000))
    return badDate(value, `${quote(value)} looks like seconds; milliseconds since 1970 are needed`);
  if (within(0.001))
    return badDate(value, `${quote(value)} looks like microseconds; milliseconds since 1970 are needed`);
  return badDate(value, `${quote(value)} is not in the years 1990 to 2100 as milliseconds since 1970 (UTC)`);
}

/** The cell's text, or `undefined` when it is empty. JSON numbers are read by their text, and fail by it. */
export function cellText(value: unknown): string | undefined {
  return isEmpty(value) ? undefined : asText(value);
}

function readerOf(format: string, options: DateOptions | undefined): DateReader {
  try {
    return dateReader(format, options);
  } catch (error) {
    if (HireSyncError.is(error)) stop(error);
    throw error;
  }
}

export function missing<T = number>(value: unknown, allowed: string): T {
  return refuse('VALUE_MISSING', value, `is empty; allowed: ${allowed}`);
}

/** Refuses a cell that `by` cannot read, with what is known about it. */
export function unread<T = number>(
  value: unknown,
  word: string,
  { allowed, ...reading }: Reading & { readonly allowed: string },
): T {
  const { why, form, formats = [] } = whyUnread(word, reading);
  const message = `${quote(word)} ${why}; allowed: ${allowed}`;
  if (form === null) return badDate(value, message);
  return badDate(value, message, { code: 'date-form', form, formats, declared: reading.declared ?? null });
}
