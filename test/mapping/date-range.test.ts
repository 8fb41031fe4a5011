import { describe, expect, it } from 'vitest';
import { dateTimeRange } from '../../src/mapping/date-range.ts';
import { collecting } from '../../src/mapping/problems.ts';
import type { Problem } from '../../src/model.ts';
import { problemOf } from './problem-of.ts';

/** In Asia/Shanghai, eight hours before UTC. */
const at = (day: number, hour: number, minute = 0): number => Date.UTC(2024, 2, day, hour - 8, minute);
const message = (value: unknown, zone = 'Asia/Shanghai'): string =>
  problemOf(() => dateTimeRange(value, zone)).message;

describe('dateTimeRange', () => {
  it.each([
    ['2024/3/5 9:05~10:05', at(5, 9, 5), at(5, 10, 5)],
    ['2024-03-05 09:05-10:05', at(5, 9, 5), at(5, 10, 5)],
    ['2024-03-05 09:05 - 10:05', at(5, 9, 5), at(5, 10, 5)],
    ['2024-03-05 09:05–10:05', at(5, 9, 5), at(5, 10, 5)],
    ['2024-03-05 09:05—10:05', at(5, 9, 5), at(5, 10, 5)],
    ['2024/3/5 9:05～10:05', at(5, 9, 5), at(5, 10, 5)],
    ['2024/3/5 9:05至10:05', at(5, 9, 5), at(5, 10, 5)],
    ['2024年3月5日 9时5分到10时5分', at(5, 9, 5), at(5, 10, 5)],
    ['2024/3/5 23:00~2024/3/6 0:30', at(5, 23), at(6, 0, 30)],
    ['2024-03-05 23:00-2024-03-06 00:30', at(5, 23), at(6, 0, 30)],
    ['2024/3/5 9:05~9:05', at(5, 9, 5), at(5, 9, 5)],
    ['2024年3月5日 下午2:30~下午3:30', at(5, 14, 30), at(5, 15, 30)],
    ['2024年3月5日 下午2:30~3:30', at(5, 14, 30), at(5, 15, 30)],
    ['2024年3月5日 上午9:00~10:00', at(5, 9), at(5, 10)],
    ['2024年3月5日 上午11:00~12:30', at(5, 11), at(5, 12, 30)],
    ['2024年3月5日 中午12:00-1:00', at(5, 12), at(5, 13)],
    ['2024年3月5日 下午2:30~15:30', at(5, 14, 30), at(5, 15, 30)],
    ['2024-03-05T09:05:00+08:00~2024-03-05T10:05:00+08:00', at(5, 9, 5), at(5, 10, 5)],
    ['2024-03-05T01:05Z~02:05Z', at(5, 9, 5), at(5, 10, 5)],
  ])('%s', (value, begin, end) => {
    expect(dateTimeRange(value, 'Asia/Shanghai')).toEqual({ begin, end });
  });

  it('refuses an end before the begin, and names the remedy', () => {
    const why = 'ends before it begins; past midnight, the end needs its own date';
    expect(message('2024/3/5 23:00~0:30')).toBe(`"2024/3/5 23:00~0:30" ${why}`);
    expect(message('2024/3/5 9:05~2024/3/4 10:05')).toContain(why);
    expect(message('2024年3月5日 上午11:00~1:00')).toContain(why);
    expect(message('2024年3月5日 下午2:30~上午9:00')).toContain(why);
  });

  it.each([
    ['2024-03-05 09:05', 'is one time'],
    ['2024-03-05T09:05-10:00', 'is one time, or a range that looks like a time with an offset'],
    ['9:05~10:05', 'allowed: 2024/3/5 9:05~10:05'],
    ['3月7日 9:05~10:05', 'has no year'],
    ['2024/3/5 9:05~', 'is not a date that can be read'],
    ['2024/3/5 9:05~10:05~11:05', 'is not a date that can be read'],
    ['2024-03-05 09:00-10:00-11:00', 'names an offset on one side only'],
    ['2024-03-05T09:05Z~10:05', 'names an offset on one side only'],
    ['2024/3/5 22:00~24:00', 'does not exist'],
    ['2024/2/31 9:05~10:05', 'does not exist'],
    ['2024年3月5日 上午9:00~下午0:30', 'does not tell one hour'],
    ['2024/3/5 9:05 ~10:05 ', 'has spaces around it'],
    ['########', 'the column was too narrow'],
  ])('refuses %s: %s', (value, text) => {
    expect(problemOf(() => dateTimeRange(value, 'UTC'))).toMatchObject({
      code: 'DATE_INVALID',
      value,
      message: expect.stringContaining(text),
    });
  });

  it('refuses what the change of clocks skips on either side', () => {
    expect(message('2024-03-10 01:30~02:30', 'America/New_York')).toContain('never happened');
    expect(message('2024-11-03 00:30~01:30', 'America/New_York')).toContain('happened twice');
  });

  it('refuses an empty cell and stops on an unknown zone', () => {
    expect(problemOf(() => dateTimeRange('', 'UTC')).code).toBe('VALUE_MISSING');
    expect(() => dateTimeRange('2024/3/5 9:05~10:05', 'Asia/Shangai')).toThrow('is not a time zone');
  });

  it('lets a mapping go on that takes the refused cell apart', () => {
    const problems: Problem[] = [];
    const collector = {
      add: (problem: Problem) => void problems.push(problem),
      stop: () => undefined,
      placeOf: () => undefined,
      valueIn: () => undefined,
    };
    for (const value of ['', 'x', '2024/3/5 23:00~0:30', '2024/2/31 9:05~10:05', '2024-03-05T09:05Z~10:05']) {
      const { begin, end } = collecting(collector, () => dateTimeRange(value, 'UTC'));
      expect([value, begin, end]).toEqual([value, undefined, undefined]);
    }
    expect(problems.map(({ code }) => code)).toEqual([
      'VALUE_MISSING',
      ...Array.from({ length: problems.length - 1 }, () => 'DATE_INVALID'),
    ]);
  });
});
