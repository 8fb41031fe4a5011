import { HireSyncError } from '../errors.ts';
import type { OrphanRule } from '../model.ts';
import type { Source } from './source.ts';

/** Child records of a join: their source, and the columns that tie them to their parent. */
export interface Many<Row, ParentKey extends string = string> {
  readonly source: Source<unknown>;
  readonly key: { readonly parent: ParentKey; readonly child: string };
  /** Children of these children, by the name their rows get. */
  readonly nested: Children;
  readonly orphans: OrphanRule;
  /** Carries the row type; never set at run time. */
  readonly rowType?: Row;
}

export interface ManyOptions {
  readonly orphans?: OrphanRule;
}

/** Child records by the name the row of their parent gets for them. */
export type Children<ParentKey extends string = string> = Readonly<Record<string, Many<unknown, ParentKey>>>;

type NoChildren = Record<never, never>;
type Names<Row> = Extract<keyof Row, string>;
type ChildRow<Child> = Child extends Many<infer Row, infer _Key> ? Row : never;

/** A parent's row with one array per kind of child. */
export type WithChildren<Row, Nested> = Row & {
  readonly [Name in keyof Nested]: readonly ChildRow<Nested[Name]>[];
};

/**
 * The child records of a parent, matched by the text of a key. JSON numbers match as their text: `7` and `"7"`.
 * @param key a column of both, or the names in parent and child: `{ parent: 'id', child: 'interview_id' }`
 * @param nested children of these children, to any depth
 * @param options `orphans`: what is made of children whose parent is not in the export. `report` (default) lists each
 *   of them, and the run ends with exit code 3. `expected` only counts them: the file brings children of records that
 *   this pipeline does not read. `stop` stops the run before its first write.
 * @throws HireSyncError PIPELINE_INVALID for another value of `orphans`
 */
export function many<Row, Key extends Names<Row>, Nested extends Children<Names<Row>> = NoChildren>(
  source: Source<Row>,
  key: Key,
  nested?: Nested,
  options?: ManyOptions,
): Many<WithChildren<Row, Nested>, Key>;
export function many<Row, const Key extends string, Nested extends Children<Names<Row>> = NoChildren>(
  source: Source<Row>,
  key: { readonly parent: Key; readonly child: Names<Row> },
  nested?: Nested,
  options?: ManyOptions,
): Many<WithChildren<Row, Nested>, Key>;
export function many(
  source: Source<unknown>,
  key: string | { readonly parent: string; readonly child: string },
  nested: Children = {},
  { orphans = 'report' }: ManyOptions = {},
): Many<unknown> {
  if (!['expected', 'report', 'stop'].includes(orphans)) {
    const message = `many(source, key, nested, { orphans }): orphans is 'expected', 'report' or 'stop', not ${JSON.stringify(orphans)}.`;
    throw new HireSyncError('PIPELINE_INVALID', message);
  }
  return { source, key: typeof key === 'string' ? { parent: key, child: key } : key, nested, orphans };
}
