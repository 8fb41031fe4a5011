import { describe, expect, it } from 'vitest';
import { HireSyncError } from '../../src/errors.ts';
import { dateTime } from '../../src/mapping/dates.ts';
import { showInstant } from '../../src/mapping/instant.ts';
import { KNOWN, zoneHint } from '../../src/mapping/zone-hints.ts';

const NOON = '2024-03-05 12:00';

function refusalOf(zone: string): string {
  try {
    dateTime(NOON, zone);
  } catch (error) {
    if (HireSyncError.is(error)) return error.message;
    throw error;
  }
  throw new Error(`${zone} is a zone`);
}

/** The zones that a hint names in quotes. */
const namesIn = (hint: string): readonly string[] =>
  [...hint.matchAll(/"([^"]+)"/g)].map(([, name]) => name ?? '');

describe('what people type for a zone', () => {
  it.each([
    'Asia/Beijing',
    'Asia/Shenzhen',
    'Beijing',
    'beijing',
    'Guangzhou',
    'China/Hangzhou',
    "Asia/Xi'an",
    '北京',
    '北京时间',
    'China',
    'China Standard Time',
    'CN',
    'Asia/Shangai',
    'Shanghai',
  ])('%s is answered with Asia/Shanghai', (zone) => {
    expect(refusalOf(zone)).toContain(
      `"${zone}" is not a time zone. Did you mean "Asia/Shanghai"? A zone is`,
    );
  });

  it.each(['GMT+8', 'UTC+8', 'UTC+08:00', 'gmt +8', 'UTC＋8', '+8'])(
    '%s is answered with what is accepted',
    (zone) => {
      expect(refusalOf(zone)).toContain('Did you mean "+08:00" or "Asia/Shanghai"?');
      expect(dateTime(NOON, '+08:00')).toBe(Date.UTC(2024, 2, 5, 4));
    },
  );

  it('another offset keeps its sign and its minutes', () => {
    expect(zoneHint('GMT-5')).toBe(' Did you mean "-05:00"?');
    expect(zoneHint('UTC+5:30')).toBe(' Did you mean "+05:30"?');
    expect(dateTime(NOON, '-05:00')).toBe(Date.UTC(2024, 2, 5, 17));
    expect(zoneHint('GMT+99')).not.toContain('99');
  });

  it('what has several meanings is answered with a question', () => {
    expect(refusalOf('CST')).toContain(
      'CST has several meanings: is it "Asia/Shanghai" (China Standard Time) or "America/Chicago" (US Central Time)?',
    );
    expect(namesIn(zoneHint('IST'))).toEqual(['Asia/Kolkata', 'Asia/Jerusalem', 'Europe/Dublin']);
  });

  it.each([
    ['Tokyo', 'Asia/Tokyo'],
    ['new york', 'America/New_York'],
    ['Asia/HongKong', 'Asia/Hong_Kong'],
    ['PST', 'America/Los_Angeles'],
    ['Eastern Standard Time', 'America/New_York'],
    ['Bangalore', 'Asia/Kolkata'],
    ['München', 'Europe/Berlin'],
    ['Z', 'UTC'],
    ['Europe/Berln', 'Europe/Berlin'],
  ])('%s is answered with %s', (zone, meant) => {
    expect(zoneHint(zone)).toBe(` Did you mean "${meant}"?`);
  });

  it('is answered with a zone that is accepted, always', () => {
    for (const typed of [...KNOWN.keys(), 'CST', 'IST', 'BST', 'AST', 'GMT+8', 'UTC-3:30', 'Asia/Pekin']) {
      for (const zone of namesIn(zoneHint(typed))) expect(() => dateTime(NOON, zone), typed).not.toThrow();
    }
  });

  it('that nobody knows is not guessed', () => {
    expect(zoneHint('Mars/Base')).toBe('');
    expect(zoneHint('')).toBe('');
  });
});

it('an instant is shown as a time in the zone in which a date was last read', () => {
  dateTime(NOON, 'Asia/Shanghai');
  expect(showInstant(Date.UTC(2024, 2, 5, 1, 5))).toBe('2024-03-05 09:05:00+08:00');
  expect(showInstant(Date.UTC(2024, 2, 5, 1, 5, 0, 7))).toBe('2024-03-05 09:05:00.007+08:00');
  expect(showInstant(Number.NaN)).toBe('NaN');
});
