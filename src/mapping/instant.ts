import { HireSyncError } from '../errors.ts';
import type { ProblemDetail } from '../problem-detail.ts';
import type { DateFields } from './date-format.ts';
import { wrongWeekday } from './date-names.ts';
import { offsetZone } from './date-offset.ts';
import { derived, quote, refuse, stop } from './problems.ts';
import { temporal } from './temporal.ts';
import { zoneHint } from './zone-hints.ts';

/**
 * Epoch ms of a local date and time in `zone`, or at the offset that the cell itself names. What does not exist
 * (31 February, 24:00), what the change of clocks skips or doubles, and a weekday that contradicts its date, is
 * DATE_INVALID.
 */
export function instant(value: unknown, fields: DateFields, zone: string, offset?: string): number {
  const wrong = wrongWeekday(fields);
  if (wrong !== undefined) return badDate(value, `${quote(value)} ${wrong}`);
  if (offset === undefined) {
    const plain = onPlainDay(fields, zone);
    if (plain !== undefined) return derived(value, plain);
  }
  let local: Temporal.PlainDateTime;
  try {
    local = temporal.PlainDateTime.from(fields, { overflow: 'reject' });
  } catch {
    const message = `${quote(value)} does not exist: there is no such date or time of day`;
    return badDate(value, message, { code: 'no-such-time' });
  }
  const impossible = (): number => badDate(value, `${quote(value)} has an impossible offset, ${offset}`);
  const at = offset === undefined ? zone : offsetZone(offset);
  if (at === undefined) return impossible();
  try {
    return derived(value, local.toZonedDateTime(at, { disambiguation: 'reject' }).epochMilliseconds);
  } catch {
    if (offset !== undefined) return impossible();
    return clockChange(value, local, zone);
  }
}

const DAY_MS = 86_400_000;
// Some days of every year an archive has, in a few zones.
const MAX_DAYS = 20_000;
const midnights = new Map<string, Map<number, number>>();

/**
 * The epoch ms of a time on a day without any change of clocks, whose midnight then tells all its times; undefined on
 * any other day, and for a time that does not exist. Dates repeat, and asking Temporal costs a hundred times as much.
 */
function onPlainDay(fields: DateFields, zone: string): number | undefined {
  const { year, month, day, hour, minute, second, millisecond } = fields;
  if (!isWithin(hour, 23) || !isWithin(minute, 59) || !isWithin(second, 59) || !isWithin(millisecond, 999))
    return undefined;
  let ofZone = midnights.get(zone);
  if (ofZone === undefined || ofZone.size >= MAX_DAYS) {
    ofZone = new Map();
    midnights.set(zone, ofZone);
  }
  const id = (year * 100 + month) * 100 + day;
  let midnight = ofZone.get(id);
  if (midnight === undefined) {
    midnight = midnightOf(fields, zone);
    ofZone.set(id, midnight);
  }
  return Number.isNaN(midnight)
    ? undefined
    : midnight + hour * 3_600_000 + minute * 60_000 + second * 1000 + millisecond;
}

const isWithin = (value: number, last: number) => Number.isInteger(value) && value >= 0 && value <= last;

/** Epoch ms of the midnight that begins a day without a change of clocks, itself included; NaN for any other day. */
function midnightOf({ year, month, day }: DateFields, zone: string): number {
  try {
    const date = temporal.PlainDate.from({ year, month, day }, { overflow: 'reject' });
    const before = date.subtract({ days: 1 }).toZonedDateTime(zone);
    const begin = date.toZonedDateTime(zone);
    const change = before.getTimeZoneTransition('next');
    const last = begin.epochMilliseconds + DAY_MS;
    const changes = change !== null && change.epochMilliseconds <= last + DAY_MS;
    return changes ? Number.NaN : begin.epochMilliseconds;
  } catch {
    return Number.NaN;
  }
}

/** A local time that has no single instant in the zone. */
function clockChange(value: unknown, local: Temporal.PlainDateTime, zone: string): number {
  const first = local.toZonedDateTime(zone, { disambiguation: 'earlier' });
  const second = local.toZonedDateTime(zone, { disambiguation: 'later' });
  const time = local.toString({ smallestUnit: 'second' }).replace('T', ' ');
  if (first.toPlainDateTime().equals(local)) {
    const message = `${quote(value)} happened twice in ${zone}: the clocks were set back, and ${time} came first at ${first.offset}, then at ${second.offset}; add the offset that is meant`;
    const offsets = [first.offset, second.offset] as const;
    return badDate(value, message, { code: 'clock-twice', zone, time, offsets });
  }
  const message = `${quote(value)} never happened in ${zone}: the clocks were set forward and skipped ${time}`;
  return badDate(value, message, { code: 'clock-skipped', zone, time });
}

const knownZones = new Set<string>();
// The zone in which a date was last read. A mapping is synchronous: what is wrong with its payload is asked right after it.
let lastZone = 'UTC';

// The zone of the pipeline whose function is running. It is synchronous: no other pipeline can see it.
let pipelineZone: string | undefined;

/** A function of a pipeline, in which helpers that are given no zone take this one. */
export function inZone<Args extends readonly unknown[], Result>(
  zone: string,
  job: (...args: Args) => Result,
): (...args: Args) => Result {
  return (...args) => {
    const outer = pipelineZone;
    pipelineZone = zone;
    try {
      return job(...args);
    } finally {
      pipelineZone = outer;
    }
  };
}

/**
 * The zone that a helper reads a date in: the one it is given, else that of the pipeline.
 * @throws HireSyncError PIPELINE_INVALID for an unknown zone, and where there is none
 */
export function checkZone(given: string | undefined): string {
  const zone = given ?? pipelineZone;
  if (zone === undefined) {
    const message = `A date is read without a time zone: name it (dateTime(row.begin, 'Asia/Shanghai')), or once for the whole pipeline (zone: 'Asia/Shanghai').`;
    return stop(new HireSyncError('PIPELINE_INVALID', message));
  }
  const why = whyNoZone(zone);
  if (why !== null) stop(new HireSyncError('PIPELINE_INVALID', why));
  lastZone = zone;
  return zone;
}

/** Why a text is no time zone, with the nearest name; null when it is one. */
export function whyNoZone(zone: string): string | null {
  if (knownZones.has(zone)) return null;
  try {
    temporal.PlainDateTime.from('2024-01-01').toZonedDateTime(zone);
    knownZones.add(zone);
    return null;
  } catch {
    const hint = typeof zone === 'string' ? zoneHint(zone) : '';
    return `"${String(zone)}" is not a time zone.${hint} A zone is an IANA name such as Asia/Shanghai, Europe/Berlin or UTC, or an offset such as +08:00.`;
  }
}

/**
 * Epoch ms as a person reads it, in the zone in which the mapping last read a date: `2024-03-05 09:05:00+08:00`. Parts of
 * a second are shown where there are any; what is no instant is shown as the number it is.
 */
export function showInstant(ms: number): string {
  try {
    const local = temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(lastZone);
    const fraction = ms % 1000 === 0 ? 'second' : 'millisecond';
    return local.toString({ smallestUnit: fraction, timeZoneName: 'never' }).replace('T', ' ');
  } catch {
    return String(ms);
  }
}

export function badDate<T = number>(value: unknown, message: string, detail?: ProblemDetail): T {
  return refuse('DATE_INVALID', value, message, detail === undefined ? {} : { detail });
}
