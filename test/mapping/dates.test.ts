import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateOnly, dateTime, epochMs } from '../../src/mapping/dates.ts';
import { MIDNIGHTS, RESULTS } from './dates-table.ts';
import { problemOf } from './problem-of.ts';

const at = Date.UTC;

describe('dateTime', () => {
  it.each([
    ['2024-03-05 09:05', at(2024, 2, 5, 1, 5)],
    ['2024-03-05 09:05:07', at(2024, 2, 5, 1, 5, 7)],
    ['2024-03-05 09:05:07.1', at(2024, 2, 5, 1, 5, 7, 100)],
    ['2024-03-05 09:05:07.123', at(2024, 2, 5, 1, 5, 7, 123)],
    ['2024-03-05T09:05', at(2024, 2, 5, 1, 5)],
    ['2024/3/5 9:05', at(2024, 2, 5, 1, 5)],
    ['2024/03/05 09:05:07', at(2024, 2, 5, 1, 5, 7)],
    ['2024-03-05T09:05:07Z', at(2024, 2, 5, 9, 5, 7)],
    ['2024-03-05T09:05:07.123000Z', at(2024, 2, 5, 9, 5, 7, 123)],
    ['2024-03-05T09:05+05:30', at(2024, 2, 5, 3, 35)],
    ['2024-03-05 09:05:07 -0800', at(2024, 2, 5, 17, 5, 7)],
    ['2024-03-05 09:05:07+00', at(2024, 2, 5, 9, 5, 7)],
    ['2024-02-29 00:00', at(2024, 1, 28, 16)],
    ['2024-03-05T09:05:00+08:00', at(2024, 2, 5, 1, 5)],
    ['2024-03-05 09:05:00-08:00', at(2024, 2, 5, 17, 5)],
    ['2024年3月6日 下午2:30', at(2024, 2, 6, 6, 30)],
    ['2024年3月6日下午2:30', at(2024, 2, 6, 6, 30)],
    ['2024年3月6日 下午 12:30:05', at(2024, 2, 6, 4, 30, 5)],
    ['2024/3/6 上午 9:05', at(2024, 2, 6, 1, 5)],
    ['2024-03-06 上午9:05', at(2024, 2, 6, 1, 5)],
    ['2024年3月6日 14:30', at(2024, 2, 6, 6, 30)],
    ['2024年3月6日 14时30分', at(2024, 2, 6, 6, 30)],
    ['2024年3月6日 下午2点5分7秒', at(2024, 2, 6, 6, 5, 7)],
    ['2024年3月6日 中午12:00', at(2024, 2, 6, 4)],
    ['2024年3月6日 中午11:30', at(2024, 2, 6, 3, 30)],
    ['2024年3月6日 中午1:00', at(2024, 2, 6, 5)],
    ['2024年3月6日 晚上8:00', at(2024, 2, 6, 12)],
    ['2024年3月6日 傍晚6:00', at(2024, 2, 6, 10)],
    ['2024年3月6日 早上8:00', at(2024, 2, 6, 0)],
    ['2024年3月6日 凌晨0:30', at(2024, 2, 5, 16, 30)],
  ])('%s in Asia/Shanghai', (value, expected) => {
    expect(dateTime(value, 'Asia/Shanghai')).toBe(expected);
  });

  it.each([
    ...['2024-02-31 09:05', '2023-02-29 09:05', '2024-13-01 09:05', '2024-00-10 09:05'],
    ...[
      '2024-03-05 24:00',
      '2024-03-05 25:61',
      '2024-03-05 23:60',
      '2024-03-05 23:59:60',
      '2024-02-30T09:05:00Z',
    ],
  ])('refuses %s, which does not exist', (value) => {
    const problem = problemOf(() => dateTime(value, 'UTC'));
    expect(problem).toMatchObject({ code: 'DATE_INVALID', value });
    expect(problem.message).toBe(`"${value}" does not exist: there is no such date or time of day`);
  });

  it.each([
    ...[
      '2024-3-5 9:05',
      '2024/3-5 9:05',
      '2024-03-05',
      '05.03.2024 09:05',
      '3/5/2024 9:05',
      '24-03-05 09:05',
    ],
    ...['2024-03-05 9:05', '2024-03-05 09:5', '2024-03-05 09', '２０２４-03-05 09:05', '2024-03-05 09:05 PM'],
    ...['2024-03-05T09:05:07+8', '昨天', '2024-03-05 大概9:05'],
  ])('refuses %s, which is none of its forms', (value) => {
    const { code, message } = problemOf(() => dateTime(value, 'UTC'));
    expect(code).toBe('DATE_INVALID');
    expect(message).toContain(
      'allowed: 2024-03-05 09:05[:07[.123]], 2024/3/5 9:05[:07], 2024-03-05T09:05:07Z or with +08:00, 2024年3月5日 下午2:30',
    );
  });

  it('says what else is wrong', () => {
    const message = (value: unknown): string => problemOf(() => dateTime(value, 'UTC')).message;
    expect(message(' 2024-03-05 09:05')).toContain('has spaces around it');
    expect(message('2024-03-05T09:05:07.123456Z')).toContain('is finer than a millisecond');
    for (const offset of ['+99:00', '-15:00', '+14:30', '-10:05', '+08:07'])
      expect(message(`2024-03-05T09:05:07${offset}`)).toContain(`has an impossible offset, ${offset}`);
    expect(problemOf(() => dateTime('', 'UTC')).code).toBe('VALUE_MISSING');
    expect(problemOf(() => dateTime(null, 'UTC', 'yyyy-MM-dd HH')).message).toBe(
      'is empty; allowed: yyyy-MM-dd HH',
    );
  });

  it.each([
    '下午0:30',
    '上午0:30',
    '上午12:30',
    '上午13:00',
    '下午14:30',
    '晚上12:00',
    '晚上2:30',
    '中午2:00',
    '凌晨12:30',
  ])('refuses %s, which does not tell one hour', (time) => {
    const { code, message } = problemOf(() => dateTime(`2024年3月6日 ${time}`, 'UTC'));
    expect(code).toBe('DATE_INVALID');
    expect(message).toContain(`does not tell one hour: ${time.slice(0, 2)} goes with the hours`);
  });

  it.each([
    ['45320.75', 'is an Excel serial date: declare it with excelDate(…), or export the column as text'],
    [45320.75, '"45320.75" is an Excel serial date'],
    ['45320', 'is an Excel serial date'],
    ['1709600700000', 'is a count of milliseconds since 1970: read it with epochMs(…)'],
    [1_709_600_700, 'is a count of seconds since 1970: read it with epochMs(Number(…) * 1000)'],
    ['3月7日', 'has no year: export the column with the year'],
    ['3月7日 14:00', 'has no year'],
    ['3/7 14:00', 'has no year'],
    ['03-07', 'has no year'],
    ['3/5/2024 9:05', 'does not tell the day from the month'],
    ['24-03-05 09:05', 'has a year of two digits'],
    ['2024-03-05', 'has no time of day: read it with dateOnly(…)'],
    ['2024年3月5日', 'has no time of day'],
    ['9:05', 'has no date'],
    ['下午2:30', 'has no date'],
    ['2024/3/5 9:05~10:05', 'is a range: read it with dateTimeRange(…)'],
    ['2024-03-05 09:05:00-10:05:00', 'is a range'],
    ['2024-03-05 09:05-10:05', 'may be a range or a time with the offset -10:05'],
    ['2024/3/5 9:00-10:00', 'may be a range or a time with the offset -10:00'],
    ['########', 'the column was too narrow'],
    ['#VALUE!', 'is an error of a spreadsheet formula'],
    ['4.53208E+04', 'is in scientific notation'],
    ['="2024-03-05 09:05"', 'is wrapped in ="…"'],
    ['２０２４-03-05 09:05', 'has U+FF12 full-width 2 as character 1'],
    ['2024-03-05 09：05', 'has U+FF1A full-width : as character 14'],
    ['2024-03-05\u00A009:05', 'has U+00A0 no-break space as character 11'],
    ['2024-03-05\u300009:05', 'has U+3000 ideographic space as character 11'],
    ['\u200E2024-03-05 09:05', 'has U+200E left-to-right mark as character 1'],
  ])('names what %j is', (value, message) => {
    const problem = problemOf(() => dateTime(value, 'UTC'));
    expect(problem.code).toBe('DATE_INVALID');
    expect(problem.message).toContain(message);
  });

  it('names a time that never was and one that was twice', () => {
    expect(problemOf(() => dateTime('2024-03-10 02:30', 'America/New_York')).message).toBe(
      '"2024-03-10 02:30" never happened in America/New_York: the clocks were set forward and skipped 2024-03-10 02:30:00',
    );
    expect(problemOf(() => dateTime('2024-11-03 01:30', 'America/New_York')).message).toBe(
      '"2024-11-03 01:30" happened twice in America/New_York: the clocks were set back, and 2024-11-03 01:30:00 came first at -04:00, then at -05:00; add the offset that is meant',
    );
  });

  it('stops on an unknown zone, and suggests', () => {
    expect(() => dateTime('2024-03-05 09:05', 'Asia/Shangai')).toThrow(
      expect.objectContaining({
        code: 'PIPELINE_INVALID',
        message: expect.stringContaining('Did you mean "Asia/Shanghai"?'),
      }),
    );
    expect(() => dateTime('', '')).toThrow('"" is not a time zone');
  });

  it('gives back every minute that it is handed in UTC', () => {
    const minutes = fc.integer({ min: at(1990, 0) / 60_000, max: at(2100, 0) / 60_000 });
    fc.assert(
      fc.property(minutes, (minute) => {
        const iso = new Date(minute * 60_000).toISOString();
        expect(dateTime(iso.slice(0, 16).replace('T', ' '), 'UTC')).toBe(minute * 60_000);
        expect(dateTime(iso, 'America/New_York')).toBe(minute * 60_000);
      }),
    );
  });
});

describe('dateOnly', () => {
  it('gives the midnight of its zone', () => {
    expect(dateOnly('2024-03-05', 'Asia/Shanghai')).toBe(at(2024, 2, 4, 16));
    expect(dateOnly('2024/3/5', 'UTC')).toBe(at(2024, 2, 5));
    expect(dateOnly('2024年3月5日', 'UTC', 'yyyy年M月d日')).toBe(at(2024, 2, 5));
    expect(dateOnly('2024年3月5日', 'UTC')).toBe(at(2024, 2, 5));
  });

  it.each(['2024-3-5', '2024-03-05 09:05', '2024-02-30', '20240305', ''])('refuses %j', (value) => {
    expect(problemOf(() => dateOnly(value, 'UTC')).code).toBe(
      value === '' ? 'VALUE_MISSING' : 'DATE_INVALID',
    );
  });
});

describe('epochMs', () => {
  it('takes milliseconds', () => {
    expect(epochMs(1_709_600_700_000)).toBe(1_709_600_700_000);
    expect(epochMs('1709600700000')).toBe(1_709_600_700_000);
  });

  it.each([
    [1_709_600_700, 'looks like seconds'],
    ['1709600700', 'looks like seconds'],
    [1_709_600_700_000_000, 'looks like microseconds'],
    [0, 'is not in the years 1990 to 2100'],
    ['-5', 'is not a whole number of milliseconds'],
    [1.5, 'is not a whole number of milliseconds'],
    ['2024-03-05', 'is not a whole number of milliseconds'],
    ['1.7096E+12', 'is in scientific notation'],
  ])('refuses %j: %s', (value, message) => {
    expect(problemOf(() => epochMs(value)).message).toContain(message);
  });
});

describe('the machine', () => {
  const run = (zone: string, ...flags: string[]): unknown => {
    const script = new URL('dates-table.ts', import.meta.url).pathname;
    return JSON.parse(
      execFileSync(process.execPath, [...flags, script], {
        env: { ...process.env, TZ: zone },
        encoding: 'utf8',
      }),
    );
  };
  const results = [...RESULTS, ...MIDNIGHTS];

  it('knows these cases', () => {
    expect(
      results.map(([, , result]) => result?.replace(/^"[^"]+" (never happened|happened twice).*/, '$1')),
    ).toEqual([
      ...[
        '2024-03-05T01:05:00.000Z',
        '2024-03-05T14:05:00.000Z',
        '2024-03-05T09:05:07.123Z',
        '2024-03-05T01:05:07.000Z',
      ],
      '2024-03-06T06:30:00.000Z',
      ...['never happened', 'never happened', 'never happened', 'never happened'],
      ...['2024-03-09T18:30:00.000Z', '2024-03-31T06:30:00.000Z'],
      ...['happened twice', 'happened twice', 'happened twice', 'happened twice'],
      ...['2024-11-03T06:30:00.000Z', 'never happened', '2024-03-04T16:00:00.000Z', 'never happened'],
    ]);
  });

  it.each(['UTC', 'Asia/Shanghai', 'America/New_York'])('makes no difference by TZ=%s', (zone) => {
    expect(run(zone)).toEqual({ temporal: 'native', results });
  });

  it('makes no difference without Temporal of its own', () => {
    const without = '--import=data:text/javascript,delete globalThis.Temporal';
    expect(run('America/New_York', without)).toEqual({ temporal: 'polyfill', results });
  });
});
