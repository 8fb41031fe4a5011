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
export function createGuardQuoting(delimiter: string): Rewriter {
  // Outside quotes means: behind an even number of them, as doubled ones count twice.
  let quoted = false;
  let guarded = false;
  let atCellStart = true;
  let rest = '';

  const beginsCell = (text: string, at: number) => {
    if (at === 0) return atCellStart;
    const before = text[at - 1] ?? '';
    return before === delimiter || before === '\n' || before === '\r';
  };

  const rewrite = (text: string, atEnd: boolean): string => {
    let out = '';
    let from = 0;
    let at = 0;
    for (;;) {
      const quote = text.indexOf('"', at);
      if (quote === -1) break;
      if (guarded) {
        const next = text[quote + 1];
        if (next === undefined && !atEnd) {
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
      } else quoted = !quoted;
      at = quote + 1;
    }
    // The quote of a guard may be the first character of the next piece.
    const open = !atEnd && !guarded && !quoted && text.endsWith('=') && beginsCell(text, text.length - 1);
    const end = open ? text.length - 1 : text.length;
    rest = text.slice(end);
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
