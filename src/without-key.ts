/** What stands in the place of a record's key where the rest of a text is kept. */
export const NO_LONGER_NAMED = '(forgotten)';

/** The same value with a record's key taken out of its texts, wherever it stands as a word of its own. */
export function withoutKey<T>(value: T, key: string): T {
  const word = wordOf(key);
  const without = (one: unknown): unknown => {
    if (typeof one === 'string') return one.replace(word, () => NO_LONGER_NAMED);
    if (Array.isArray(one)) return one.map(without);
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([name, inner]) => [name, without(inner)]));
  };
  return without(value) as T;
}

/** Whether a text has the key as a word of its own: `IV-1` is no word of `IV-12`. */
export function hasKey(text: string, key: string): boolean {
  return text.includes(key) && wordOf(key).test(text);
}

function wordOf(key: string): RegExp {
  const literal = key.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}_])${literal}(?![\\p{L}\\p{N}_])`, 'gu');
}
