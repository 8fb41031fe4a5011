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

/**
 * Carries out a decision about one record, in one transaction.
 * @throws HireSyncError CONFIG_INVALID when the id belongs to another record
 */
export function createDecide(
  database: SqliteDatabase,
  guarded: Guarded,
  now: () => number,
): (pipeline: string, entry: Entry, decision: Decision) => void {
  const owner = database.prepare('SELECT key FROM entry WHERE target = ? AND remote_id = ?').pluck();
  const adopt = database.prepare(`
    UPDATE entry SET state = 'updating', remote_id = @remoteId, held_reason = NULL, decision = NULL,
                     intent_fingerprint = coalesce(intent_fingerprint, applied_fingerprint),
                     intent_payload = coalesce(intent_payload, applied_payload),
                     applied_fingerprint = @fingerprint, applied_payload = @json, shown_payload = ''
    WHERE pipeline = @pipeline AND key = @key`);
  // An object that somebody named is no run's to delete: the decision counts as a later change, see `versions.later`.
  const note = database.prepare(`
    INSERT INTO version (run, pipeline, key, action, remote_id, after_fingerprint, at)
    VALUES ('resolve', @pipeline, @key, 'adopt', @remoteId, '', @now)
    ON CONFLICT DO UPDATE SET remote_id = @remoteId, at = @now`);
  const startAnew = createStartAnew(database);
  const skip = database.prepare(
    "UPDATE entry SET decision = 'skip' WHERE pipeline = @pipeline AND key = @key",
  );
  const decide = (pipeline: string, { key, target }: Entry, decision: Decision): void => {
    switch (decision.kind) {
      case 'adopt': {
        const { remoteId } = decision;
        const other = owner.get(target, remoteId) as string | undefined;
        if (other !== undefined && other !== key) {
          throw new HireSyncError(
            'CONFIG_INVALID',
            `${remoteId} already belongs to the record ${other}. Nothing was changed.`,
          );
        }
        adopt.run({ pipeline, key, remoteId, ...UNKNOWN });
        note.run({ pipeline, key, remoteId, now: now() });
        return;
      }
      case 'create':
        startAnew(pipeline, key);
        return;
      case 'skip':
        skip.run({ pipeline, key });
    }
  };
  return guarded((pipeline, entry, decision) =>
    database.transaction(decide).immediate(pipeline, entry, decision),
  );
}
