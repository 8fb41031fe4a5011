import { damageOf } from '../readers/damage.ts';
import { isWordForNothing, nothingAdvice } from '../readers/empty-words.ts';
import { readClock, readDate, readDateTime } from './date-forms.ts';
import { EARLIEST_MS, LATEST_MS } from './epoch-range.ts';
import { formatsOf } from './format-hints.ts';

/**
 * Why a cell is not a date and time, as far as it can be told: the end of a sentence that begins with the cell.
 * @param declared the format that the pipeline declares, if it does
 */
export function whyUnread(word: string, declared?: string): string | undefined {
  const damage = damageOf(word);
  if (damage !== undefined) return damage;
  if (isWordForNothing(word)) return nothingAdvice(word);
  if (/^[1-7][0-9]{4}(?:\.[0-9]+)?$/.test(word)) {
    return 'is an Excel serial date: declare it with excelDate(…), or export the column as text';
  }
  if (declared === undefined && readDate(word) !== undefined) {
    return 'has no time of day: read it with dateOnly(…) if its midnight is meant';
  }
  const formats = formatsOf(word).filter((format) => format !== declared);
  const list = formats.map((format) => `"${format}"`).join(' or ');
  const [first, second] = formats;
  if (first !== undefined) {
    if (declared !== undefined) return `does not have the declared format; ${list} would read it`;
    return second !== undefined && first.startsWith('d')
      ? `does not tell the day from the month: declare the format, ${list}`
      : `is in a form that has to be declared: the format ${list}`;
  }
  const count = /^[0-9]{9,13}$/.test(word) ? Number(word) : Number.NaN;
  if (isInstant(count)) return 'is a count of milliseconds since 1970: read it with epochMs(…)';
  if (isInstant(count * 1000))
    return 'is a count of seconds since 1970: read it with epochMs(Number(…) * 1000)';
  if (/^[0-9]{1,2}([-/.])[0-9]{1,2}\1[0-9]{4}(?![0-9])/.test(word)) {
    return 'does not tell the day from the month: its format has to be declared';
  }
  if (/^(?:[0-9]{2}([-/.])[0-9]{1,2}\1[0-9]{1,2}(?![0-9])|[0-9]{2}年)/.test(word)) {
    return 'has a year of two digits: export it with four';
  }
  if (/^(?:[0-9]{1,2}月[0-9]{1,2}(?![0-9])|[0-9]{1,2}([-/.])[0-9]{1,2}(?![-/.0-9]))/.test(word)) {
    return 'has no year: export the column with the year';
  }
  if (readClock(word) !== undefined) return 'has no date';
  return isRange(word) ? 'is a range: read it with dateTimeRange(…)' : undefined;
}

const isInstant = (ms: number): boolean => ms >= EARLIEST_MS && ms <= LATEST_MS;

/** What may stand between the begin and the end of a range. */
export const RANGE_MARK = / ?(?:[~～〜\-–—]|至|到) ?/g;

function isRange(word: string): boolean {
  return [...word.matchAll(RANGE_MARK)].some(({ index, 0: mark }) => {
    const end = word.slice(index + mark.length);
    const hasBegin = readDateTime(word.slice(0, index)) !== undefined;
    return hasBegin && (readClock(end) !== undefined || readDateTime(end) !== undefined);
  });
}
