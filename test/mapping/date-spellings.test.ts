import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateOnly, dateTime } from '../../src/mapping/dates.ts';
import { createNormaliser } from '../../src/readers/normalise.ts';
import { callsIn, follow } from './advice.ts';
import { problemOf } from './problem-of.ts';

const SHANGHAI = 'Asia/Shanghai';
const refusal = (cell: unknown) => problemOf(() => dateTime(cell, SHANGHAI)).message;
const iso = (ms: unknown) => new Date(ms as number).toISOString().replace(':00.000Z', 'Z');

// A Thursday.
const AFTERNOON = '2023-11-09T08:20Z';

describe('a spelling of an export', () => {
  it.each([
    ['二〇二三年十一月九日 16:20', AFTERNOON],
    ['二零二三年十一月二十九日 下午四点二十分', '2023-11-29T08:20Z'],
    ['2023年11月9日（周四） 16:20', AFTERNOON],
    ['2023年11月9日（周四）16:20', AFTERNOON],
    ['2023年11月9日 星期四 16:20', AFTERNOON],
    ['2023年11月12日星期天16:20', '2023-11-12T08:20Z'],
    ['2023/11/9 (Thu) 16:20', AFTERNOON],
    ['2023/11/9（四）16:20', AFTERNOON],
    ['2023年11月12日 (日) 16:20', '2023-11-12T08:20Z'],
    ['2023-11-09 Thursday 16:20', AFTERNOON],
    ['2023年11月9日16点20', AFTERNOON],
    ['2023年11月9日 16点', '2023-11-09T08:00Z'],
    ['2023年11月9日 下午4时5分', '2023-11-09T08:05Z'],
    ['2023-11-09 16:20:00.0', AFTERNOON],
    ['2023-11-09 16:20:00.0000000', AFTERNOON],
    ['2023-11-09T16:20:00.000+0000', '2023-11-09T16:20Z'],
    ['2023-11-09 16:20:00 UTC', '2023-11-09T16:20Z'],
    ['2023-11-09 16:20 GMT', '2023-11-09T16:20Z'],
    ['2023-11-09 16:20:00 GMT+0900', '2023-11-09T07:20Z'],
    ['2023-11-09 16:20:00 UTC+8', AFTERNOON],
    ['2023-11-09 16:20:00 UTC-05:30', '2023-11-09T21:50Z'],
    ['2023-11-09 08:20:00+00', AFTERNOON],
    ['2023-11-09 09:20:00+01', AFTERNOON],
    ['2023/11/9 下午 4:20', AFTERNOON],
    ['2023年11月09日 下午04:20:00', AFTERNOON],
    ['1991-08-01 10:00', '1991-08-01T01:00Z'],
    ['2023-11-09T16:20', AFTERNOON],
  ])('is read as it stands: %s', (cell, expected) => {
    expect(iso(dateTime(cell, SHANGHAI))).toBe(expected);
  });

  it.each<readonly [cell: string, ...values: string[]]>([
    ['2023.11.9 16:20', AFTERNOON],
    ['2023.11.09 16:20', AFTERNOON],
    ['2023-11-9 16:20', AFTERNOON],
    ['20231109 1620', AFTERNOON],
    ['202311091620', AFTERNOON],
    ['20231109162000', AFTERNOON],
    ['20231109T082000Z', AFTERNOON],
    ['Thu Nov 09 16:20:00 CST 2023', AFTERNOON],
    ['Thu Nov 09 2023 09:20:00 GMT+0100 (Central European Standard Time)', AFTERNOON],
    ['Thu, 09 Nov 2023 08:20:00 GMT', AFTERNOON],
    ['2023-11-09 16:20:00 CST', AFTERNOON],
    ['2023-11-09 08:20:00.000321+00:00', AFTERNOON],
    ['2023-11-09 16:20:00.0003217', AFTERNOON],
    ['09-Nov-2023 16:20', AFTERNOON],
    ['09NOV2023:16:20:00', AFTERNOON],
    ['Nov 9, 2023 4:20 PM', AFTERNOON],
    ['9 Nov 2023 16:20', AFTERNOON],
    ['November 9, 2023 at 4:20 PM', AFTERNOON],
    ['Sept. 9, 2023 4:20 p.m.', '2023-09-09T08:20Z'],
    ['Nov 9, 2023 @ 16:20:00.000', AFTERNOON],
    ['11/9/2023 4:20 PM', '2023-09-11T08:20Z', AFTERNOON],
    ['11/19/2023 4:20 PM', '2023-11-19T08:20Z'],
    ['09/11/23 16:20', AFTERNOON, '2023-09-11T08:20Z', '2009-11-23T08:20Z'],
    ['09-Nov-23 16:20', AFTERNOON, '2009-11-23T08:20Z'],
    ['23年11月9日 16:20', AFTERNOON],
    // The weekday tells the day from the month.
    ['Thu 9/11/2023 16:20', AFTERNOON],
    ['2023/11/9 PM 4:20', AFTERNOON],
    ['2023/11/9 4:20 PM', AFTERNOON],
    ['2023-11-09  16:20', AFTERNOON],
    ['2023/11/9 午後4:20', AFTERNOON],
    ['2023-11-09 PM 04:20', AFTERNOON],
    ['2023-11-09 4:20 下午', AFTERNOON],
    ['2023-11-09 16h20', AFTERNOON],
    ['9-11月-2023 16:20', AFTERNOON],
    ['周四 2023-11-09 16:20', AFTERNOON],
    ['2023年11月9日 上午12:20', '2023-11-08T16:20Z'],
    ['45239.6805555556', AFTERNOON],
    ['1699518000', AFTERNOON],
    ['1699518000000', AFTERNOON],
    ['1699518000.4', '2023-11-09T08:20:00.400Z'],
    ['1699518000000.7', AFTERNOON],
    ['/Date(1699518000000+0800)/', AFTERNOON],
    ['/Date(1699518000000)/', AFTERNOON],
    ['2023-11-09T16', '2023-11-09T08:00Z'],
    ['2023/11/9', '2023-11-08T16:00Z'],
    ['Nov 9, 2023', '2023-11-08T16:00Z'],
  ])('is read as its refusal says: %s', (cell, ...values) => {
    const calls = callsIn(refusal(cell));
    expect(calls.map((call) => iso(follow(call, cell)))).toEqual(values);
  });

  it('is a range where it may be one', () => {
    const cell = '2023-11-09 16:20-17:10';
    const [call = ''] = callsIn(refusal(cell));
    expect(follow(call, cell)).toEqual({
      begin: Date.UTC(2023, 10, 9, 8, 20),
      end: Date.UTC(2023, 10, 9, 9, 10),
    });
    expect(refusal('11/19/2023 4:20 PM - 5:10 PM')).toContain(
      'cut it in two, and read its begin with dateTime(…, zone, "M/d/yyyy h:mm a")',
    );
    expect(callsIn(refusal('9/11/2023 16:20-17:10')).slice(1)).toEqual([
      'dateTime(…, zone, "d/M/yyyy H:mm")',
      'dateTime(…, zone, "M/d/yyyy H:mm")',
    ]);
  });

  it.each(['2023-11-09 16：20', '２０２３/11/9 16:20'])('is read once it is normalised: %s', (cell) => {
    expect(refusal(cell)).toContain("declare normalise: ['full-width'] for the column");
    expect(iso(dateTime(createNormaliser(['full-width'])(cell), SHANGHAI))).toBe(AFTERNOON);
  });

  it.each([
    ['2023-W45-4', 'is a week of ISO 8601: export the column as the date of a day'],
    ['2023/11/9 24:00', 'does not exist'],
    ['2023-11-31 10:00', 'does not exist'],
    ['后天上午10点', 'is told from a day that the cell does not name'],
    ['45239.68056', 'is an Excel serial date of which decimals were cut off: export the column as text'],
    ['1991-04-14 02:10', 'never happened in Asia/Shanghai'],
    ['1991-09-15 01:20', 'happened twice in Asia/Shanghai'],
    ['9/11 16:20', 'has no year'],
    ['Nov 9 16:20', 'is not a date that can be read'],
    ['2023-11-09 16:20 PM', 'allowed: '],
  ])('is refused by name: %s', (cell, message) => {
    expect(refusal(cell)).toContain(message);
    expect(callsIn(refusal(cell)).map((call) => iso(follow(call, cell)))).toEqual([]);
  });

  it('is answered by the helper that was asked', () => {
    const ofDay = (cell: string) => problemOf(() => dateOnly(cell, SHANGHAI)).message;
    expect(callsIn(ofDay('9 Nov 2023'))).toEqual(['dateOnly(…, zone, "d MMM yyyy")']);
    expect(callsIn(ofDay('2023-11-09 16:20'))).toEqual(['dateTime(…)']);
    expect(callsIn(ofDay('9 Nov 2023 16:20'))).toEqual(['dateTime(…, zone, "d MMM yyyy H:mm")']);
    const ofSerial = (cell: string) => problemOf(() => follow('excelDate(…)', cell)).message;
    expect(callsIn(ofSerial('2023-11-09 16:20'))).toEqual(['dateTime(…)']);
    expect(callsIn(ofSerial('2023-11-09'))).toEqual(['dateOnly(…)']);
    expect(callsIn(ofSerial('9 Nov 2023'))).toEqual(['dateOnly(…, zone, "d MMM yyyy")']);
  });

  it('has among what its refusal says the right value, whatever the date', () => {
    const MONTHS = 'January February March April May June July August September October November December';
    const months = MONTHS.split(' ');
    const date = fc.date({
      min: new Date('1992-01-01'),
      max: new Date('2061-12-31'),
      noInvalidDate: true,
    });
    const styles: readonly ((at: Date) => string)[] = [
      (at) => `${at.getUTCDate()} ${months[at.getUTCMonth()]} ${at.getUTCFullYear()} ${clock(at)}`,
      (at) =>
        `${months[at.getUTCMonth()]?.slice(0, 3)} ${at.getUTCDate()}, ${at.getUTCFullYear()} ${clock(at)}`,
      (at) => `${at.getUTCDate()}/${at.getUTCMonth() + 1}/${pad(at.getUTCFullYear() % 100)} ${clock(at)}`,
      (at) => `${at.toUTCString().slice(0, -6)}00 GMT`,
      (at) =>
        `${at.getUTCFullYear()}.${at.getUTCMonth() + 1}.${at.getUTCDate()} ${clock(at)}:00.0000012+00:00`,
    ];
    fc.assert(
      fc.property(date, fc.constantFrom(...styles), (at, style) => {
        const cell = style(at);
        const message = problemOf(() => dateTime(cell, 'UTC')).message;
        const values = callsIn(message).map((call) => follow(call, cell, 'UTC'));
        expect(values).toContain(Math.floor(at.getTime() / 60_000) * 60_000);
      }),
      { numRuns: 500 },
    );
  });
});

const pad = (value: number) => String(value).padStart(2, '0');
const clock = (at: Date) => `${pad(at.getUTCHours())}:${pad(at.getUTCMinutes())}`;

describe('a weekday', () => {
  it.each(['周三', '星期五', '（周日）', '（六）', '(Mon)', 'Sunday'])(
    'that is not the date’s is refused: %s',
    (weekday) => {
      const name = weekday.replaceAll(/[()（）]/g, '');
      const why = `it says ${name}, but 2023-11-09 is a Thursday, 周四; correct the weekday or the date`;
      expect(refusal(`2023年11月9日 ${weekday} 16:20`)).toContain(why);
      expect(problemOf(() => dateOnly(`2023年11月9日${weekday}`, SHANGHAI)).message).toContain(why);
    },
  );

  it('is checked in a declared format, too', () => {
    const format = 'EEE, d MMM yyyy H:mm';
    expect(iso(dateTime('Thurs, 9 Nov 2023 16:20', SHANGHAI, format))).toBe(AFTERNOON);
    expect(problemOf(() => dateTime('Fri, 9 Nov 2023 16:20', SHANGHAI, format)).message).toContain(
      'it says Fri, but 2023-11-09 is a Thursday',
    );
    expect(problemOf(() => dateTime('Fri, 31 Nov 2023 16:20', SHANGHAI, format)).message).toContain(
      'does not exist',
    );
  });

  it('goes with dateOnly', () => {
    expect(iso(dateOnly('2023年11月9日（周四）', SHANGHAI))).toBe('2023-11-08T16:00Z');
    expect(iso(dateOnly('2023-11-09 Thu', SHANGHAI))).toBe('2023-11-08T16:00Z');
  });
});
