import { fieldsAt } from './labels.ts';
import type { Shape } from './shape.ts';
import { isBare, OPPOSITE, type Point, pointOf } from './word-points.ts';

/** What was found at the end of a word, in the rows that were traced. */
export interface Ends {
  readonly values: Set<unknown>;
}

/** The words that one table of a pipeline met in one column. */
export interface ColumnWords {
  readonly file: string;
  /** As problems call it, without list places: `assessments.result`. */
  readonly column: string;
  readonly words: readonly {
    readonly word: string;
    /** What the table has for it. */
    readonly result: unknown;
    readonly count: number;
    /** By payload path, without list places. */
    readonly ends: ReadonlyMap<string, Ends>;
  }[];
}

/** Which words of the export end as what, where a wrong value is worst: how a pass stays a pass. */
export interface Verdicts {
  /** Records that were read for it. */
  readonly records: number;
  /** Whether the export has more, which were not read: they are as they were. */
  readonly partial: boolean;
  readonly tables: readonly VerdictTable[];
}

/** What the words of one column become in one field of the payload. */
export interface VerdictTable {
  /** Payload path without list places. */
  readonly path: string;
  readonly file: string;
  readonly column: string;
  /** The most frequent first. */
  readonly words: readonly VerdictWord[];
}

export interface VerdictWord {
  /** As it stands in the cell; `''` for an empty one. It is one of the pipeline's own, no candidate's text. */
  readonly word: string;
  /** What the payload holds for it; null: nothing. */
  readonly value: number | string | null;
  /** How often it was met: one cell counts once. */
  readonly count: number;
  readonly is: VerdictSign;
}

/**
 * `reversed`: unmistakable, and mapped the other way. `needs-an-eye`: bare, means pass in one system and fail in another.
 * `mixed`: what comes of it depends on other columns as well. `plain`: everything else.
 */
export type VerdictSign = 'plain' | 'reversed' | 'needs-an-eye' | 'mixed';

/** The tables of all columns that decide what stands at one of these payload paths. Pure. */
export function verdictTables(
  columns: readonly ColumnWords[],
  { shape, verdicts = [] }: { readonly shape: Shape; readonly verdicts?: readonly string[] },
): readonly VerdictTable[] {
  return verdicts.flatMap((path) => {
    const leaf = leafAt(shape, path);
    return columns
      .filter(({ words }) => words.some(({ ends }) => ends.has(path)))
      .map(({ file, column, words }) => ({
        ...{ path, file, column },
        words: words
          .filter(({ count }) => count > 0)
          .map((word) => verdictOf(word, path, leaf))
          .sort((a, b) => b.count - a.count),
      }))
      .filter(({ words }) => words.length > 0);
  });
}

function verdictOf(
  { word, result, count, ends }: ColumnWords['words'][number],
  path: string,
  leaf: Shape | null,
): VerdictWord {
  const own = ownValue(result, leaf);
  const values = [...(ends.get(path)?.values ?? [])];
  const [only] = values;
  // Of a text the word's own part is told, not the whole.
  const isText = leaf?.kind === 'text';
  const isOwn = result == null || (own !== null && values.every((value) => value === own || isText));
  const seen = values.length === 1 && typeof only === 'number' ? only : null;
  const value = isOwn ? own : seen;
  if (isReversed(word, value, leaf)) return { word, value, count, is: 'reversed' };
  if (!isOwn) return { word, value, count, is: 'mixed' };
  return { word, value, count, is: value !== null && isBare(word) ? 'needs-an-eye' : 'plain' };
}

/** What a table has for a word, where a field of this shape can hold it. */
function ownValue(result: unknown, leaf: Shape | null): number | string | null {
  if (leaf?.kind === 'integer')
    return typeof result === 'number' && (leaf.words === undefined || result in leaf.words) ? result : null;
  return typeof result === 'string' || typeof result === 'number' ? result : null;
}

function isReversed(word: string, value: VerdictWord['value'], leaf: Shape | null): boolean {
  const said = pointOf(word);
  return said !== null && value !== null && pointAt(value, leaf) === OPPOSITE[said];
}

function pointAt(value: number | string, leaf: Shape | null): Point | null {
  if (typeof value === 'string') return pointOf(value);
  return leaf?.kind === 'integer' ? (leaf.points?.[value] ?? null) : null;
}

/** The shape of a single value, by its path without list places; null where there is none. */
export function leafAt(shape: Shape, path: string): Shape | null {
  return fieldsAt(shape, path)?.at(-1)?.shape ?? null;
}

/** The words that are mapped the other way, with the table that each is of. */
export function reversedIn({
  tables,
}: Pick<Verdicts, 'tables'>): readonly (Omit<VerdictTable, 'words'> & Omit<VerdictWord, 'is'>)[] {
  return tables.flatMap(({ words, ...table }) =>
    words.flatMap(({ is, ...word }) => (is === 'reversed' ? [{ ...table, ...word }] : [])),
  );
}
