import { HireSyncError } from '../errors.ts';
import { type DateFields, dateReader } from './date-format.ts';

const TIMES = [
  ...['', 'H:mm', 'H:mm:ss', 'H:mm:ss.SSS', 'h:mm a', 'h:mm:ss a', 'h:mma', 'h:mm:ssa'],
  ...['ah:mm', 'a h:mm', 'HHmm', 'HHmmss'],
];
// Words that exports write behind a time. The zone itself is the pipeline's to name.
const ZONE_WORD = / (CST|UTC|GMT|HKT|JST|KST|SGT|IST|BST|CET|CEST|EST|EDT|PST|PDT)$/;

/**
 * The formats by which a text could be read that has none of the forms read without one, each proved by reading it: what
 * a message advises works. Day before month where the numbers do not tell.
 */
export function formatsOf(word: string): readonly string[] {
  const zone = ZONE_WORD.exec(word)?.[1];
  const text = zone === undefined ? word : word.slice(0, -zone.length - 1);
  const behind = zone === undefined ? '' : ` '${zone}'`;
  return datesIn(text).flatMap((date) =>
    [' ', '', "'T'"].flatMap((mark) =>
      TIMES.filter((time) => time !== '' || mark === '')
        .map((time) => `${date}${mark}${time}${behind}`)
        .filter((format) => canRead(format, word)),
    ),
  );
}

/** The formats of the date at the beginning of a text. */
function datesIn(text: string): readonly string[] {
  const mark = /^[0-9]{1,4}([-/.])[0-9]{1,2}\1[0-9]{1,4}/.exec(text)?.[1];
  if (mark !== undefined) {
    if (/^[0-9]{4}/.test(text)) return [`yyyy${mark}M${mark}d`];
    return [`d${mark}M${mark}yyyy`, `M${mark}d${mark}yyyy`];
  }
  if (/^[0-9]{4}年/.test(text)) return ['yyyy年M月d日'];
  return /^[0-9]{8}(?![0-9]{1,3}$)/.test(text) ? ['yyyyMMdd'] : [];
}

function canRead(format: string, word: string): boolean {
  try {
    const fields = dateReader(format)(word);
    return fields !== undefined && exists(fields);
  } catch (error) {
    // Some of these make no format: their parts could not be told apart.
    if (HireSyncError.is(error)) return false;
    throw error;
  }
}

const exists = ({ year, month, day, hour, minute, second }: DateFields): boolean =>
  year >= 1900 &&
  month >= 1 &&
  month <= 12 &&
  day >= 1 &&
  day <= 31 &&
  hour < 24 &&
  minute < 60 &&
  second < 60;
