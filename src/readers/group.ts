import { randomUUID } from 'node:crypto';
import { HireSyncError } from '../errors.ts';
import type { Problem, SourceRecord } from '../model.ts';
import { shown } from './damage.ts';
import { columnAdvice } from './header-or-row.ts';
import { withOtherRecords } from './join.ts';
import { isIntact } from './records.ts';
import { partsOf, type ReadContext, type Source, type StagingTable } from './source.ts';

type Names<Row> = Extract<keyof Row, string>;

/** The row of a group: the columns that all its rows share, and these rows. */
export type Grouped<Row, Shared extends string, Rows extends string> = {
  readonly [Name in Shared & keyof Row]: Row[Name];
} & { readonly [Name in Rows]: readonly Row[] };

/**
 * One record per group of rows with equal texts in the columns `by`, wherever in the file they stand:
 * `groupBy(csv('interviews.csv'), ['申请ID', '面试轮次'], 'feedbacks', ['面试状态'])`. The record has the columns of `by`
 * and `shared`, and its rows, whole, as children `rows`; it stands where its first row does. Rows of a group that
 * differ in a `shared` column, and a row that cannot be read, reject the group. A row that repeats another of its
 * group in every cell is left out of it, and yields the record once more: the plan reports it as a duplicate.
 * Rows are staged on disk; a group must fit in memory. A reject file has all rows of a rejected group, and read back
 * they form it again.
 * @throws HireSyncError PIPELINE_INVALID when `rows` is also a column of the record
 */
export function groupBy<
  Row,
  const By extends Names<Row>,
  const Rows extends string,
  const Shared extends Names<Row> = never,
>(
  source: Source<Row>,
  by: readonly [By, ...By[]],
  rows: Rows,
  shared: readonly Shared[] = [],
): Source<Grouped<Row, By | Shared, Rows>> {
  const columns = [...new Set<string>([...by, ...shared])];
  if (by.length === 0) throw wrong('needs at least one column to group by');
  if (columns.includes(rows)) throw wrong(`calls its rows "${rows}", which is a column of the group already`);
  return {
    kind: 'group',
    files: source.files,
    columnar: source.columnar,
    leaves: [source],
    parts: partsOf(source),
    ...withOtherRecords(source, (records) => groupBy(records as Source<Row>, by, rows, shared)),
    read: (context) => readGroups(source, { by, shared, columns, rows }, context),
  };
}

interface Grouping {
  readonly by: readonly string[];
  readonly shared: readonly string[];
  readonly columns: readonly string[];
  readonly rows: string;
}

async function* readGroups(
  source: Source<unknown>,
  grouping: Grouping,
  context: ReadContext,
): AsyncGenerator<SourceRecord> {
  const table = context.staging.table(`group ${grouping.rows} ${randomUUID()}`);
  for await (const record of source.read(context)) {
    requireColumns(record, grouping.columns, source);
    const key = keyOf(record, grouping.by);
    if (key === undefined) yield alone(record);
    else table.add(key, JSON.stringify(record));
  }
  for (const { key } of table.untaken()) yield* groupOf(key, table, grouping);
}

/** Nobody can say which group it belongs to: it is rejected by itself, and corrected by itself it might oust the others. */
function alone(record: SourceRecord): SourceRecord {
  const [first, ...others] = record.problems ?? [];
  if (first === undefined) return record;
  const why = 'its group is unknown, and may be in Feishu without it: correct it in the export';
  const unread = first.unread === undefined ? why : `${first.unread}; ${why}`;
  return { ...record, problems: [{ ...first, unread }, ...others] };
}

function* groupOf(key: string, table: StagingTable, grouping: Grouping): Generator<SourceRecord> {
  const records = table.take(key).map((json) => JSON.parse(json) as SourceRecord);
  const distinct = new Map<string, SourceRecord>();
  const repeated: SourceRecord[] = [];
  for (const record of records) {
    const content = JSON.stringify([record.values, record.children, record.problems]);
    if (distinct.has(content)) repeated.push(record);
    else distinct.set(content, record);
  }
  const children = [...distinct.values()];
  const [first] = children;
  if (first === undefined) return;
  const values = Object.fromEntries(grouping.columns.map((name) => [name, first.values[name]]));
  const problems = children.flatMap((row) => differences(row, first, grouping.shared));
  const group: SourceRecord = {
    origin: first.origin,
    values,
    children: { [grouping.rows]: children },
    rows: children,
    ...(problems.length === 0 ? {} : { problems }),
  };
  yield group;
  for (const row of repeated) yield { ...group, origin: row.origin, rows: [row] };
}

function differences(row: SourceRecord, first: SourceRecord, shared: readonly string[]): Problem[] {
  return shared.flatMap((name) => {
    const [value, expected] = [textOf(row.values[name]), textOf(first.values[name])];
    if (value === expected || row.problems !== undefined || first.problems !== undefined) return [];
    const message = `differs from ${JSON.stringify(expected)} in line ${first.origin.line}, although both rows are of one group: correct one of them`;
    const zh = `“${value}”与第 ${first.origin.line} 行的“${expected}”不同，而两行属于同一组：请改正其中一行`;
    return [{ code: 'CELL_INVALID', field: name, value, zh, message, origin: row.origin }];
  });
}

/** The text that a record shares with its group; undefined for one that cannot be read so far. */
function keyOf({ values, problems }: SourceRecord, by: readonly string[]): string | undefined {
  if (problems !== undefined && !by.every((name) => Object.hasOwn(values, name))) return undefined;
  const parts = by.map((name) => textOf(Object.hasOwn(values, name) ? values[name] : undefined));
  return parts.every(isIntact) ? JSON.stringify(parts) : undefined;
}

/** A record of a columnar file has every column: one it does not have is a mistake in the pipeline. */
function requireColumns(record: SourceRecord, columns: readonly string[], source: Source<unknown>): void {
  if (record.problems !== undefined || !source.columnar.includes(record.origin.file)) return;
  const missing = columns.find((name) => !Object.hasOwn(record.values, name));
  if (missing !== undefined) throw noColumn(record, missing);
}

/** JSON numbers group by their text, as they join. */
function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function noColumn({ origin, values }: SourceRecord, name: string): HireSyncError {
  const advice = columnAdvice(name, Object.keys(values));
  const text = `${origin.file} has no column "${shown(name)}", which groupBy names; ${advice}`;
  return new HireSyncError('SOURCE_INVALID', text, { fault: 'column' });
}

function wrong(what: string): HireSyncError {
  return new HireSyncError('PIPELINE_INVALID', `groupBy(source, by, rows, shared) ${what}.`);
}
