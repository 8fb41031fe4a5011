import type { WriteStream } from 'node:tty';
import { styleText } from 'node:util';
import { widthOf } from '../report/columns.ts';

type Style = Parameters<typeof styleText>[0];

/** Lines of a text report by what they begin with: the sign of an entry, or a word of warning. */
const STYLES: readonly (readonly [begin: RegExp, style: Style])[] = [
  [/^ {2}[+=] /, 'green'],
  [/^ {2}[~^] /, 'yellow'],
  [/^ {2}[!?] /, 'red'],
  [/^ {2}- /, 'gray'],
  [/^(Warning|警告|Stopped|已停止|Refused|无法读取)/, 'red'],
  [/^(Plan|Sync|Verify|Undo of run|计划|同步|核对|撤销运行|检查)/, 'bold'],
];

/**
 * A text report as a terminal shows it: coloured where it takes colours (NO_COLOR and FORCE_COLOR are heeded), and wrapped
 * where it is one. Anywhere else the pieces are as they were.
 * @param pieces whole lines, each with its line feed
 */
export function* forTerminal(
  pieces: Iterable<string>,
  stream: Pick<WriteStream, 'isTTY' | 'columns'> & NodeJS.WritableStream,
): Generator<string> {
  for (const piece of pieces) {
    const line = piece.replace(/\n$/, '');
    const lines = stream.isTTY ? wrapped(line, stream.columns) : [line];
    const style = STYLES.find(([begin]) => begin.test(line))?.[1];
    for (const one of lines)
      yield `${style === undefined || one === '' ? one : styleText(style, one, { stream })}\n`;
  }
}

const LEAST_COLUMNS = 40;
/** What may not begin a line in Chinese, and what may not end one. */
const CLINGS = /^[，。、；：？！）》」』”’…·,.;:?!)\]]/u;
const OPENS = /[（《「『“‘([]$/u;

/**
 * A line in lines of at most so many columns, a Chinese character taking two. It breaks at blanks and between Chinese
 * characters, never before a closing mark; what follows is indented a little more than the line. A word that is longer than
 * a line stays whole: ids and paths are there to be copied.
 */
export function wrapped(line: string, columns: number): readonly string[] {
  if (columns < LEAST_COLUMNS || widthOf(line) <= columns) return [line];
  const indent = `${/^ */.exec(line)?.[0] ?? ''}    `;
  const lines: string[] = [];
  let current = '';
  for (const part of unbreakable(line)) {
    if (current.trim() !== '' && widthOf(current + part.trimEnd()) > columns) {
      lines.push(current.trimEnd());
      current = indent + part.trimStart();
    } else current += part;
  }
  return [...lines, current.trimEnd()];
}

/** What may not be broken: words with the blanks behind them, single Chinese characters, and marks with what they cling to. */
function unbreakable(line: string): string[] {
  const parts: string[] = [];
  for (const [piece] of line.matchAll(
    /[\p{Script=Han}\u3000-\u303F\uFF00-\uFFEF]|[^\s\p{Script=Han}\u3000-\u303F\uFF00-\uFFEF]+\s*|\s+/gu,
  )) {
    const before = parts.at(-1);
    if (before !== undefined && (CLINGS.test(piece) || OPENS.test(before)))
      parts[parts.length - 1] = before + piece;
    else parts.push(piece);
  }
  return parts;
}
