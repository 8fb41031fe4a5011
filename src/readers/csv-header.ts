import { HireSyncError } from '../errors.ts';
import type { CsvOptions } from './csv-options.ts';
import { listed, shown } from './damage.ts';
import { columnsOf } from './empty-words.ts';
import { nearest } from './nearest.ts';
import { damageIn } from './records.ts';

/**
 * The names of the columns, from the cells of the header line.
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
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) repeated.add(name);
    seen.add(name);
  }
  for (const name of repeated) {
    const places = names.flatMap((other, index) => (other === name ? [index + 1] : []));
    const advice = options.duplicates === 'number' ? '' : `, or declare duplicates: 'number'`;
    complaints.push(
      `${file} has several columns "${listed([name])}" (columns ${places.join(', ')}): rename all but one${advice}`,
    );
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
    const [close] = nearest(name, names);
    const advice = close === undefined ? `it has: ${listed(names)}` : `did you mean "${shown(close)}"?`;
    const once = close === undefined && told ? '' : `; ${advice}`;
    told ||= close === undefined;
    return `${file} has no column "${shown(name)}"${once}`;
  };
  for (const name of options.columns ?? []) {
    if (!seen.has(name)) complaints.push(`${missing(name)}${otherDelimiter(names)}`);
  }
  const normalised = Array.isArray(options.normalise) ? [] : Object.keys(options.normalise ?? {});
  const others = [...new Set([...normalised, ...columnsOf(options.empty)])];
  if (options.totalRow !== undefined) others.push(options.totalRow.column);
  for (const name of others) {
    if (!seen.has(name) && !options.columns?.includes(name)) complaints.push(missing(name));
  }
  if (complaints.length === 0) return names;
  throw new HireSyncError('SOURCE_INVALID', `${complaints.join('\n')} (header: line ${line})`);
}

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
