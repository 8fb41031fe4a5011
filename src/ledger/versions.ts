import type { Payload } from '../model.ts';
import type { SqliteDatabase } from './database.ts';
import { createDropDecision } from './decisions.ts';
import { type Guarded, type Intent, shownCell } from './entries.ts';
import type { Fenced } from './fence.ts';
import { createPruneVersions, type KeptVersions } from './prune-versions.ts';
import { assertJson } from './soundness.ts';

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
  /** What Feishu held before the run: what an undo gives back. Null for what it created or adopted. */
  readonly found: string | null;
  /** Of what Feishu held after the run. */
  readonly afterFingerprint: string;
  /** Epoch ms; 0 for a create, before which there is nothing. */
  readonly at: number;
}

/** The versions of records that runs replaced. */
export interface Versions {
  /**
   * Notes what an update is about to replace, inside the transaction that commits its intent. The first note of a run
   * and record stays: what was there before the run.
   */
  note(intent: Intent): void;
  /** The update was not made after all: inside the transaction that takes its intent back. */
  drop(intent: Pick<Intent, 'run' | 'pipeline' | 'key'>): void;
  /**
   * The ledger takes what Feishu holds: `payload` becomes applied, `source` what the source said, `shown` as in `Entry`.
   * Sends nothing.
   */
  record(
    run: string,
    pipeline: string,
    key: string,
    now: {
      readonly payload: Payload;
      readonly source?: string | undefined;
      readonly shown?: string | null | undefined;
    },
  ): void;
  /** Feishu shows what became of an update without an answer: it holds `payload`. Changes nothing there. */
  settleOpen(
    pipeline: string,
    key: string,
    now: {
      readonly payload: Payload;
      readonly source: string | null;
      readonly shown?: string | null | undefined;
    },
  ): void;
  /** An object without an owner becomes the record's: notes it after `doubts.learn`. */
  adopted(intent: Intent, remoteId: string): void;
  /** What a run changed and nobody has given back yet, in key order after `afterKey`, at most `limit`. */
  of(run: string, pipeline: string, afterKey: string, limit: number): readonly Version[];
  /** The same of one record. */
  find(run: string, pipeline: string, key: string): Version | undefined;
  /** Records that a run updated before versions were kept, by an older hire-sync: in key order after `afterKey`. */
  unkept(run: string, pipeline: string, afterKey: string, limit: number): readonly string[];
  /**
   * The last run that changed the same object after `version` of `run`; `resolve` when somebody named the object by
   * hand. Undefined when `version` is the last word.
   */
  later(run: string, pipeline: string, version: Pick<Version, 'key' | 'remoteId' | 'at'>): string | undefined;
  /** Runs of which replaced contents are kept, in rows; `isNeeded`: those that an undo could still give back. */
  kept(): readonly KeptVersions[];
  /** Erases the contents that no undo could give back any more; that they were replaced stays noted. */
  prune(run: string, pipeline: string): void;
}

export function createVersions(
  database: SqliteDatabase,
  guarded: Guarded,
  { fenced, now }: { fenced: Fenced; now: () => number },
): Versions {
  // A version that was given back and is made anew by the same run cannot be: an undone run is over.
  const note = database.prepare(`
    INSERT INTO version (run, pipeline, key, action, remote_id, before_payload, before_source, found_payload,
                         after_fingerprint, at)
    SELECT @run, pipeline, key, @action, remote_id, applied_payload, source_payload,
           nullif(@found, applied_payload), @fingerprint, @now
    FROM entry WHERE pipeline = @pipeline AND key = @key AND remote_id IS NOT NULL
    ON CONFLICT DO UPDATE SET after_fingerprint = excluded.after_fingerprint`);
  const drop = database.prepare(
    "DELETE FROM version WHERE run = @run AND pipeline = @pipeline AND key = @key AND action = 'update'",
  );
  const adopted = database.prepare(`
    INSERT INTO version (run, pipeline, key, action, remote_id, after_fingerprint, at)
    VALUES (@run, @pipeline, @key, 'adopt', @remoteId, @fingerprint, @now) ON CONFLICT DO NOTHING`);
  const record = database.prepare(`
    UPDATE entry SET state = 'settled', applied_fingerprint = @fingerprint, applied_payload = @json,
                     source_payload = @source, intent_fingerprint = NULL, intent_payload = NULL,
                     intent_source = NULL, shown_payload = @shown, settled_at = @now, last_run = @run
    WHERE pipeline = @pipeline AND key = @key AND remote_id IS NOT NULL`);
  const dropDecision = createDropDecision(database);
  const settleOpen = database.prepare(`
    UPDATE entry SET state = 'settled', applied_fingerprint = @fingerprint, applied_payload = @json,
                     source_payload = @source, intent_fingerprint = NULL, intent_payload = NULL, intent_source = NULL,
                     shown_payload = @shown
    WHERE pipeline = @pipeline AND key = @key AND state = 'updating'`);
  const VERSION = `SELECT key, action, remote_id AS remoteId, before_payload AS before, before_source AS beforeSource,
           coalesce(found_payload, before_payload) AS found, after_fingerprint AS afterFingerprint, at
    FROM version WHERE run = @run AND pipeline = @pipeline AND undone_by IS NULL`;
  // What `ledger rebuild` found was created by no run: its only attempt says `adopted`.
  const CREATED = `SELECT key, 'create', remote_id, NULL, NULL, NULL, applied_fingerprint, 0
    FROM entry WHERE first_run = @run AND pipeline = @pipeline AND remote_id IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM version v WHERE v.run = @run AND v.pipeline = entry.pipeline AND v.key = entry.key)
      AND EXISTS (SELECT 1 FROM attempt a WHERE a.pipeline = entry.pipeline AND a.key = entry.key AND a.run = @run
                    AND a.action = 'create' AND a.outcome IS NOT 'adopted')`;
  const of = database.prepare(
    `${VERSION} AND key > @after UNION ALL ${CREATED} AND key > @after ORDER BY key LIMIT @limit`,
  );
  const find = database.prepare(`${VERSION} AND key = @key UNION ALL ${CREATED} AND key = @key`);
  const later = database
    .prepare(
      `SELECT run FROM version WHERE pipeline = @pipeline AND key = @key AND run <> @run AND remote_id = @remoteId
         AND undone_by IS NULL AND at >= @at ORDER BY at DESC LIMIT 1`,
    )
    .pluck();
  const unkept = database
    .prepare(
      `SELECT DISTINCT key FROM attempt WHERE run = @run AND pipeline = @pipeline AND action = 'update' AND outcome = 'done'
         AND key > @after AND NOT EXISTS (SELECT 1 FROM version v WHERE v.run = @run AND v.pipeline = @pipeline
                                            AND v.key = attempt.key)
         -- The PUT that a create may need to be what was sent is part of it.
         AND NOT EXISTS (SELECT 1 FROM attempt c WHERE c.run = @run AND c.pipeline = @pipeline
                           AND c.key = attempt.key AND c.action = 'create')
       ORDER BY key LIMIT @limit`,
    )
    .pluck();
  const cellsOf = ({ run, pipeline, key, payload }: Intent) => ({
    run,
    pipeline,
    key,
    fingerprint: payload.fingerprint,
    now: now(),
  });
  return {
    note: guarded((intent) => {
      note.run({ ...cellsOf(intent), action: 'update', found: intent.found ?? null });
    }),
    drop: guarded(({ run, pipeline, key }) => void drop.run({ run, pipeline, key })),
    record: fenced((run, pipeline, key, { payload, source, shown }) => {
      const cells = { run, pipeline, key, fingerprint: payload.fingerprint, now: now() };
      note.run({ ...cells, action: 'record', found: payload.json });
      record.run({ ...cells, json: payload.json, source: source ?? null, shown: shownCell(shown) });
      dropDecision(pipeline, key);
    }),
    settleOpen: fenced((pipeline, key, { payload, source, shown }) => {
      settleOpen.run({ pipeline, key, source, shown: shownCell(shown), ...payload });
    }),
    adopted: guarded((intent, remoteId) => void adopted.run({ ...cellsOf(intent), remoteId })),
    of: guarded((run, pipeline, after, limit) =>
      (of.all({ run, pipeline, after, limit }) as Version[]).map(readable),
    ),
    find: guarded((run, pipeline, key) => {
      const version = find.get({ run, pipeline, key }) as Version | undefined;
      return version === undefined ? undefined : readable(version);
    }),
    unkept: guarded((run, pipeline, after, limit) => {
      return unkept.all({ run, pipeline, after, limit }) as string[];
    }),
    ...createPruneVersions(database, guarded, fenced),
    later: guarded((run, pipeline, { key, remoteId, at }) => {
      return later.get({ run, pipeline, key, remoteId, at }) as string | undefined;
    }),
  };
}

function readable(version: Version): Version {
  const { key, before, beforeSource, found } = version;
  for (const json of [before, beforeSource, found]) assertJson(`the version before of record ${key}`, json);
  return version;
}
