import { HireSyncError } from '../errors.ts';
import { excelDamage } from '../readers/damage.ts';
import { dateReader } from './date-format.ts';
import { DATE_FORMS, DATE_TIME_FORMS, readDate, readDateTime } from './date-forms.ts';
import { EARLIEST_MS, LATEST_MS } from './epoch-range.ts';
import { formatsOf } from './format-hints.ts';
import { badDate, checkZone, instant } from './instant.ts';
import { asText, isEmpty, quote, refuse, stop } from './problems.ts';
import { whyUnread } from './unread-date.ts';

/**
 * Epoch ms (UTC) of a local date and time in `zone` (an IANA name such as `Asia/Shanghai`).
 *
 * Without `format` these are read: `2024-03-05 09:05`, `2024-03-05T09:05:07.123`, `2024/3/5 9:05`, `2024年3月5日
 * 14:05`, each also with 上午, 下午, 凌晨, 早上, 中午, 傍晚 or 晚上 before the hour (`下午2:30`), `14时05分`, and an offset
 * or `Z`, which then counts instead of the zone. With `format` exactly that one (see `dateReader`).
 * Never guessed: a date or time that does not exist (31 February, 24:00), a local time that the change of clocks
 * skips or doubles, one that means two hours (上午12:30, 下午0:30), a date without a year, Excel's serial numbers, and
 * every other spelling are DATE_INVALID. An empty cell is VALUE_MISSING. The machine's time zone has no influence.
 * @param given the zone; without it that of the pipeline
 * @throws HireSyncError PIPELINE_INVALID for an unknown zone or an unusable format (outside of a mapping, too)
 */
export function dateTime(value: unknown, given?: string, format?: string): number {
  const zone = checkZone(given);
  const word = cellText(value);
  if (word === undefined) return missing(value, format ?? DATE_TIME_FORMS);
  if (format !== undefined) {
    return readAs(format, value, word, zone);
  }
  const read = readDateTime(word);
  if (read === undefined) return unread(value, word, DATE_TIME_FORMS);
  if ('why' in read) return badDate(value, `${quote(word)} ${read.why}`);
  return instant(value, read.value.fields, zone, read.value.offset);
}

/**
 * Epoch ms of the midnight that begins a date in `zone`: `2024-03-05`, `2024/3/5`, `2024年3月5日`, or exactly `format`.
 * Refuses as `dateTime` does, a time of day included, and a date whose midnight the change of clocks skips.
 * @param given the zone; without it that of the pipeline
 * @throws HireSyncError PIPELINE_INVALID for an unknown zone or an unusable format
 */
export function dateOnly(value: unknown, given?: string, format?: string): number {
  const zone = checkZone(given);
  const word = cellText(value);
  if (word === undefined) return missing(value, format ?? DATE_FORMS);
  if (format !== undefined) return readAs(format, value, word, zone);
  const fields = readDate(word);
  return fields === undefined ? unread(value, word, DATE_FORMS) : instant(value, fields, zone);
}

function readAs(format: string, value: unknown, word: string, zone: string): number {
  const fields = readerOf(format)(word);
  if (fields === undefined) return unread(value, word, format, format);
  if (fields.month <= 12) return instant(value, fields, zone);
  const [other] = formatsOf(word);
  const meant = other === undefined ? '' : `; if ${other} is meant, the rows that were read are wrong, too`;
  return badDate(value, `${quote(word)} has no month ${fields.month} by the format ${format}${meant}`);
}

/** Epoch milliseconds that the source already has, as a number or its digits. Seconds and microseconds are refused. */
export function epochMs(value: unknown): number {
  if (isEmpty(value)) return missing(value, 'milliseconds since 1970 (UTC), such as 1709600700000');
  const ms = typeof value === 'string' && /^[0-9]{1,16}$/.test(value) ? Number(value) : value;
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

function readerOf(format: string): ReturnType<typeof dateReader> {
  try {
    return dateReader(format);
  } catch (error) {
    if (HireSyncError.is(error)) stop(error);
    throw error;
  }
}

export function missing<T = number>(value: unknown, allowed: string): T {
  return refuse('VALUE_MISSING', value, `is empty; allowed: ${allowed}`);
}

/** @param declared the format that the pipeline declares, if it does */
export function unread<T = number>(value: unknown, word: string, allowed: string, declared?: string): T {
  const { why, form, formats = [] } = whyUnread(word, declared);
  const message = `${quote(word)} ${why}; allowed: ${allowed}`;
  if (form === null) return badDate(value, message);
  return badDate(value, message, { code: 'date-form', form, formats, declared: declared ?? null });
}
