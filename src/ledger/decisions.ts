import { HireSyncError } from '../errors.ts';
import type { SqliteDatabase } from './database.ts';
import type { Entry, Guarded } from './entries.ts';
import { createStartAnew } from './start-anew.ts';

/** What a person may decide about a record that is held: see `hire-sync resolve`. */
export type Decision =
  /** The object with this Feishu id is the record's; the next sync brings it to the source's state. */
  | { readonly kind: 'adopt'; readonly remoteId: string }
  /** None of the objects in Feishu is the record's; the next sync creates it under a key Feishu has never seen. */
  | { readonly kind: 'create' }
  /** It is not to be written. */
  | { readonly kind: 'skip' };

export type DecisionKind = Decision['kind'] | 'overwrite' | 'keep' | 'again';

// What Feishu holds under an id that somebody named is not known; `{}` makes the next plan send the whole record.
const UNKNOWN = { json: '{}', fingerprint: '' };

/** A record that the ledger has no entry of, because its create is held. */
export interface Unentered {
  readonly pipeline: string;
  readonly key: string;
  readonly target: string;
  readonly externalId: string;
}

/**
 * Names the object of a record that has no entry yet, in one transaction: as `resolve --adopt` does for one that has.
 * @throws HireSyncError CONFIG_INVALID when the id belongs to another record
 */
export function createEnter(
  database: SqliteDatabase,
  guarded: Guarded,
  now: () => number,
): (record: Unentered, remoteId: string) => void {
  const { assertFree, note } = naming(database);
  const insert = database.prepare(`
    INSERT INTO entry (pipeline, key, target, external_id, remote_id, state, applied_fingerprint, applied_payload,
                       shown_payload, first_attempt_at, last_attempt_at, settled_at, first_run, last_run)
    VALUES (@pipeline, @key, @target, @externalId, @remoteId, 'settled', @fingerprint, @json, '',
            @now, @now, @now, 'resolve', 'resolve')`);
  const enter = (record: Unentered, remoteId: string): void => {
    assertFree(record, remoteId);
    insert.run({ ...record, ...UNKNOWN, remoteId, now: now() });
    note.run({ pipeline: record.pipeline, key: record.key, remoteId, now: now() });
  };
  return guarded((record, remoteId) => database.transaction(enter).immediate(record, remoteId));
}

function naming(database: SqliteDatabase) {
  const owner = database.prepare('SELECT key FROM entry WHERE target = ? AND remote_id = ?').pluck();
  return {
    assertFree({ key, target }: { readonly key: string; readonly target: string }, remoteId: string): void {
      const other = owner.get(target, remoteId) as string | undefined;
      if (other === undefined || other === key) return;
      throw new HireSyncError(
        'CONFIG_INVALID',
        `${remoteId} already belongs to the record ${other}. Nothing was changed. If ${other} is this record under another key: hire-sync rekey.`,
      );
    },
    // An object that somebody named is no run's to delete: the decision counts as a later change, see `versions.later`.
    note: database.prepare(`
      INSERT INTO version (run, pipeline, key, action, remote_id, after_fingerprint, at)
      VALUES ('resolve', @pipeline, @key, 'adopt', @remoteId, '', @now)
      ON CONFLICT DO UPDATE SET remote_id = @remoteId, at = @now`),
  };
}

/**
 * Carries out a decision about one record, in one transaction.
 * @throws HireSyncError CONFIG_INVALID when the id belongs to another record
 */
export function createDecide(
  database: SqliteDatabase,
  guarded: Guarded,
  now: () => number,
): (pipeline: string, entry: Entry, decision: Decision) => void {
  const { assertFree, note } = naming(database);
  const adopt = database.prepare(`
    UPDATE entry SET state = 'updating', remote_id = @remoteId, held_reason = NULL, decision = NULL,
                     intent_fingerprint = coalesce(intent_fingerprint, applied_fingerprint),
                     intent_payload = coalesce(intent_payload, applied_payload),
                     applied_fingerprint = @fingerprint, applied_payload = @json, shown_payload = ''
    WHERE pipeline = @pipeline AND key = @key`);
  const startAnew = createStartAnew(database);
  const ahead = database.prepare(
    `INSERT INTO ahead (pipeline, key, kind) VALUES (@pipeline, @key, 'create') ON CONFLICT DO UPDATE SET kind = 'create'`,
  );
  const skip = database.prepare(
    "UPDATE entry SET decision = 'skip' WHERE pipeline = @pipeline AND key = @key",
  );
  const decide = (pipeline: string, { key, target }: Entry, decision: Decision): void => {
    switch (decision.kind) {
      case 'adopt': {
        const { remoteId } = decision;
        assertFree({ key, target }, remoteId);
        adopt.run({ pipeline, key, remoteId, ...UNKNOWN });
        note.run({ pipeline, key, remoteId, now: now() });
        return;
      }
      case 'create':
        startAnew(pipeline, key);
        // Whoever said that no object is it has seen those that are like it.
        ahead.run({ pipeline, key });
        return;
      case 'skip':
        skip.run({ pipeline, key });
    }
  };
  return guarded((pipeline, entry, decision) =>
    database.transaction(decide).immediate(pipeline, entry, decision),
  );
}
