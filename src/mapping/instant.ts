import { HireSyncError } from '../errors.ts';
import type { DateFields } from './date-format.ts';
import { derived, quote, refuse, stop } from './problems.ts';
import { suggestion } from './suggestion.ts';
import { temporal } from './temporal.ts';

/**
 * Epoch ms of a local date and time in `zone`, or at the offset that the cell itself names. What does not exist
 * (31 February, 24:00), and what the change of clocks skips or doubles, is DATE_INVALID.
 */
export function instant(value: unknown, fields: DateFields, zone: string, offset?: string): number {
  let local: Temporal.PlainDateTime;
  try {
    local = temporal.PlainDateTime.from(fields, { overflow: 'reject' });
  } catch {
    return badDate(value, `${quote(value)} does not exist: there is no such date or time of day`);
  }
  const impossible = (): number => badDate(value, `${quote(value)} has an impossible offset, ${offset}`);
  if (offset !== undefined && !OFFSETS.test(offset)) return impossible();
  try {
    const at = offset === undefined ? zone : offsetZone(offset);
    return derived(value, local.toZonedDateTime(at, { disambiguation: 'reject' }).epochMilliseconds);
  } catch {
    if (offset !== undefined) return impossible();
    return badDate(value, clockChange(value, local, zone));
  }
}

// -12:00 to +14:00 in quarters of an hour: `-10:05` is the end of a range.
const OFFSETS =
  /^(?:Z|[+-](?:0[0-9]|1[01])(?::?(?:00|15|30|45))?|[+-]12(?::?00)?|\+12:?45|\+1[34](?::?00)?|\+13:?45)$/;

/** `Z`, `+08`, `+0800` → the form that Temporal takes as a zone. */
function offsetZone(offset: string): string {
  if (offset === 'Z') return 'UTC';
  const digits = offset.slice(1).replace(':', '').padEnd(4, '0');
  return `${offset.slice(0, 1)}${digits.slice(0, 2)}:${digits.slice(2)}`;
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

/** @throws HireSyncError PIPELINE_INVALID for an unknown zone */
export function checkZone(zone: string): void {
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

export function badDate<T = number>(value: unknown, message: string): T {
  return refuse('DATE_INVALID', value, message);
}
