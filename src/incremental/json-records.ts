import { escapedControls } from '../readers/controls.ts';
import { createArraySplitter } from '../readers/json-splitter.ts';
import { createLineSplitter, isBlank } from '../readers/line-splitter.ts';
import { hashBytes } from './hash.ts';
import { needsParser } from './needs-parser.ts';
import { createFound, latin1, type RecordFinder, type TakeRecord, type Window } from './record-finder.ts';

/** Takes the text of a record, as Latin-1, from where it lies in the file. */
function createTaker(take: TakeRecord) {
  const found = createFound(0);
  let rows = 0;
  let controls = 0;
  let first: number | undefined;
  return {
    add(text: string, offset: number, line: number, blanks: number, window: Window): void {
      const from = offset - window.offset;
      if (from >= 0) hashBytes(window.view, from, from + text.length, found.hash);
      else {
        // It began in the window before this one.
        const bytes = Buffer.from(text, 'latin1');
        hashBytes(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length, found.hash);
      }
      found.offset = offset;
      found.length = text.length;
      found.line = line;
      found.blanks = blanks;
      controls += escapedControls(text);
      first ??= offset;
      take(found, rows++);
    },
    found: (blank: number) => ({ rows, blank, controls, first }),
  };
}

/** The elements of a JSON array of objects, as the reader's own splitter cuts it. @param at see `JsonArrayOptions` */
export function createArrayRecords(
  { file, at, limit }: { file: string; at: string | undefined; limit: number },
  take: TakeRecord,
): RecordFinder {
  const fromBytes = (text: string) => Buffer.from(text, 'latin1').toString();
  const splitter = createArraySplitter({ file, at, limit, decode: fromBytes });
  const taker = createTaker(take);
  let begin: number | undefined;
  return {
    push(window) {
      begin ??= window.offset + window.from;
      for (const { text, offset, line } of splitter.push(
        latin1(window),
        window.bytes.subarray(window.from, window.to),
      )) {
        if (text === undefined || !text.startsWith('{')) return needsParser('an element that is no object');
        taker.add(text, begin + offset, line, 0, window);
      }
      if (window.isLast) splitter.end();
      return splitter.failure === undefined ? window.to : needsParser(splitter.failure.message);
    },
    found: () => taker.found(0),
  };
}

/** The lines of a JSONL file that hold something. */
export function createLineRecords(limit: number, take: TakeRecord): RecordFinder {
  const splitter = createLineSplitter(limit);
  const taker = createTaker(take);
  let offset: number | undefined;
  let line = 0;
  let blank = 0;
  return {
    push(window) {
      offset ??= window.offset + window.from;
      const lines = splitter.push(latin1(window));
      // Behind the last line end there is no line.
      const rest = window.isLast ? splitter.end().filter((text) => text !== '') : [];
      for (const text of [...lines, ...rest]) {
        if (text === undefined) return needsParser('a line is longer than the limit');
        line++;
        if (isBlank(text)) blank++;
        else taker.add(text, offset, line, blank, window);
        offset += text.length + 1;
      }
      return window.to;
    },
    found: () => taker.found(blank),
  };
}
