import { escapedControls } from '../readers/controls.ts';
import { type BorderSink, Doubt } from './csv-borders.ts';
import { HASH_WORDS, type Hash, hashBytes } from './hash.ts';

/** Finds records in a window of bytes; see `createBorders`. */
export interface Borders {
  push(bytes: Uint8Array, view: DataView, begin: number, end: number, last: boolean): number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LF = 0x0a;
const CR = 0x0d;
const COMMA = 0x2c;
// What precedes the array is a few members of metadata.
const LONGEST_PREFIX = 16_384;
const isSpace = (byte: number) => byte === 0x20 || byte === LF || byte === CR || byte === 0x09;

const createFound = () => {
  const hash: Hash = new Int32Array(HASH_WORDS);
  return { from: 0, to: 0, line: 1, hash, keys: new Int32Array(0), hasKey: new Uint8Array(0) };
};

/** The lines of a JSONL file that hold something. A CR alone is a Doubt: it may end lines. */
export function createLineBorders(limit: number, sink: BorderSink): Borders {
  const found = createFound();
  let line = 1;
  return {
    push(bytes, view, begin, end, last) {
      let from = begin;
      while (from < end) {
        let filled = false;
        let at = from;
        for (; at < end && bytes[at] !== LF; at++) {
          const byte = bytes[at] as number;
          if (byte > 0x20) filled = true;
          else if (byte === CR) {
            if (at + 1 >= end && !last) return from;
            if (bytes[at + 1] !== LF || at + 1 >= end) throw new Doubt('a CR alone');
          } else if (byte !== 0x20 && byte !== 0x09) filled = true;
        }
        if (at >= end && !last) return from;
        if (at - from > limit) throw new Doubt('a record is longer than the limit');
        found.from = from;
        found.to = at;
        found.line = line;
        hashBytes(view, from, at, found.hash);
        if (filled) sink.record(found);
        else sink.blank();
        line++;
        from = at + 1;
      }
      return Math.min(from, end);
    },
  };
}

/**
 * The elements of a JSON array of objects, by their strings and brackets. What precedes the first element, and what
 * follows the last, must be whole in one window.
 * @param at the top-level member that holds the array
 */
export function createArrayBorders(at: string | undefined, limit: number, sink: BorderSink): Borders {
  const found = createFound();
  let line = 1;
  let state: 'before' | 'first' | 'element' | 'after' | 'behind' = 'before';
  let prefix = '';

  const text = (bytes: Uint8Array, from: number, to: number) => {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(from, to));
    } catch {
      throw new Doubt('not UTF-8');
    }
  };

  /** Index of the first element, or of the bracket that ends an empty array. */
  const begin = (bytes: Uint8Array, from: number, end: number): number => {
    for (let bracket = from; bracket < Math.min(end, from + LONGEST_PREFIX); bracket++) {
      if (bytes[bracket] !== 0x5b) continue;
      const head = text(bytes, from, bracket);
      if (isBefore(head, at)) {
        prefix = head;
        return bracket + 1;
      }
    }
    throw new Doubt('the array does not begin soon');
  };

  const behind = (bytes: Uint8Array, from: number, end: number) => {
    const suffix = text(bytes, from, end);
    if (suffix.includes('\\') || (at !== undefined && suffix.includes(`"${at}"`)))
      throw new Doubt('a second member of the name of the array');
    try {
      JSON.parse(`${prefix}[]${suffix}`);
    } catch {
      throw new Doubt('the text around the array is not JSON');
    }
  };

  /** Index after the object that begins at `from`; -1 where it does not end in the window. Sets `feeds`. */
  let feeds = 0;
  const endOf = (bytes: Uint8Array, from: number, end: number): number => {
    let depth = 0;
    feeds = 0;
    for (let index = from; index < end; index++) {
      const byte = bytes[index] as number;
      if (byte === QUOTE) {
        index++;
        while (index < end && bytes[index] !== QUOTE) index += bytes[index] === BACKSLASH ? 2 : 1;
        if (index >= end) return -1;
      } else if (byte === 0x7b || byte === 0x5b) depth++;
      else if (byte === 0x7d || byte === 0x5d) {
        if (--depth === 0) return index + 1;
      } else if (byte === LF) feeds++;
      else if (byte === CR && index + 1 < end && bytes[index + 1] !== LF) throw new Doubt('a CR alone');
    }
    return -1;
  };

  return {
    push(bytes, view, start, end, last) {
      let from = start;
      if (state === 'before') {
        // All of a short file is one window; a long one has its first window full.
        from = begin(bytes, start, end);
        for (let index = start; index < from; index++) if (bytes[index] === LF) line++;
        if (prefix.replaceAll('\r\n', '').includes('\r')) throw new Doubt('a CR alone');
        if (escapedControls(prefix) > 0) throw new Doubt('a control character before the array');
        state = 'first';
      }
      while (from < end) {
        const byte = bytes[from] as number;
        if (state === 'behind') {
          if (!last) return from;
          behind(bytes, from, end);
          return end;
        }
        if (isSpace(byte)) {
          if (byte === LF) line++;
          else if (byte === CR) {
            if (from + 1 >= end && !last) return from;
            if (bytes[from + 1] !== LF) throw new Doubt('a CR alone');
          }
          from++;
        } else if (byte === 0x5d && (state === 'first' || state === 'after')) {
          state = 'behind';
          from++;
        } else if (byte === COMMA && state === 'after') {
          state = 'element';
          from++;
        } else if (byte === 0x7b && (state === 'first' || state === 'element')) {
          const to = endOf(bytes, from, end);
          if (to === -1 && !last) return from;
          if (to === -1) throw new Doubt('the file ends inside an element');
          if (to - from > limit) throw new Doubt('a record is longer than the limit');
          found.from = from;
          found.to = to;
          found.line = line;
          hashBytes(view, from, to, found.hash);
          sink.record(found);
          line += feeds;
          state = 'after';
          from = to;
        } else throw new Doubt('not an array of objects');
      }
      if (!last) return from;
      if (state !== 'behind') throw new Doubt('the array does not end');
      behind(bytes, from, end);
      return end;
    },
  };
}

/** Whether the array may begin behind `head`. */
function isBefore(head: string, at: string | undefined): boolean {
  if (at === undefined) {
    if (head.trim() === '') return true;
    throw new Doubt('something stands before the array');
  }
  try {
    const parsed: unknown = JSON.parse(`${head}[]}`);
    const names = typeof parsed === 'object' && parsed !== null ? Object.keys(parsed) : [];
    // The array is the member that has just begun; one of the same name before it would be a second one.
    return names.at(-1) === at && head.split(JSON.stringify(at)).length === 2;
  } catch {
    return false;
  }
}
