import { createHash } from 'node:crypto';
import { HireSyncError } from '../errors.ts';
import type { Lookup } from '../mapping/lookups.ts';
import { type CsvOptions, csv } from '../readers/csv.ts';
import { openStaging } from '../readers/staging.ts';

/** The applications of a pull, in the order of their first mention. */
export interface Applications {
  readonly ids: readonly string[];
  /** Mentions of an application that was mentioned before, and empty lines or cells. */
  readonly duplicates: number;
  readonly empty: number;
  /** Values of a lookup that are no ids, with their lines: no record can have been imported under them. */
  readonly unusable: readonly string[];
  /** Hex SHA-256 over `ids`. */
  readonly sha256: string;
  /** Where they come from, for people. */
  readonly from: string;
}

const ID = /^[0-9]{1,20}$/;

/** One id per line, in UTF-8. @throws HireSyncError SOURCE_INVALID naming the first lines that hold no id */
export function applicationsInLines(bytes: Uint8Array, from: string): Applications {
  const list = createList(from);
  const text = decode(bytes, from);
  for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) list.add(line, `line ${index + 1}`);
  return list.end();
}

/** One id per row, in one column of a CSV file. @throws HireSyncError SOURCE_MISSING, SOURCE_INVALID */
export function applicationsInColumn(folder: string, file: string, column: string): Promise<Applications> {
  return readColumn(folder, file, column, {});
}

async function readColumn(
  folder: string,
  file: string,
  column: string,
  { options, noteUnusable = false }: { readonly options?: CsvOptions; readonly noteUnusable?: boolean },
): Promise<Applications> {
  const list = createList(`${file}, column ${column}`, noteUnusable);
  const staging = openStaging();
  try {
    const context = { folder, staging, onFile: () => {}, onOrphan: () => {} };
    for await (const { values, origin, problems = [] } of csv(file, { ...options, columns: [column] }).read(
      context,
    )) {
      const place = `line ${origin.line}`;
      if (problems.length > 0) throw invalid(list.from, [`${place} cannot be read (${problems[0]?.code})`]);
      list.add(String(values[column] ?? ''), place);
    }
  } finally {
    staging.close();
  }
  return list.end();
}

/**
 * All values of a lookup. One that a spreadsheet destroyed rejects its rows in a sync; here it is noted.
 * @throws HireSyncError SOURCE_MISSING, SOURCE_INVALID
 */
export function applicationsInLookup(
  folder: string,
  { file, valueColumn, options }: Lookup,
): Promise<Applications> {
  return readColumn(folder, file, valueColumn, { options, noteUnusable: true });
}

const NAMED = 5;

function createList(from: string, noteUnusable = false) {
  const ids = new Set<string>();
  const wrong: string[] = [];
  let duplicates = 0;
  let empty = 0;
  return {
    from,
    add(text: string, place: string): void {
      const id = text.trim();
      if (id === '') empty++;
      else if (!ID.test(id)) wrong.push(`${place}: ${JSON.stringify(id.slice(0, 40))}`);
      else if (ids.has(id)) duplicates++;
      else ids.add(id);
    },
    end(): Applications {
      if (wrong.length > 0 && !noteUnusable) throw invalid(from, wrong);
      if (ids.size === 0)
        throw new HireSyncError('SOURCE_INVALID', {
          zh: `${from}：其中没有投递编号。`,
          en: `${from}: there is no application id.`,
        });
      const hash = createHash('sha256');
      for (const id of ids) hash.update(`${id}\n`);
      return { ids: [...ids], duplicates, empty, unusable: wrong, sha256: hash.digest('hex'), from };
    },
  };
}

function invalid(from: string, wrong: readonly string[]): HireSyncError {
  const left = wrong.length - NAMED;
  const more = left > 0 ? ` and ${left} more` : '';
  const some = wrong.slice(0, NAMED);
  const lines = some.join('；').replaceAll(/\bline (\d+): /g, '第 $1 行 ');
  const zh = `${from}：${lines}${left > 0 ? `，另有 ${left} 个` : ''}。投递编号是 1 到 20 位数字；每行一个，或用 --column 指明 CSV 文件的列。`;
  const en = `${from}: ${some.join('; ')}${more}. An application id has 1 to 20 digits; one per line, or name the column of a CSV file with --column.`;
  return new HireSyncError('SOURCE_INVALID', { zh, en });
}

function decode(bytes: Uint8Array, from: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const message = {
      zh: `${from} 不是 UTF-8：请把编号列表另存为纯文本。`,
      en: `${from} is not UTF-8: save the list of ids as plain text.`,
    };
    throw new HireSyncError('SOURCE_INVALID', message, { cause });
  }
}
