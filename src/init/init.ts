import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { HireSyncError } from '../errors.ts';
import type { Encoding } from '../model.ts';
import { csv } from '../readers/csv.ts';
import type { ReadContext, Staging } from '../readers/source.ts';
import { type Design, designOf } from './design.ts';
import { likelyParents } from './links.ts';
import { csvOptions, isReadable, readFile, type Unread } from './read-export.ts';
import type { Table } from './table.ts';

/** An export as it was read. */
export interface Export {
  readonly folder: string;
  readonly tables: readonly Table[];
  /** Files that are not read, by name. */
  readonly unread: readonly (Unread | { readonly file: string; readonly why: 'unknown-kind' })[];
}

/**
 * Reads everything in an export once: files, or all files of one folder.
 * @throws HireSyncError SOURCE_MISSING, SOURCE_INVALID, CONFIG_INVALID for files of several folders
 */
export async function readExport(
  given: readonly string[],
  { staging, encoding }: { readonly staging: Staging; readonly encoding: Encoding | undefined },
): Promise<Export> {
  const { folder, files } = await filesOf(given);
  const context = contextOf(folder, staging);
  const tables: Table[] = [];
  const unread: Export['unread'][number][] = [];
  for (const file of files) {
    if (!isReadable(file)) {
      unread.push({ file, why: 'unknown-kind' });
      continue;
    }
    const read = await readFile(context, file, encoding).catch(adviseEncoding);
    if ('why' in read) unread.push(read);
    else tables.push(...named(read, tables));
  }
  return { folder, tables, unread };
}

/** A message of the reader says what to declare in a pipeline; here, there is a flag. */
function adviseEncoding(error: unknown): never {
  if (!HireSyncError.is(error) || error.fault !== 'encoding') throw error;
  const en = `${error.message} For init, that is --encoding.`;
  const told = error.zh === null ? en : { zh: `${error.zh}init 中用 --encoding 声明。`, en };
  throw new HireSyncError(error.code, told, { cause: error, fault: 'encoding' });
}

function contextOf(folder: string, staging: Staging): ReadContext {
  return { folder, staging, onFile: () => {}, onOrphan: () => {} };
}

async function filesOf(given: readonly string[]): Promise<{ folder: string; files: readonly string[] }> {
  const absolute = given.map((one) => resolve(one));
  const [first = '.'] = absolute;
  const kinds = await Promise.all(absolute.map((one) => stat(one).catch(() => undefined)));
  const missing = kinds.indexOf(undefined);
  if (missing >= 0)
    throw new HireSyncError('SOURCE_MISSING', {
      zh: `没有文件或文件夹 ${absolute[missing]}。`,
      en: `There is no file or folder ${absolute[missing]}.`,
    });
  if (kinds[0]?.isDirectory() === true && given.length === 1) {
    const entries = await readdir(first, { withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.'));
    return { folder: first, files: files.map(({ name }) => name).sort() };
  }
  const folders = new Set(absolute.map((one) => dirname(one)));
  if (folders.size > 1 || kinds.some((kind) => kind?.isDirectory()))
    throw new HireSyncError('CONFIG_INVALID', {
      zh: '请写一个文件夹，或同一文件夹中的文件：同步规则只从一个文件夹读取。',
      en: 'Name one folder, or files of one folder: a pipeline reads from one.',
    });
  return { folder: dirname(first), files: absolute.map((one) => basename(one)) };
}

/** Tables under names that no other one has. */
function named(read: readonly Table[], others: readonly Table[]): readonly Table[] {
  const taken = new Set(others.filter(({ reading }) => reading.kind !== 'nested').map(({ name }) => name));
  return read.map((table) => {
    if (table.reading.kind === 'nested' || !taken.has(table.name)) return table;
    let at = 2;
    while (taken.has(`${table.name}${at}`)) at++;
    // A nested table points to its parent by identity, and JSON files rarely share a name.
    return Object.assign(table, { name: `${table.name}${at}` });
  });
}

/** The tables that may be the interviews; more than one only where nothing tells which. */
export function parentsOf({ tables }: Export): readonly Table[] {
  const [best, ...others] = likelyParents(tables);
  if (best === undefined) return [];
  return [best, ...others].filter(([, score]) => score >= best[1] - 1).map(([table]) => table);
}

/** The decisions of a draft whose interviews are in `parent`. */
export function designFor(parent: Table, { folder, tables }: Export, staging: Staging): Promise<Design> {
  return designOf(parent, tables, async function* ({ file, reading }) {
    if (reading.kind !== 'csv') return;
    const { normalise, empty } = reading;
    const options = { ...csvOptions(reading), normalise, empty };
    for await (const { values } of csv(file, options).read(contextOf(folder, staging)))
      yield values as Readonly<Record<string, unknown>>;
  });
}
