import { HireSyncError } from '../errors.ts';
import type { CsvOptions } from './csv-options.ts';
import { listed, shown } from './damage.ts';
import { columnsOf } from './empty-words.ts';
import { isHeader, looksLikeRow, NO_HEADER } from './header-or-row.ts';
import { nearest } from './nearest.ts';
import { damageIn } from './records.ts';

/**
 * The names of the columns, from the cells of the header line. What may be a row (a file without a header) is not quoted.
 * @throws HireSyncError SOURCE_INVALID with all that is wrong with them
 */
export function checkedHeader(
  file: string,
  cells: readonly string[],
  line: number,
  options: CsvOptions,
): readonly string[] {
  const names = options.duplicates === 'number' ? numbered(cells) : cells;
  const complaints: string[] = [];
  const { columns = [] } = options;
  const mayQuote = columns.length > 0 ? isHeader(cells, columns) : !looksLikeRow(cells);
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) repeated.add(name);
    seen.add(name);
  }
  for (const name of repeated) {
    const places = names.flatMap((other, index) => (other === name ? [index + 1] : []));
    const advice = options.duplicates === 'number' ? '' : `, or declare duplicates: 'number'`;
    const called = mayQuote ? `several columns "${listed([name])}"` : 'several columns of one name';
    complaints.push(`${file} has ${called} (columns ${places.join(', ')}): rename all but one${advice}`);
  }
  // An object cannot hold a member of this name like any other.
  if (seen.has('__proto__')) complaints.push(`${file} has a column "__proto__": rename it`);
  if (damageIn(names).length > 0) {
    complaints.push(
      `the header of ${file} contains damaged characters (U+FFFD or NUL): is its encoding declared?`,
    );
  }
  let told = false;
  const missing = (name: string): string => {
    const [close] = mayQuote ? nearest(name, names) : [];
    const known = mayQuote ? `it has: ${listed(names)}` : NONE_IS_THERE;
    const advice = close === undefined ? known : `did you mean "${shown(close)}"?`;
    const once = close === undefined && told ? '' : `; ${advice}`;
    told ||= close === undefined;
    return `${file} has no column "${shown(name)}"${once}`;
  };
  for (const name of columns) {
    if (!seen.has(name)) complaints.push(`${missing(name)}${otherDelimiter(names)}`);
  }
  const normalised = Array.isArray(options.normalise) ? [] : Object.keys(options.normalise ?? {});
  const others = [...new Set([...normalised, ...columnsOf(options.empty)])];
  if (options.totalRow !== undefined) others.push(options.totalRow.column);
  for (const name of others) {
    if (!seen.has(name) && !columns.includes(name)) complaints.push(missing(name));
  }
  if (complaints.length === 0) return names;
  throw new HireSyncError('SOURCE_INVALID', `${complaints.join('\n')} (header: line ${line})`, {
    fault: 'header',
  });
}

const NONE_IS_THERE = `none of the declared columns is there. ${NO_HEADER}; if its header stands further down, declare skipRows; if its columns have other names, correct them`;

function numbered(names: readonly string[]): readonly string[] {
  const times = new Map<string, number>();
  return names.map((name) => {
    const time = (times.get(name) ?? 0) + 1;
    times.set(name, time);
    return time === 1 ? name : `${name}#${time}`;
  });
}

function otherDelimiter(names: readonly string[]): string {
  const other = [';', '\t', '|', ','].find((char) => names.length === 1 && names[0]?.includes(char));
  return other === undefined
    ? ''
    : ` (if it is separated by ${JSON.stringify(other)}, declare delimiter: ${JSON.stringify(other)})`;
}
