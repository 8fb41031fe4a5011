import type { DateFields } from './date-format.ts';
import { type DateAndTime, type Read, readClock, readDateTime, timeAt } from './date-forms.ts';
import { cellText, missing, unread } from './dates.ts';
import { badDate, checkZone, instant } from './instant.ts';
import { quote } from './problems.ts';
import { RANGE_MARK } from './unread-date.ts';

/** Begin and end in epoch ms (UTC). */
export interface DateTimeRange {
  readonly begin: number;
  readonly end: number;
}

/**
 * Begin and end of a cell that holds both: `2024/3/5 9:05~10:05`, `2024-03-05 09:05-10:05`, also with `–`, `—`, `～` or
 * 至 between them, each part as `dateTime` reads it. An end without a date is on the day of the begin: past midnight
 * the end needs its date. An end without 下午 is in the begin's half of the day if only then it comes after the begin
 * (`下午2:30~3:30`). An end before the begin, and an offset on one side only, are DATE_INVALID.
 * @param given the zone; without it that of the pipeline
 * @throws HireSyncError PIPELINE_INVALID for an unknown zone
 */
export function dateTimeRange(value: unknown, given?: string): DateTimeRange {
  const zone = checkZone(given);
  const word = cellText(value);
  if (word === undefined) return missing(value, RANGE_FORMS) ?? NOWHERE;
  const [found, other] = readRange(word);
  if (found === undefined || other !== undefined) {
    return unread(value, word, { by: 'dateTimeRange', allowed: RANGE_FORMS }) ?? NOWHERE;
  }
  const refused = (why: string): DateTimeRange => badDate(value, `${quote(word)} ${why}`) ?? NOWHERE;
  if ('why' in found) return refused(found.why);
  const { begin, end } = found.value;
  if ((begin.offset === undefined) !== (end.offset === undefined))
    return refused('names an offset on one side only');
  const range = {
    begin: instant(value, begin.fields, zone, begin.offset),
    end: instant(value, end.fields, zone, end.offset),
  };
  return range.end < range.begin ? refused(BACKWARDS) : range;
}

const RANGE_FORMS = '2024/3/5 9:05~10:05, 2024-03-05 09:05-10:05, 2024/3/5 23:00 ~ 2024/3/6 0:30';
const BACKWARDS = 'ends before it begins; past midnight, the end needs its own date';
// What a refused cell gives inside of a mapping: the row is rejected, and the mapping goes on to its other problems.
const NOWHERE = Object.freeze({}) as DateTimeRange;

type Ends = { readonly begin: DateAndTime; readonly end: DateAndTime };

/** All ways to cut the text into a begin and an end; a "-" may also belong to a date or an offset. */
function readRange(word: string): Read<Ends>[] {
  const whole = readDateTime(word);
  if (whole !== undefined && 'value' in whole)
    return [{ why: 'is one time, or a range that looks like a time with an offset: write a range with "~"' }];
  return [...word.matchAll(RANGE_MARK)].flatMap(({ index, 0: mark }) => {
    const begin = readDateTime(word.slice(0, index));
    // A begin with an offset that may be a time is another cut of the same text.
    if (begin === undefined || 'why' in begin) return [];
    const end = readEnd(word.slice(index + mark.length), begin.value);
    if (end === undefined) return [];
    return ['why' in end ? end : { value: { begin: begin.value, end: end.value } }];
  });
}

function readEnd(text: string, begin: DateAndTime): Read<DateAndTime> | undefined {
  const clock = readClock(text);
  if (clock === undefined) return readDateTime(text);
  const stands = timeAt(begin.fields, clock);
  if (clock.word !== undefined || begin.word === undefined || follows(stands, begin)) return stands;
  const inHalf = timeAt(begin.fields, { ...clock, word: begin.word });
  return follows(inHalf, begin) ? inHalf : stands;
}

function follows(end: Read<DateAndTime> | undefined, begin: DateAndTime): boolean {
  return end !== undefined && 'value' in end && timeOfDay(end.value.fields) >= timeOfDay(begin.fields);
}

const timeOfDay = ({ hour, minute, second, millisecond }: DateFields): number =>
  ((hour * 60 + minute) * 60 + second) * 1000 + millisecond;
