import { fieldsAt } from './labels.ts';
import type { Shape } from './shape.ts';
import { isBare, OPPOSITE, type Point, pointOf } from './word-points.ts';

/** What was found at the end of a word, in the rows that were traced. */
export interface Ends {
  readonly values: Set<unknown>;
  /** By each of them, what other words of the table would have become in those rows. */
  readonly instead: Map<unknown, ReadonlySet<unknown>>;
  /** How often it is sure to have become something else than its table has, by that. */
  readonly turned: Map<number, number>;
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
    /** Keys of the first records that have it. */
    readonly examples: readonly string[];
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
  /** Fields that no table decides; absent in runs of earlier versions. */
  readonly coded?: readonly CodedVerdict[];
  /** Fields that tables decide, and code besides; absent in runs of earlier versions. */
  readonly unexplained?: readonly UnexplainedVerdict[];
}

/** A field of which some records hold what no word of their row becomes. */
export interface UnexplainedVerdict {
  /** Payload path without list places. */
  readonly path: string;
  /** All values of the field, the most frequent first: how many go in, and for how many of them words account. */
  readonly values: readonly { readonly value: number; readonly count: number; readonly explained: number }[];
}

/** What a field holds that the pipeline's code sets, without a table of words that could be looked at. */
export interface CodedVerdict {
  /** Payload path without list places. */
  readonly path: string;
  /** The most frequent first. */
  readonly values: readonly { readonly value: number; readonly count: number }[];
}

/** What the words of one column become in one field of the payload. */
export interface VerdictTable {
  /** Payload path without list places. */
  readonly path: string;
  readonly file: string;
  readonly column: string;
  /**
   * Whether the payload holds what the pipeline's table has for each word. Where it does not, the word is turned into
   * something else, or only decides together with other columns: values are those of some rows.
   */
  readonly direct: boolean;
  /** The most frequent first. */
  readonly words: readonly VerdictWord[];
}

export interface VerdictWord {
  /** As it stands in the cell; `''` for an empty one. It is one of the pipeline's own, no candidate's text. */
  readonly word: string;
  /** What the payload holds for it; null: nothing, or what is not the same in all rows. */
  readonly value: number | string | null;
  /** How often it was met: one cell counts once. */
  readonly count: number;
  /** Keys of the first records that have it, three at most. */
  readonly examples: readonly string[];
  readonly is: VerdictSign;
  /** Of a reversed word that is the right value elsewhere: how many cells at least are reversed. Absent: all. */
  readonly some?: number;
}

/** `reversed`: unmistakable, and mapped the other way. `needs-an-eye`: means pass in one system and fail in another. */
export type VerdictSign = 'plain' | 'reversed' | 'needs-an-eye';

/** The tables of all columns that decide what stands at one of these payload paths. Pure. */
export function verdictTables(
  columns: readonly ColumnWords[],
  { shape, verdicts = [] }: { readonly shape: Shape; readonly verdicts?: readonly string[] },
): readonly VerdictTable[] {
  return verdicts.flatMap((path) => {
    const leaf = leafAt(shape, path);
    return columns
      .filter(({ words }) => words.some(({ ends }) => ends.has(path)))
      .map(({ file, column, words }) => {
        const met = words.filter(({ count }) => count > 0);
        const direct = met.every((word) => isOwn(word, path, leaf));
        const points = new Set(met.map(({ word }) => pointOf(word)));
        const told = met.map((word) => verdictOf(word, path, { leaf, direct, points }));
        return { path, file, column, direct, words: told.sort((a, b) => b.count - a.count) };
      })
      .filter(({ words }) => words.length > 0);
  });
}

type Met = ColumnWords['words'][number];

interface VerdictContext {
  readonly leaf: Shape | null;
  readonly direct: boolean;
  /** The ways in which words of the column point. */
  readonly points: ReadonlySet<Point | null>;
}

/** Whether the payload holds what the table has for the word, as far as was seen. */
function isOwn({ result, ends }: Met, path: string, leaf: Shape | null): boolean {
  if (result == null) return true;
  const own = ownValue(result, leaf);
  // A text may hold more than the word's part of it.
  if (leaf?.kind === 'text') return own !== null;
  return own !== null && (ends.get(path)?.values ?? new Set()).values().every((value) => value === own);
}

function verdictOf(
  { word, result, count, examples, ends }: Met,
  path: string,
  { leaf, direct, points }: VerdictContext,
): VerdictWord {
  const { values: found = [], instead, turned } = ends.get(path) ?? {};
  const values = [...found];
  const told = { word, count, examples };
  const [only = null] = values;
  const seen = values.length === 1 && typeof only === 'number' ? only : null;
  const value = direct ? ownValue(result, leaf) : seen;
  const said = pointOf(word);
  // A pass may end as a fail because another column says fail. It is turned where a fail would have become a pass.
  const isTurned = (one: number): boolean =>
    said !== null &&
    isReversed(word, one, leaf) &&
    (!points.has(OPPOSITE[said]) ||
      [...(instead?.get(one) ?? [])].some(
        (other) => typeof other === 'number' && pointAt(other, leaf) === said,
      ));
  if (direct ? isReversed(word, value, leaf) : seen !== null && isTurned(seen))
    return { ...told, value, is: 'reversed' };
  const against =
    values.length < 2 ? undefined : values.find((one) => typeof one === 'number' && isTurned(one));
  if (leaf?.kind === 'integer' && typeof against === 'number')
    return { ...told, value: against, is: 'reversed', some: Math.max(1, turned?.get(against) ?? 0) };
  return { ...told, value, is: value !== null && isBare(word) ? 'needs-an-eye' : 'plain' };
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

/**
 * The tables that a report shows, by payload path: those whose words become the value, or, where none do, those that decide
 * it in other ways; all of them where something is unexplained. `also` are columns that decide it besides.
 */
export function shownTables({
  tables,
  unexplained = [],
}: Pick<Verdicts, 'tables' | 'unexplained'>): readonly {
  readonly tables: readonly VerdictTable[];
  readonly also: readonly string[];
}[] {
  return [...Map.groupBy(tables, ({ path }) => path).values()].map((all) => {
    const isShown = ({ direct, words }: VerdictTable) => direct || words.some(({ is }) => is === 'reversed');
    const isOdd = unexplained.some(({ path }) => path === all[0]?.path);
    const some = !isOdd && all.some(({ direct }) => direct);
    const shown = some ? all.filter(isShown) : all;
    const also = all.filter((table) => !shown.includes(table)).map(({ column }) => column);
    return { tables: shown, also: [...new Set(also)] };
  });
}
