import type { Payload } from '../model.ts';
import type { SqliteDatabase } from './database.ts';
import type { Guarded, Intent } from './entries.ts';

/** What a run changed of one record, with what was there before. Payloads are canonical JSON. */
export interface Version {
  readonly key: string;
  /** `create`: the run made the object. `record`, `adopt`: only the ledger was changed, see `Change`. */
  readonly action: 'create' | 'update' | 'record' | 'adopt';
  readonly remoteId: string;
  /** Last applied before the run; null for what it created or adopted. */
  readonly before: string | null;
  /** `Entry.source` before the run. */
  readonly beforeSource: string | null;
  /** What Feishu held before the run: what an undo gives back. Null for what it created. */
  readonly found: string | null;
  /** Of what Feishu held after the run. */
  readonly afterFingerprint: string;
}

/** The versions of records that runs replaced. */
export interface Versions {
  /** Notes what is about to be replaced, inside the transaction that settles it; the first note of a run and record stays. */
  note(intent: Intent, remoteId: string): void;
  /** The ledger takes what Feishu holds: `payload` becomes applied, `source` what the source said. Sends nothing. */
  record(
    run: string,
    pipeline: string,
    key: string,
    now: { readonly payload: Payload; readonly source?: string | undefined },
  ): void;
  /** Feishu shows what became of an update without an answer: it holds `payload`. Changes nothing there. */
  settleOpen(
    pipeline: string,
    key: string,
    now: { readonly payload: Payload; readonly source: string | null },
  ): void;
  /** An object without an owner becomes the record's: notes it after \`doubts.learn\`. */
  adopted(intent: Intent, remoteId: string): void;
  /** What a run changed, in key order after `afterKey`, at most `limit`. */
  of(run: string, pipeline: string, afterKey: string, limit: number): readonly Version[];
}

export function createVersions(database: SqliteDatabase, guarded: Guarded, now: () => number): Versions {
  const note = database.prepare(`
    INSERT INTO version (run, pipeline, key, action, remote_id, before_payload, before_source, found_payload,
                         after_fingerprint, at)
    SELECT @run, pipeline, key, @action, @remoteId, applied_payload, source_payload,
           nullif(@found, applied_payload), @fingerprint, @now
    FROM entry WHERE pipeline = @pipeline AND key = @key
    ON CONFLICT DO UPDATE
      SET after_fingerprint = excluded.after_fingerprint,
          action = CASE excluded.action WHEN 'update' THEN 'update' ELSE action END`);
  const adopted = database.prepare(`
    INSERT INTO version (run, pipeline, key, action, remote_id, after_fingerprint, at)
    VALUES (@run, @pipeline, @key, 'adopt', @remoteId, @fingerprint, @now) ON CONFLICT DO NOTHING`);
  const record = database.prepare(`
    UPDATE entry SET state = 'settled', applied_fingerprint = @fingerprint, applied_payload = @json,
                     source_payload = @source, intent_fingerprint = NULL, intent_payload = NULL,
                     intent_source = NULL, settled_at = @now, last_run = @run
    WHERE pipeline = @pipeline AND key = @key AND remote_id IS NOT NULL`);
  const settleOpen = database.prepare(`
    UPDATE entry SET state = 'settled', applied_fingerprint = @fingerprint, applied_payload = @json,
                     source_payload = @source, intent_fingerprint = NULL, intent_payload = NULL, intent_source = NULL
    WHERE pipeline = @pipeline AND key = @key AND state = 'updating'`);
  const remoteIdOf = database.prepare('SELECT remote_id FROM entry WHERE pipeline = ? AND key = ?').pluck();
  const of = database.prepare(`
    SELECT key, action, remote_id AS remoteId, before_payload AS before, before_source AS beforeSource,
           coalesce(found_payload, before_payload) AS found, after_fingerprint AS afterFingerprint
    FROM version WHERE run = @run AND pipeline = @pipeline AND key > @after
    UNION ALL
    SELECT key, 'create', remote_id, NULL, NULL, NULL, applied_fingerprint
    FROM entry WHERE first_run = @run AND pipeline = @pipeline AND key > @after AND remote_id IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM version v WHERE v.run = @run AND v.pipeline = entry.pipeline AND v.key = entry.key)
    ORDER BY key LIMIT @limit`);
  const cellsOf = ({ run, pipeline, key, payload }: Intent, remoteId: string) => ({
    run,
    pipeline,
    key,
    remoteId,
    fingerprint: payload.fingerprint,
    now: now(),
  });
  return {
    note: guarded((intent, remoteId) => {
      note.run({ ...cellsOf(intent, remoteId), action: 'update', found: intent.found ?? null });
    }),
    record: guarded((run, pipeline, key, { payload, source }) => {
      database
        .transaction(() => {
          const remoteId = remoteIdOf.get(pipeline, key) as string;
          const cells = { run, pipeline, key, fingerprint: payload.fingerprint, now: now() };
          note.run({ ...cells, remoteId, action: 'record', found: payload.json });
          record.run({ ...cells, json: payload.json, source: source ?? null });
        })
        .immediate();
    }),
    settleOpen: guarded((pipeline, key, { payload, source }) => {
      settleOpen.run({ pipeline, key, source, ...payload });
    }),
    adopted: guarded((intent, remoteId) => void adopted.run(cellsOf(intent, remoteId))),
    of: guarded((run, pipeline, after, limit) => of.all({ run, pipeline, after, limit }) as Version[]),
  };
}
