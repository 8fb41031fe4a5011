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
 * Whether two keys may well be one, spelt otherwise: equal but for separators, one is the number of the other, or one is the
 * other behind a prefix (`ats-iv-1`, `iv-1`). Two prefixes (`wang-1`, `li-1`) are two things.
 */
export function areAlike(one: string, other: string): boolean {
  const [a, b] = [foldKey(one), foldKey(other)];
  return bare(a) === bare(b) || isBehindPrefix(a, b) || isBehindPrefix(b, a);
}

/** Whether `longer` is `folded` behind a prefix that ends with a separator, or, of a bare number, behind anything. */
function isBehindPrefix(longer: string, folded: string): boolean {
  if (foldedNumber(longer) === folded) return true;
  if (!/\d/.test(folded)) return false;
  const ends = longer.matchAll(/[\p{P}\s]/gu);
  return ends.some(({ index }) => bare(longer.slice(index + 1)) === bare(folded));
}

function bare(folded: string): string {
  return folded.replaceAll(/[\s\p{P}]+(?=\p{L})|(?<=\p{L})[\s\p{P}]+/gu, '');
}
