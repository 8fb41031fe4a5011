/**
 * A key as it is compared with one that may be the same, spelt otherwise by a tool on the way: a spreadsheet drops leading
 * zeros, pandas makes `1.0` of 1, an exporter changes case, width or blanks.
 */
export function foldKey(key: string): string {
  const text = key.normalize('NFKC').trim().toLowerCase();
  return text.replace(/\.0+$/, '').replaceAll(/(?<!\d)0+(?=\d)/g, '');
}

/** The same without what stands before its number, where an exporter put a prefix there or left one out; null without one. */
export function foldedNumber(key: string): string | null {
  return /\d.*$/s.exec(foldKey(key))?.[0] ?? null;
}

/**
 * Whether two keys may well be one, spelt otherwise: equal but for separators, or one is the number of the other. Two
 * prefixes (`wang-1`, `li-1`) are two things.
 */
export function areAlike(one: string, other: string): boolean {
  const [a, b] = [foldKey(one), foldKey(other)];
  return bare(a) === bare(b) || foldedNumber(one) === b || foldedNumber(other) === a;
}

function bare(folded: string): string {
  return folded.replaceAll(/[\s\p{P}]+(?=\p{L})|(?<=\p{L})[\s\p{P}]+/gu, '');
}
