/** The words that stand for an empty cell: everywhere, or column by column. */
export type EmptyWords = readonly string[] | Readonly<Record<string, readonly string[]>>;

// What databases and programs print where there is nothing. Exactly these: Nan, Null and Nil are names of people.
const WORDS: ReadonlySet<string> = new Set([
  '\\N',
  'NULL',
  'null',
  'None',
  'nan',
  'NaN',
  'undefined',
  '(null)',
  '[object Object]',
]);

/** Whether a program most likely printed this word because there was nothing to print. */
export function isWordForNothing(word: string): boolean {
  // By its first letter, because nearly all words are none of these, and a look-up reads the whole word.
  switch (word.charCodeAt(0)) {
    case 0x4e: // N
    case 0x6e: // n
    case 0x75: // u
    case 0x5c: // backslash
    case 0x28: // (
    case 0x5b: // [
      return WORDS.has(word);
    default:
      return false;
  }
}

/** What can be done about a word for nothing: the end of a sentence that begins with the quoted word. */
export function nothingAdvice(word: string): string {
  const literal = `'${word.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  return `stands for nothing in many exports: declare empty: [${literal}] for its file if it does here, or empty: [] if it is a value`;
}

/**
 * Whether a source's `empty` takes every word of a column as it stands: only an empty list says so. A list of words names
 * those of this export, and a word for nothing that is not among them is refused all the same.
 */
export function takesAsItStands(empty: EmptyWords | undefined, column: string): boolean {
  if (empty === undefined) return false;
  const words = isList(empty) ? empty : Object.hasOwn(empty, column) ? empty[column] : undefined;
  return words?.length === 0;
}

/** Whether any word is made empty at all. */
export function emptiesSome(empty: EmptyWords | undefined): boolean {
  if (empty === undefined) return false;
  return isList(empty) ? empty.length > 0 : Object.values(empty).some((words) => words.length > 0);
}

/** What is wrong with the option; undefined when nothing is. */
export function emptyComplaint(empty: unknown): string | undefined {
  if (empty === undefined) return undefined;
  const lists = Array.isArray(empty)
    ? [empty]
    : typeof empty === 'object' && empty !== null
      ? Object.values(empty)
      : [];
  const good = lists.every(
    (words) => Array.isArray(words) && words.every((word) => typeof word === 'string' && word !== ''),
  );
  return good && typeof empty === 'object' && empty !== null
    ? undefined
    : "empty must be a list of words such as ['\\\\N', 'NULL'], or one such list per column";
}

/** The columns that the option names. */
export const columnsOf = (empty: EmptyWords | undefined): readonly string[] =>
  empty === undefined || isList(empty) ? [] : Object.keys(empty);

/** Empties cells that hold a declared word and nothing else, and counts them. */
export interface CellEmptier {
  /** The names of the columns, before the first row. */
  begin(names: readonly string[]): void;
  row(cells: readonly string[]): readonly string[];
  emptied(): number;
}

export function createCellEmptier(empty: EmptyWords = []): CellEmptier {
  const nothing: ReadonlySet<string> = new Set();
  const everywhere: ReadonlySet<string> = new Set(isList(empty) ? empty : []);
  let ofColumn: readonly ReadonlySet<string>[] = [];
  let emptied = 0;
  const isIdle = !emptiesSome(empty);
  return {
    begin(names) {
      ofColumn = names.map((name) => {
        if (isList(empty)) return everywhere;
        return Object.hasOwn(empty, name) ? new Set(empty[name]) : nothing;
      });
    },
    row(cells) {
      if (isIdle || !cells.some((cell, index) => ofColumn[index]?.has(cell))) return cells;
      return cells.map((cell, index) => {
        if (ofColumn[index]?.has(cell) !== true) return cell;
        emptied++;
        return '';
      });
    },
    emptied: () => emptied,
  };
}

/** The same for the texts of a JSON record, at any depth; `found` is called for each. Returns the value itself where it has none. */
export function withoutWords(value: unknown, words: ReadonlySet<string>, found: () => void): unknown {
  if (typeof value === 'string') {
    if (!words.has(value)) return value;
    found();
    return null;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => withoutWords(item, words, found));
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  let copy: Record<string, unknown> | undefined;
  for (const [name, inner] of Object.entries(value)) {
    const kept = withoutWords(inner, words, found);
    if (kept === inner) continue;
    copy ??= Object.fromEntries(Object.entries(value));
    copy[name] = kept;
  }
  return copy ?? value;
}

// Array.isArray does not know read-only lists.
const isList = (empty: EmptyWords): empty is readonly string[] => Array.isArray(empty);
