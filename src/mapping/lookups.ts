import { HireSyncError } from '../errors.ts';
import type { Eye, SourceRecord } from '../model.ts';
import { type CsvOptions, csv } from '../readers/csv.ts';
import { excelDamage } from '../readers/damage.ts';
import { isWordForNothing, nothingAdvice, takesAsItStands } from '../readers/empty-words.ts';
import type { ReadContext, Source, StagingTable } from '../readers/source.ts';
import { createAlike, type FoundKey, missedInChinese, whyMissed } from './lookup-alike.ts';
import { createDigitColumn, type DigitColumn, isLongId, refuseLost } from './lost-digits.ts';
import { whyNothing } from './nothing.ts';
import { derived, isEmpty, quote, refuse, stop, takenAsId } from './problems.ts';
import { suggestion } from './suggestion.ts';
import { text } from './text.ts';

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

// Interviewers and departments come again and again; applications do not, and must not fill the memory.
const REMEMBERED = 10_000;

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

function remember<T>(known: Map<string, Map<string, T>>, name: string, key: string, value: T): void {
  let ofTable = known.get(name);
  if (ofTable === undefined || ofTable.size >= REMEMBERED) {
    ofTable = new Map();
    known.set(name, ofTable);
  }
  // The copy: a cell is a piece of the text it was cut from, all of which it would keep in memory.
  ofTable.set(`${key} `.slice(0, -1), value);
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

/**
 * The `lookup` of the map context: the value of a key in a table. A key that the table does not have, or has without
 * a value, is LOOKUP_MISSING; one with two different values LOOKUP_AMBIGUOUS; an empty key VALUE_MISSING. A key or a
 * value that a spreadsheet destroyed is CELL_INVALID even if both files have it: it stands for many ids. A key that is only
 * another spelling of one in the table is LOOKUP_MISSING and does not wait: it will be spelt like that tomorrow. `otherwise` is
 * given for any other key that the table does not have.
 * @throws HireSyncError PIPELINE_INVALID for a table that the pipeline does not have
 */
export function createLookup(
  loaded: LoadedLookups,
): (name: string, key: unknown, otherwise?: string) => string {
  // Keys that had nothing wrong about them: interviewers and departments come again and again.
  const sound = new Map<string, Map<string, string>>();
  return (name, value, otherwise) => {
    const known = typeof value === 'string' ? sound.get(name)?.get(value) : undefined;
    if (known !== undefined) {
      takenAsId(value as string, 'cell');
      takenAsId(known, 'lookup');
      return derived(value, known);
    }
    if (!loaded.names.includes(name)) return stop(unknownLookup(name, loaded.names));
    const where = () => loaded.describe(name);
    const inChinese = () =>
      where()
        .replace(/ \((.*), column (.*)\)$/s, '（$1，$2 列）')
        .replace(/^"(.*)"/s, '“$1”');
    if (isEmpty(value))
      return refuse('VALUE_MISSING', value, `is empty: nothing can be looked up in ${where()}`, {
        zh: `为空，无法在对照表${inChinese()}中查找`,
      });
    const key = text(value);
    if (key === undefined) return key as unknown as string;
    const damage = excelDamage(key);
    if (damage !== undefined) return refuse('CELL_INVALID', value, `${quote(key)} ${damage}`);
    const nothing = otherwise === undefined ? whyNothing(value, key, ['-']) : undefined;
    if (nothing !== undefined) return refuse('VALUE_MISSING', value, `${quote(key)} ${nothing}`);
    takenAsId(key, 'cell');
    const [found, other] = loaded.find(name, key);
    if (found === undefined) {
      const alike = loaded.alike(name, key);
      if (alike === undefined && otherwise !== undefined) return derived(value, otherwise);
      const hint = whyMissed(key, alike);
      // A key that is damaged itself, or spelt otherwise, will not be found another night either.
      const waits = hint === '' && loaded.holds(name);
      return refuse('LOOKUP_MISSING', value, `${quote(key)} is not in lookup ${where()}${hint}`, {
        waits,
        zh: `${quote(key)} 不在对照表${inChinese()}中${missedInChinese(alike)}`,
        ...(alike !== undefined && { detail: { code: 'look-alike', like: alike.key } }),
      });
    }
    if (other !== undefined) {
      const values = `${quote(found.value)} in line ${found.line}, ${quote(other.value)} in line ${other.line}`;
      return refuse(
        'LOOKUP_AMBIGUOUS',
        value,
        `${quote(key)} has different values in lookup ${where()}: ${values}`,
        {
          zh: `${quote(key)} 在对照表${inChinese()}中有不同的结果：第 ${found.line} 行是${quote(found.value)}，第 ${other.line} 行是${quote(other.value)}`,
        },
      );
    }
    const lost = excelDamage(found.value) ?? (found.isNothing ? nothingAdvice(found.value) : undefined);
    if (lost !== undefined) {
      const place = `${quote(key)} has in lookup ${where()}, line ${found.line}, the value ${quote(found.value)}`;
      return refuse('CELL_INVALID', value, `${place}, which ${lost}`, {
        zh: `${quote(key)} 在对照表${inChinese()}第 ${found.line} 行的结果是${quote(found.value)}，已损坏或表示没有值：请改正对照表`,
      });
    }
    if (found.value !== '') {
      remember(sound, name, key, found.value);
      takenAsId(found.value, 'lookup');
      return derived(value, found.value);
    }
    return refuse(
      'LOOKUP_MISSING',
      value,
      `${quote(key)} has no value in lookup ${where()}: it is empty in line ${found.line}`,
      {
        waits: loaded.holds(name),
        zh: `${quote(key)} 在对照表${inChinese()}中没有结果：第 ${found.line} 行为空`,
      },
    );
  };
}

function unknownLookup(name: string, names: readonly string[]): HireSyncError {
  const known = names.length === 0 ? 'It has no lookups.' : `Its lookups: ${names.join(', ')}.`;
  return new HireSyncError(
    'PIPELINE_INVALID',
    `The pipeline has no lookup "${name}".${suggestion(name, names)} ${known}`,
  );
}
