import type { Problem, SourceRecord } from '../model.ts';
import { withoutWords } from './empty-words.ts';
import type { JsonOptions } from './json-options.ts';
import type { Element } from './json-splitter.ts';
import { type Fault, positionOf, readJson } from './json-syntax.ts';
import { damageIn, FIELD_LIMIT, longIn, NO_CHILDREN } from './records.ts';

type JsonText = Omit<Element, 'offset'>;

type Values = Record<string, unknown>;

// V8 and ES2026 hand the reviver the source text of a number; TypeScript's library does not know it yet.
const parseWithSource = JSON.parse as (
  text: string,
  reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
) => unknown;

// Only such a text can hold a number that would be written differently: the reviver makes parsing several times slower.
// Digits in a text, as of an id, follow a quote; where they follow a space or a colon the reviver looks in vain.
const MAY_ALTER =
  /(?:^|[:,[\s])(?:-?(?:[0-9][0-9.]{15}|[0-9.]+[eE]|[0-9]+\.[0-9]*0(?![0-9])|0\.000000)|-0(?![.0-9]))/;

/**
 * One JSON text → a record. A number is a number only if it prints as it is written; every other one (integers
 * beyond 2^53, too many digits, `1e400`, but also `1.10`, `1e2` and `-0`, of which the spelling may be what matters) becomes
 * text, letter by letter, and a mapping that wants a number refuses it by name. What is not a well-formed object with unique
 * names becomes a record with problem RECORD_UNREADABLE, naming line and column.
 * @param element its `text` is undefined if it is longer than the limit of records
 * @param fieldLimit a text of so many characters is refused
 */
export function jsonRecord(
  file: string,
  { text, line, column }: JsonText,
  fieldLimit = FIELD_LIMIT,
): SourceRecord {
  const origin = { file, line };
  if (text === undefined)
    return unreadable(
      origin,
      'is longer than the limit for one record (recordLimit)',
      '超过了一条记录的长度上限（recordLimit）',
    );
  const values = readValues(text);
  if (isFault(values)) {
    const place = positionOf(text, values.at, line, column);
    return unreadable(
      origin,
      `cannot be read at line ${place.line}, column ${place.column}: ${values.what}`,
      `在第 ${place.line} 行第 ${place.column} 列无法读取（英文，供技术人员：${values.what}）`,
    );
  }
  // An escape may spell a damaged character as well.
  const suspicious = text.includes('\\u') || text.includes('\uFFFD');
  const problems = suspicious ? [...damageIn(values)] : [];
  if (text.length >= fieldLimit) problems.push(...longIn(values, fieldLimit));
  return problems.length === 0
    ? { origin, values, children: NO_CHILDREN }
    : { origin, values, children: NO_CHILDREN, problems };
}

/** Reads the records of one file: see `jsonRecord`. Texts that are a declared word for nothing become null, and are counted. */
export function createJsonRecords(file: string, { fieldLimit, empty = [] }: JsonOptions) {
  const words = new Set(empty);
  let emptied = 0;
  const count = () => void emptied++;
  return {
    read(element: JsonText): SourceRecord {
      const record = jsonRecord(file, element, fieldLimit);
      if (words.size === 0) return record;
      return { ...record, values: withoutWords(record.values, words, count) as Values };
    },
    emptied: () => emptied,
  };
}

/** Byte order marks that a JSON text spells as escapes; those it holds as characters are counted with the file. */
export function escapedMarks(text: string | undefined): number {
  if (text === undefined || !text.includes('\\u')) return 0;
  return text.match(/(?<!\\)(?:\\\\)*\\ufeff/gi)?.length ?? 0;
}

function unreadable(origin: SourceRecord['origin'], what: string, zh: string): SourceRecord {
  const problem: Problem = {
    code: 'RECORD_UNREADABLE',
    field: '',
    value: '',
    zh: `这条 JSON 记录${zh}`,
    message: `The JSON record ${what}.`,
  };
  return { origin, values: {}, children: NO_CHILDREN, problems: [problem] };
}

const FAULT = Symbol('fault');
type Found = Fault & { readonly [FAULT]: true };
const isFault = (value: Values | Found): value is Found => FAULT in value;
const asFault = (fault: Fault): Found => ({ ...fault, [FAULT]: true });

function readValues(text: string): Values | Found {
  const read = readJson(text, MAY_ALTER.test(text) ? (valid) => parseWithSource(valid, exactly) : JSON.parse);
  if ('what' in read) return asFault(read);
  const { value } = read;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Values;
  const kind = value === null ? 'null' : Array.isArray(value) ? 'an array' : `a ${typeof value}`;
  return asFault({ what: `it is ${kind}; every record must be an object`, at: 0 });
}

function exactly(_key: string, value: unknown, context: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || context.source === undefined) return value;
  const exact = Number.isSafeInteger(value) || !Number.isInteger(value);
  // -0 prints as 0.
  return exact && String(value) === context.source ? value : context.source;
}
