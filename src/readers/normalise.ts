/** What may be changed in a cell, by name; nothing is unless a pipeline says so. */
export type Normalisation =
  /** `="00123"` → `00123`: how exporters keep Excel from reading a number. */
  | 'excel-guard'
  /** `_x000D_` and the like → the line end, tab or control character that a workbook (.xlsx) keeps in this way. */
  | 'excel-escape'
  /** `'0012`, `'=A1`, `'- note` → without the apostrophe by which a tool keeps a spreadsheet from reading a number or a formula. */
  | 'apostrophe'
  /** Normal form C: letters and accents, or the parts of Hangul, that come one by one → one character (macOS writes them so). */
  | 'nfc'
  /** `２０２４／３／５` → `2024/3/5`: digits and letters; `．／：－` between digits. Other punctuation stays. */
  | 'full-width'
  /** No-break and ideographic spaces (U+00A0, U+2007, U+202F, U+3000) → space. */
  | 'nbsp'
  /** Invisible characters are removed; joiners only where they join nothing (they hold emoji together). */
  | 'zero-width'
  /** White space around the text is removed. */
  | 'trim';

/** In the order in which they are applied, whatever the order they are named in. */
const STEPS = {
  'excel-escape': unescaped,
  'zero-width': withoutInvisible,
  nbsp: (text) => text.replace(/[\u00a0\u2007\u202f\u3000]/g, ' '),
  'excel-guard': unguarded,
  apostrophe: withoutApostrophe,
  'full-width': halfWidth,
  nfc: (text) => text.normalize('NFC'),
  trim: trimmed,
} as const satisfies Record<Normalisation, (text: string) => string>;

export const NORMALISATIONS = Object.keys(STEPS) as readonly Normalisation[];

/** The function that applies what is named to a cell. */
export function createNormaliser(names: readonly Normalisation[]): (cell: string) => string {
  const steps = NORMALISATIONS.filter((name) => names.includes(name)).flatMap((name) =>
    // Space may stand around a guard as well as inside it.
    isGuard(name) && names.includes('trim') ? [trimmed, STEPS[name]] : [STEPS[name]],
  );
  return (cell) => (cell === '' ? cell : steps.reduce((text, step) => step(text), cell));
}

const isGuard = (name: Normalisation) => name === 'excel-guard' || name === 'apostrophe';

// XML has no control characters, so a workbook spells them (NUL stays: nothing takes it), and with them the `_` of a
// text that only looks like it. A carriage return is a line end, with the line feed behind it.
const ESCAPE = /_x005[Ff]_(?=x[0-9A-Fa-f]{4}_)|_x000[Dd]_(?:_x000[Aa]_|\r?\n)?|_x00(?!00)([01][0-9A-Fa-f])_/g;

function unescaped(text: string): string {
  if (!text.includes('_x00')) return text;
  return text.replace(ESCAPE, (found, code?: string) => {
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    return /^_x005f_/i.test(found) ? '_' : '\n';
  });
}

// What begins like a formula, or is a number, date or id; an apostrophe at its end makes it a quotation.
const GUARDED = /^'(?:[=+\-@\t\r＝＋－＠]|[0-9０-９](?:\S*|[0-9０-９ .,:/+-]*)(?<!')$)/;

function withoutApostrophe(text: string): string {
  return GUARDED.test(text) ? text.slice(1) : text;
}

function unguarded(text: string): string {
  if (!text.startsWith('="') || !text.endsWith('"') || text.length < 3) return text;
  const inner = text.slice(2, -1);
  // A single quote inside would make it a formula: ="A1"&"B1".
  return /^(?:[^"]|"")*$/.test(inner) ? inner.replaceAll('""', '"') : text;
}

function halfWidth(text: string): string {
  return text.replace(/[０-９Ａ-Ｚａ-ｚ]|(?<=[0-9０-９])[．／：－](?=[0-9０-９])/g, (char) =>
    String.fromCharCode(char.charCodeAt(0) - 0xfee0),
  );
}

function withoutInvisible(text: string): string {
  return text
    .replace(/[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g, '')
    .replace(
      /(?<=^|[\p{ASCII}\p{Script=Han}])[\u200c\u200d]+|[\u200c\u200d]+(?=$|[\p{ASCII}\p{Script=Han}])/gu,
      '',
    );
}

const isSpace = (char: string | undefined) => char !== undefined && /\p{White_Space}/u.test(char);

// Not a pattern anchored at the end: that takes quadratic time on a long run of spaces.
function trimmed(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isSpace(text[from])) from++;
  while (to > from && isSpace(text[to - 1])) to--;
  return to - from === text.length ? text : text.slice(from, to);
}

/** The text without the white space around it. */
export const withoutSpaces = trimmed;

/** Normalises rows, and counts the cells it changes. */
export interface CellNormaliser {
  /** The names of the columns, before the first row. */
  begin(names: readonly string[]): void;
  header(cells: readonly string[]): readonly string[];
  row(cells: readonly string[]): readonly string[];
  changed(): number;
}

/** @param normalise what to apply to every cell, or to the cells of each column it names */
export function createCellNormaliser(
  normalise: readonly Normalisation[] | Readonly<Record<string, readonly Normalisation[]>> = [],
): CellNormaliser {
  const everywhere = isList(normalise) ? createNormaliser(normalise) : undefined;
  let ofColumn: readonly (((cell: string) => string) | undefined)[] = [];
  let changed = 0;
  const apply = (cell: string, step: ((cell: string) => string) | undefined) => {
    const after = step === undefined ? cell : step(cell);
    if (after !== cell) changed++;
    return after;
  };
  const all = (cells: readonly string[]) => cells.map((cell) => apply(cell, everywhere));
  const each = (cells: readonly string[]) => cells.map((cell, index) => apply(cell, ofColumn[index]));
  const none = isList(normalise) && normalise.length === 0;
  return {
    begin(names) {
      if (isList(normalise)) return;
      ofColumn = names.map((name) =>
        Object.hasOwn(normalise, name) ? createNormaliser(normalise[name] ?? []) : undefined,
      );
    },
    header: (cells) => (everywhere === undefined || none ? cells : all(cells)),
    row: (cells) => (none ? cells : everywhere === undefined ? each(cells) : all(cells)),
    changed: () => changed,
  };
}

// Array.isArray does not know read-only lists.
const isList = (value: object): value is readonly Normalisation[] => Array.isArray(value);
