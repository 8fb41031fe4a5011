import { EARLIEST_MS, LATEST_MS } from '../epoch-range.ts';
import { readClock, readDate, readDateTime } from '../mapping/date-forms.ts';
import { formatsOf, hasShortYear, hasTime, zoneWordIn } from '../mapping/format-hints.ts';

/** How the dates of a column are read, as a draft writes it. */
export interface DateReading {
  readonly by:
    | 'dateTime'
    | 'dateOnly'
    | 'either'
    | 'dateTimeRange'
    | 'excelDate'
    | 'epochMs'
    | 'epochSeconds';
  readonly format?: string;
  /** The year has two digits: which century is meant is a guess that the draft tells of. */
  readonly hasShortYear: boolean;
  /** Its cells name no offset: the zone of the export is needed. */
  readonly needsZone: boolean;
  /** Formats with day and month the other way round that read the same cells just as well: somebody has to say. */
  readonly orders: readonly string[];
  /** Cells that it reads, of those that are not empty. */
  readonly read: number;
}

/** Counts by which forms the cells of a column can be read as dates. */
export interface DateTally {
  add(cell: string): void;
  /** How to read the column; undefined where most of its cells are no dates. `isNamed`: its name says that it holds dates. */
  reading(filled: number, isNamed: boolean): DateReading | undefined;
}

/** Enough to tell a form. */
const MOST_CELLS = 20_000;
/** Of the cells of a column that holds dates, so many can be read: the others are for somebody to correct. */
const ENOUGH = 0.9;

type Form = 'time' | 'instant' | 'date' | 'range' | 'ms' | 'seconds' | 'serial';

export function createDateTally(): DateTally {
  const forms = new Map<Form, number>();
  const formats = new Map<string, number>();
  let seen = 0;
  const count = (form: Form): number => forms.get(form) ?? 0;
  return {
    add(cell) {
      if (seen >= MOST_CELLS) return;
      seen++;
      if (cell.length > 60 || !/[0-9二]/.test(cell)) return;
      const form = formOf(cell);
      if (form !== undefined) forms.set(form, count(form) + 1);
      else for (const format of formatsOf(cell)) formats.set(format, (formats.get(format) ?? 0) + 1);
    },
    reading(filled, isNamed) {
      const all = Math.min(seen, filled);
      const enough = (read: number): boolean => all > 0 && read >= all * ENOUGH;
      const made = (by: DateReading['by'], read: number, needsZone: boolean): DateReading => ({
        ...{ by, read, needsZone, hasShortYear: false, orders: [] },
      });
      const [times, instants, dates] = [count('time'), count('instant'), count('date')];
      if (enough(times + instants + dates)) {
        const by = dates === 0 ? 'dateTime' : times + instants === 0 ? 'dateOnly' : 'either';
        return made(by, times + instants + dates, times + dates > 0);
      }
      if (enough(count('range'))) return made('dateTimeRange', count('range'), true);
      if (enough(count('ms'))) return made('epochMs', count('ms'), false);
      if (isNamed && enough(count('seconds'))) return made('epochSeconds', count('seconds'), false);
      if (isNamed && enough(count('serial'))) return made('excelDate', count('serial'), true);
      return byFormat(formats, enough);
    },
  };
}

function formOf(cell: string): Form | undefined {
  const time = readDateTime(cell);
  if (time !== undefined && 'value' in time) return time.value.offset === undefined ? 'time' : 'instant';
  if (time === undefined && readDate(cell) !== undefined) return 'date';
  if (isRange(cell)) return 'range';
  if (/^[0-9]{12,13}$/.test(cell) && isWithin(Number(cell))) return 'ms';
  if (/^[0-9]{9,10}$/.test(cell) && isWithin(Number(cell) * 1000)) return 'seconds';
  return /^[34][0-9]{4}(?:\.[0-9]+)?$/.test(cell) ? 'serial' : undefined;
}

/** Begin and end in one cell: `2024/3/5 9:05~10:05`. */
function isRange(cell: string): boolean {
  const [, begin = '', end = ''] = /^(.+[0-9]) ?(?:~|～|–|—|至|(?<=:[0-9]{2})-) ?([0-9].*)$/.exec(cell) ?? [];
  const ends = readClock(end) ?? readDateTime(end);
  const begins = readDateTime(begin);
  return begins !== undefined && 'value' in begins && ends !== undefined;
}

const isWithin = (ms: number): boolean => ms >= EARLIEST_MS && ms <= LATEST_MS;

function byFormat(
  formats: ReadonlyMap<string, number>,
  enough: (read: number) => boolean,
): DateReading | undefined {
  const read = Math.max(0, ...formats.values());
  if (!enough(read)) return undefined;
  const best = [...formats].filter(([, count]) => count === read).map(([format]) => format);
  const [format = ''] = best;
  return {
    by: hasTime(format) ? 'dateTime' : 'dateOnly',
    format,
    read,
    hasShortYear: hasShortYear(format),
    needsZone: !format.includes('X') && zoneWordIn(format) !== 'GMT',
    orders: best.length > 1 ? best : [],
  };
}
