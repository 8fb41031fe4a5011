/** The English and Chinese names of months and weekdays, as parts of a regular expression without groups. */

const MONTHS = [
  ...['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october'],
  ...['november', 'december'],
];
const CHINESE_MONTHS = [
  ...['一月', '二月', '三月', '四月', '五月', '六月', '七月', '八月', '九月', '十月', '十一月', '十二月'],
];
const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const CHINESE_DAYS = '一二三四五六日';

const short = (name: string) => name.slice(0, 3);
/** Letters in either case: Node 22 cannot switch it for a part of an expression. */
const inAnyCase = (word: string) =>
  word.replaceAll(/[a-z]/g, (letter) => `[${letter.toUpperCase()}${letter}]`);
// The longest first: "Mar" is also how "March" begins.
const oneOf = (...words: readonly string[]) =>
  words
    .toSorted((one, other) => other.length - one.length)
    .map(inAnyCase)
    .join('|');

/** `March`, `Mar`, `MAR`, `Sept`, 三月 */
export const MONTH_NAME = `(?:${oneOf(...MONTHS, ...MONTHS.map(short), 'sept', ...CHINESE_MONTHS)})`;
/** `Tuesday`, `Tue`, `Tues`, 周二, 星期二, 礼拜二, and in brackets also 二 alone */
export const WEEKDAY_NAME = `(?:${oneOf(...WEEKDAYS, ...WEEKDAYS.map(short), 'tues', 'thur', 'thurs')}|(?:周|週|星期|礼拜|禮拜|(?<=[(（])(?=.[)）]))[${CHINESE_DAYS}天])`;

/** 1 to 12 of a name that `MONTH_NAME` matches. */
export function monthOf(name: string): number {
  const chinese = CHINESE_MONTHS.indexOf(name);
  return 1 + (chinese >= 0 ? chinese : MONTHS.map(short).indexOf(short(name.toLowerCase())));
}

/**
 * What is wrong with a date that names its weekday: the end of a sentence that begins with the cell. Undefined when nothing
 * is, and for a date that does not exist.
 */
export function wrongWeekday(date: {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly weekday?: string;
}): string | undefined {
  const { year, month, day, weekday } = date;
  if (weekday === undefined) return undefined;
  const at = new Date(Date.UTC(year, month - 1, day));
  if (at.getUTCMonth() !== month - 1 || at.getUTCDate() !== day) return undefined;
  // Of Date the week begins on Sunday.
  const index = (at.getUTCDay() + 6) % 7;
  if (weekdayIndex(weekday) === index) return undefined;
  const name = WEEKDAYS[index] ?? '';
  const shown = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}, 周${CHINESE_DAYS[index]}`;
  return `contradicts itself: it says ${weekday}, but ${at.toISOString().slice(0, 10)} is a ${shown}; correct the weekday or the date`;
}

function weekdayIndex(name: string): number {
  const chinese = CHINESE_DAYS.indexOf(name.slice(-1).replace('天', '日'));
  return chinese >= 0 ? chinese : WEEKDAYS.map(short).indexOf(short(name.toLowerCase()));
}
