import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateOnly, dateTime, epochMs } from '../../src/mapping/dates.ts';
import { formatsOf } from '../../src/mapping/format-hints.ts';
import { problemOf } from './problem-of.ts';

const messageOf = (word: string, format?: string) =>
  problemOf(() => dateTime(word, 'Asia/Shanghai', format)).message;

describe('a date in a form that has to be declared', () => {
  it.each([
    ['3/5/2024 2:30 PM', ['d/M/yyyy h:mm a', 'M/d/yyyy h:mm a']],
    ['3/15/2024 2:30 PM', ['M/d/yyyy h:mm a']],
    ['15/3/2024 14:30', ['d/M/yyyy H:mm']],
    ['05.03.2024 14:30:07', ['d.M.yyyy H:mm:ss', 'M.d.yyyy H:mm:ss']],
    ['2024.3.5 14:00', ['yyyy.M.d H:mm']],
    ['2024-3-5 9:05', ['yyyy-M-d H:mm']],
    ['20240305 1400', ['yyyyMMdd HHmm']],
    ['202403051400', ['yyyyMMddHHmm']],
    ['20240305', ['yyyyMMdd']],
    ['2024-03-05 14:00:00 CST', ["yyyy-M-d H:mm:ss 'CST'"]],
    ['3/5/2024', ['d/M/yyyy', 'M/d/yyyy']],
  ])('%s: %j', (word, formats) => {
    expect(formatsOf(word)).toEqual(formats);
    const message = messageOf(word);
    for (const format of formats) {
      expect(message).toContain(`"${format}"`);
      expect(Number.isInteger(dateTime(word, 'Asia/Shanghai', format))).toBe(true);
    }
  });

  it('has the right value when the advice is followed', () => {
    expect(dateTime('3/15/2024 2:30 PM', 'Asia/Shanghai', 'M/d/yyyy h:mm a')).toBe(
      Date.UTC(2024, 2, 15, 6, 30),
    );
    expect(dateTime('202403051400', 'Asia/Shanghai', 'yyyyMMddHHmm')).toBe(Date.UTC(2024, 2, 5, 6));
  });

  it('is told from what the pipeline declares', () => {
    expect(messageOf('3/5/2024 2:30 PM', 'd/M/yyyy H:mm')).toMatch(
      /does not have the declared format; "d\/M\/yyyy h:mm a" or "M\/d\/yyyy h:mm a" would read it/,
    );
    expect(messageOf('3/15/2024 2:30 PM', 'd/M/yyyy h:mm a')).toBe(
      '"3/15/2024 2:30 PM" has no month 15 by the format d/M/yyyy h:mm a; if M/d/yyyy h:mm a is meant, the rows that were read are wrong, too',
    );
    expect(problemOf(() => dateOnly('15/3/2024', 'UTC', 'M/d/yyyy')).message).toContain(
      'if d/M/yyyy is meant',
    );
  });

  it.each(['Mar 5', 'March 2024', '5 Mär 2024', '99/99/2024 1:00', '31/31/2024', '', 'x'])(
    'is not made up for %j',
    (word) => {
      expect(formatsOf(word)).toEqual([]);
    },
  );

  it('is read as the advice says, whatever the date', () => {
    const date = fc.date({ min: new Date('1990-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
    const mark = fc.constantFrom('/', '.', '-');
    fc.assert(
      fc.property(date, mark, fc.boolean(), (at, by, half) => {
        const [y, m, d, h] = [at.getUTCFullYear(), at.getUTCMonth() + 1, at.getUTCDate(), at.getUTCHours()];
        const minutes = String(at.getUTCMinutes()).padStart(2, '0');
        const time = half ? `${h % 12 || 12}:${minutes} ${h < 12 ? 'AM' : 'PM'}` : `${h}:${minutes}`;
        const word = `${[m, d, y].join(by)} ${time}`;
        const format = `${['M', 'd', 'yyyy'].join(by)} ${half ? 'h:mm a' : 'H:mm'}`;
        expect(formatsOf(word)).toContain(format);
        const minute = Date.UTC(y, m - 1, d, h, at.getUTCMinutes());
        expect(dateTime(word, 'UTC', format)).toBe(minute);
      }),
    );
  });
});

it('tells a count from a date without separators, and of what it is a count', () => {
  expect(messageOf('1709600700000')).toContain('milliseconds since 1970: read it with epochMs(…)');
  expect(epochMs('1709600700000')).toBe(1_709_600_700_000);
  expect(messageOf('1709600700')).toContain('read it with epochMs(Number(…) * 1000)');
  expect(epochMs(Number('1709600700') * 1000)).toBe(1_709_600_700_000);
});
