import { lazily } from '../lazily.ts';

const measure = lazily<typeof import('string-width')>('string-width');

const PLAIN = /^[ -~]*$/;

/** Pads by the columns a terminal gives the text: a Chinese character takes two. */
export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - widthOf(text)));
}

/** The columns that a terminal gives a text. */
export function widthOf(text: string): number {
  return PLAIN.test(text) ? text.length : measure().default(text);
}

/** Control characters of the data must not move the cursor or break the line, nor bidirectional ones turn it round. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]+/gu, ' ');
}
