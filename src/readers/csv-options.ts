import { HireSyncError } from '../errors.ts';
import { columnsOf, type EmptyWords, emptyComplaint } from './empty-words.ts';
import type { Encoding } from './encodings.ts';
import { nearest } from './nearest.ts';
import { NORMALISATIONS, type Normalisation } from './normalise.ts';

export interface CsvOptions<Columns extends readonly string[] = readonly string[]> {
  /** Default: found out over the whole file (byte order mark, else strict UTF-8, else GB18030 that looks like Chinese). */
  readonly encoding?: Encoding;
  /** One character; default: the one of `,` `;` tab `|` that separates the header line. */
  readonly delimiter?: string;
  /** Columns the file must have (it may have more): they become the names of the row type. */
  readonly columns?: Columns;
  /** `false`: the file has no header line; its cells are `columns`, by position. */
  readonly header?: boolean;
  /** `number`: the second column `name` becomes `name#2`, the third `name#3`. Default `refuse`. */
  readonly duplicates?: 'refuse' | 'number';
  /** Title rows above the header, empty lines included. Default 0. */
  readonly skipRows?: number;
  /** The last row is left out (and counted) if this column holds this text: a total row. */
  readonly totalRow?: { readonly column: string; readonly text: string };
  /** Lines that are empty or hold nothing but delimiters: left out and counted (default), or rejected rows. */
  readonly emptyLines?: 'skip' | 'reject';
  /** What may be changed in cells, each change counted: in all cells (the header's, too), or column by column. */
  readonly normalise?: readonly Normalisation[] | Readonly<Record<string, readonly Normalisation[]>>;
  /**
   * The words that this export writes for an empty cell (`['\\N', 'NULL']`): such a cell is empty, and counted. `[]`: there
   * are none, so that `required` and `id` take `None` for the name it is. After `normalise`; for all columns, or column by column.
   */
  readonly empty?: EmptyWords;
  /**
   * What a quote (`"`) inside a cell that does not begin with one is (`37°36'37.8"N`), against RFC 4180. `strict`
   * (default): the row is rejected if it has just its cells, else the file refused. `literal`: it is text. A cell that
   * begins with a quote must be quoted to its end in either case.
   */
  readonly quotes?: 'strict' | 'literal';
  /** A row with a cell of so many characters or more is rejected; default 1,000,000. */
  readonly fieldLimit?: number;
  /** Largest length of one record, in characters; default 16 Mi. A longer one refuses the file: most often a quote is never closed. */
  readonly recordLimit?: number;
}

const OPTIONS = {
  encoding: true,
  delimiter: true,
  columns: true,
  header: true,
  duplicates: true,
  skipRows: true,
  totalRow: true,
  emptyLines: true,
  normalise: true,
  empty: true,
  quotes: true,
  fieldLimit: true,
  recordLimit: true,
} as const satisfies Record<keyof CsvOptions, true>;

const isPositive = (value: number) => Number.isSafeInteger(value) && value > 0;
const oneOf = <T extends string>(value: T | undefined, allowed: readonly T[]) =>
  value === undefined || allowed.includes(value);

/**
 * All that is wrong with the options of `csv(file, options)`, at once.
 * @throws HireSyncError PIPELINE_INVALID
 */
export function checkCsvOptions(file: string, options: CsvOptions): void {
  const complaints: string[] = [];
  // A pipeline file is run without its types being checked.
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(OPTIONS, name)) continue;
    const [close] = nearest(name, Object.keys(OPTIONS));
    complaints.push(`there is no option "${name}"${close === undefined ? '' : `; did you mean "${close}"?`}`);
  }
  const { delimiter, columns, header, skipRows = 0, totalRow } = options;
  if (delimiter !== undefined && (delimiter.length !== 1 || '"\r\n'.includes(delimiter))) {
    complaints.push(
      `delimiter must be one character, not a quote or a line end; it is ${JSON.stringify(delimiter)}`,
    );
  }
  if (header === false && (columns === undefined || columns.length === 0)) {
    complaints.push('header: false needs columns: the names of the cells, by position');
  }
  const named = Array.isArray(options.normalise) ? [] : Object.keys(options.normalise ?? {});
  const words = emptyComplaint(options.empty);
  if (words !== undefined) complaints.push(words);
  else named.push(...columnsOf(options.empty));
  if (totalRow !== undefined) named.push(totalRow.column);
  const unknown = header === false ? named.find((name) => !columns?.includes(name)) : undefined;
  if (unknown !== undefined) complaints.push(`"${unknown}" is not one of columns`);
  const repeated = columns?.find((name, index) => columns.indexOf(name) !== index);
  if (repeated !== undefined) complaints.push(`columns names "${repeated}" twice`);
  if (columns?.includes('__proto__')) complaints.push('columns cannot have the name "__proto__"');
  if (!Number.isSafeInteger(skipRows) || skipRows < 0) complaints.push('skipRows must be a whole number');
  if (totalRow !== undefined && !totalRow.text) complaints.push('totalRow needs a column and its text');
  if (!oneOf(options.duplicates, ['refuse', 'number'])) complaints.push("duplicates is 'refuse' or 'number'");
  if (!oneOf(options.emptyLines, ['skip', 'reject'])) complaints.push("emptyLines is 'skip' or 'reject'");
  if (!oneOf(options.quotes, ['strict', 'literal'])) complaints.push("quotes is 'strict' or 'literal'");
  for (const name of ['fieldLimit', 'recordLimit'] as const) {
    const value = options[name];
    if (value !== undefined && !isPositive(value)) complaints.push(`${name} must be a whole number above 0`);
  }
  for (const name of Object.values(options.normalise ?? []).flat()) {
    if (NORMALISATIONS.includes(name)) continue;
    complaints.push(
      `normalise knows ${NORMALISATIONS.map((known) => `'${known}'`).join(', ')}, not '${name}'`,
    );
  }
  if (complaints.length > 0)
    throw new HireSyncError('PIPELINE_INVALID', `csv("${file}"): ${complaints.join('; ')}.`);
}
