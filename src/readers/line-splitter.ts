import { firstLineEnd, type LineEnd } from './lines.ts';

/** Whether a line holds nothing. */
export const isBlank = (line: string): boolean => /^[ \t\r\n]*$/.test(line);

/** Text → lines without their line ends (of a CRLF the CR stays); one longer than `limit` becomes undefined and is not kept. */
export function createLineSplitter(limit: number) {
  let rest = '';
  let tooLong = false;
  let lineEnd: LineEnd | undefined;

  const take = (piece: string) => {
    const line = tooLong || rest.length + piece.length > limit ? undefined : rest + piece;
    rest = '';
    tooLong = false;
    return line;
  };
  const split = (text: string, mark: LineEnd) => {
    const lines: (string | undefined)[] = [];
    let from = 0;
    for (let end = text.indexOf(mark); end !== -1; end = text.indexOf(mark, from)) {
      lines.push(take(text.slice(from, end)));
      from = end + 1;
    }
    tooLong ||= rest.length + text.length - from > limit;
    rest = tooLong ? '' : rest + text.slice(from);
    return lines;
  };

  return {
    push(chunk: string): readonly (string | undefined)[] {
      if (lineEnd !== undefined) return split(chunk, lineEnd);
      const head = rest + chunk;
      lineEnd = firstLineEnd(head, false);
      rest = '';
      if (lineEnd !== undefined) return split(head, lineEnd);
      tooLong ||= head.length > limit;
      // A CR at the very end is kept: the next chunk tells whether a LF follows.
      rest = tooLong ? head.slice(-1) : head;
      return [];
    },
    end(): readonly (string | undefined)[] {
      if (lineEnd !== undefined) return [take('')];
      const head = rest;
      rest = '';
      return [...split(head, head.endsWith('\r') ? '\r' : '\n'), take('')];
    },
  };
}
