import { asText, collecting } from '../mapping/problems.ts';
import type { Problem, SourceRecord } from '../model.ts';
import { pathText } from '../plan/canonical.ts';

// What JavaScript makes of an absent value where it is put into a text: `${row.a} ${row.b}`. The short words only where
// they stand alone: "annulled" has nothing to do with null.
const MADE = /undefined|(?<![A-Za-z])(?:null|NaN)(?![A-Za-z])|\[object Object\]/g;
// The same, as cheap as it can be: every payload is asked.
const MAY_BE_MADE = /undefined|null|NaN|\[object Object\]/;

/**
 * Finds the words in a payload that no cell of its record holds, nor any helper found in a table: a template literal made
 * them of an absent value, and Feishu would show "undefined" to whoever reads the evaluation.
 * @param json the payload's canonical JSON
 * @param map maps the record once more, to see what its helpers give
 */
export function madeWords(json: string, record: SourceRecord, map: () => unknown): readonly Problem[] {
  if (!MAY_BE_MADE.test(json)) return [];
  const found = [...textsIn(JSON.parse(json))].flatMap(([path, text]) => {
    // A dump of JSON spells its nulls itself.
    const words = isJson(text) ? [] : wordsIn(text);
    return words.filter((word) => !holds(record, word)).map((word) => ({ path, text, word }));
  });
  const given = found.length === 0 ? [] : resultsOf(map);
  return found
    .filter(({ word }) => !given.some((result) => result.includes(word)))
    .map(({ path, text, word }) => {
      return { code: 'PAYLOAD_INVALID', field: pathText(path), value: text, ...explain(word) };
    });
}

/** The same for a key: `${row.application}-${row.round}` of a record without a round. */
export function madeKey(key: string, record: SourceRecord): readonly Problem[] {
  if (!MAY_BE_MADE.test(key)) return [];
  return wordsIn(key)
    .filter((word) => !holds(record, word))
    .map((word) => ({
      code: 'CELL_INVALID',
      field: 'key',
      value: key,
      ...explain(word, ['记录编号', 'the key ']),
    }));
}

const wordsIn = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(MADE)].map(([word]) => word)),
];

function explain(word: string, [zh, en] = ['', '']): Pick<Problem, 'zh' | 'message'> {
  return {
    zh: `${zh}中有“${word}”，而记录的单元格中没有：是同步规则用空值拼出来的；请技术人员改用 joinText(separator, …parts)`,
    message: `${en}holds the word "${word}", which no cell of its record holds: a template literal made it of an absent value; joinText(separator, …parts) leaves absent parts out`,
  };
}

/** Whether any text of the record, names and children included, has the word in it. */
function holds({ values, children }: SourceRecord, word: string): boolean {
  return (
    inValue(values, word) ||
    Object.values(children).some((records) => records.some((child) => holds(child, word)))
  );
}

function inValue(value: unknown, word: string): boolean {
  if (typeof value === 'string') return value.includes(word);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, inner]) => name.includes(word) || inValue(inner, word));
}

/** What the helpers of a mapping make of cells: values of lookups and of closed tables, which may be such words. */
function resultsOf(map: () => unknown): readonly string[] {
  const results: string[] = [];
  const derived = (_value: unknown, result: unknown) => void results.push(asText(result));
  const ignored = { add() {}, stop() {}, placeOf: () => undefined, valueIn: () => undefined };
  // It was mapped without a problem a moment ago.
  collecting({ ...ignored, derived }, map);
  return results;
}

function* textsIn(
  value: unknown,
  path: readonly PropertyKey[] = [],
): Generator<[readonly PropertyKey[], string]> {
  if (typeof value === 'string') yield [path, value];
  else if (Array.isArray(value))
    for (const [index, item] of value.entries()) yield* textsIn(item, [...path, index]);
  else if (typeof value === 'object' && value !== null)
    for (const [name, inner] of Object.entries(value)) yield* textsIn(inner, [...path, name]);
}

function isJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
