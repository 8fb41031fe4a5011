/**
 * Two spellings of one key, as exports make them: Excel drops leading zeros, pandas writes `1004.0`, a Mac writes accents
 * apart, a PDF has radicals for characters. They are never taken for the same; whoever meets one is told of the other.
 * Of records, `foldKey` in `plan/alike-keys.ts` also evens out zeros behind a prefix (`IV0001`, `IV1`): such a pair is held,
 * and a person decides.
 */

/** In what a spelling may differ, and the text without it; in the order in which it is taken away. */
const KINDS: readonly (readonly [name: string, without: (word: string) => string])[] = [
  ['Unicode form', (word) => word.normalize('NFKC')],
  ['invisible characters', (word) => word.replaceAll(/\p{Cf}/gu, '')],
  ['spaces', (word) => word.replaceAll(/\p{White_Space}/gu, '')],
  ['a leading apostrophe', (word) => word.replace(/^['‘’]+/, '')],
  ['case', (word) => word.toLowerCase()],
  ['a trailing .0', (word) => word.replace(/^([0-9]+)\.0+$/, '$1')],
  ['leading zeros', (word) => word.replace(/^0+(?=.)/, '')],
];

// Of these, only case, .0 and zeros may differ.
const PLAIN = /^[!-&(-~]*$/;
const PLAIN_KINDS = KINDS.slice(-3);

/** What all spellings of a key have in common. */
export function foldOf(word: string): string {
  return (PLAIN.test(word) ? PLAIN_KINDS : KINDS).reduce((text, [, without]) => without(text), word);
}

/** `they differ in case and leading zeros only`: of two texts with the same `foldOf`. */
export function differenceOf(one: string, other: string): string {
  const needed = KINDS.filter((kind) => {
    const others = KINDS.filter((another) => another !== kind);
    const [a, b] = [one, other].map((word) => others.reduce((text, [, without]) => without(text), word));
    return a !== b;
  }).map(([name]) => name);
  // What one step takes away another may take away as well.
  const list = needed.length === 0 ? 'spelling' : needed.join(' and ');
  return `they differ in ${list} only${needed.includes('Unicode form') ? whereOf(one, other) : ''}`;
}

/** On a screen such texts look the same. */
function whereOf(one: string, other: string): string {
  const [these, those] = [[...one], [...other]];
  const at = these.findIndex((letter, index) => letter !== those[index]);
  const [a, b] = [these[at], those[at]];
  return a === undefined || b === undefined
    ? ''
    : ` (${codeOf(a)} against ${codeOf(b)} as character ${at + 1})`;
}

const codeOf = (letter: string) =>
  `U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
