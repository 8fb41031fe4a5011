/** The character that ends a physical line of a file: LF (also for CRLF), or CR in a file of old Mac kind. */
export type LineEnd = '\n' | '\r';

/**
 * Whether the quote at `at` opens or closes a cell, as far as can be told before the delimiter is known: behind a
 * letter or a digit a quote is text (`5"`).
 */
export function togglesQuote(text: string, at: number, quoted: boolean): boolean {
  return quoted || at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1] ?? '');
}

/**
 * How the lines of a file end, judged by its first line: CR when that ends with CR alone, LF otherwise.
 * @param quotes whether `"` may enclose line ends (CSV), which then do not count
 * @returns undefined while `head` (the beginning of the file) does not hold the first line end yet
 */
export function firstLineEnd(head: string, quotes: boolean): LineEnd | undefined {
  let quoted = false;
  for (let at = 0; at < head.length; at++) {
    const char = head[at];
    if (char === '"' && quotes) quoted = togglesQuote(head, at, quoted) ? !quoted : quoted;
    else if (quoted) continue;
    else if (char === '\n') return '\n';
    else if (char === '\r') {
      // The LF of a CRLF may still be on its way.
      if (at + 1 === head.length) return undefined;
      return head[at + 1] === '\n' ? '\n' : '\r';
    }
  }
  return undefined;
}

/** Counts physical lines along a text that comes in chunks; it only moves forward. */
export interface TextCursor {
  /** The next chunk; the cursor stands at its beginning. */
  enter(chunk: string): void;
  /** Moves to `index` of the current chunk. */
  moveTo(index: number): void;
  /** Physical line, from 1. */
  line(): number;
  /** Characters (UTF-16 units) since the beginning of the line, from 1. */
  column(): number;
  /** Characters before the place where it stands, of all chunks. */
  offset(): number;
}

/** Lines end with LF; as long as there has been none, with CR. */
export function createTextCursor(): TextCursor {
  let chunk = '';
  let before = 0;
  let position = 0;
  let nextLf = -1;
  let nextCr = -1;
  let feeds = 0;
  let returns = 0;
  let lineStart = 0;
  // A chunk without a line end is searched once, not once per record in it.
  const find = (char: string, from: number) => {
    const index = chunk.indexOf(char, from);
    return index === -1 ? Number.POSITIVE_INFINITY : index;
  };
  return {
    enter(next) {
      before += chunk.length;
      chunk = next;
      position = 0;
      nextLf = find('\n', 0);
      nextCr = feeds === 0 ? find('\r', 0) : Number.POSITIVE_INFINITY;
    },
    moveTo(index) {
      position = index;
      while (feeds === 0 && nextCr < Math.min(index, nextLf)) {
        returns++;
        lineStart = before + nextCr + 1;
        nextCr = find('\r', nextCr + 1);
      }
      while (nextLf < index) {
        feeds++;
        lineStart = before + nextLf + 1;
        nextLf = find('\n', nextLf + 1);
      }
    },
    line: () => 1 + (feeds > 0 ? feeds : returns),
    column: () => before + position - lineStart + 1,
    offset: () => before + position,
  };
}

/** How a record of a file whose lines end with LF or CRLF ends; `none` also for all others. */
export type RecordEnd = 'crlf' | 'lf' | 'none';

/** Physical lines of records, by their byte offsets. Offsets must not decrease from call to call. */
export interface LineIndex {
  add(bytes: Uint8Array): void;
  /** Line of the byte at `offset`. */
  lineAt(offset: number): number;
  /** Line of the first byte at or after `offset`, the end of a record, that ends no empty line: where the next one begins. */
  lineOfRecord(offset: number): number;
  /** How the record ends whose line end is before `offset`; to be asked before its successor's line. */
  recordEndAt(offset: number): RecordEnd;
}

const [LF, CR] = [10, 13];

/** Keeps only the bytes after the last offset asked for: one record, in a stream that asks for every record. */
export function createLineIndex(lineEnd: LineEnd, firstLine = 1): LineIndex {
  const mark = lineEnd.charCodeAt(0);
  const chunks: Uint8Array[] = [];
  let start = 0;
  let position = 0;
  let line = firstLine;
  const dropRead = () => {
    let first = chunks[0];
    while (first !== undefined && position >= start + first.length) {
      start += first.length;
      chunks.shift();
      first = chunks[0];
    }
    return first;
  };
  const lineAt = (offset: number) => {
    while (position < offset) {
      const chunk = dropRead();
      if (chunk === undefined) break;
      const end = Math.min(offset - start, chunk.length);
      const next = chunk.indexOf(mark, position - start);
      const found = next !== -1 && next < end;
      if (found) line++;
      position = start + (found ? next + 1 : end);
    }
    return line;
  };
  const byteAt = (offset: number): number | undefined => {
    let from = start;
    for (const chunk of chunks) {
      if (offset < from + chunk.length) return chunk[offset - from];
      from += chunk.length;
    }
    return undefined;
  };
  return {
    add: (bytes) => {
      if (bytes.length > 0) chunks.push(bytes);
    },
    lineAt,
    recordEndAt(offset) {
      if (mark !== LF || byteAt(offset - 1) !== LF) return 'none';
      return byteAt(offset - 2) === CR ? 'crlf' : 'lf';
    },
    lineOfRecord(offset) {
      lineAt(offset);
      let before: number | undefined;
      for (let chunk = dropRead(); chunk !== undefined; chunk = dropRead()) {
        const at = position - start;
        const byte = chunk[at];
        const next = chunk[at + 1] ?? chunks[1]?.[0];
        // The other character alone is text, and a record may begin with it.
        const isCrlf = (byte === CR && next === LF) || (byte === LF && before === CR);
        if (byte !== mark && !isCrlf) break;
        if (byte === mark) line++;
        before = byte;
        position++;
      }
      return line;
    },
  };
}
