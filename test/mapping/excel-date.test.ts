import { describe, expect, it } from 'vitest';
import { excelDate } from '../../src/mapping/excel-date.ts';
import { problemOf } from './problem-of.ts';

describe('excelDate', () => {
  it.each([
    ['45320.75', Date.UTC(2024, 0, 29, 18)],
    [45320.75, Date.UTC(2024, 0, 29, 18)],
    ['45320', Date.UTC(2024, 0, 29)],
    ['45351.5', Date.UTC(2024, 1, 29, 12)],
    // 9:05, as Excel writes it with 15 digits, and rounded up to midnight.
    ['45356.3784722222', Date.UTC(2024, 2, 5, 9, 5)],
    ['45356.9999999999', Date.UTC(2024, 2, 6)],
    ['32874', Date.UTC(1990, 0, 1)],
    ['73049.5', Date.UTC(2099, 11, 30, 12)],
  ])('%s', (value, expected) => {
    expect(excelDate(value, 'UTC')).toBe(expected);
  });

  it('is local time of its zone', () => {
    expect(excelDate('45320.75', 'Asia/Shanghai')).toBe(Date.UTC(2024, 0, 29, 10));
    // 2024-03-10 02:30
    expect(problemOf(() => excelDate('45361.1041666667', 'America/New_York')).message).toContain(
      'never happened in America/New_York',
    );
  });

  it('knows the 1904 system when it is declared', () => {
    expect(excelDate('43858.75', 'UTC', { date1904: true })).toBe(Date.UTC(2024, 0, 29, 18));
  });

  it.each([
    ['60', 'is 1900-02-29, a day that only Excel has'],
    ['59', 'is not in the years 1990 to 2099'],
    ['0', 'is not in the years 1990 to 2099'],
    ['73051', 'is not in the years 1990 to 2099'],
    ['45356.378', 'decimals were cut off'],
    ['-45320', 'allowed: an Excel serial date such as 45320.75'],
    ['2024-03-05 09:05', 'allowed: an Excel serial date'],
    ['4.53208E+04', 'is in scientific notation'],
    [' 45320.75', 'has spaces around it'],
    ['４５３２０', 'has U+FF14 full-width 4'],
    ['########', 'the column was too narrow'],
  ])('refuses %s: %s', (value, message) => {
    expect(problemOf(() => excelDate(value, 'UTC'))).toMatchObject({
      code: 'DATE_INVALID',
      value,
      message: expect.stringContaining(message),
    });
  });

  it('refuses an empty cell', () => {
    expect(problemOf(() => excelDate('', 'UTC')).code).toBe('VALUE_MISSING');
  });
});
