import type { DateFields } from './date-format.ts';
import { cellText, missing, unread } from './dates.ts';
import { timeOfDayMs } from './excel-serial.ts';
import { badDate, checkZone, instant } from './instant.ts';
import { quote } from './problems.ts';
import { temporal } from './temporal.ts';

export interface ExcelDateOptions {
  /** True for a workbook in the 1904 date system, as old Excel for Mac made them. Default: the 1900 system. */
  readonly date1904?: boolean;
}

// 1990-01-01 to 2099-12-31 in the 1900 system, and the days between the two systems' zeros.
const FIRST = 32_874;
const LAST = 73_050;
const BETWEEN_SYSTEMS = 1_462;

/**
 * Epoch ms (UTC) of an Excel serial date as local time in `zone`: `45320.75` is 2024-01-29 18:00. Only for columns
 * that are known to hold such numbers. Refused as DATE_INVALID: a time of day of which decimals were cut off (not a
 * whole second), dates outside of 1990 to 2099 (the 1900 system's false leap day, 60, among them), and what the
 * change of clocks skips or doubles. An empty cell is VALUE_MISSING.
 * @param given the zone; without it that of the pipeline
 * @throws HireSyncError PIPELINE_INVALID for an unknown zone
 */
export function excelDate(value: unknown, given?: string, options: ExcelDateOptions = {}): number {
  const zone = checkZone(given);
  const word = cellText(value);
  if (word === undefined) return missing(value, FORM);
  if (!/^[0-9]{1,7}(?:\.[0-9]+)?$/.test(word)) return unread(value, word, { by: 'excelDate', allowed: FORM });
  const [whole = '', decimals = '0'] = word.split('.');
  const day = Number(whole) + (options.date1904 === true ? BETWEEN_SYSTEMS : 0);
  if (day === 60 && options.date1904 !== true)
    return badDate(value, `${quote(word)} is 1900-02-29, a day that only Excel has`);
  if (day < FIRST || day >= LAST)
    return badDate(value, `${quote(word)} is not in the years 1990 to 2099 as an Excel serial date`);
  const time = timeOfDayMs(decimals);
  if (time === undefined)
    return badDate(
      value,
      `${quote(word)} is not on a whole second: decimals were cut off; export again as text`,
    );
  return instant(value, fieldsOf(day, time), zone);
}

const FORM = 'an Excel serial date such as 45320.75';

function fieldsOf(day: number, timeMs: number): DateFields {
  // 1899-12-30 and not 31: from March 1900 on, the false leap day is counted.
  const {
    year,
    month,
    day: dayOfMonth,
    hour,
    minute,
    second,
  } = temporal.PlainDateTime.from('1899-12-30T00:00').add({ days: day }).add({ milliseconds: timeMs });
  return { year, month, day: dayOfMonth, hour, minute, second, millisecond: 0 };
}
