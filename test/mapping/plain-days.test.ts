import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dateTime } from '../../src/mapping/dates.ts';
import { temporal } from '../../src/mapping/temporal.ts';

const ZONES = [
  'Asia/Shanghai',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Cairo',
  'UTC',
];
const pad = (value: number) => String(value).padStart(2, '0');

it('a time on a day without a change of clocks is what Temporal makes of it, and on any other day, too', () => {
  // 1988 and 1991: Shanghai had summer time.
  const year = fc.constantFrom(1988, 1991, 2023, 2024, 2025);
  const parts = fc.tuple(
    year,
    fc.integer({ min: 1, max: 13 }),
    fc.integer({ min: 0, max: 32 }),
    fc.nat(24),
    fc.nat(60),
  );
  fc.assert(
    fc.property(parts, fc.constantFrom(...ZONES), ([y, month, day, hour, minute], zone) => {
      const cell = `${y}-${pad(month)}-${pad(day)} ${pad(hour)}:${pad(minute)}`;
      let expected: number | undefined;
      try {
        const local = temporal.PlainDateTime.from(
          { year: y, month, day, hour, minute },
          { overflow: 'reject' },
        );
        expected = local.toZonedDateTime(zone, { disambiguation: 'reject' }).epochMilliseconds;
      } catch {
        expected = undefined;
      }
      let made: number | undefined;
      try {
        made = dateTime(cell, zone);
      } catch {
        made = undefined;
      }
      expect(made).toBe(expected);
    }),
    { numRuns: 2000 },
  );
  // The nights on which the clocks change, hour by hour.
  for (const [zone, date] of [
    ['Europe/Berlin', '2024-03-31'],
    ['Europe/Berlin', '2024-10-27'],
    ['America/New_York', '2024-11-03'],
    ['Africa/Cairo', '2024-04-26'],
  ] as const) {
    for (let hour = 0; hour < 24; hour++) {
      const cell = `${date} ${pad(hour)}:30`;
      const of = (kind: 'earlier' | 'later') =>
        temporal.PlainDateTime.from(cell.replace(' ', 'T')).toZonedDateTime(zone, { disambiguation: kind })
          .epochMilliseconds;
      if (of('earlier') === of('later')) expect(dateTime(cell, zone)).toBe(of('earlier'));
      else expect(() => dateTime(cell, zone)).toThrow();
    }
  }
});
