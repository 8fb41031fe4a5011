import type { LineEnd } from './lines.ts';

/** Rewrites text that comes in pieces. */
export interface Rewriter {
  write(text: string): string;
  end(): string;
}

/**
 * Some exporters write every cell as `="00123"`, so that Excel takes it for text. RFC 4180 would have the quotes of
 * such a cell doubled and the cell quoted: `"=""00123"""`. This does so, and changes nothing else; the cell is then
 * read as it stands in the file, quotes and all. Line ends are kept, so that lines are counted as in the file.
 */
export function createGuardQuoting(delimiter: string, lineEnd: LineEnd): Rewriter {
  // A quote opens at the beginning of a cell, and right behind the one that closed (a doubled one). Any other is text.
  let quoted = false;
  let atClosed = false;
  let guarded = false;
  let atCellStart = true;
  let rest = '';

  const beginsCell = (text: string, at: number) => {
    if (at === 0) return atCellStart;
    const before = text[at - 1] ?? '';
    // In a file whose lines end with CR, LF still ends a line behind one.
    return before === delimiter || before === lineEnd || before === '\n';
  };

  const rewrite = (text: string, atEnd: boolean): string => {
    let out = '';
    let from = 0;
    let at = 0;
    let closed = atClosed ? 0 : -1;
    for (;;) {
      const quote = text.indexOf('"', at);
      if (quote === -1) break;
      if (guarded) {
        const next = text[quote + 1];
        if (next === undefined && !atEnd) {
          atClosed = false;
          rest = text.slice(quote);
          return out + text.slice(from, quote);
        }
        // Either a doubled quote, each half of which is doubled again, or the end of the guard.
        out += text.slice(from, quote) + (next === '"' ? '""""' : '"""');
        guarded = next === '"';
        at = quote + (guarded ? 2 : 1);
        from = at;
        continue;
      }
      if (!quoted && text[quote - 1] === '=' && beginsCell(text, quote - 1)) {
        out += `${text.slice(from, quote - 1)}"=""`;
        guarded = true;
        from = quote + 1;
      } else if (quoted) {
        quoted = false;
        closed = quote + 1;
      } else quoted = quote === closed || beginsCell(text, quote);
      at = quote + 1;
    }
    // The quote of a guard may be the first character of the next piece.
    const open = !atEnd && !guarded && !quoted && text.endsWith('=') && beginsCell(text, text.length - 1);
    const end = open ? text.length - 1 : text.length;
    rest = text.slice(end);
    atClosed = closed === end && end > 0;
    return out + text.slice(from, end);
  };

  const step = (piece: string, atEnd: boolean) => {
    const text = rest + piece;
    rest = '';
    if (text === '') return '';
    const out = rewrite(text, atEnd);
    const taken = text.length - rest.length;
    if (taken > 0) atCellStart = beginsCell(text, taken);
    return out;
  };
  return { write: (text) => step(text, false), end: () => step('', true) };
}
