import Database from 'better-sqlite3';
import { objectsIn } from '../target.ts';
import { canonicalBody, expectedBody, type Row } from './rows.ts';
import type { World } from './world.ts';

type Stored = ReturnType<typeof objectsIn>[number];

/** What a world came to. Every list is empty when all is well; each line says what is wrong with which record. */
export interface Audit {
  readonly objects: number;
  /** More than one object for a record, or an object that no record owns. */
  readonly duplicates: readonly string[];
  /** A record without its object, or whose object does not have its content. */
  readonly lost: readonly string[];
  /** Entries that are not settled. */
  readonly open: readonly string[];
  readonly held: readonly string[];
}

interface EntryRow {
  readonly key: string;
  readonly external_id: string;
  readonly state: string;
  readonly remote_id: string | null;
  readonly applied_payload: string | null;
  readonly held_reason: string | null;
}

/** Holds the sandbox's objects, the ledger and the rows of the source against each other. */
export function audit({ sandbox, ledgerFile }: World, rows: readonly Row[]): Audit {
  const entries = readEntries(ledgerFile);
  const objects = new Map<string, Stored>(objectsIn(sandbox).map((object) => [object.id, object]));
  const duplicates: string[] = [];
  const lost: string[] = [];

  // The sandbox's own memory of who created what: does not depend on the ledger at all.
  const byExternalId = Map.groupBy(objects.values(), ({ externalId }) => externalId);
  const adopted = adoptedFromEqual(entries, objects, byExternalId);
  for (const [externalId, same] of byExternalId) {
    const own = same.filter(({ id }) => !adopted.has(id));
    if (own.length !== 1) duplicates.push(`${externalId} was created ${own.length} times`);
  }
  const owned = new Set(entries.map(({ remote_id }) => remote_id));
  for (const { id, externalId } of objects.values()) {
    // Of a record that was created twice one object is without an owner in any case: said above.
    if (!owned.has(id) && byExternalId.get(externalId)?.length === 1)
      duplicates.push(`${id}, created for ${externalId}, belongs to no record`);
  }

  const expected = new Map(rows.map((row) => [row.id, expectedBody(row)]));
  const known = new Set(entries.map(({ key }) => key));
  for (const key of expected.keys()) if (!known.has(key)) lost.push(`${key} is not in the ledger`);
  for (const { key, remote_id, applied_payload, external_id } of entries) {
    const object = objects.get(remote_id ?? '');
    const body = object === undefined ? null : canonicalBody(object.body);
    if (body === null) lost.push(`${key} has no object: ${remote_id}`);
    else if (body !== applied_payload) lost.push(`${key}: Feishu and the ledger differ: ${body}`);
    else if (expected.has(key) && body !== expected.get(key))
      lost.push(`${key}: Feishu and the source differ`);
    if (!byExternalId.has(external_id) && !adopted.has(remote_id ?? ''))
      lost.push(`${key} was never created`);
  }
  return {
    objects: objects.size,
    duplicates,
    lost,
    open: entries.filter(({ state }) => state !== 'settled').map(({ key, state }) => `${key} ${state}`),
    held: entries
      .filter(({ held_reason }) => held_reason !== null)
      .map((entry) => `${entry.key} ${entry.held_reason}`),
  };
}

/**
 * Objects that were created for one record and belong to another of equal content, whose own create never arrived:
 * nobody can tell which of the two it was meant for, and each ends with one object of its body (issue "Never twice,
 * never lost", rule 2). The other record's create is then sent once more, under its own key.
 */
function adoptedFromEqual(
  entries: readonly EntryRow[],
  objects: ReadonlyMap<string, Stored>,
  byExternalId: ReadonlyMap<string | null, readonly Stored[]>,
): ReadonlySet<string> {
  const byKey = new Map(entries.map((entry) => [entry.external_id, entry]));
  const adopted = entries.flatMap(({ external_id, remote_id, applied_payload }) => {
    const object = objects.get(remote_id ?? '');
    if (object === undefined || object.externalId === external_id || byExternalId.has(external_id)) return [];
    const other = byKey.get(object.externalId ?? '');
    const isEqual = other?.applied_payload === applied_payload && other.remote_id !== remote_id;
    return isEqual ? [object.id] : [];
  });
  return new Set(adopted);
}

/** All complaints of an audit in one list. */
export function complaints({ duplicates, lost, open, held }: Audit): string[] {
  return [
    ...duplicates.map((what) => `duplicate: ${what}`),
    ...lost.map((what) => `lost: ${what}`),
    ...open.map((what) => `open: ${what}`),
    ...held.map((what) => `held: ${what}`),
  ];
}

export function readEntries(ledgerFile: string): EntryRow[] {
  const database = new Database(ledgerFile, { readonly: true });
  try {
    const sql =
      'SELECT key, external_id, state, remote_id, applied_payload, held_reason FROM entry ORDER BY key';
    return database.prepare(sql).all() as EntryRow[];
  } finally {
    database.close();
  }
}
