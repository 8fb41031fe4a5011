import { GUARDS } from '../../src/plan/guard.ts';

/** What is no English word in a Chinese report: quoted data, commands, names of our own, of fields, formats and flags. */
const NO_WORDS = new RegExp(
  [
    ...[/“[^”]*”/, /`[^`]*`/, /https?:\S+/, /\S*\w+\.(?:csv|ts|db|json)\S*/, /[a-f\d]{16,}/, /U\+\w+/],
    // Flags, guards, payload paths and endpoints, source columns with their places, keys, zones.
    ...[/--allow [\w-]+/, /--ledger FILE/, /--[\w-]+/, /guards\.\w+/, /检查 [\w-]+/],
    new RegExp(`(?<![\\w-])(?:${GUARDS.join('|')})(?=[：）)])`),
    ...[
      /[\w-]*_[\w.[\]-]+/,
      /\w+\[\d+\]\S*/,
      /[a-z]\w*(?:\.[a-z]\w+)+/,
      /[A-Z]+-\w+/,
      /[A-Z]\w+\/[A-Z]\w+/,
      /UTC[+\d:]*/,
    ],
    ...[/hire-sync|SHA-256|JavaScript|Excel|CSV|HTML|ID|utf-8|gb18030|legacy-ats|old-ats|FILE/],
    // Settings of a pipeline that a technician is told to declare.
    /\b(?:zone|optional|normalise|empty|excelDate|epochMs|dateOnly|dateTimeRange|notes?)\b/,
    /\b(?:undo|sync|plan)\b|on-drift (?:keep|hold)/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
);

/** A text without what is no word. */
export function proseOf(text: string): string {
  return text.replaceAll(NO_WORDS, ' ');
}

/** The English words of a text, once each. */
export function wordsIn(text: string): readonly string[] {
  return [...new Set(text.match(/[A-Za-z]{2,}/g) ?? [])];
}
