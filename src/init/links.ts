import { isKey } from './facts.ts';
import { bestFor, plainName, tells } from './roles.ts';
import { roundsOf } from './rounds.ts';
import { type Column, columnOf, type Table } from './table.ts';
import { shareWithin } from './value-set.ts';

/** A table whose records belong to those of another one. */
export interface Link {
  readonly table: Table;
  /** The column of the child, and that of the parent whose values it has. Both `''` of a list inside the parent's records. */
  readonly child: string;
  readonly parent: string;
  /** How many of the child's different values are among the parent's, from 0 to 1. */
  readonly share: number;
  /** The parent's list whose records name the child: `interviewers[].scorecard_id`. */
  readonly via?: {
    readonly list: Table;
    readonly member: string;
    readonly column: string;
    readonly key: string;
  };
}

/** So many of a child's values must be among its parent's keys. */
const ENOUGH = 0.8;
const ID_LIKE =
  /(^|_)(id|no|number|key|code|uuid|ref|interview|assessment|scorecard|application)$|id$|编号|单号|号$/;

/** The column by which the records of a table are told apart; undefined where none has a text of its own in every row. */
export function keyOf(table: Table): Column | undefined {
  const stem = plainName(table.name).replace(/s$/, '');
  const keys = table.columns.filter((column) => isKey(column.facts) && isIdLike(column.name));
  const own = keys.find(({ name }) => plainName(name).startsWith(`${stem}_`));
  return bestFor(keys, 'key') ?? own ?? keys.find(({ name }) => tells(name, 'contact') === undefined);
}

const isIdLike = (name: string): boolean => ID_LIKE.test(plainName(name.split('.').at(-1) ?? name));

/** The tables whose records belong to those of `parent`, each by the column that says it best. */
export function childrenOf(parent: Table, tables: readonly Table[]): readonly Link[] {
  const key = keyOf(parent);
  return tables.flatMap((table) => {
    if (table === parent) return [];
    if (table.reading.kind === 'nested')
      return table.reading.in === parent ? [{ table, child: '', parent: '', share: 1 }] : [];
    const found = key === undefined ? undefined : linkTo(table, key);
    return found === undefined ? (linkVia(parent, table, tables) ?? []) : [found];
  });
}

function linkTo(table: Table, key: Column): Link | undefined {
  let best: { readonly link: Link; readonly score: number } | undefined;
  for (const { name, facts } of table.columns) {
    if (facts.filled === 0 || tells(name, 'order') !== undefined || !isIdLike(name)) continue;
    const share = shareWithin(facts.values, key.facts.values);
    const score = share + (plainName(name) === plainName(key.name) ? 0.3 : 0);
    if (share < ENOUGH || (best !== undefined && best.score >= score)) continue;
    best = { link: { table, child: name, parent: key.name, share }, score };
  }
  return best?.link;
}

/** A table whose keys stand in a list of the parent's records; a column that both share ties them, the list tells which is whose. */
function linkVia(parent: Table, table: Table, tables: readonly Table[]): readonly Link[] | undefined {
  const key = keyOf(table);
  if (key === undefined) return undefined;
  for (const list of tables) {
    if (list.reading.kind !== 'nested' || list.reading.in !== parent) continue;
    for (const { name, facts } of list.columns) {
      const share = facts.filled === 0 || !isIdLike(name) ? 0 : shareWithin(facts.values, key.facts.values);
      const shared = share < ENOUGH ? undefined : sharedColumn(parent, table);
      if (shared === undefined) continue;
      const via = { list, member: list.reading.member, column: name, key: key.name };
      return [{ table, child: shared, parent: shared, share, via }];
    }
  }
  return undefined;
}

function sharedColumn(parent: Table, table: Table): string | undefined {
  const application = bestFor(parent.columns, 'application');
  const other = application === undefined ? undefined : columnOf(table, application.name);
  if (application === undefined || other === undefined) return undefined;
  return shareWithin(other.facts.values, application.facts.values) >= 0.5 ? application.name : undefined;
}

/** Tables by how likely their records are the interviews, the likeliest first. */
export function likelyParents(tables: readonly Table[]): readonly (readonly [Table, number])[] {
  const own = tables.filter(({ reading }) => reading.kind !== 'nested');
  return own
    .map((table) => [table, likeness(table, own)] as const)
    .filter(([, score]) => score > 0)
    .sort(([, a], [, b]) => b - a);
}

function likeness(table: Table, tables: readonly Table[]): number {
  const has = (role: Parameters<typeof bestFor>[1]): number => (bestFor(table.columns, role) ? 1 : 0);
  // A table of applications, or of what was said, is not one of interviews, whatever else it has.
  if (bestFor(table.columns, 'feishuApplication') !== undefined && !has('begin') && !has('round')) return 0;
  const name = /interview|面试/i.test(table.file.split('/').at(-1) ?? '') ? 3 : 0;
  const said = /feedback|scorecard|evaluation|assessment|score|评价|反馈|评分|打分/i.test(table.file)
    ? -2
    : 0;
  const children = table.rows === 0 ? 0 : childrenOf(table, tables).length;
  const rounds = roundsOf(table.columns) === undefined ? 0 : 5;
  const of =
    rounds +
    2 * has('begin') +
    has('end') +
    has('round') +
    has('status') +
    has('interviewer') +
    has('verdict');
  return of === 0 ? 0 : of + name + said + 2 * children + has('application');
}
