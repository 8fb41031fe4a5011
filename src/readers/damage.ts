import { createNormaliser, type Normalisation } from './normalise.ts';

/**
 * What spreadsheets and copying do to a cell, named for what it is. Each function gives the end of a sentence that
 * begins with the quoted value, or `undefined` when nothing is wrong.
 */

// As Excel, WPS and LibreOffice show what has no room. An id such as 7E05 has neither sign nor decimals: it passes.
const SCIENTIFIC = /^[+-]?(?:[0-9]+(?:[.,][0-9]+)?[eE][+-][0-9]{1,3}|[0-9][.,][0-9]+[eE][0-9]{1,3})$/;
const ERRORS: ReadonlyMap<string, string> = new Map([
  ['#N/A', 'a look-up found nothing'],
  ['#REF!', 'a cell it refers to was removed'],
  ['#VALUE!', 'a formula got the wrong kind of value'],
  ['#NAME?', 'a formula uses an unknown name; often a text that begins with "-", "+" or "="'],
  ['#DIV/0!', 'a division by zero'],
  ['#NULL!', 'ranges that do not meet'],
  ['#NUM!', 'an impossible number'],
  ['#SPILL!', 'no room for a result'],
  ['#CALC!', 'a formula without a result'],
]);

/** What makes a text unfit for an id, a date, a number or a verdict. */
export type Damage =
  | { readonly kind: 'scientific' | 'narrow' | 'formula-error' | 'guarded' | 'apostrophe' | 'escape' }
  | OddCharacter
  | { readonly kind: 'spaces' | 'formula' };

/** Where it stands, counted in characters from 1, and the reader's setting that changes it, if one does. */
interface OddCharacter {
  readonly kind: 'odd-character';
  readonly letter: string;
  readonly place: number;
  readonly option: Normalisation | undefined;
}

/** All that makes a text unfit for an id, a date, a number or a verdict, most telling first. */
export function damageOf(word: string): string | undefined {
  return told(findDamage(word), word);
}

/** The same as `damageOf`, for those who have words of their own. */
export function findDamage(word: string): Damage | undefined {
  return wholeCell(word) ?? debris(word) ?? oddLetter(word) ?? around(word) ?? formula(word);
}

/** What a spreadsheet did to the whole cell: its value is gone, or is wrapped in a formula. */
export function excelDamage(word: string): string | undefined {
  return told(wholeCell(word), word);
}

function told(damage: Damage | undefined, word: string): string | undefined {
  switch (damage?.kind) {
    case undefined:
      return undefined;
    case 'scientific':
      return 'is in scientific notation: a spreadsheet dropped its digits, and an id is lost; export the column again as text';
    case 'narrow':
      return 'is no value: the column was too narrow when the sheet was saved; widen it and export again';
    case 'formula-error':
      return `is an error of a spreadsheet formula (${ERRORS.get(word)}); correct the sheet and export again`;
    case 'guarded':
      return `is wrapped in ="…", by which an export protects digits from Excel; ${remedy('excel-guard')}`;
    case 'apostrophe':
      return `begins with an apostrophe, by which a tool guards it from spreadsheets; ${remedy('apostrophe')}`;
    case 'escape':
      return `has _x000D_ or another escape of a workbook in it; ${remedy('excel-escape')}`;
    case 'odd-character': {
      const { letter, place, option } = damage;
      return `has ${nameOf(letter)} as character ${place}${option === undefined ? '' : `; ${remedy(option)}`}`;
    }
    case 'spaces':
      return `has spaces around it; ${remedy('trim')}`;
    case 'formula':
      return 'is a formula, not its value; export the values';
  }
}

function wholeCell(word: string): Damage | undefined {
  // By its first letter, because nearly all words are sound: a digit or sign, "#", "=".
  const first = word.charCodeAt(0);
  if (first > 0x3d || first === 0x20) return undefined;
  if (SCIENTIFIC.test(word)) return { kind: 'scientific' };
  if (/^#+$/.test(word)) return { kind: 'narrow' };
  if (ERRORS.has(word)) return { kind: 'formula-error' };
  return /^=".*"$/s.test(word) ? { kind: 'guarded' } : undefined;
}

interface OddKind {
  readonly pattern: RegExp;
  /** The reader's setting that changes such a character, at least in some places. */
  readonly option: Normalisation | undefined;
}

// In this order: half a surrogate pair is no letter of any other kind.
const KINDS: readonly OddKind[] = [
  { pattern: /[\p{Cs}\uFFFD\0]/u, option: undefined },
  { pattern: /\p{Cf}|\u034F|[\u115F\u1160\u3164\uFFA0]/u, option: 'zero-width' },
  { pattern: /[\uFF10-\uFF19\uFF21-\uFF3A\uFF41-\uFF5A\uFF1A\uFF0F\uFF0D]/u, option: 'full-width' },
  { pattern: /(?![ \t\r\n])\p{White_Space}/u, option: 'nbsp' },
  { pattern: /(?![\t\r\n])\p{Cc}/u, option: undefined },
];

// None of the kinds has a letter of printable ASCII, and most ids and dates have no other.
const PRINTABLE = /^[ -~]*$/;

/**
 * The first letter of a text that does not belong into an id, a date, a number or a verdict, by name: NUL, half a
 * surrogate pair, zero-width and direction marks, full-width digits and Latin letters, spaces other than the plain
 * one, control characters. `undefined` also for plain spaces, tabs and line ends: see `spaceAround`.
 */
export function oddCharacter(word: string): string | undefined {
  return told(oddLetter(word), word);
}

function oddLetter(word: string): OddCharacter | undefined {
  if (PRINTABLE.test(word)) return undefined;
  for (const { pattern, option } of KINDS) {
    const match = pattern.exec(word);
    if (match === null) continue;
    const [letter] = match;
    const place = [...word.slice(0, match.index)].length + 1;
    const helps = option !== undefined && createNormaliser([option])(word) !== word;
    return { kind: 'odd-character', letter, place, option: helps ? option : undefined };
  }
  return undefined;
}

/**
 * What makes a text unfit to tie two records together, where both sides may have it: a value that a spreadsheet
 * destroyed stands for many, and what nobody sees is in one of two files. Full-width letters are a text like any other.
 */
export function keyDamage(word: string): string | undefined {
  // Most keys: neither an error, nor scientific notation, nor anything odd.
  if (/^\w*$/.test(word)) return undefined;
  return excelDamage(word) ?? (HIDDEN.test(word) ? oddCharacter(word) : undefined);
}

const HIDDEN = /[\p{Cs}\p{Cc}\p{Cf}\uFFFD\u115F\u1160\u3164\uFFA0\u00A0\u2007\u202F]|\u034F/u;

/** Space before or after the text. */
export function spaceAround(word: string): string | undefined {
  return told(around(word), word);
}

const around = (word: string): Damage | undefined => (word.trim() === word ? undefined : { kind: 'spaces' });

const formula = (word: string): Damage | undefined =>
  word.startsWith('=') ? { kind: 'formula' } : undefined;

/** What a workbook or a cautious tool adds to a text, and hardly ever means. */
function debris(word: string): Damage | undefined {
  const goes = (option: Normalisation) => createNormaliser([option])(word) !== word;
  if (word.startsWith("'") && goes('apostrophe')) return { kind: 'apostrophe' };
  return word.includes('_x00') && goes('excel-escape') ? { kind: 'escape' } : undefined;
}

const NAMES: ReadonlyMap<number, string> = new Map([
  [0x00, 'NUL'],
  [0x09, 'a tab'],
  [0x0a, 'a line feed'],
  [0x0d, 'a carriage return'],
  [0xa0, 'no-break space'],
  [0xad, 'soft hyphen'],
  [0x200b, 'zero width space'],
  [0x200c, 'zero width non-joiner'],
  [0x200d, 'zero width joiner'],
  [0x200e, 'left-to-right mark'],
  [0x200f, 'right-to-left mark'],
  [0x2007, 'figure space'],
  [0x2060, 'word joiner'],
  [0x202f, 'narrow no-break space'],
  [0x3000, 'ideographic space'],
  [0xfeff, 'byte order mark (zero width no-break space)'],
  [0xfffd, 'replacement character: the text was decoded wrongly before'],
]);

/** `U+200B zero width space` */
export function nameOf(letter: string): string {
  const code = letter.codePointAt(0) ?? 0;
  const name = NAMES.get(code) ?? kindOf(code, letter);
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')} ${name}`;
}

function kindOf(code: number, letter: string): string {
  if (code >= 0xff01 && code <= 0xff5e) return `full-width ${String.fromCodePoint(code - 0xfee0)}`;
  if (code >= 0xd800 && code <= 0xdfff) return 'half a surrogate pair';
  if (/\p{White_Space}/u.test(letter)) return 'unusual space';
  return /\p{Cc}/u.test(letter) ? 'control character' : 'invisible character';
}

/** A name for a message: what cannot be seen in it, or would steer a terminal, as its code: `编号<U+200B>`. */
export function shown(name: string): string {
  return name.replaceAll(
    /[\p{C}\p{Zl}\p{Zp}\uFFFD\u115F\u1160\u3164\uFFA0]|\u034F|(?! )\p{Zs}/gu,
    (letter) => {
      const code = letter.codePointAt(0) ?? 0;
      return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
    },
  );
}

const LISTED = 30;
const LONGEST_NAME = 40;

/** The names of columns for a message: what is no header (a row, a text of another kind) is not told at length. */
export function listed(names: readonly string[]): string {
  const some = names.slice(0, LISTED).map((name) => {
    const letters = [...name.slice(0, 2 * LONGEST_NAME)];
    return shown(letters.length > LONGEST_NAME ? `${letters.slice(0, LONGEST_NAME).join('')}…` : name);
  });
  const others = names.length - some.length;
  return `${some.join(', ')}${others === 0 ? '' : `, … and ${others} more`}`;
}

/** Nothing is normalised unless the pipeline says so. */
function remedy(option: Normalisation): string {
  return `declare normalise: ['${option}'] for the column, or export again`;
}

/**
 * A text without what only looks different: width and normal form (NFKC), invisible characters, spaces, case. For
 * hints alone: two texts with the same look are still two texts.
 */
export function lookOf(word: string): string {
  return word
    .normalize('NFKC')
    .replaceAll(/[\p{Cf}\p{White_Space}]/gu, '')
    .toLowerCase();
}
