import { HireSyncError } from '../errors.ts';
import type { SqliteDatabase } from './database.ts';
import type { Entry, Guarded } from './entries.ts';
import type { Fenced } from './fence.ts';
import { createStartAnew } from './start-anew.ts';

/** What a person may decide about a record: see `hire-sync resolve`. */
export type Decision =
  /** The object with this Feishu id is the record's; the next sync brings it to the source's state. */
  | { readonly kind: 'adopt'; readonly remoteId: string }
  /**
   * None of the objects in Feishu is the record's: the next sync creates it under a key Feishu has never seen. Of a record
   * that has an object this holds only if Feishu no longer has that one, or if the key belongs to another application.
   */
  | { readonly kind: 'create' }
  /** It is not to be written. */
  | { readonly kind: 'skip' }
  /** At its next write the source wins over what was edited in Feishu, or over what the update would drop there. */
  | { readonly kind: 'overwrite' }
  /** At its next write what was edited in Feishu stays. */
  | { readonly kind: 'keep' }
  /** Whatever was decided is taken back. */
  | { readonly kind: 'again' };

export type DecisionKind = Decision['kind'];

/** The record a decision is about; the ledger need not know it yet. */
export interface Decided {
  readonly record: Pick<Entry, 'key' | 'target' | 'externalId'>;
  readonly decision: Decision;
}

/** What is still to be done about what somebody decided. */
export interface Decisions {
  /**
   * Carries all of them out, or none, in one transaction.
   * @throws HireSyncError CONFIG_INVALID when an id belongs to another record
   */
  decide(pipeline: string, decided: readonly Decided[]): void;
  /** Keys with a decision that waits for the record's next write. */
  pending(pipeline: string): ReadonlySet<string>;
  /** The same of one record that may not have an entry; null without one. */
  of(pipeline: string, key: string): Exclude<Entry['decision'], null> | null;
  /** Nothing came of it: the record is as it should be. */
  drop(pipeline: string, key: string): void;
}

// What Feishu holds under an id that somebody named is not known; `{}` makes the next plan send the whole record.
const UNKNOWN = { json: '{}', fingerprint: '' };

export function createDecisions(
  database: SqliteDatabase,
  guarded: Guarded,
  { fenced, now }: { readonly fenced: Fenced; readonly now: () => number },
): Decisions {
  const owner = database.prepare('SELECT pipeline, key FROM entry WHERE target = ? AND remote_id = ?');
  const find = database.prepare('SELECT remote_id FROM entry WHERE pipeline = ? AND key = ?').pluck();
  const adopt = database.prepare(`
    UPDATE entry SET state = 'updating', remote_id = @remoteId, held_reason = NULL, decision = NULL,
                     intent_fingerprint = coalesce(intent_fingerprint, applied_fingerprint),
                     intent_payload = coalesce(intent_payload, applied_payload),
                     applied_fingerprint = @fingerprint, applied_payload = @json, shown_payload = ''
    WHERE pipeline = @pipeline AND key = @key`);
  const adoptNew = database.prepare(`
    INSERT INTO entry (pipeline, key, target, external_id, remote_id, state, applied_fingerprint, applied_payload,
                       intent_fingerprint, intent_payload, first_attempt_at, last_attempt_at, first_run, last_run)
    VALUES (@pipeline, @key, @target, @externalId, @remoteId, 'updating', @fingerprint, @json,
            @fingerprint, @json, @now, @now, 'resolve', 'resolve')`);
  // An object that somebody named is no run's to delete: the decision counts as a later change, see `versions.later`.
  const note = database.prepare(`
    INSERT INTO version (run, pipeline, key, action, remote_id, after_fingerprint, at)
    VALUES ('resolve', @pipeline, @key, 'adopt', @remoteId, '', @now)
    ON CONFLICT DO UPDATE SET remote_id = @remoteId, at = @now`);
  const startAnew = createStartAnew(database);
  const skip = database.prepare(
    "UPDATE entry SET decision = 'skip' WHERE pipeline = @pipeline AND key = @key",
  );
  // Also where nothing changes: it drops the record's raw mark, so that the next run looks at the row.
  const unskip = database.prepare(
    'UPDATE entry SET decision = NULL WHERE pipeline = @pipeline AND key = @key',
  );
  const release = database.prepare(
    'UPDATE entry SET held_reason = NULL WHERE pipeline = @pipeline AND key = @key',
  );
  const put = database.prepare(`
    INSERT INTO decided (pipeline, key, kind, at) VALUES (@pipeline, @key, @kind, @now)
    ON CONFLICT DO UPDATE SET kind = @kind, at = @now`);
  const drop = createDropDecision(database);
  const pending = database.prepare('SELECT key FROM decided WHERE pipeline = ?').pluck();
  const kindOf = database.prepare('SELECT kind FROM decided WHERE pipeline = ? AND key = ?').pluck();

  const decide = (pipeline: string, { record, decision }: Decided): void => {
    const { key, target, externalId } = record;
    // Null: its create is open; undefined: the ledger does not know it.
    const ownId = find.get(pipeline, key) as string | null | undefined;
    const at = { pipeline, key };
    drop(pipeline, key);
    if (decision.kind !== 'skip') unskip.run(at);
    switch (decision.kind) {
      case 'adopt': {
        const { remoteId } = decision;
        const other = owner.get(target, remoteId) as { pipeline: string; key: string } | undefined;
        if (other !== undefined && (other.key !== key || other.pipeline !== pipeline))
          throw taken(
            remoteId,
            other.pipeline === pipeline ? other.key : `${other.key} of ${other.pipeline}`,
          );
        if (ownId === undefined)
          adoptNew.run({ ...at, target, externalId, remoteId, ...UNKNOWN, now: now() });
        else adopt.run({ ...at, remoteId, ...UNKNOWN });
        note.run({ ...at, remoteId, now: now() });
        return;
      }
      case 'create':
        if (ownId === null) startAnew(pipeline, key);
        else release.run(at);
        // Whoever says that no object is the record has seen those that are like it.
        put.run({ ...at, kind: 'create', now: now() });
        return;
      case 'skip':
        if (ownId === undefined) put.run({ ...at, kind: 'skip', now: now() });
        else skip.run(at);
        return;
      case 'overwrite':
      case 'keep':
        put.run({ ...at, kind: decision.kind, now: now() });
        return;
      case 'again':
    }
  };
  const decideAll = (pipeline: string, decided: readonly Decided[]): void => {
    for (const one of decided) decide(pipeline, one);
  };
  return {
    decide: fenced(decideAll),
    pending: guarded((pipeline) => new Set(pending.all(pipeline) as string[])),
    of: guarded((pipeline, key) => (kindOf.get(pipeline, key) as ReturnType<Decisions['of']>) ?? null),
    drop: fenced(drop),
  };
}

/** What somebody decided about a record is done with: it was written, or needs nothing. Inside the ledger's transactions. */
export function createDropDecision(database: SqliteDatabase): (pipeline: string, key: string) => void {
  const drop = database.prepare('DELETE FROM decided WHERE pipeline = ? AND key = ?');
  return (pipeline, key) => void drop.run(pipeline, key);
}

function taken(remoteId: string, other: string): HireSyncError {
  const message = `${remoteId} already belongs to the record ${other}. Nothing was changed. (If ${other} is the same record under another key: \`hire-sync rekey\`.)`;
  return new HireSyncError('CONFIG_INVALID', message);
}
