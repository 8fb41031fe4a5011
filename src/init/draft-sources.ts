import type { Builder } from './builder.ts';
import { isNullable } from './builder.ts';
import { array, type Code, call, inlineObject, object, print } from './code.ts';
import type { Child, Design } from './design.ts';
import { isPlainName, quoted } from './identifier.ts';
import type { Column, CsvReading, JsonReading, Table } from './table.ts';

/** Statements that name the files: columns, record types, sources. What was not read by then is left behind. */
export function sourceCode(
  builder: Builder,
  { parent, children, grouping, rounds }: Design,
): readonly string[] {
  markLinks(builder, parent, children);
  const statements = [parent, ...tablesOf(children)].flatMap((table) => declare(builder, table));
  const joins = ownChildren(children);
  const own = parent.name;
  let source: Code = own;
  if (joins.length > 0) {
    builder.use('join', 'many');
    source = call('join', own, object(joins.map((child) => manyCode(child))));
  } else if (grouping !== undefined && grouping.groups < grouping.rows) {
    builder.use('groupBy');
    const shared = grouping.shared.filter((name) => builder.usedOf(parent).some((one) => one.name === name));
    const args = [own, names(grouping.by), quoted('rows'), ...(shared.length === 0 ? [] : [names(shared)])];
    source = call('groupBy', ...args);
  } else if (rounds !== undefined) {
    builder.use('split');
    source = call('split', own, quoted(builder.say(PART)), 'ROUNDS');
  }
  return [...statements, print(['const source = ', source, ';'])];
}

/** Children are tied by columns that both sides must name. */
function markLinks(builder: Builder, parent: Table, children: readonly Child[]): void {
  for (const { table, child, parent: to, children: nested } of children) {
    if (child !== '') {
      builder.cell(table, child);
      builder.cell(parent, to);
    }
    markLinks(builder, table, nested);
  }
}

/** What a row of a wide sheet calls the round it stands for. */
export const PART = { zh: '轮次', en: 'round' };

const names = (columns: readonly string[]): Code => array(columns.map(quoted));

const tablesOf = (children: readonly Child[]): readonly Table[] =>
  children.flatMap(({ table, children: nested }) =>
    table.reading.kind === 'nested' ? [] : [table, ...tablesOf(nested)],
  );

/** Children from files of their own; lists inside the records are there already. */
const ownChildren = (children: readonly Child[]): readonly Child[] =>
  children.filter(({ table }) => table.reading.kind !== 'nested');

function manyCode(child: Child): readonly [string, Code] {
  const { table, child: column, parent, children, via } = child;
  const key =
    column === parent
      ? quoted(column)
      : inlineObject([
          ['parent', quoted(parent)],
          ['child', quoted(column)],
        ]);
  const nested = ownChildren(children);
  const args: Code[] = [table.name, key];
  if (nested.length > 0) args.push(object(nested.map(manyCode)));
  // Whose records a list names is known only when they are mapped: the others under the same application are no orphans.
  if (via !== undefined)
    args.push(nested.length > 0 ? '' : '{}', inlineObject([['orphans', quoted('expected')]]));
  return [table.name, call('many', ...args)];
}

function declare(builder: Builder, table: Table): readonly string[] {
  const { reading, name, file } = table;
  if (reading.kind === 'nested') return [];
  if (reading.kind !== 'csv') return declareJson(builder, table, reading);
  builder.use('csv');
  const list = columnsName(name);
  const columns = builder.usedOf(table).map((column) => column.name);
  const options: (readonly [string, Code])[] = [...csvOptionCode(reading, columns), ['columns', list]];
  return [
    print([`const ${list} = `, names(columns), ' as const;']),
    print([`const ${name} = `, call('csv', quoted(file), inlineObject(options)), ';']),
  ];
}

/** `interviewEvents` → `INTERVIEW_EVENT_COLUMNS` */
export const columnsName = (name: string): string =>
  `${name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toUpperCase()
    .replace(/S$/, '')}_COLUMNS`;

/** What the reader is told of a file, besides its columns. */
export function csvOptionCode(
  reading: CsvReading,
  used: readonly string[],
): readonly (readonly [string, Code])[] {
  const { encoding, delimiter, skipRows, hasRepeats, hasLooseQuotes, footer, normalise, empty } = reading;
  const steps = Object.entries(normalise).filter(([column]) => used.includes(column));
  const total = footer?.total;
  return [
    ...(encoding === 'utf-8' ? [] : [['encoding', quoted(encoding)] as const]),
    ...(delimiter === ',' ? [] : [['delimiter', quoted(delimiter)] as const]),
    ...(skipRows === 0 ? [] : [['skipRows', String(skipRows)] as const]),
    ...(hasRepeats ? [['duplicates', quoted('number')] as const] : []),
    ...(hasLooseQuotes ? [['quotes', quoted('literal')] as const] : []),
    ...(footer === undefined || total === undefined
      ? []
      : [
          [
            'totalRow',
            inlineObject([
              ['column', quoted(footer.column)],
              ['text', quoted(total)],
            ]),
          ] as const,
        ]),
    ...(steps.length === 0
      ? []
      : [
          [
            'normalise',
            inlineObject(steps.map(([column, kinds]) => [column, names(kinds)] as const)),
          ] as const,
        ]),
    ...(empty.length === 0 ? [] : [['empty', names(empty)] as const]),
  ];
}

function declareJson(builder: Builder, table: Table, { kind, at, encoding }: JsonReading): readonly string[] {
  builder.use(kind);
  const type = typeName(table.name);
  const options: (readonly [string, Code])[] = [];
  if (at !== undefined) options.push(['at', quoted(at)]);
  if (encoding !== 'utf-8') options.push(['encoding', quoted(encoding)]);
  const tail = options.length === 0 ? [] : [inlineObject(options)];
  return [
    `interface ${type} {\n${membersCode(builder, table, '', 2)}}`,
    print([`const ${table.name} = `, call(`${kind}<${type}>`, quoted(table.file), ...tail), ';']),
  ];
}

const typeName = (name: string): string =>
  `${name.charAt(0).toUpperCase()}${name.slice(1).replace(/s$/, '')}Record`;

/** The members of a record that the draft reads, with their types. @param prefix the path of the object they are in */
function membersCode(builder: Builder, table: Table, prefix: string, indent: number): string {
  const lists = builder.listsIn(table);
  const all = [...builder.usedOf(table).map(({ name }) => name), ...lists.map(memberOf)];
  const paths = all.filter((path) => path.startsWith(prefix));
  const heads = [...new Set(paths.map((path) => path.slice(prefix.length).split('.')[0] ?? ''))];
  const space = ' '.repeat(indent);
  return heads
    .map((head) => {
      const path = prefix + head;
      const name = isPlainName(head) ? head : quoted(head);
      const column = table.columns.find((one) => one.name === path);
      const list = lists.find((one) => memberOf(one) === path);
      if (list !== undefined) {
        const inner = membersCode(builder, list, '', indent + 2);
        return `${space}readonly ${name}${optionalMark(column)}: readonly {\n${inner}${space}}[]${orNull(column)};\n`;
      }
      const leaf = paths.find((one) => one.startsWith(`${path}.`));
      if (leaf === undefined)
        return `${space}readonly ${name}${optionalMark(column)}: ${typeOf(column)}${orNull(column)};\n`;
      const inner = membersCode(builder, table, `${path}.`, indent + 2);
      const mayLack = isNullable(table, path, leaf);
      return `${space}readonly ${name}${mayLack ? '?' : ''}: {\n${inner}${space}}${mayLack ? ' | null' : ''};\n`;
    })
    .join('');
}

const memberOf = ({ reading }: Table): string => (reading.kind === 'nested' ? reading.member : '');
const optionalMark = (column: Column | undefined): string => (column?.facts.types.has('absent') ? '?' : '');
const orNull = (column: Column | undefined): string => (column?.facts.types.has('null') ? ' | null' : '');

/** A number that does not print as it is written arrives as text: see `json`. */
function typeOf(column: Column | undefined): string {
  const types = column?.facts.types;
  if (types?.has('number')) return 'string | number';
  return types?.has('boolean') ? 'boolean' : 'string';
}
