import { HireSyncError } from '../errors.ts';
import type { Eye, SourceRecord } from '../model.ts';
import { type CsvOptions, csv } from '../readers/csv.ts';
import { isWordForNothing, takesAsItStands } from '../readers/empty-words.ts';
import type { ReadContext, Source, StagingTable } from '../readers/source.ts';
import { createAlike, type FoundKey } from './lookup-alike.ts';
import { createDigitColumn, type DigitColumn, isLongId, refuseLost } from './lost-digits.ts';
import { isEmpty } from './problems.ts';
import { remember } from './remember.ts';

/** A reference table, as a pipeline describes it: made by `csvLookup`, read by `loadLookups`. */
export interface Lookup {
  readonly kind: 'csvLookup';
  /** Relative to the source folder. */
  readonly file: string;
  readonly keyColumn: string;
  readonly valueColumn: string;
  readonly options: LookupFileOptions;
  readonly missing: 'hold' | 'reject';
}

/** How a lookup's file is written, as for `csv`, and what becomes of a row whose key it does not have. */
export type LookupOptions = LookupFileOptions & {
  /** `hold` (default): the row waits for another night, in which the table may have it. `reject`: it is wrong. */
  readonly missing?: 'hold' | 'reject';
};

type LookupFileOptions = Pick<
  CsvOptions,
  | 'encoding'
  | 'delimiter'
  | 'columns'
  | 'header'
  | 'duplicates'
  | 'skipRows'
  | 'totalRow'
  | 'emptyLines'
  | 'normalise'
  | 'empty'
  | 'quotes'
>;

/** Describes a lookup of `valueColumn` by `keyColumn` in a CSV file of the source folder. Nothing is opened here. */
export function csvLookup(
  file: string,
  keyColumn: string,
  valueColumn: string,
  options: LookupOptions = {},
): Lookup {
  for (const [what, value] of Object.entries({ file, keyColumn, valueColumn })) {
    if (typeof value === 'string' && value !== '') continue;
    throw new HireSyncError(
      'PIPELINE_INVALID',
      `csvLookup(file, keyColumn, valueColumn): ${what} must be a text.`,
    );
  }
  const { missing = 'hold', ...fileOptions } = options;
  if (missing !== 'hold' && missing !== 'reject') {
    throw new HireSyncError('PIPELINE_INVALID', `csvLookup("${file}"): missing is 'hold' or 'reject'.`);
  }
  const unnamed = [keyColumn, valueColumn].find((name) => fileOptions.columns?.includes(name) !== true);
  if (fileOptions.header === false && unnamed !== undefined) {
    const text = `csvLookup("${file}"): header: false needs columns, the names of all cells in order, with "${unnamed}" among them.`;
    throw new HireSyncError('PIPELINE_INVALID', text);
  }
  return Object.freeze({ kind: 'csvLookup', file, keyColumn, valueColumn, options: fileOptions, missing });
}

/** The lookups of a pipeline, loaded. */
export interface LoadedLookups {
  readonly names: readonly string[];
  /** All different values of a key, with their lines; `[]` for an unknown key. */
  find(name: string, key: string): readonly FoundValue[];
  /** A key that is another spelling of one that the table does not have: see `foldOf`. */
  alike(name: string, key: string): FoundKey | undefined;
  describe(name: string): string;
  /** Whether a row waits for a key that the table does not have. */
  holds(name: string): boolean;
  /** Rows of the tables whose ids may have lost digits. */
  readonly eyes?: readonly Eye[];
}

export interface FoundValue {
  readonly value: string;
  readonly line: number;
  /** It is a word that stands for nothing, and the table does not declare that its words are values. */
  readonly isNothing: boolean;
}

/**
 * Reads the lookups' files into staging (on disk: bounded memory), each file once, and tells `context.onFile` of each.
 * Rows with an empty key can never be asked for and are left out.
 * @throws HireSyncError SOURCE_MISSING; SOURCE_INVALID for a file without one of the columns, with a row that
 *   cannot be read (what it says of its key would be unknown), or with a column whose ids have lost their last digits
 */
export async function loadLookups(
  lookups: Readonly<Record<string, Lookup>>,
  context: ReadContext,
): Promise<LoadedLookups> {
  const tables = new Map<string, { readonly lookup: Lookup; readonly table: StagingTable }>();
  for (const [name, lookup] of Object.entries(lookups)) {
    tables.set(name, { lookup, table: context.staging.table(`lookup ${name}`) });
  }
  const byFile = Map.groupBy(tables.values(), ({ lookup: { file, options } }) =>
    JSON.stringify([file, options]),
  );
  const eyes: Eye[] = [];
  for (const users of byFile.values()) eyes.push(...(await loadFile(users, context)));

  return {
    eyes,
    names: [...tables.keys()],
    find: remembering((name, key) => different(tables.get(name)?.table.take(key) ?? [])),
    alike: createAlike(tables, context.staging, (table, key) => different(table.take(key))[0]?.line ?? 0),
    holds: (name) => tables.get(name)?.lookup.missing === 'hold',
    describe: (name) => {
      const lookup = tables.get(name)?.lookup;
      return lookup === undefined ? `"${name}"` : `"${name}" (${lookup.file}, column ${lookup.keyColumn})`;
    },
  };
}

function remembering(find: LoadedLookups['find']): LoadedLookups['find'] {
  const known = new Map<string, Map<string, readonly FoundValue[]>>();
  return (name, key) => {
    let found = known.get(name)?.get(key);
    if (found === undefined) {
      found = find(name, key);
      remember(known, name, key, found);
    }
    return found;
  };
}

/** The file of lookups that read the same one with the same options, with all the columns that they need. */
export function tableOf(lookups: readonly Lookup[]): Source<Readonly<Record<string, string>>> {
  const { file = '', options = {} } = lookups[0] ?? {};
  const needed = lookups.flatMap(({ keyColumn, valueColumn }) => [keyColumn, valueColumn]);
  return csv(file, { ...options, columns: [...new Set([...(options.columns ?? []), ...needed])] });
}

async function loadFile(
  users: readonly { readonly lookup: Lookup; readonly table: StagingTable }[],
  context: ReadContext,
): Promise<readonly Eye[]> {
  const lookups = users.map(({ lookup }) => lookup);
  const names = new Set(lookups.flatMap(({ keyColumn, valueColumn }) => [keyColumn, valueColumn]));
  const columns = new Map<string, DigitColumn>();
  for (const name of names) columns.set(name, createDigitColumn(lookups[0]?.file ?? '', name));
  for await (const record of tableOf(lookups).read(context)) {
    if (record.problems !== undefined && record.problems.length > 0) throw unreadable(record);
    const { values, origin } = record;
    for (const [name, column] of columns) {
      const value = values[name];
      if (isLongId(value)) column.add(value, origin.line);
    }
    for (const { lookup, table } of users) {
      const key = values[lookup.keyColumn];
      if (!isEmpty(key))
        table.add(String(key), JSON.stringify(storedOf(values[lookup.valueColumn], origin.line, lookup)));
    }
  }
  refuseLost(columns.values());
  return [...columns.values()].flatMap((column) => column.eye() ?? []);
}

type Stored = readonly [value: string, line: number, isNothing?: 1];

function storedOf(value: unknown, line: number, { options, valueColumn }: Lookup): Stored {
  const word = String(value);
  const isNothing = isWordForNothing(word) && !takesAsItStands(options.empty, valueColumn);
  return isNothing ? [word, line, 1] : [word, line];
}

// Names no value: this message reaches the log.
function unreadable({ origin, problems = [] }: SourceRecord): HireSyncError {
  const codes = [...new Set(problems.map(({ code }) => code))].join(', ');
  return new HireSyncError(
    'SOURCE_INVALID',
    `${origin.file}, line ${origin.line}: this row of a lookup table cannot be read (${codes}), so what it says is unknown. Repair or remove the row.`,
    { fault: 'lookup-row' },
  );
}

function different(stored: readonly string[]): FoundValue[] {
  const byValue = new Map<string, FoundValue>();
  for (const json of stored) {
    const [value, line, nothing] = JSON.parse(json) as Stored;
    if (!byValue.has(value)) byValue.set(value, { value, line, isNothing: nothing === 1 });
  }
  return [...byValue.values()];
}
