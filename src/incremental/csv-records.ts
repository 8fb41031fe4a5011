import { isAscii } from 'node:buffer';
import { createControlCount } from '../readers/controls.ts';
import { type CellBounds, createCsvSplitter, type SplitRecord } from '../readers/csv-splitter.ts';
import { keyDamage } from '../readers/damage.ts';
import { HASH_WORDS, hashBytes } from './hash.ts';
import { type NeedsParser, needsParser } from './needs-parser.ts';
import { createFound, latin1, type RecordFinder, type TakeRecord, type Window } from './record-finder.ts';

interface CsvSettings {
  readonly delimiter: string;
  /** Largest record in bytes. */
  readonly limit: number;
  /** Columns, from 0, whose cells are keys. */
  readonly keyColumns: readonly number[];
  /** Title rows above the header. */
  readonly skipRows: number;
  readonly hasHeader: boolean;
}

interface CsvRecords extends RecordFinder {
  /** The bytes of the header line; undefined without one. */
  header(): Uint8Array | undefined;
  /** Whether a key has other than ASCII characters: in GB18030 two spellings of it may differ in bytes only. */
  hasWideKeys(): boolean;
}

/**
 * Finds the records of a CSV file with the reader's own splitter. What that does not take needs csv-parse, and so does
 * what would be joined, or torn, in another way than its bytes say.
 */
export function createCsvRecords(settings: CsvSettings, take: TakeRecord): CsvRecords {
  const { delimiter, limit, keyColumns, skipRows, hasHeader } = settings;
  const splitter = createCsvSplitter(delimiter, limit);
  const controlsIn = createControlCount(delimiter);
  const found = createFound(keyColumns.length);
  const keyHashes = keyColumns.map((_, slot) =>
    found.keys.subarray(slot * HASH_WORDS, (slot + 1) * HASH_WORDS),
  );
  const bounds = { from: 0, to: 0 };
  let toSkip = skipRows;
  let header: Uint8Array | undefined;
  let isInRows = !hasHeader;
  let rows = 0;
  let blank = 0;
  let controls = 0;
  let first: number | undefined;
  let hasWideKeys = false;
  // Of any record, and of a row.
  let hasCrlf = false;
  let hasLf = false;
  let doubt: NeedsParser | undefined;
  let window: Window | undefined;

  const addBlanks = (count: number): void => {
    const skipped = Math.min(toSkip, count);
    toSkip -= skipped;
    blank += count - skipped;
  };
  /** Whether a key ties records together as its bytes do. */
  const isSound = (text: string, from: number, to: number): boolean => {
    let at = from;
    while (at < to && isWord(text.charCodeAt(at))) at++;
    if (at === to) return true;
    const key = Buffer.from(text.slice(from, to), 'latin1');
    hasWideKeys ||= !isAscii(key);
    const decoded = key.toString();
    // Such a key ties nothing together: see the join.
    return !decoded.includes('\0') && !decoded.includes('\uFFFD') && keyDamage(decoded) === undefined;
  };
  const takeKeys = (record: SplitRecord, { view, from: begin }: Window): void => {
    found.hasKey.fill(0);
    for (let slot = 0; slot < keyColumns.length; slot++) {
      if (!findCell(record, keyColumns[slot] ?? 0, delimiter, bounds)) {
        doubt ??= needsParser('a key with quotes');
        return;
      }
      const { from, to } = bounds;
      if (from === to) continue;
      if (!isSound(record.text, from, to)) doubt ??= needsParser('a key is damaged');
      hashBytes(view, begin + from, begin + to, keyHashes[slot] ?? found.hash);
      found.hasKey[slot] = 1;
    }
  };
  const countControls = ({ text, from, to }: SplitRecord): void => {
    controls += controlsIn(text.slice(from, to));
  };
  const takeRow = (record: SplitRecord, at: Window): void => {
    found.offset = at.offset + at.from + record.from;
    found.length = record.to - record.from;
    found.line = record.line;
    found.blanks = blank;
    if (keyColumns.length > 0) takeKeys(record, at);
    // The hash has looked at every byte already.
    if (hashBytes(at.view, at.from + record.from, at.from + record.to, found.hash)) countControls(record);
    first ??= found.offset;
    take(found, rows++);
  };
  const takeRecord = (record: SplitRecord): void => {
    if (window === undefined) return;
    addBlanks(record.blanks);
    const isClosed = !window.isLast || window.from + record.end <= window.to;
    if (isClosed && record.isCrlf) hasCrlf = true;
    if (isClosed && !record.isCrlf && isInRows) hasLf = true;
    if (isEmpty(record, delimiter)) {
      if (record.quoted !== undefined) doubt ??= needsParser('a record of empty quotes');
      addBlanks(1);
      return;
    }
    if (toSkip > 0) {
      toSkip--;
      countControls(record);
    } else if (!isInRows) {
      isInRows = true;
      countControls(record);
      header = window.bytes.slice(window.from + record.from, window.from + record.to);
    } else takeRow(record, window);
  };

  return {
    push(next) {
      window = next;
      const { bytes, from, to, isLast } = next;
      const isOpen = isLast && to > from && bytes[to - 1] !== 0x0a;
      // It may end the line, or the last cell.
      if (isOpen && bytes[to - 1] === 0x0d) return needsParser('a CR at the end');
      const text = latin1(next);
      const { at, isOdd } = splitter.split(isOpen ? `${text}\n` : text, takeRecord);
      if (doubt !== undefined) return doubt;
      if (isOdd) return needsParser('an odd record');
      // Which of its pieces are one record is for the reader of rows to judge.
      if (hasCrlf && hasLf) return needsParser('rows that a bare LF ends, or has torn');
      if (isLast && at < text.length) return needsParser('a quote is not closed');
      if (isLast) addBlanks(splitter.blanks());
      return Math.min(to, from + at);
    },
    found: () => ({ rows, blank, controls, first }),
    header: () => header,
    hasWideKeys: () => hasWideKeys,
  };
}

/** `\w` */
const isWord = (code: number): boolean =>
  (code >= 0x30 && code <= 0x39) ||
  (code >= 0x41 && code <= 0x5a) ||
  (code >= 0x61 && code <= 0x7a) ||
  code === 0x5f;

/** Whether all cells of a record are empty: nearly always the first one tells that they are not. */
function isEmpty({ text, from, to, quoted }: SplitRecord, delimiter: string): boolean {
  if (quoted !== undefined) return isEveryEmpty(quoted);
  for (let at = from; at < to; at++) if (text[at] !== delimiter) return false;
  return true;
}

function isEveryEmpty(cells: CellBounds): boolean {
  for (let cell = 0; cell < cells.count(); cell++) if (cells.to(cell) > cells.from(cell)) return false;
  return true;
}

/** Where a cell lies, an empty one where the record does not reach it; false for one whose quotes are doubled. */
function findCell(
  { text, from: begin, to: end, quoted }: SplitRecord,
  column: number,
  delimiter: string,
  into: { from: number; to: number },
): boolean {
  into.from = end;
  into.to = end;
  if (quoted !== undefined) {
    if (column >= quoted.count()) return true;
    into.from = quoted.from(column);
    into.to = quoted.to(column);
    return !quoted.isDoubled(column);
  }
  let from = begin;
  for (let cell = 0; ; cell++) {
    const cut = text.indexOf(delimiter, from);
    const isLast = cut === -1 || cut >= end;
    if (cell === column) {
      into.from = from;
      into.to = isLast ? end : cut;
      return true;
    }
    if (isLast) return true;
    from = cut + 1;
  }
}
