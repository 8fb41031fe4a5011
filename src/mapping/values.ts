import { HireSyncError } from '../errors.ts';
import type { ProblemDetail } from '../problem-detail.ts';
import { damageOf, excelDamage, lookOf } from '../readers/damage.ts';
import { isWordForNothing, nothingAdvice } from '../readers/empty-words.ts';
import { whyNothing } from './nothing.ts';
import { asText, derived, isEmpty, lookedUp, quote, refuse } from './problems.ts';
import { text } from './text.ts';
import { type Answered, mustBeAnswered } from './todo.ts';

/**
 * A closed table from source words to target values: `const verdict = valueMap({ 不通过: 1, 通过: 2 })`, then
 * `verdict(row.result)`. Only a whole cell matches (不通过 contains 通过), letter by letter: neither width, case, spaces
 * nor Unicode's normal forms are evened out, a message says where only they differ. JSON numbers and booleans match
 * by their text. An unknown word is VALUE_UNKNOWN; an empty cell is VALUE_MISSING unless the table
 * lists it: `{ '': undefined }`.
 * @throws HireSyncError PIPELINE_INVALID for a table without words, or with one whose meaning is still a `TODO`
 */
export function valueMap<const Table extends Readonly<Record<string | number, unknown>>>(
  table: Table & Answered<Table>,
): (value: unknown) => Table[keyof Table] {
  mustBeAnswered(table);
  // A Map holds the table's own words only: `constructor` and `__proto__` are unknown words.
  const words = new Map(Object.entries(table)) as Map<string, Table[keyof Table]>;
  if (words.size === 0) throw new HireSyncError('PIPELINE_INVALID', 'valueMap() needs at least one word.');
  const allowed = Object.freeze([...words.keys()].map((word) => (word === '' ? '(empty)' : word)));
  const list = allowed.join(', ');

  return (value) => {
    const word = isEmpty(value) ? '' : asText(value);
    const mapped = words.get(word);
    if (mapped !== undefined || words.has(word)) {
      const result = mapped as Table[keyof Table];
      return derived(value, lookedUp({ table: words, word, value, result }));
    }
    if (word === '') return refuse('VALUE_MISSING', value, `is empty; allowed: ${list}`, { allowed });
    const { why, like } = unlike(word, words.keys());
    return refuse('VALUE_UNKNOWN', value, `${quote(value)} is not a known word${why}; allowed: ${list}`, {
      allowed,
      ...(like !== undefined && { detail: { code: 'look-alike', like } }),
    });
  };
}

/** What a word that is not in the table has of its own: damage, or another spelling of one that is. */
function unlike(word: string, words: Iterable<string>): { readonly why: string; readonly like?: string } {
  const damage = damageOf(word) ?? (isWordForNothing(word) ? nothingAdvice(word) : undefined);
  if (damage !== undefined) return { why: `: it ${damage}` };
  const look = lookOf(word);
  const alike = [...words].find((known) => known !== '' && lookOf(known) === look);
  if (alike === undefined) return { why: '' };
  return {
    why: `: it differs from ${quote(alike)} in width, case, spaces or Unicode form only`,
    like: alike,
  };
}

/** The inclusive bounds of `integer`. */
export interface IntegerRange {
  readonly min?: number;
  readonly max?: number;
}

/**
 * A whole number: the text `7`, `-7` and the JSON number 7 give 7. Refused as NUMBER_INVALID, never rounded:
 * `52.5`, `1e3`, `+7`, `１２`, ` 7`, numbers beyond ±(2^53 − 1), and `007`, because leading zeros mean an id or a code,
 * of which `integer` would lose a part. An empty cell is VALUE_MISSING: use `optional(value, integer)`.
 */
export function integer(value: unknown, range: IntegerRange = {}): number {
  if (isEmpty(value)) return refuse('VALUE_MISSING', value, `is empty; it must be ${allowedNumbers(range)}`);
  const found = wholeNumber(value);
  if (typeof found === 'string')
    return refuse('NUMBER_INVALID', value, `${quote(value)} ${found}`, { detail: boundsOf(range) });
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = range;
  if (found < min || found > max) {
    return refuse(
      'NUMBER_INVALID',
      value,
      `${quote(value)} is out of range; it must be ${allowedNumbers(range)}`,
      { detail: boundsOf(range) },
    );
  }
  return derived(value, found);
}

function boundsOf({ min = null, max = null }: { min?: number | null; max?: number | null }): ProblemDetail {
  return { code: 'whole-number', min, max };
}

/** The number, or why it is none. */
function wholeNumber(value: unknown): number | string {
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) return value + 0; // −0 becomes 0
    return Number.isInteger(value) ? TOO_LARGE : 'is not a whole number';
  }
  if (typeof value !== 'string') return 'is not a number';
  if (/^-?0[0-9]+$/.test(value))
    return 'has leading zeros: an id or a code must stay text, so use text() or required()';
  if (value === '-0') return 'is not a whole number; write 0';
  if (/^-?[0-9]+$/.test(value)) {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : TOO_LARGE;
  }
  const damage = damageOf(value) ?? (isWordForNothing(value) ? nothingAdvice(value) : undefined);
  if (damage !== undefined) return `${damage}; only a whole number like 52 is allowed`;
  if (/^-?[0-9]*[.,][0-9]+$/.test(value)) return 'is not a whole number; it is never rounded';
  return 'is not a whole number; only the digits 0-9 with an optional minus sign are allowed';
}

const TOO_LARGE = 'is beyond ±9007199254740991 and would lose digits as a number: keep it as text';

function allowedNumbers({ min, max }: IntegerRange): string {
  if (min !== undefined && max !== undefined) return `a whole number from ${min} to ${max}`;
  if (min !== undefined) return `a whole number, ${min} or more`;
  return max === undefined ? 'a whole number' : `a whole number, ${max} or less`;
}

/**
 * The cell's text, which must be there, untouched: VALUE_MISSING for an empty cell or one of nothing but white space
 * and invisible characters, or with a word that stands for nothing (`NULL`, `\N`, unless its source declares `empty: []`),
 * CELL_INVALID for what a spreadsheet left of a value (`#N/A`, `########`, `1.38001E+10`).
 */
export function required(value: unknown): string {
  const found = text(value);
  if (found !== undefined && !/^[\s\p{Cf}]*$/u.test(found)) {
    const damage = excelDamage(found);
    if (damage !== undefined) return refuse('CELL_INVALID', value, `${quote(found)} ${damage}`);
    const why = whyNothing(value, found);
    return why === undefined ? found : refuse('VALUE_MISSING', value, `${quote(found)} ${why}`);
  }
  // A list or an object: `text` has reported it, and this is its placeholder.
  if (found === undefined && !isEmpty(value)) return found as unknown as string;
  return refuse('VALUE_MISSING', value, 'is empty, but is required');
}

/** `undefined` for an empty cell, else `convert(value)`: `optional(row.score, integer)`. */
export function optional<Value, Result>(
  value: Value,
  convert: (value: Exclude<Value, null | undefined>) => Result,
): Result | undefined {
  return isEmpty(value) ? undefined : convert(value as Exclude<Value, null | undefined>);
}

/**
 * Child rows sorted by the given columns, so that a shuffled export gives the same payload. Whole numbers come
 * first, by value; everything else follows in code point order. Rows equal in all the columns keep their order:
 * name a last column that is unique, such as an id.
 */
export function ordered<Row extends object>(
  rows: readonly Row[],
  ...columns: readonly [keyof Row & string, ...(keyof Row & string)[]]
): Row[] {
  const keyed = rows.map((row) => ({ row, keys: columns.map((column) => sortKey(row[column])) }));
  keyed.sort((a, b) => {
    for (const [index, key] of a.keys.entries()) {
      const other = b.keys[index];
      const order = other === undefined ? 0 : compare(key, other);
      if (order !== 0) return order;
    }
    return 0;
  });
  return keyed.map(({ row }) => row);
}

type SortKey = bigint | string;

// Only as whole groups: comparing "9" < "10" by value but "10" < "1a" < "9" by letters would be a circle.
function sortKey(value: unknown): SortKey {
  const word = asText(value);
  return /^-?[0-9]{1,40}$/.test(word) ? BigInt(word) : word;
}

function compare(a: SortKey, b: SortKey): number {
  if (typeof a === 'bigint' && typeof b === 'bigint') return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === 'bigint') return -1;
  if (typeof b === 'bigint') return 1;
  // UTF-8 sorts by code point; UTF-16 does not.
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
