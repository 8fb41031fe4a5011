import type { LookedUp, Place } from '../mapping/problems.ts';
import type { Origin } from '../model.ts';
import type { ColumnWords, Ends } from '../plan/verdicts.ts';
import { contentOf, type MetWord, type Traced } from './trace-words.ts';

/**
 * Counts which words each `valueMap` met in which column. One for one reading of an export; the caller settles each
 * row, so that a row which is mapped once more for other reasons is counted once.
 */
export interface MetWords {
  /** A row is about to be mapped. */
  begin(origin: Origin): void;
  /** A word that was looked up in it, and where it may have been read: the latest place first. */
  note(look: LookedUp, places: readonly Place[]): void;
  /** The row cannot be read: what stands in its columns says nothing of them. */
  drop(): void;
  /** Whether the row has a word of which it is not known where it ends; of an odd row, whether it has any. */
  wantsTrace(isOdd: boolean): boolean;
  /** Whether that word is this one. */
  wants(met: MetWord, isOdd: boolean): boolean;
  /** The words of the row that are known to decide what payloads hold at a path, each with what it may become there. */
  offers(path: string): readonly Offer[];
  /** What stands in the row's columns, to tell whether another row is like it. */
  signature(): string;
  /** Where the words of the row end. */
  learn(traced: readonly Traced[]): void;
  /** The row is one of the plan. */
  settle(key: string | null): void;
  columns(): readonly ColumnWords[];
}

/** A word of a row and what it may become: what its table has, or, where the code turns that into something else, this. */
export interface Offer {
  readonly values: ReadonlySet<unknown>;
  /** The row shows that it became this instead: counted if a trace has found the word to decide it. */
  became(value: number): void;
}

/** Records that are named for a word. */
const EXAMPLES = 3;
/** So many words of a column are traced before it is taken for one that decides nothing. */
const TRIES = 64;

interface Word {
  readonly result: unknown;
  count: number;
  readonly examples: string[];
  /** From which count on it is traced again. */
  nextTry: number;
  readonly ends: Map<string, Ends>;
}

interface Column {
  readonly file: string;
  readonly name: string;
  readonly words: Map<string, Word>;
  tries: number;
  reaches: boolean;
  /** Where in payloads its words end. */
  readonly paths: Set<string>;
  /** Whether some row had the word in this column alone. */
  isSure: boolean;
  /** The row that `cells` are of, and those of its cells that were noted. */
  row: number;
  readonly cells: Set<string>;
}

/** A table, with the columns it was asked about. */
interface Table {
  readonly columns: Map<string, Column>;
  /** The same by what a cell is called in its row, so that most are found without making a name of it. */
  readonly byField: Map<string, Column>;
}

interface Noted {
  readonly table: Table;
  /** The latest place: what a trace calls the cell. */
  readonly field: string;
  readonly text: string;
  readonly column: Column;
  readonly word: Word;
}

export function createMetWords(): MetWords {
  const tables = new Map<string, Table>();
  const noted: Noted[] = [];
  let row = 0;
  let origin: Origin = { file: '', line: 0 };

  const tableOf = (content: string): Table => {
    const found = tables.get(content) ?? { columns: new Map(), byField: new Map() };
    tables.set(content, found);
    return found;
  };
  const columnOf = ({ columns, byField }: Table, { field, origin: child }: Place): Column => {
    const file = child?.file ?? origin.file;
    const near = byField.get(field);
    if (near?.file === file) return near;
    const name = field.replaceAll(/\[\d+\]/g, '');
    const key = `${file}\0${name}`;
    const column = columns.get(key) ?? {
      ...{ file, name, words: new Map(), tries: 0, reaches: false, isSure: false },
      ...{ row: 0, cells: new Set<string>(), paths: new Set<string>() },
    };
    columns.set(key, column);
    // Items of long lists have a name each.
    if (byField.size < 1000) byField.set(field, column);
    return column;
  };
  const isNoted = (column: Column, { field }: Place): boolean =>
    column.row === row && column.cells.has(field);
  /** Which of several columns with the same word is meant: one that other rows have shown to be, and not yet noted. */
  const meant = (table: Table, places: readonly Place[]): { place: Place; column: Column } | undefined => {
    const found = places.map((place) => ({ place, column: columnOf(table, place) }));
    const [latest] = found;
    if (found.length === 1 && latest !== undefined) latest.column.isSure = true;
    const sure = found.filter(({ column }) => column.isSure);
    return sure.findLast(({ place, column }) => !isNoted(column, place)) ?? sure[0] ?? latest;
  };
  const wanted = ({ tries, reaches }: Column, word: Word): boolean =>
    word.count >= word.nextTry && (reaches || tries < TRIES);
  const ofRow = ({ table, place, word }: MetWord): readonly Noted[] => {
    const met = tableOf(table);
    return noted.filter((one) => one.table === met && one.field === place.field && one.text === word);
  };
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
    note({ table: asked, word: text, result }, places) {
      const [latest] = places;
      const table = tableOf(contentOf(asked));
      const found = meant(table, places);
      if (found === undefined || latest === undefined) return;
      const { place, column } = found;
      if (column.row !== row) {
        column.row = row;
        column.cells.clear();
      }
      // One cell may be looked up twice: to choose a row, and to map it.
      if (column.cells.has(place.field)) return;
      column.cells.add(place.field);
      const word = column.words.get(text) ?? newWord(result);
      column.words.set(text, word);
      noted.push({ table, field: latest.field, text, column, word });
    },
    drop: begin,
    wantsTrace: (isOdd) => noted.some(({ column, word }) => isOdd || wanted(column, word)),
    wants: (met, isOdd) => ofRow(met).some(({ column, word }) => isOdd || wanted(column, word)),
    offers: (path) =>
      noted.flatMap(({ column, word }) => (column.paths.has(path) ? offerOf(word, path) : [])),
    signature: () => JSON.stringify(noted.map(({ column, text }) => [column.name, text]).sort()),
    learn(traced) {
      for (const one of traced) {
        const met = ofRow(one);
        for (const { column, word } of met) {
          column.reaches = true;
          column.paths.add(one.path);
          const ends = word.ends.get(one.path) ?? newEnds();
          // Which of two cells with the same word became what, the trace cannot tell: then what the table has counts.
          if (met.length === 1 || typeof word.result !== 'number')
            for (const value of one.values) noteEnd(ends, value, one.instead);
          word.ends.set(one.path, ends);
        }
      }
      for (const { column, word } of noted) {
        if (!wanted(column, word)) continue;
        column.tries++;
        // Whether it decides the same in other rows is looked at ever more seldom.
        word.nextTry = Math.max(1, word.count) * 2;
      }
    },
    settle(key) {
      for (const { word } of noted) {
        word.count++;
        if (key !== null && word.examples.length < EXAMPLES && !word.examples.includes(key))
          word.examples.push(key);
      }
      begin();
    },
    columns: () => [...tables.values()].flatMap(({ columns }) => settled([...columns.values()])),
  };
}

/** The columns of a table. What was noted for another one while it was not yet known which is meant goes to it. */
function settled(columns: readonly Column[]): readonly ColumnWords[] {
  const sure = columns.filter(({ isSure }) => isSure);
  const [only] = sure;
  const isOne = sure.length === 1 && only !== undefined;
  if (isOne) for (const other of columns) if (other !== only) moveWords(other, only);
  return (isOne ? sure : columns).map(({ file, name, words }) => ({
    file,
    column: name,
    words: [...words].map(([word, { nextTry: _, ...met }]) => ({ word, ...met })),
  }));
}

function newWord(result: unknown): Word {
  return { result, count: 0, examples: [], nextTry: 0, ends: new Map() };
}

function newEnds(): Ends {
  return { values: new Set(), instead: new Map(), turned: new Map() };
}

function noteEnd({ values, instead }: Ends, value: unknown, others: Iterable<unknown>): void {
  values.add(value);
  instead.set(value, new Set([...(instead.get(value) ?? []), ...others]));
}

function offerOf({ result, ends }: Word, path: string): Offer {
  const { values = new Set<unknown>(), turned } = ends.get(path) ?? {};
  const isOwn = typeof result === 'number' && (values.size === 0 || values.has(result));
  const became = (value: number): void => {
    if (values.has(value)) turned?.set(value, (turned.get(value) ?? 0) + 1);
  };
  return { values: isOwn ? new Set([result]) : values, became };
}

function moveWords(from: Column, to: Column): void {
  for (const [text, { result, count, examples, ends }] of from.words) {
    const word = to.words.get(text) ?? newWord(result);
    to.words.set(text, word);
    word.count += count;
    word.examples.push(...examples.slice(0, EXAMPLES - word.examples.length));
    for (const [path, { values, instead, turned }] of ends) {
      const known = word.ends.get(path) ?? newEnds();
      for (const value of values) noteEnd(known, value, instead.get(value) ?? []);
      for (const [value, times] of turned) known.turned.set(value, (known.turned.get(value) ?? 0) + times);
      word.ends.set(path, known);
    }
  }
  from.words.clear();
}
