import { HireSyncError } from '../errors.ts';
import { type DateFields, dateReader } from './date-format.ts';
import { asText, isEmpty, quote, refuse, stop } from './problems.ts';
import { suggestion } from './suggestion.ts';
import { temporal } from './temporal.ts';

/**
 * Epoch ms (UTC) of a local date and time in `zone` (an IANA name such as `Asia/Shanghai`).
 *
 * Without `format` these are read: `2024-03-05 09:05`, `2024-03-05T09:05:07.123`, `2024/3/5 9:05`, and the same with
 * an offset or `Z`, which then counts instead of the zone. With `format` exactly that one (see `dateReader`).
 * Never guessed: a date or time that does not exist (31 February, 24:00), a local time that the change of clocks
 * skips or doubles, and every other spelling are DATE_INVALID. An empty cell is VALUE_MISSING.
 * The machine's own time zone has no influence.
 * @throws HireSyncError PIPELINE_INVALID for an unknown zone or an unusable format (outside of a mapping, too)
 */
export function dateTime(value: unknown, zone: string, format?: string): number {
  checkZone(zone);
  const word = cellText(value);
  if (word === undefined) return missing(value, format ?? DATE_TIME_FORMS);
  if (format !== undefined) {
    const fields = readerOf(format)(word);
    return fields === undefined ? unread(value, word, format) : instant(value, fields, zone);
  }
  const match = DATE_TIME.exec(word);
  if (match === null) return unread(value, word, DATE_TIME_FORMS);
  const [, year, , month, day, hour, minute, second, fraction = '', offset] = match;
  if (/[1-9]/.test(fraction.slice(3))) return bad(value, `${quote(word)} is finer than a millisecond`);
  const fields = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second ?? 0),
    millisecond: Number(fraction.slice(0, 3).padEnd(3, '0')),
  };
  return instant(value, fields, offset === undefined ? zone : offsetZone(offset), offset);
}

/**
 * Epoch ms of the midnight that begins a date in `zone`: `2024-03-05`, `2024/3/5`, or exactly `format`.
 * Refuses as `dateTime` does, a time of day included, and a date whose midnight the change of clocks skips.
 * @throws HireSyncError PIPELINE_INVALID for an unknown zone or an unusable format
 */
export function dateOnly(value: unknown, zone: string, format?: string): number {
  checkZone(zone);
  const word = cellText(value);
  if (word === undefined) return missing(value, format ?? DATE_FORMS);
  const fields = format === undefined ? dateFields(word) : readerOf(format)(word);
  return fields === undefined ? unread(value, word, format ?? DATE_FORMS) : instant(value, fields, zone);
}

// As the payload's schema: a value in seconds (1.7e9) lies in January 1970 when it is read as ms.
const EARLIEST_MS = 631_152_000_000; // 1990-01-01
const LATEST_MS = 4_102_444_800_000; // 2100-01-01

/** Epoch milliseconds that the source already has, as a number or its digits. Seconds and microseconds are refused. */
export function epochMs(value: unknown): number {
  if (isEmpty(value)) return missing(value, 'milliseconds since 1970 (UTC), such as 1709600700000');
  const ms = typeof value === 'string' && /^[0-9]{1,16}$/.test(value) ? Number(value) : value;
  if (typeof ms !== 'number' || !Number.isInteger(ms)) {
    return bad(value, `${quote(value)} is not a whole number of milliseconds since 1970 (UTC)`);
  }
  if (ms >= EARLIEST_MS && ms <= LATEST_MS) return ms;
  const within = (unit: number): boolean => ms * unit >= EARLIEST_MS && ms * unit <= LATEST_MS;
  if (within(1000))
    return bad(value, `${quote(value)} looks like seconds; milliseconds since 1970 are needed`);
  if (within(0.001))
    return bad(value, `${quote(value)} looks like microseconds; milliseconds since 1970 are needed`);
  return bad(value, `${quote(value)} is not in the years 1990 to 2100 as milliseconds since 1970 (UTC)`);
}

const DATE_TIME_FORMS =
  '2024-03-05 09:05[:07[.123]], 2024/3/5 9:05[:07], 2024-03-05T09:05:07Z or with +08:00';
const DATE_FORMS = '2024-03-05 or 2024/3/5';

// With "-" as ISO 8601 has it, two digits each; with "/" as Excel writes it.
const DATE_TIME =
  /^(?=[0-9]{4}\/|[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:)([0-9]{4})([-/])([0-9]{1,2})\2([0-9]{1,2})[ T]([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?(?: ?(Z|[+-][0-9]{2}(?::?[0-9]{2})?))?$/;

function dateFields(word: string): DateFields | undefined {
  return dateReader('yyyy-MM-dd')(word) ?? dateReader('yyyy/M/d')(word);
}

/** The cell's text, or `undefined` when it is empty. JSON numbers are read by their text, and fail by it. */
function cellText(value: unknown): string | undefined {
  return isEmpty(value) ? undefined : asText(value);
}

/** `Z`, `+08`, `+0800` → the form that Temporal takes as a zone. */
function offsetZone(offset: string): string {
  if (offset === 'Z') return 'UTC';
  const digits = offset.slice(1).replace(':', '').padEnd(4, '0');
  return `${offset.slice(0, 1)}${digits.slice(0, 2)}:${digits.slice(2)}`;
}

function instant(value: unknown, fields: DateFields, zone: string, offset?: string): number {
  let local: Temporal.PlainDateTime;
  try {
    local = temporal.PlainDateTime.from(fields, { overflow: 'reject' });
  } catch {
    return bad(value, `${quote(value)} does not exist: there is no such date or time of day`);
  }
  try {
    return local.toZonedDateTime(zone, { disambiguation: 'reject' }).epochMilliseconds;
  } catch {
    if (offset !== undefined) return bad(value, `${quote(value)} has an impossible offset, ${offset}`);
    return bad(value, clockChange(value, local, zone));
  }
}

/** Why a local time has no single instant in the zone. */
function clockChange(value: unknown, local: Temporal.PlainDateTime, zone: string): string {
  const first = local.toZonedDateTime(zone, { disambiguation: 'earlier' });
  const second = local.toZonedDateTime(zone, { disambiguation: 'later' });
  const time = local.toString({ smallestUnit: 'second' }).replace('T', ' ');
  if (first.toPlainDateTime().equals(local)) {
    return `${quote(value)} happened twice in ${zone}: the clocks were set back, and ${time} came first at ${first.offset}, then at ${second.offset}; add the offset that is meant`;
  }
  return `${quote(value)} never happened in ${zone}: the clocks were set forward and skipped ${time}`;
}

const knownZones = new Set<string>();

function checkZone(zone: string): void {
  if (knownZones.has(zone)) return;
  try {
    temporal.PlainDateTime.from('2024-01-01').toZonedDateTime(zone);
    knownZones.add(zone);
  } catch {
    const hint = typeof zone === 'string' ? suggestion(zone, Intl.supportedValuesOf('timeZone')) : '';
    stop(
      new HireSyncError(
        'PIPELINE_INVALID',
        `"${String(zone)}" is not a time zone.${hint} A zone is an IANA name such as Asia/Shanghai, Europe/Berlin or UTC.`,
      ),
    );
  }
}

function readerOf(format: string): ReturnType<typeof dateReader> {
  try {
    return dateReader(format);
  } catch (error) {
    if (HireSyncError.is(error)) stop(error);
    throw error;
  }
}

function missing(value: unknown, allowed: string): number {
  return refuse('VALUE_MISSING', value, `is empty; allowed: ${allowed}`);
}

function unread(value: unknown, word: string, allowed: string): number {
  const hint = word.trim() === word ? '' : ' (there are spaces around it)';
  return bad(value, `${quote(word)} is not a date that can be read${hint}; allowed: ${allowed}`);
}

function bad(value: unknown, message: string): number {
  return refuse('DATE_INVALID', value, message);
}
