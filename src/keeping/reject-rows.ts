import { columnOf, unguarded } from '../readers/reject-columns.ts';

/** A row of a reject file: the cells of the source by their column, and those of our own columns. */
export interface RejectRow {
  readonly cells: readonly string[];
  /** `_key`, `_record`, `_file`, `_line`, `_check`, as far as the file has them. */
  readonly ours: Readonly<Record<string, string>>;
}

/** A reject file without some of its rows. */
export interface Rest {
  readonly removed: readonly RejectRow[];
  /** Rows that are left. */
  readonly left: number;
  /** The file: every byte of what is left as it was. */
  readonly bytes: Buffer;
}

const UTF16 = Buffer.from([0xff, 0xfe]);

/**
 * Takes rows out of a reject file, which somebody may have saved with a spreadsheet, in its encoding and with its
 * delimiter. Null for a file without our columns.
 */
export function withoutRows(bytes: Buffer, isWanted: (row: RejectRow) => boolean): Rest | null {
  const isWide = bytes.subarray(0, 2).equals(UTF16);
  // In UTF-8, GB18030 and Big5 no byte of a longer character is a quote, a delimiter or a line end.
  const text = isWide ? bytes.toString('utf16le') : bytes.toString('latin1');
  const decode = isWide ? (cell: string) => cell : decoded;
  const delimiter = [',', ';', '\t'].find((one) => headOf(text, one, decode).some(isOurs));
  if (delimiter === undefined) return null;
  const head = headOf(text, delimiter, decode).map(columnOf);
  const removed: RejectRow[] = [];
  const kept: string[] = [];
  let first = true;
  for (const { raw, cells } of recordsOf(text, delimiter)) {
    const isHead = first;
    first = false;
    const row = isHead
      ? null
      : rowOf(
          head,
          cells.map((cell) => unguarded(decode(cell))),
        );
    if (row?.cells.some((cell) => cell !== '') && isWanted(row)) removed.push(row);
    else kept.push(raw);
  }
  const rest = kept.join('');
  const isEmpty = (raw: string) => raw.trim() === '';
  return {
    removed,
    left: kept.slice(1).filter((raw) => !isEmpty(raw)).length,
    bytes: Buffer.from(rest, isWide ? 'utf16le' : 'latin1'),
  };
}

function rowOf(head: readonly ReturnType<typeof columnOf>[], cells: readonly string[]): RejectRow {
  const ours: Record<string, string> = {};
  const own: string[] = [];
  for (const [index, cell] of cells.entries()) {
    const column = head[index];
    if (column !== undefined && 'ours' in column) ours[column.ours] = cell;
    else own.push(cell);
  }
  return { cells: own, ours };
}

const isOurs = (header: string): boolean => 'ours' in columnOf(header);

function headOf(text: string, delimiter: string, decode: (cell: string) => string): readonly string[] {
  const [head] = recordsOf(text, delimiter);
  return (head?.cells ?? [])
    .map(decode)
    .map((cell, index) => (index === 0 ? cell.replace(/^\uFEFF/, '') : cell));
}

function decoded(cell: string): string {
  const bytes = Buffer.from(cell, 'latin1');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

/** Records as they stand in a CSV text, line end included, with their cells. */
function* recordsOf(
  text: string,
  delimiter: string,
): Generator<{ readonly raw: string; readonly cells: readonly string[] }> {
  let from = 0;
  let cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[at + 1] === '"') {
        cell += char;
        at++;
      } else quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === delimiter) {
      cells.push(cell);
      cell = '';
    } else if (char === '\n' || (char === '\r' && text[at + 1] !== '\n')) {
      yield { raw: text.slice(from, at + 1), cells: [...cells, cell] };
      from = at + 1;
      cells = [];
      cell = '';
    } else if (char !== '\r') cell += char;
  }
  if (from < text.length) yield { raw: text.slice(from), cells: [...cells, cell] };
}
