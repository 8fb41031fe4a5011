import type { Bilingual, Language } from '../plan/shape.ts';
import { type Code, call, comment, object, print } from './code.ts';
import type { Dated } from './design.ts';
import { wordsOf } from './facts.ts';
import { member, quoted } from './identifier.ts';
import type { Column, Table } from './table.ts';

/** What a draft consists of, while it is written. */
export interface Builder {
  readonly language: Language;
  /** Names that the file imports; a type's begins with `type `. */
  use(...names: readonly string[]): void;
  readonly imports: ReadonlySet<string>;
  /** The code that reads a column of a record, which is then among those that the source names. */
  cell(table: Table, column: Column | string, of?: string): string;
  /** Lists inside the records of a table of which something is read. */
  listsIn(table: Table): readonly Table[];
  /** Columns that have been read, in the order of the table. */
  usedOf(table: Table): readonly Column[];
  /** A statement at the top of the file, once for each name. */
  define(name: string, code: string): void;
  readonly definitions: ReadonlyMap<string, string>;
  /** A table of words whose meaning is open; gives its name. */
  words(name: string, column: Column, meaning: Meaning): string;
  /** How many words have no meaning yet. */
  todos(): number;
  say(text: Bilingual): string;
}

/** What the words of a column may be told to be. */
export interface Meaning {
  readonly table: Table;
  readonly type: string;
  readonly imports: readonly string[];
  readonly help: Bilingual;
}

export function createBuilder(language: Language): Builder {
  const imports = new Set<string>();
  const used = new Map<Table, Set<string>>();
  const definitions = new Map<string, string>();
  let todos = 0;
  const builder: Builder = {
    ...{ language, imports, definitions },
    use: (...names) => {
      for (const name of names) imports.add(name);
    },
    cell(table, column, of = 'row') {
      const name = typeof column === 'string' ? column : column.name;
      const names = used.get(table) ?? new Set();
      used.set(table, names.add(name));
      return accessTo(table, name, of);
    },
    listsIn: (table) =>
      [...used.keys()].filter(({ reading }) => reading.kind === 'nested' && reading.in === table),
    usedOf: (table) => table.columns.filter(({ name }) => used.get(table)?.has(name)),
    define: (name, code) => {
      if (!definitions.has(name)) definitions.set(name, code);
    },
    words(name, column, { table, type, imports: types, help }) {
      builder.use('TODO', 'valueMap', ...types);
      const rows = (count: number) =>
        builder.say({ zh: `${count} 行`, en: count === 1 ? '1 row' : `${count} rows` });
      const members = (wordsOf(column.facts) ?? []).map(([word, count]) => {
        return [word, 'TODO', `${column.name}: ${rows(count)}`] as const;
      });
      const none = builder.say({ zh: '空', en: 'empty' });
      if (column.facts.empty > 0)
        members.push(['', 'TODO', `${column.name}: ${none}, ${rows(column.facts.empty)}`]);
      todos += members.length;
      const where = table.file === '' ? '' : ` (${table.file})`;
      const lines = [
        comment(`${column.name}${where}: ${builder.say(help)}`),
        print([`const ${name}: (cell: unknown) => ${type} = valueMap(`, object(members), ');']),
      ];
      builder.define(name, lines.join('\n'));
      return name;
    },
    todos: () => todos,
    say: (text) => text[language],
  };
  return builder;
}

/** `row.status`, `row.start?.date_time` of JSON. */
export function accessTo(table: Table, name: string, of: string): string {
  if (table.reading.kind === 'csv' || !name.includes('.')) return member(of, name);
  const parts = name.split('.');
  let code = of;
  for (const [at, part] of parts.entries()) {
    const before = parts.slice(0, at).join('.');
    const next = member('', part);
    const mayLack = at > 0 && isNullable(table, before, name);
    code += mayLack ? (next.startsWith('[') ? `?.${next}` : `?${next}`) : next;
  }
  return code;
}

/** Whether the object at a path may be null or absent. */
export function isNullable(table: Table, path: string, leaf: string): boolean {
  const types = (name: string) => table.columns.find((column) => column.name === name)?.facts.types;
  const own = types(path);
  return own?.has('null') === true || own?.has('absent') === true || types(leaf)?.has('absent') === true;
}

/** The code that reads a date, with the helper that it needs. */
export function dateCode(builder: Builder, { column, reading }: Dated, cell: string, name: string): Code {
  const { by, format, hasShortYear } = reading;
  const isOptional = column.facts.empty > 0 || column.facts.types.has('absent');
  if (by === 'dateTimeRange') {
    builder.use('dateTimeRange');
    if (!isOptional) return [call(by, cell), '.begin'];
    builder.use('optional');
    return [call('optional', cell, by), '?.begin'];
  }
  let read: string;
  if (by === 'either') {
    builder.use('dateTime', 'dateOnly');
    read = name;
    builder.define(
      name,
      `const ${name} = (cell: unknown): number => (/[:时点]/.test(String(cell)) ? dateTime(cell) : dateOnly(cell));`,
    );
  } else if (by === 'epochSeconds') {
    builder.use('epochMs');
    read = name;
    builder.define(name, `const ${name} = (cell: unknown): number => epochMs(Number(cell) * 1000);`);
  } else if (format === undefined) {
    builder.use(by);
    read = by;
  } else {
    builder.use(by);
    read = name;
    const pivot = hasShortYear ? ', { pivot: 1970 }' : '';
    builder.define(
      name,
      `const ${name} = (cell: unknown): number => ${by}(cell, undefined, ${quoted(format)}${pivot});`,
    );
  }
  if (!isOptional) return call(read, cell);
  builder.use('optional');
  return call('optional', cell, read);
}
