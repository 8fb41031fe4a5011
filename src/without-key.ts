/** What stands in the place of a record's key where the rest is kept. */
export const NO_LONGER_NAMED = '(forgotten)';

/** Members that hold keys of records, wherever they stand. */
const KEYS: ReadonlySet<string> = new Set(['key', 'keys', 'was', 'examples', 'missingKeys']);
/** Members that hold sentences, or cells of a row. */
const SENTENCES: ReadonlySet<string> = new Set(['message', 'words', 'values', 'value', 'zh', 'en']);

/**
 * The same value without a record's key: taken out of members that hold keys, and of sentences where it stands as a word of
 * its own. Of everything else (dates, ids, numbers, payloads) nothing is touched: a key may be as short as `17`.
 */
export function withoutKey<T>(value: T, key: string): T {
  const word = wordOf(key);
  const without = (one: unknown, member: string): unknown => {
    if (typeof one === 'string') {
      if (KEYS.has(member)) return one === key ? NO_LONGER_NAMED : one;
      return SENTENCES.has(member) ? one.replace(word, () => NO_LONGER_NAMED) : one;
    }
    if (Array.isArray(one)) return one.map((inner) => without(inner, member));
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(
      Object.entries(one).map(([name, inner]) => {
        // Without its key, the next night does not compare its newest date with one that is gone.
        if (name === 'newestKey') return [name, inner === key ? null : inner];
        return [name, without(inner, name)];
      }),
    );
  };
  return without(value, '') as T;
}

/** Whether a text has the key as a word of its own: `IV-1` is no word of `IV-12`. */
export function hasKey(text: string, key: string): boolean {
  return text.includes(key) && wordOf(key).test(text);
}

function wordOf(key: string): RegExp {
  const literal = key.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}_])${literal}(?![\\p{L}\\p{N}_])`, 'gu');
}

/** Whether a cell holds just the key. Of one as short as a score nobody can tell. */
export function isKeyCell(cell: unknown, key: string): boolean {
  return key.length >= SURE && typeof cell === 'string' && cell.trim() === key;
}

const SURE = 4;

/** A text as it stands in JSON, without its quotes. */
export function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
