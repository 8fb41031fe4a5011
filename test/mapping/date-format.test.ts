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
    ['06MAR2024:14:30:05', 'ddMMMyyyy:HH:mm:ss', at(2024, 2, 6, 14, 30, 5)],
    ['6.Sept.2024 14', 'd.MMM.yyyy H', at(2024, 8, 6, 14)],
    ['6 十二月 2024 14', 'd MMM yyyy H', at(2024, 11, 6, 14)],
    ['6-3月-2024 14', 'd-M月-yyyy H', at(2024, 2, 6, 14)],
    ['三月 6日 2024年 午前2', 'MMM d日 yyyy年 ah', at(2024, 2, 6, 2)],
    ['Wed, 6 Mar 2024 14:30:05 +0100', 'EEE, d MMM yyyy H:mm:ss X', at(2024, 2, 6, 13, 30, 5)],
    ['2024-03-06 14:30:05Z', 'yyyy-MM-dd HH:mm:ssX', at(2024, 2, 6, 14, 30, 5)],
    ['2024-03-06 14:30:05.5', 'yyyy-MM-dd HH:mm:ss[.SSSSSS]', at(2024, 2, 6, 14, 30, 5, 500)],
    ['2024-03-06 14:30:05.123999', 'yyyy-MM-dd HH:mm:ss[.SSSSSS]', at(2024, 2, 6, 14, 30, 5, 123)],
    ['2024-03-06 14:30:05', 'yyyy-MM-dd HH:mm:ss[.SSSSSS]', at(2024, 2, 6, 14, 30, 5)],
    ['2024-03-06 14:30:05.1239999', 'yyyy-MM-dd HH:mm:ss.SSSSSSSSS', at(2024, 2, 6, 14, 30, 5, 123)],
    ['2024-03-06', 'yyyy-M-d[ H:mm[:ss]]', at(2024, 2, 6)],
    ['2024-03-06 4:30', 'yyyy-M-d[ H:mm[:ss]]', at(2024, 2, 6, 4, 30)],
    ['[2024-03-06]', "'['yyyy-M-d']'", at(2024, 2, 6)],
    ['二〇二四年三月六日', 'yyyy年M月d日', at(2024, 2, 6)],
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
    ['2024-03-06 14:30:05.1234567', 'yyyy-MM-dd HH:mm:ss.SSSSSS'],
    ['6 Mär 2024 14', 'd MMM yyyy H'],
    ['2024-03-06 14:30 CST', 'yyyy-MM-dd HH:mm X'],
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
    ['yy-MM-dd HH', 'dateTime(…, zone, "yy-MM-dd HH", { pivot: 1970 }) is 1970 to 2069'],
    ['yyyy-MM-dd yy', 'it has both yyyy and yy'],
    ['YYYY-MM-DD', '"YYYY" is not a token; write yyyy'],
    ['dd MMMM yyyy', '"MMMM" is not a token; write MMM'],
    ['dd MMM MM yyyy', 'it has the month as number and by name'],
    ["yyyy-MM-dd'T'HH:mm:ss'Z'", 'write X, which reads an offset'],
    ['yyyy-MM-dd X', 'it has an offset without hours'],
    ['yyyy-MM[-dd]', 'dd must not stand in [ ]'],
    ['yyyy-MM-d[-]H', 'nobody can tell where d ends and H begins'],
    ['yyyy-MM-dd[ HH', '"[" is not closed'],
    ['yyyy-MM-dd] HH', '"]" closes nothing'],
    ['yyyy-mm-dd HH', 'it has no month'],
    ['yyyy-MM HH', 'it has no day'],
    ['MM-dd HH', 'it has no year'],
    ['yyyy-MM-dd HH:mm M', 'it names the month twice'],
    ['yyyy-MM-dd mm', 'it has minutes without hours'],
    ['yyyy-MM-dd HH ss', 'it has seconds without minutes'],
    ['yyyy-MM-dd HH:mm SSS', 'it has milliseconds without seconds'],
    ["yyyy-MM-dd'T HH", `"'" is not a token`],
    ['yyyy-MM-dd HH:mmZ', '"Z" is not a token; write X'],
    ['yyyy-MM-dd HH:mmxxxx', '"xxxx" is not a token; write X'],
    ['yyyy-MM-dd HH:mm zzz', '"zzz" is not a token; write X'],
  ])('stops on the format %s: %s', (format, message) => {
    expect(() => dateTime('x', 'UTC', format)).toThrow(
      expect.objectContaining({ code: 'PIPELINE_INVALID', message: expect.stringContaining(message) }),
    );
  });
});

describe('a year of two digits', () => {
  it.each([
    ['69', 1970, 2069],
    ['70', 1970, 1970],
    ['00', 1970, 2000],
    ['24', 1990, 2024],
    ['89', 1990, 2089],
    ['00', 2000, 2000],
    ['99', 2000, 2099],
  ])('%s from %i on is %i', (digits, pivot, year) => {
    expect(dateTime(`5/3/${digits} 14`, 'UTC', 'd/M/yy H', { pivot })).toBe(at(year, 2, 5, 14));
  });

  it.each([
    ['d/M/yyyy H', 1970, 'it has a pivot, but no yy'],
    ['d/M/yy H', 70, 'the pivot 70 is not a year from 1900 to 2099'],
  ])('%s with %i: %s', (format, pivot, message) => {
    expect(() => dateTime('5/3/24 14', 'UTC', format, { pivot })).toThrow(message);
  });
});
