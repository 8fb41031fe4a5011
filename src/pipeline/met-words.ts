import type { LookedUp, Place } from '../mapping/problems.ts';
import type { Origin } from '../model.ts';
import type { ColumnWords, Ends } from '../plan/verdicts.ts';
import type { MetWord, Traced } from './trace-words.ts';

/**
 * Counts which words each `valueMap` met in which column. One for one reading of an export; the caller settles each
 * row, so that a row which is mapped once more for other reasons is counted once.
 */
export interface MetWords {
  /** A row is about to be mapped. */
  begin(origin: Origin): void;
  /** A word that was looked up in it. */
  note(look: LookedUp, place: Place | undefined): void;
  /** The row cannot be read: what stands in its columns says nothing of them. */
  drop(): void;
  /** Whether the row has a word of which it is not known where it ends. */
  wantsTrace(): boolean;
  /** Whether that word is this one. */
  wants(met: MetWord): boolean;
  /** Where the words of the row end. */
  learn(traced: readonly Traced[]): void;
  /** The row is one of the plan. */
  settle(): void;
  columns(): readonly ColumnWords[];
}

/** So many words of a column are traced before it is taken for one that decides nothing. */
const TRIES = 64;

interface Word {
  readonly result: unknown;
  count: number;
  /** From which count on it is traced again. */
  nextTry: number;
  readonly ends: Map<string, Ends>;
}

interface Column {
  readonly file: string;
  readonly column: string;
  readonly words: Map<string, Word>;
  tries: number;
  reaches: boolean;
  /** The row that `cells` are of. */
  row: number;
  readonly cells: Set<string>;
}

export function createMetWords(): MetWords {
  // A valueMap that is made anew for every row is the same by its content.
  const ids = new WeakMap<LookedUp['table'], string>();
  const columns = new Map<string, Column>();
  // Most cells are found by what they are called in their row, without making a name of it.
  const found = new WeakMap<LookedUp['table'], Map<string, Column>>();
  const noted: { readonly column: Column; readonly word: Word }[] = [];
  let row = 0;
  let origin: Origin = { file: '', line: 0 };

  const idOf = (table: LookedUp['table']): string => {
    const known = ids.get(table) ?? JSON.stringify([...table]);
    ids.set(table, known);
    return known;
  };
  const columnOf = (table: LookedUp['table'], { field, origin: child }: Place): Column => {
    const file = child?.file ?? origin.file;
    const near = found.get(table) ?? new Map<string, Column>();
    const known = near.get(field);
    if (known?.file === file) return known;
    const name = field.replaceAll(/\[\d+\]/g, '');
    const key = `${file}\0${name}\0${idOf(table)}`;
    const column = columns.get(key) ?? {
      ...{ file, column: name, words: new Map(), tries: 0, reaches: false },
      ...{ row: 0, cells: new Set<string>() },
    };
    columns.set(key, column);
    // Items of long lists have a name each.
    if (near.size < 1000) near.set(field, column);
    found.set(table, near);
    return column;
  };
  const wanted = ({ tries, reaches }: Column, word: Word): boolean =>
    word.count >= word.nextTry && (reaches || tries < TRIES);
  const begin = (): void => {
    row++;
    // A fresh list for every row of a million would cost more than what is in it.
    if (noted.length > 0) noted.length = 0;
  };

  return {
    begin(at) {
      origin = at;
      begin();
    },
    note({ table, word, result }, place) {
      if (place === undefined) return;
      const column = columnOf(table, place);
      if (column.row !== row) {
        column.row = row;
        column.cells.clear();
      }
      // One cell may be looked up twice: to choose a row, and to map it.
      if (column.cells.has(place.field)) return;
      column.cells.add(place.field);
      const known = column.words.get(word) ?? { result, count: 0, nextTry: 0, ends: new Map() };
      column.words.set(word, known);
      noted.push({ column, word: known });
    },
    drop: begin,
    wantsTrace: () => noted.some(({ column, word }) => wanted(column, word)),
    wants({ table, place, word }) {
      const column = columnOf(table, place);
      const known = column.words.get(word);
      return known !== undefined && wanted(column, known);
    },
    learn(traced) {
      for (const { table, place, word, path, value, unclear } of traced) {
        const column = columnOf(table, place);
        const known = column.words.get(word);
        if (known === undefined) continue;
        column.reaches = true;
        const ends = known.ends.get(path) ?? { values: new Set() };
        if (!unclear) ends.values.add(value);
        known.ends.set(path, ends);
      }
      for (const { column, word } of noted) {
        if (!wanted(column, word)) continue;
        column.tries++;
        // Whether it decides the same in other rows is looked at ever more seldom.
        word.nextTry = Math.max(1, word.count) * 2;
      }
    },
    settle() {
      for (const { word } of noted) word.count++;
      begin();
    },
    columns: () =>
      [...columns.values()].map(({ file, column, words }) => ({
        file,
        column,
        words: [...words].map(([word, { result, count, ends }]) => ({ word, result, count, ends })),
      })),
  };
}
