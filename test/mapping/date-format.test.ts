import { describe, expect, it } from 'vitest';
import { dateTime } from '../../src/mapping/dates.ts';
import { problemOf } from './problem-of.ts';

const at = Date.UTC;

describe('dateTime with a format', () => {
  it.each([
    ['2024年3月6日 下午2:30', 'yyyy年M月d日 ah:mm', at(2024, 2, 6, 14, 30)],
    ['2024年3月6日 上午12:30', 'yyyy年M月d日 ah:mm', at(2024, 2, 6, 0, 30)],
    ['2024年3月6日 下午12:30', 'yyyy年M月d日 ah:mm', at(2024, 2, 6, 12, 30)],
    ['06.03.2024 08:05:09', 'dd.MM.yyyy HH:mm:ss', at(2024, 2, 6, 8, 5, 9)],
    ['3/6/2024 2:30 PM', 'M/d/yyyy h:mm a', at(2024, 2, 6, 14, 30)],
    ['20240306143005123', 'yyyyMMddHHmmssSSS', at(2024, 2, 6, 14, 30, 5, 123)],
    ['2024-03-06T14:30', "yyyy-MM-dd'T'HH:mm", at(2024, 2, 6, 14, 30)],
    ['2024-03-06T14:30', 'yyyy-MM-ddTHH:mm', at(2024, 2, 6, 14, 30)],
    ['2024-03-06 14h', "yyyy-MM-dd HH'h'", at(2024, 2, 6, 14)],
    ['2024-3-6 905', 'yyyy-M-d Hmm', at(2024, 2, 6, 9, 5)],
    ['2024/3/6下午2:30', 'yyyy/M/dah:mm', at(2024, 2, 6, 14, 30)],
    ['(2024.03.06)+14', '(yyyy.MM.dd)+HH', at(2024, 2, 6, 14)],
  ])('%s as %s', (value, format, expected) => {
    expect(dateTime(value, 'UTC', format)).toBe(expected);
  });

  it.each([
    ['2024-03-06 14:30', 'yyyy/MM/dd HH:mm'],
    ['2024-3-6 14:30', 'yyyy-MM-dd HH:mm'],
    ['2024年3月6日 下午0:30', 'yyyy年M月d日 ah:mm'],
    ['2024年3月6日 下午14:30', 'yyyy年M月d日 ah:mm'],
    ['2024年3月6日 晚上2:30', 'yyyy年M月d日 ah:mm'],
    ['2024-03-06 14:30 ', 'yyyy-MM-dd HH:mm'],
    ['2024x03x06 14', 'yyyy.MM.dd HH'],
  ])('refuses %s as %s', (value, format) => {
    const { code, message } = problemOf(() => dateTime(value, 'UTC', format));
    expect(code).toBe('DATE_INVALID');
    expect(message).toContain(`allowed: ${format}`);
  });

  it('refuses 31 February in any format', () => {
    expect(problemOf(() => dateTime('31.02.2024 10:00', 'UTC', 'dd.MM.yyyy HH:mm')).message).toContain(
      'does not exist',
    );
  });

  it.each([
    ['yyyyMd', 'nobody can tell where M ends and d begins'],
    ['yyyy-MM-dHmm', 'nobody can tell where d ends and H begins'],
    ['yyyy-MM-dd hh:mm', 'h and a go together'],
    ['yyyy-MM-dd a H:mm', 'h and a go together'],
    ['yyyy-MM-dd kk', '"kk" is not a token'],
    ['yy-MM-dd HH', '"yy" is not a token'],
    ['yyyy-mm-dd HH', 'it has no month'],
    ['yyyy-MM HH', 'it has no day'],
    ['MM-dd HH', 'it has no year'],
    ['yyyy-MM-dd HH:mm M', 'it names the month twice'],
    ['yyyy-MM-dd mm', 'it has minutes without hours'],
    ['yyyy-MM-dd HH ss', 'it has seconds without minutes'],
    ['yyyy-MM-dd HH:mm SSS', 'it has milliseconds without seconds'],
    ["yyyy-MM-dd'T HH", `"'" is not a token`],
    ['yyyy-MM-dd HH:mmZ', '"Z" is not a token'],
  ])('stops on the format %s: %s', (format, message) => {
    expect(() => dateTime('x', 'UTC', format)).toThrow(
      expect.objectContaining({ code: 'PIPELINE_INVALID', message: expect.stringContaining(message) }),
    );
  });
});
