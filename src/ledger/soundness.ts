import { hash } from 'node:crypto';
import type { SqliteDatabase } from './database.ts';

/** How many places of damage are listed. */
const SHOWN = 5;

/** The code of an error for a cell that is not what was written. */
export const UNREADABLE = 'UNREADABLE_CELL';

function unreadable(message: string): Error {
  return Object.assign(new Error(message), { code: UNREADABLE });
}

/** The hex SHA-256 that stands for a canonical text, as `plan/canonical.ts` makes it. */
export function fingerprintOf(json: string): string {
  return hash('sha256', json, 'hex');
}

/** Refuses a payload that is not what was written. `key`: of its record. */
export function assertAsWritten(key: string, json: string | null, fingerprint: string | null): void {
  if (!isAsWritten(json, fingerprint))
    throw unreadable(`the payload of record ${key} is not what was written`);
}

/** Refuses a text that should be JSON and is not. `what`: where it stands. */
export function assertJson(what: string, json: string | null): void {
  if (json === null) return;
  try {
    JSON.parse(json);
  } catch {
    throw unreadable(`${what} is not readable`);
  }
}

const JSON_CELLS: readonly { readonly table: string; readonly cells: readonly string[] }[] = [
  { table: 'entry', cells: ['source_payload', 'intent_source'] },
  { table: 'run', cells: ['summary'] },
  { table: 'waiting', cells: ['record'] },
  { table: 'version', cells: ['before_payload', 'before_source', 'found_payload'] },
  { table: 'replaced', cells: ['applied_payload', 'source_payload'] },
  { table: 'restored', cells: ['why'] },
];

/** What SQLite itself finds wrong with the file's pages, one sentence each. Reads all of it, about a second per GB. */
export function damagedPages(database: SqliteDatabase): readonly string[] {
  const lines = database.prepare(`PRAGMA quick_check(${SHOWN})`).pluck().all() as string[];
  return lines.join() === 'ok' ? [] : lines.map((line) => `SQLite: ${line}`);
}

/**
 * Payloads that are not what was written: a page of another text is sound for SQLite. Keys only, no candidate text. Reads
 * and hashes all of them, a few seconds per million.
 */
export function damagedPayloads(database: SqliteDatabase): readonly string[] {
  const broken: string[] = [];
  const rows = database
    .prepare(
      `SELECT pipeline, key, applied_payload, applied_fingerprint, intent_payload, intent_fingerprint FROM entry
       ORDER BY pipeline, key`,
    )
    .raw()
    .iterate() as IterableIterator<[string, string, ...(string | null)[]]>;
  for (const [pipeline, key, ...payloads] of rows) {
    const [applied, appliedHash, intent, intentHash] = payloads;
    if (!isAsWritten(applied, appliedHash) || !isAsWritten(intent, intentHash))
      broken.push(`${pipeline} ${key}`);
  }
  const cells = JSON_CELLS.flatMap(({ table, cells }) => {
    const invalid = cells.map((cell) => `(${cell} IS NOT NULL AND NOT json_valid(${cell}))`).join(' OR ');
    const count = database.prepare(`SELECT count(*) FROM ${table} WHERE ${invalid}`).pluck().get() as number;
    return count === 0 ? [] : [`${count} rows of the table ${table} are not readable`];
  });
  return [...listed('a payload is not readable', broken), ...cells];
}

/** The fingerprint is the SHA-256 of the payload (`plan/canonical.ts`); of what somebody named by hand it is empty. */
function isAsWritten(json: string | null | undefined, fingerprint: string | null | undefined): boolean {
  if (json == null || fingerprint == null || fingerprint === '') return true;
  return fingerprintOf(json) === fingerprint;
}

/** `what: a, b and 3 more` */
export function listed(what: string, rows: readonly string[]): string[] {
  const more = rows.length > SHOWN ? ` and ${rows.length - SHOWN} more` : '';
  return rows.length === 0 ? [] : [`${what}: ${rows.slice(0, SHOWN).join(', ')}${more}`];
}
