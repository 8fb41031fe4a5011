import { HireSyncError } from '../errors.ts';
import type { CsvOptions } from './csv-options.ts';
import { type LineEnd, togglesQuote } from './lines.ts';

const DELIMITERS = [',', ';', '\t', '|'];
const BLANK = /^[,;\t|" \r\n]*$/;

/** Index after the record that begins at `from`, its line end included; undefined where it has no end yet. */
function recordEnd(text: string, from: number, lineEnd: LineEnd): number | undefined {
  let quoted = false;
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (char === '"') quoted = togglesQuote(text, at, quoted) ? !quoted : quoted;
    else if (char === lineEnd && !quoted) return at + 1;
  }
  return undefined;
}

/**
 * The text of the first record that is neither skipped nor blank: the header, or the first row of a file without one.
 * @returns undefined while `head` (the beginning of the file) does not hold it to its end
 */
export function firstRecord(head: string, lineEnd: LineEnd, skipRows: number): string | undefined {
  let from = 0;
  for (let row = 0; ; row++) {
    const end = recordEnd(head, from, lineEnd);
    if (end === undefined) return undefined;
    const record = head.slice(from, end);
    if (row >= skipRows && !BLANK.test(record)) return record;
    from = end;
  }
}

/** The cells of a record, near enough to compare them with names. */
function cellsBetween(delimiter: string, record: string): readonly string[] {
  const cells: string[] = [];
  let quoted = false;
  let from = 0;
  for (let at = 0; at < record.length; at++) {
    if (record[at] === '"') quoted = togglesQuote(record, at, quoted) ? !quoted : quoted;
    else if (record[at] === delimiter && !quoted) {
      cells.push(record.slice(from, at));
      from = at + 1;
    }
  }
  return [...cells, record.slice(from)].map((cell) => cell.trim().replace(/^="|^"|"$/g, ''));
}

/**
 * What separates the cells of a file, by its first record: what yields the declared columns, else what yields most cells.
 * @throws HireSyncError SOURCE_INVALID where two would do equally well
 */
export function findDelimiter(file: string, record: string, options: CsvOptions): string {
  const { columns = [], header = true } = options;
  let candidates = DELIMITERS.map((delimiter) => ({ delimiter, cells: cellsBetween(delimiter, record) }));
  const keepBest = (score: (cells: readonly string[]) => number) => {
    const best = Math.max(...candidates.map(({ cells }) => score(cells)));
    candidates = candidates.filter(({ cells }) => score(cells) === best);
  };
  if (header) keepBest((cells) => columns.filter((name) => cells.includes(name)).length);
  else keepBest((cells) => (cells.length === columns.length ? 1 : 0));
  keepBest((cells) => cells.length);
  const [best, other] = candidates;
  // A single column has no delimiter.
  if (best === undefined || best.cells.length === 1) return ',';
  if (other === undefined) return best.delimiter;
  const names = candidates.map(({ delimiter }) => JSON.stringify(delimiter)).join(' or ');
  const text = `${file}: its first line could be separated by ${names}: declare which, as in delimiter: ${JSON.stringify(best.delimiter)}.`;
  throw new HireSyncError('SOURCE_INVALID', text, { fault: 'delimiter' });
}
