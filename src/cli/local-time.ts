import { temporal } from '../mapping/temporal.ts';

/** The machine's time zone: `Asia/Shanghai`; UTC where it has no name. */
export function localZone(): string {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions() as { timeZone: string | undefined };
  return timeZone === undefined || timeZone === 'Etc/Unknown' ? 'UTC' : timeZone;
}

/** Epoch ms of the next `HH:MM` in a zone after `nowMs`. One that a change of summer time skips is the time after the gap. */
export function nextLocalTime(time: string, nowMs: number, zone: string): number {
  const now = temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(zone);
  const today = now.withPlainTime(time);
  const next = today.epochMilliseconds > nowMs ? today : now.add({ days: 1 }).withPlainTime(time);
  return next.epochMilliseconds;
}
