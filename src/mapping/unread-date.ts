import { damageOf } from '../readers/damage.ts';
import { isWordForNothing, nothingAdvice } from '../readers/empty-words.ts';
import { readClock, readDate, readDateTime } from './date-forms.ts';

/** Why a cell is not a date and time, as far as it can be told: the end of a sentence that begins with the cell. */
export function whyUnread(word: string): string | undefined {
  const damage = damageOf(word);
  if (damage !== undefined) return damage;
  if (isWordForNothing(word)) return nothingAdvice(word);
  if (/^[1-7][0-9]{4}(?:\.[0-9]+)?$/.test(word)) {
    return 'is an Excel serial date: declare it with excelDate(…), or export the column as text';
  }
  if (/^1?[0-9]{9}$|^[1-4]?[0-9]{12}$/.test(word)) {
    return 'is a count since 1970: declare milliseconds with epochMs(…)';
  }
  if (/^[0-9]{1,2}([-/.])[0-9]{1,2}\1[0-9]{4}(?![0-9])/.test(word)) {
    return 'does not tell the day from the month: declare the format, such as "d/M/yyyy H:mm"';
  }
  if (/^(?:[0-9]{2}([-/.])[0-9]{1,2}\1[0-9]{1,2}(?![0-9])|[0-9]{2}年)/.test(word)) {
    return 'has a year of two digits: export it with four';
  }
  if (/^(?:[0-9]{1,2}月[0-9]{1,2}(?![0-9])|[0-9]{1,2}([-/.])[0-9]{1,2}(?![-/.0-9]))/.test(word)) {
    return 'has no year: export the column with the year';
  }
  if (readDate(word) !== undefined) {
    return 'has no time of day: read it with dateOnly(…) if its midnight is meant';
  }
  if (readClock(word) !== undefined) return 'has no date';
  return isRange(word) ? 'is a range: read it with dateTimeRange(…)' : undefined;
}

/** What may stand between the begin and the end of a range. */
export const RANGE_MARK = / ?(?:[~～〜\-–—]|至|到) ?/g;

function isRange(word: string): boolean {
  return [...word.matchAll(RANGE_MARK)].some(({ index, 0: mark }) => {
    const end = word.slice(index + mark.length);
    const hasBegin = readDateTime(word.slice(0, index)) !== undefined;
    return hasBegin && (readClock(end) !== undefined || readDateTime(end) !== undefined);
  });
}
