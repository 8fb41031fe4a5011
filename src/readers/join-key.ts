import { HireSyncError } from '../errors.ts';
import type { Problem, SourceRecord } from '../model.ts';
import { keyDamage, shown } from './damage.ts';
import { columnAdvice } from './header-or-row.ts';
import { isIntact } from './records.ts';
import type { Source } from './source.ts';

/** The text that ties a record to others; undefined when it is absent, empty, damaged or no text or number. */
export function keyOf(record: SourceRecord, column: string): string | undefined {
  const value = Object.hasOwn(record.values, column) ? record.values[column] : undefined;
  // Most keys: neither damaged nor odd.
  if (typeof value === 'string' && PLAIN.test(value)) return value;
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string' || value === '' || !isIntact(value)) return undefined;
  return keyDamage(value) === undefined ? value : undefined;
}

const PLAIN = /^\w+$/;

/** What is wrong with a key that is there; undefined also where the reader has named it already (U+FFFD, NUL). */
export function damageIn({ values }: SourceRecord, column: string): string | undefined {
  const value = Object.hasOwn(values, column) ? values[column] : undefined;
  if (typeof value !== 'string' || PLAIN.test(value)) return undefined;
  return isIntact(value) ? keyDamage(value) : undefined;
}

export function damagedKey({ values }: SourceRecord, field: string, damage: string): Problem {
  const value = String(values[field]);
  return { code: 'CELL_INVALID', field, value, message: `"${shown(value)}" ${damage}` };
}

/** A record of a columnar file has every column: a key it does not have is a mistake in the pipeline. */
export function requireColumn(record: SourceRecord, column: string, source: Source<unknown>): void {
  if (
    !source.columnar.includes(record.origin.file) ||
    record.problems !== undefined ||
    Object.hasOwn(record.values, column)
  )
    return;
  const advice = columnAdvice(column, Object.keys(record.values));
  const text = `${record.origin.file} has no column "${shown(column)}", which the join uses as its key; ${advice}`;
  throw new HireSyncError('SOURCE_INVALID', text, { fault: 'column' });
}

export function keyMissing(record: SourceRecord, column: string): Problem {
  const damage = damageIn(record, column);
  if (damage !== undefined)
    return damagedKey(record, column, `${damage}: the row cannot be tied to its parent`);
  const value = record.values[column];
  const text =
    value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  const message = `"${column}" is ${text === '' ? 'empty' : 'not a usable key'}: the row cannot be tied to its parent.`;
  const zh = `“${column}”${text === '' ? '为空' : '不能作关联编号'}：无法知道这一行属于哪条记录`;
  return { code: 'KEY_MISSING', field: column, value: text, zh, message };
}
