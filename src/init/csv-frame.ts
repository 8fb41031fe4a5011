import { readDate, readDateTime } from '../mapping/date-forms.ts';
import { createCsvParser } from '../readers/csv-parser.ts';
import { looksLikeRow } from '../readers/header-or-row.ts';
import { firstLineEnd } from '../readers/lines.ts';

/** What stands around the rows of a CSV file, by its beginning. */
export interface CsvFrame {
  readonly delimiter: string;
  /** Title rows above the header, empty lines included. */
  readonly skipRows: number;
  readonly header: readonly string[];
  readonly hasRepeats: boolean;
  /** Its first line is a row already. */
  readonly hasNoHeader: boolean;
}

const DELIMITERS = [',', ';', '\t', '|'];
const LIMIT = 16 * 1024 * 1024;
/** A header has a name for nearly every column; a title row, as a spreadsheet saves it, is mostly empty. */
const NAMED = 0.6;

/** @param head the beginning of the file; its last record may be cut off */
export async function findFrame(head: string, isWhole: boolean): Promise<CsvFrame> {
  const lineEnd = firstLineEnd(head, true) ?? '\n';
  let best: { readonly delimiter: string; readonly rows: readonly Row[]; readonly score: number } | undefined;
  for (const delimiter of DELIMITERS) {
    const rows = await rowsOf(head, { delimiter, lineEnd, isWhole });
    const width = usualWidth(rows);
    const score = width === 1 ? 0 : rows.filter(({ cells }) => cells.length === width).length * width;
    if (best === undefined || score > best.score) best = { delimiter, rows, score };
  }
  const { delimiter = ',', rows = [] } = best ?? {};
  const width = usualWidth(rows);
  const at = Math.max(
    0,
    rows.findIndex((row) => isHeader(row.cells, width)),
  );
  const header = rows[at]?.cells ?? [];
  const skipRows = rows.slice(0, at).reduce((sum, { blanks }) => sum + 1 + blanks, 0);
  // Names of candidates must not become names of columns.
  const hasNoHeader =
    header.some(isSurelyValue) || header.filter((cell) => looksLikeRow([cell])).length > header.length * 0.3;
  return { delimiter, skipRows, header, hasRepeats: new Set(header).size < header.length, hasNoHeader };
}

/** A date, a telephone number or a mail address is the name of no column. */
const isSurelyValue = (cell: string): boolean =>
  readDate(cell) !== undefined ||
  readDateTime(cell) !== undefined ||
  /^\+?[0-9 -]{7,}$/.test(cell) ||
  /^\S+@\S+\.\S+$/.test(cell);

interface Row {
  readonly cells: readonly string[];
  readonly blanks: number;
}

async function rowsOf(
  head: string,
  { delimiter, lineEnd, isWhole }: { delimiter: string; lineEnd: '\n' | '\r'; isWhole: boolean },
): Promise<readonly Row[]> {
  const parser = createCsvParser({ delimiter, lineEnd, limit: LIMIT });
  const batches = [await parser.write(head)];
  // With the wrong delimiter a quote may stand anywhere.
  if (isWhole && batches[0]?.failure === undefined) batches.push(await parser.end());
  return batches.flatMap(({ records, blanks }) =>
    records.map((cells, index) => ({ cells, blanks: blanks[index] ?? 0 })),
  );
}

/** How many cells most rows have. */
function usualWidth(rows: readonly Row[]): number {
  const widths = new Map<number, number>();
  for (const { cells } of rows) widths.set(cells.length, (widths.get(cells.length) ?? 0) + 1);
  return [...widths].sort(([a, m], [b, n]) => n - m || b - a)[0]?.[0] ?? 1;
}

function isHeader(cells: readonly string[], width: number): boolean {
  const named = cells.filter((cell) => cell.trim() !== '').length;
  return cells.length >= width && named >= Math.max(1, cells.length * NAMED);
}
