/** `2026-11-21 09:32 (Asia/Shanghai, UTC+08:00)` */
export function zonedTime(iso: string | number, zone: string): string {
  const { day, time, offset } = zonedParts(iso, zone);
  return `${day} ${time} (${zoneText(zone, offset)})`;
}

/** `Asia/Shanghai, UTC+08:00`; a zone that is an offset, and UTC, alone. */
function zoneText(zone: string, offset: string): string {
  if (zone === 'UTC') return zone;
  return /^[+-]/.test(zone) ? offset : `${zone}, ${offset}`;
}

/** `2026-11-21 09:32`: where the zone is named elsewhere. Seconds only where there are some. */
export function wallTime(at: string | number, zone: string): string {
  const { day, time } = zonedParts(at, zone);
  const rest = new Date(at).toISOString().slice(17, 23);
  if (rest === '00.000') return `${day} ${time}`;
  return `${day} ${time}:${rest.endsWith('.000') ? rest.slice(0, 2) : rest}`;
}

/** A zone with its offset at that time: `Asia/Shanghai, UTC+08:00`. */
export function zoneName(zone: string, at: string | number): string {
  return zoneText(zone, zonedParts(at, zone).offset);
}

/** `2026-11-21`, `09:32`, `UTC+08:00` of an instant in a zone. */
export function zonedParts(at: string | number, zone: string): { day: string; time: string; offset: string } {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(new Date(at))
      .map(({ type, value }) => [type, value]),
  );
  return {
    day: `${parts.year}-${parts.month}-${parts.day}`,
    time: `${parts.hour}:${parts.minute}`,
    offset: (parts.timeZoneName ?? 'GMT').replace('GMT', 'UTC'),
  };
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  // A format costs more to make than ten thousand times to use.
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'longOffset',
  });
  formats.set(zone, format);
  return format;
}
