import type Database from 'better-sqlite3';
import { eachInPages } from '../in-pages.ts';
import type { FieldChange } from '../model.ts';
import type { Reason } from '../reason.ts';
import { openScratch } from '../scratch.ts';

/** What was found of one record of the ledger, or of an object in Feishu that belongs to none. */
export interface Finding<Kind extends string> {
  readonly kind: Kind;
  /** Null for an object that belongs to no record. */
  readonly key: string | null;
  readonly remoteId: string | null;
  /** `''` where it does not matter. */
  readonly application: string;
  /** The fingerprint of what it was compared with; `''` without one. */
  readonly against: string;
  /** Why it is what it is; null where the kind says it all. */
  readonly reason: Reason | null;
  readonly fields: readonly FieldChange[];
}

/** Findings on disk, one per record or object: a ledger may have a million records. Reads go in pages. */
export interface Findings<Kind extends string> {
  /** Adds findings, or replaces those of the same records. One transaction. */
  put(findings: readonly Finding<Kind>[]): void;
  find(key: string): Finding<Kind> | undefined;
  /** Findings of these kinds in key order, objects without a record after them, at most `limit` after `afterId`. */
  page(
    kinds: readonly Kind[],
    afterId: string,
    limit: number,
  ): readonly { readonly id: string; readonly finding: Finding<Kind> }[];
  count(kind: Kind): number;
}

interface Row {
  id: string;
  kind: string;
  key: string | null;
  remote_id: string | null;
  application: string;
  against: string;
  reason: string | null;
  fields: string;
}

/** The table of the findings; `seen` is for whoever goes over the records several times. */
export const FINDINGS_SCHEMA = `
  CREATE TABLE finding (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, key TEXT, remote_id TEXT, application TEXT NOT NULL,
    against TEXT NOT NULL, reason TEXT, fields TEXT NOT NULL, seen INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX finding_kind ON finding (kind, id);
`;

/** The row of a record, or of an object without one. */
export function findingId({ key, remoteId }: Pick<Finding<string>, 'key' | 'remoteId'>): string {
  return key === null ? `object ${remoteId}` : `key ${key}`;
}

/** Findings in a database that has their table. */
export function createFindings<Kind extends string>(database: Database.Database): Findings<Kind> {
  const put = database.prepare(`
    INSERT INTO finding (id, kind, key, remote_id, application, against, reason, fields)
    VALUES (@id, @kind, @key, @remoteId, @application, @against, @reason, @fields)
    ON CONFLICT DO UPDATE SET kind = @kind, remote_id = @remoteId, application = @application, against = @against,
                              reason = @reason, fields = @fields`);
  const find = database.prepare('SELECT * FROM finding WHERE id = ?');
  const page = database.prepare(
    'SELECT * FROM finding WHERE kind IN (SELECT value FROM json_each(?)) AND id > ? ORDER BY id LIMIT ?',
  );
  const count = database.prepare('SELECT count(*) FROM finding WHERE kind = ?').pluck();
  return {
    put: (findings) => {
      database.transaction(() => {
        for (const finding of findings)
          put.run({
            ...finding,
            id: findingId(finding),
            reason: finding.reason === null ? null : JSON.stringify(finding.reason),
            fields: JSON.stringify(finding.fields),
          });
      })();
    },
    find: (key) => {
      const row = find.get(findingId({ key, remoteId: null })) as Row | undefined;
      return row === undefined ? undefined : findingOf<Kind>(row);
    },
    page: (kinds, afterId, limit) =>
      (page.all(JSON.stringify(kinds), afterId, limit) as Row[]).map((row) => ({
        id: row.id,
        finding: findingOf<Kind>(row),
      })),
    count: (kind) => count.get(kind) as number,
  };
}

/** Findings in an anonymous file that disappears with the process. */
export function openFindings<Kind extends string>(): Findings<Kind> & { close(): void } {
  const database = openScratch();
  database.exec(FINDINGS_SCHEMA);
  return { ...createFindings<Kind>(database), close: () => void database.close() };
}

/** Findings of some kinds one after the other, read in pages of `size`. */
export function* eachFinding<Kind extends string>(
  findings: Pick<Findings<Kind>, 'page'>,
  kinds: readonly Kind[],
  size = 256,
): Generator<Finding<Kind>> {
  const read = (after: string, limit: number) => findings.page(kinds, after, limit);
  for (const { finding } of eachInPages('', size, read, ({ id }) => id)) yield finding;
}

// Written by `put`.
function findingOf<Kind extends string>(row: Row): Finding<Kind> {
  return {
    kind: row.kind as Kind,
    key: row.key,
    remoteId: row.remote_id,
    application: row.application,
    against: row.against,
    reason: row.reason === null ? null : (JSON.parse(row.reason) as Reason),
    fields: JSON.parse(row.fields) as FieldChange[],
  };
}
