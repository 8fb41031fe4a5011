import { HireSyncError } from '../errors.ts';
import type { Eye } from '../model.ts';

/**
 * Ids that a spreadsheet shortened. Excel keeps 15 digits of a number and writes zeros for the others, so that
 * `6960663240925956437` is saved as `6960663240925950000` and many ids become one. Of a single id nobody can tell: one
 * in ten of 16 digits ends with a zero. A column can: that most of its ids do is no accident.
 */
export interface DigitColumn {
  /** `line`: where a value stands that is to be looked at if the column passes; undefined where it need not be. */
  add(value: string, line: number | undefined): void;
  /** More than half of the different ids have lost digits, seven or more of them together. */
  isLost(): boolean;
  /** Enough of them to read all rows again next time: see `DigitsJudge.isDoubtful`. */
  isDoubtful(): boolean;
  /** More than half of the different ids end with zeros, be they as few as they may. */
  isMostlyZeros(): boolean;
  /** Sentence about a column that is lost. */
  complaint(): string;
  /** Rows to be looked at; null without any. */
  eye(): Eye | null;
}

const KEPT_DIGITS = 15;
const FEWEST = 16;
const MOST = 20;
// Two ids of 19 digits: one by accident is likelier than one in ten thousand, two are not.
const ZEROS = 7;
// Of a million different ids some thousands tell what share has lost digits; below that all are counted.
const SAMPLE = 4096;
const LINES = 20;

/** Whether a value is long enough for a spreadsheet to shorten: 16 to 20 digits. */
export function isLongId(value: unknown): value is string {
  if (typeof value !== 'string' || value.length < FEWEST || value.length > MOST) return false;
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code < 0x30 || code > 0x39) return false;
  }
  return true;
}

/** How many zeros stand behind the 15th digit of a long id, if nothing else does; else 0. */
function zerosOf(value: string): number {
  // A spreadsheet would have dropped a zero at the beginning.
  if (value.charCodeAt(0) === 0x30) return 0;
  for (let at = KEPT_DIGITS; at < value.length; at++) if (value.charCodeAt(at) !== 0x30) return 0;
  return value.length - KEPT_DIGITS;
}

/** FNV-1a. */
function hashOf(value: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < value.length; at++) hash = Math.imul(hash ^ value.charCodeAt(at), 0x01000193);
  // The last digits decide on the low bits: mixed, so that those of a series do not fall out together.
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}

/** Judges one column by its different values, in bounded memory. */
export function createDigitColumn(file: string, column: string): DigitColumn {
  // Values whose hash ends with `level` zero bits: an even sample of the different ones, whatever their order.
  let sample = new Set<string>();
  let mask = 0;
  let lost = 0;
  let zeros = 0;
  let rows = 0;
  const lines: number[] = [];

  const thin = () => {
    mask = mask * 2 + 1;
    sample = new Set([...sample].filter((value) => (hashOf(value) & mask) === 0));
    const found = [...sample].map(zerosOf).filter((count) => count > 0);
    lost = found.length;
    zeros = found.reduce((sum, count) => sum + count, 0);
  };

  return {
    add(value, line) {
      const own = zerosOf(value);
      if (own > 0 && line !== undefined) {
        rows++;
        if (lines.length < LINES) lines.push(line);
      }
      if ((hashOf(value) & mask) !== 0 || sample.has(value)) return;
      // The copy: a cell is a piece of the text it was cut from, all of which it would keep in memory.
      sample.add(`${value} `.slice(0, -1));
      if (own > 0) {
        lost++;
        zeros += own;
      }
      if (sample.size > SAMPLE) thin();
    },
    isLost: () => lost * 2 > sample.size && zeros >= ZEROS,
    isDoubtful: () => lost * 4 > sample.size && zeros >= ZEROS,
    isMostlyZeros: () => lost * 2 > sample.size,
    complaint: () => {
      const about = mask === 0 ? '' : 'about ';
      const counts = [lost, sample.size].map((count) => count * (mask + 1));
      return `${file}, column "${column}": ${about}${counts[0]} of its ${about}${counts[1]} different ids of ${FEWEST} to ${MOST} digits have only zeros behind the ${KEPT_DIGITS}th digit, so that different records become one. Excel keeps ${KEPT_DIGITS} digits; export again as text, and do not save the file with a spreadsheet`;
    },
    eye: () => (rows === 0 ? null : { code: 'zeros-behind-15-digits', file, column, rows, lines }),
  };
}

/** @throws HireSyncError SOURCE_INVALID naming all columns that have lost digits */
export function refuseLost(columns: Iterable<DigitColumn>): void {
  const complaints = Array.from(columns)
    .filter((column) => column.isLost())
    .map((column) => column.complaint());
  if (complaints.length > 0)
    throw new HireSyncError('SOURCE_INVALID', `${complaints.join('.\n')}.`, { fault: 'digits' });
}
