import type { Source } from './source.ts';

/** Child records of a join: their source, and the columns that tie them to their parent. */
export interface Many<Row, ParentKey extends string = string> {
  readonly source: Source<unknown>;
  readonly key: { readonly parent: ParentKey; readonly child: string };
  /** Children of these children, by the name their rows get. */
  readonly nested: Children;
  /** Carries the row type; never set at run time. */
  readonly rowType?: Row;
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
 */
export function many<Row, Key extends Names<Row>, Nested extends Children<Names<Row>> = NoChildren>(
  source: Source<Row>,
  key: Key,
  nested?: Nested,
): Many<WithChildren<Row, Nested>, Key>;
export function many<Row, const Key extends string, Nested extends Children<Names<Row>> = NoChildren>(
  source: Source<Row>,
  key: { readonly parent: Key; readonly child: Names<Row> },
  nested?: Nested,
): Many<WithChildren<Row, Nested>, Key>;
export function many(
  source: Source<unknown>,
  key: string | { readonly parent: string; readonly child: string },
  nested: Children = {},
): Many<unknown> {
  return { source, key: typeof key === 'string' ? { parent: key, child: key } : key, nested };
}
