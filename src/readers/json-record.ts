import type { Problem, SourceRecord } from '../model.ts';
import type { Element } from './json-splitter.ts';
import { type Fault, findFault, MAX_DEPTH, positionOf } from './json-syntax.ts';
import { damageIn, FIELD_LIMIT, longIn, NO_CHILDREN } from './records.ts';

type Values = Record<string, unknown>;

// V8 and ES2026 hand the reviver the source text of a number; TypeScript's library does not know it yet.
const parseWithSource = JSON.parse as (
  text: string,
  reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
) => unknown;

// Only such a text can hold a number that a double would alter: the reviver makes parsing several times slower.
const MAY_ALTER = /[0-9][0-9.]{15}|[0-9][eE][+-]?[0-9]/;

/**
 * One JSON text → a record. Numbers that a double cannot carry exactly as written (integers beyond 2^53, too
 * many digits, too large, too small) become text, as written. What is not a well-formed object with unique
 * names becomes a record with problem RECORD_UNREADABLE, naming line and column.
 * @param element its `text` is undefined if it is longer than the limit of records
 * @param fieldLimit a text of so many characters is refused
 */
export function jsonRecord(
  file: string,
  { text, line, column }: Element,
  fieldLimit = FIELD_LIMIT,
): SourceRecord {
  const origin = { file, line };
  if (text === undefined) return unreadable(origin, 'is longer than the limit for one record (recordLimit)');
  const values = readValues(text);
  if (isFault(values)) {
    const place = positionOf(text, values.at, line, column);
    return unreadable(origin, `cannot be read at line ${place.line}, column ${place.column}: ${values.what}`);
  }
  // An escape may spell a damaged character as well.
  const suspicious = text.includes('\\u') || text.includes('\uFFFD');
  const problems = suspicious ? [...damageIn(values)] : [];
  if (text.length >= fieldLimit) problems.push(...longIn(values, fieldLimit));
  return problems.length === 0
    ? { origin, values, children: NO_CHILDREN }
    : { origin, values, children: NO_CHILDREN, problems };
}

function unreadable(origin: SourceRecord['origin'], what: string): SourceRecord {
  const problem: Problem = {
    code: 'RECORD_UNREADABLE',
    field: '',
    value: '',
    message: `The JSON record ${what}.`,
  };
  return { origin, values: {}, children: NO_CHILDREN, problems: [problem] };
}

const FAULT = Symbol('fault');
type Found = Fault & { readonly [FAULT]: true };
const isFault = (value: Values | Found): value is Found => FAULT in value;
const asFault = (fault: Fault): Found => ({ ...fault, [FAULT]: true });

function readValues(text: string): Values | Found {
  const members = countMembers(text);
  let value: unknown;
  try {
    if (members !== undefined)
      value = MAY_ALTER.test(text) ? parseWithSource(text, exactly) : JSON.parse(text);
  } catch {
    return asFault(findFault(text) ?? { what: 'is not valid JSON', at: 0 });
  }
  if (members === undefined) return asFault(findFault(text) ?? { what: 'is nested too deeply', at: 0 });
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const kind = value === null ? 'null' : Array.isArray(value) ? 'an array' : `a ${typeof value}`;
    return asFault({ what: `it is ${kind}; every record must be an object`, at: 0 });
  }
  // JSON.parse keeps the last of two equal names and says nothing.
  if (countNames(value) !== members)
    return asFault(findFault(text) ?? { what: 'a name appears twice', at: 0 });
  return value as Values;
}

/** Members of all objects in the text, which has one colon outside strings for each; undefined if too deep. */
function countMembers(text: string): number | undefined {
  let members = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22: // "
        at = endOfString(text, at);
        break;
      case 0x3a: // :
        members++;
        break;
      case 0x7b: // {
      case 0x5b: // [
        if (++depth > MAX_DEPTH) return undefined;
        break;
      case 0x7d: // }
      case 0x5d: // ]
        depth--;
        break;
      default:
        break;
    }
  }
  return members;
}

function endOfString(text: string, begin: number): number {
  for (let at = begin + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x5c) at++;
    else if (code === 0x22) return at;
  }
  return text.length;
}

function countNames(value: object): number {
  if (Array.isArray(value)) {
    let count = 0;
    for (const item of value) if (typeof item === 'object' && item !== null) count += countNames(item);
    return count;
  }
  const names = Object.keys(value);
  let count = names.length;
  for (const name of names) {
    const item = (value as Values)[name];
    if (typeof item === 'object' && item !== null) count += countNames(item);
  }
  return count;
}

function exactly(_key: string, value: unknown, context: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || context.source === undefined) return value;
  return isExact(value, context.source) ? value : context.source;
}

function isExact(value: number, source: string): boolean {
  if (!Number.isFinite(value)) return false;
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return false;
  return decimal(source) === decimal(String(value));
}

/** The digits that matter and their power of ten: one form for 1, 1.0 and 10e-1. */
function decimal(source: string): string {
  const [mantissa = '', power = '0'] = source.replace(/^-/, '').toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = whole + fraction;
  let begin = 0;
  while (digits[begin] === '0') begin++;
  let end = digits.length;
  while (end > begin && digits[end - 1] === '0') end--;
  return begin === end
    ? '0'
    : `${digits.slice(begin, end)}e${Number(power) - fraction.length + digits.length - end}`;
}
