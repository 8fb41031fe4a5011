import { createFacts, type FactsOfColumn } from './facts.ts';
import { identifier } from './identifier.ts';
import type { Column, Reading, Table } from './table.ts';

/** Collects the facts of one table, and of the lists in its records. */
export interface RecordFacts {
  add(values: Readonly<Record<string, unknown>>): void;
  /** The table, then those of the lists in its records. */
  tables(name: string, file: string, reading: Reading): readonly Table[];
}

export function createRecordFacts(): RecordFacts {
  const columns = new Map<string, FactsOfColumn>();
  const lists = new Map<string, RecordFacts>();
  let rows = 0;

  const factsOf = (path: string): FactsOfColumn => {
    let facts = columns.get(path);
    if (facts === undefined) {
      facts = createFacts();
      columns.set(path, facts);
    }
    return facts;
  };
  const walk = (values: Readonly<Record<string, unknown>>, prefix: string): void => {
    for (const [name, value] of Object.entries(values)) {
      const path = prefix + name;
      if (isRecord(value)) walk(value, `${path}.`);
      if (Array.isArray(value) && value.length > 0 && value.every(isRecord)) addList(path, value);
      else factsOf(path).add(value);
    }
  };
  const addList = (path: string, items: readonly Readonly<Record<string, unknown>>[]): void => {
    factsOf(path).add(items);
    const list = lists.get(path) ?? createRecordFacts();
    lists.set(path, list);
    for (const item of items) list.add(item);
  };

  return {
    add(values) {
      rows++;
      walk(values, '');
    },
    tables(name, file, reading) {
      const own: Table = { name, file, reading, rows, columns: [...columns].map(columnWithin(rows)) };
      const nested = [...lists].flatMap(([member, list]) =>
        list.tables(identifier(member.split('.').at(-1) ?? member), file, {
          kind: 'nested',
          in: own,
          member,
        }),
      );
      return [own, ...nested];
    },
  };
}

/** What a record does not have at all is absent. */
const columnWithin =
  (rows: number) =>
  ([name, facts]: readonly [string, FactsOfColumn]): Column => {
    if (facts.filled + facts.empty < rows) facts.add(undefined);
    return { name, facts };
  };

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
