import { findDamage } from '../readers/damage.ts';
import { isWordForNothing } from '../readers/empty-words.ts';
import type { Normalisation } from '../readers/normalise.ts';
import { createDateTally, type DateTally } from './date-tally.ts';
import { createValueSet, type ValueSet } from './value-set.ts';

/** What is known of a column when its table has been read. Its values are candidate data: counted, never shown by themselves. */
export interface Facts {
  readonly filled: number;
  readonly empty: number;
  readonly values: ValueSet;
  readonly dates: DateTally;
  /** Cells that are whole numbers as `integer` takes them. */
  readonly whole: number;
  /** Cells that are whole numbers or have decimals. */
  readonly numbers: number;
  readonly longest: number;
  /** Cells with a tag or an entity of HTML in them. */
  readonly html: number;
  /** Words that stand for nothing in many exports, with their counts. */
  readonly nothing: ReadonlyMap<string, number>;
  /** What would mend cells that cannot be read as they stand, with how many they are. */
  readonly mends: ReadonlyMap<Normalisation, number>;
  /** Of JSON: which kinds of values there are besides text. */
  readonly types: ReadonlySet<JsonType>;
}

export type JsonType = 'number' | 'boolean' | 'null' | 'absent' | 'list' | 'object';

export interface FactsOfColumn extends Facts {
  /** A cell; of JSON, a value of any type. */
  add(cell: unknown): void;
}

const HTML =
  /<\/?(?:p|br|div|span|ul|ol|li|b|i|strong|em|a|h[1-6]|table|td|tr)(?:\s[^>]*)?\/?>|&(?:#[0-9]+|nbsp|amp|quot);/i;
const NUMBER = /^-?[0-9]+(?:\.[0-9]+)?$/;
const WHOLE = /^-?(?:0|[1-9][0-9]{0,15})$/;

export function createFacts(): FactsOfColumn {
  const values = createValueSet();
  const dates = createDateTally();
  const nothing = new Map<string, number>();
  const mends = new Map<Normalisation, number>();
  const types = new Set<JsonType>();
  const facts = { filled: 0, empty: 0, whole: 0, numbers: 0, longest: 0, html: 0 };

  const read = (text: string): void => {
    facts.filled++;
    facts.longest = Math.max(facts.longest, text.length);
    values.add(text);
    dates.add(text);
    if (NUMBER.test(text)) facts.numbers++;
    if (WHOLE.test(text)) facts.whole++;
    if (HTML.test(text)) facts.html++;
    if (isWordForNothing(text)) nothing.set(text, (nothing.get(text) ?? 0) + 1);
    // What mends an id or a verdict is too much for a note.
    const mend = text.length <= 100 ? mendOf(text) : undefined;
    if (mend !== undefined) mends.set(mend, (mends.get(mend) ?? 0) + 1);
  };

  return Object.assign(facts, {
    ...{ values, dates, nothing, mends, types },
    add(cell: unknown) {
      const type = typeOf(cell);
      if (type !== undefined) types.add(type);
      if (cell === '' || cell === null || cell === undefined) facts.empty++;
      else if (typeof cell === 'object') facts.filled++;
      else read(String(cell));
    },
  });
}

function typeOf(cell: unknown): JsonType | undefined {
  if (cell === undefined) return 'absent';
  if (cell === null) return 'null';
  if (Array.isArray(cell)) return 'list';
  if (typeof cell === 'object') return 'object';
  return typeof cell === 'number' ? 'number' : typeof cell === 'boolean' ? 'boolean' : undefined;
}

function mendOf(text: string): Normalisation | undefined {
  const damage = findDamage(text);
  switch (damage?.kind) {
    case 'guarded':
      return 'excel-guard';
    case 'apostrophe':
      return 'apostrophe';
    case 'escape':
      return 'excel-escape';
    case 'spaces':
      return 'trim';
    case 'odd-character':
      return damage.option;
    case undefined:
    case 'scientific':
    case 'narrow':
    case 'formula-error':
    case 'formula':
      return undefined;
  }
}

/** Longest word of a table that somebody is to fill in, and how many there may be. */
const LONGEST_WORD = 24;
const MOST_WORDS = 40;

/** The words of a column that has few, with their counts, the most frequent first; undefined for free text. */
export function wordsOf({
  values,
  longest,
  filled,
}: Facts): readonly (readonly [string, number])[] | undefined {
  const { counts } = values;
  if (filled === 0 || longest > LONGEST_WORD || counts.size > MOST_WORDS || values.modulus() > 1)
    return undefined;
  // Nearly as many words as cells: names, or ids.
  if (counts.size > 6 && counts.size * 2 > filled) return undefined;
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}

/** Whether nearly every row has a text of its own in the column. */
export function isKey({ filled, empty, values }: Facts): boolean {
  return filled > 0 && empty <= (filled + empty) * 0.02 && values.long() === 0 && isUnique(values, filled);
}

function isUnique(values: ValueSet, filled: number): boolean {
  if (values.modulus() === 1) return values.counts.size >= filled * 0.98;
  let cells = 0;
  for (const count of values.counts.values()) cells += count;
  return values.counts.size >= cells * 0.98;
}
