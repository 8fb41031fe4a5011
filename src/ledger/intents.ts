import type { Attempts } from './attempts.ts';
import type { SqliteDatabase } from './database.ts';
import { createDropDecision } from './decisions.ts';
import { type AttemptResult, type Intent, shownCell } from './entries.ts';
import type { Fence, Fenced } from './fence.ts';
import type { RefusedNotes } from './refused.ts';
import type { Replaced } from './replaced.ts';
import type { Versions } from './versions.ts';

/** Writes on their way to Feishu: the intent is on disk before its request leaves. Part of the ledger. */
export interface Intents {
  /** Commits the intent to disk. Returns the attempt's number for `settle`, `refuse` and `doubt`. */
  begin(intent: Intent): number;
  /** The same intent is about to be sent again after `result`: notes both. Returns the new attempt's number. */
  retry(attempt: number, intent: Intent, result: AttemptResult): number;
  /** The intent is in Feishu under `remoteId`, and `intent.shown` is what Feishu shows of it. @throws when another record of the pipeline owns that id. */
  settle(attempt: number, intent: Intent, remoteId: string, result: AttemptResult): void;
  /** Nothing was written: the intent is taken back (a create's entry disappears, an update's returns to settled). */
  takeBack(attempt: number, intent: Intent, result: AttemptResult): void;
  /** Nobody knows: the intent stays open. */
  doubt(attempt: number, result: AttemptResult): void;
}

export function createIntents(
  database: SqliteDatabase,
  {
    fence,
    fenced,
    attempts,
    versions,
    replaced,
    refused,
    now,
  }: {
    fence: Fence;
    fenced: Fenced;
    attempts: Attempts;
    versions: Versions;
    replaced: Replaced;
    refused: RefusedNotes;
    now: () => number;
  },
): Intents {
  const beginCreate = database.prepare(`
    INSERT INTO entry (pipeline, key, target, external_id, state, intent_fingerprint, intent_payload,
                       first_attempt_at, last_attempt_at, first_run, last_run)
    VALUES (@pipeline, @key, @target, @externalId, 'creating', @fingerprint, @json, @now, @now, @run, @run)
    ON CONFLICT (pipeline, key) DO UPDATE
      SET last_attempt_at = @now, last_run = @run, intent_fingerprint = @fingerprint, intent_payload = @json
      WHERE state = 'creating'`);
  const beginUpdate = database.prepare(`
    UPDATE entry SET state = 'updating', intent_fingerprint = @fingerprint, intent_payload = @json,
                     intent_source = @source, last_attempt_at = @now, last_run = @run
    WHERE pipeline = @pipeline AND key = @key AND remote_id IS NOT NULL`);
  const settle = database.prepare(`
    UPDATE entry SET state = 'settled', remote_id = @remoteId, settled_at = @now, held_reason = NULL,
                     applied_fingerprint = @fingerprint, applied_payload = @json, source_payload = @source,
                     intent_fingerprint = NULL, intent_payload = NULL, intent_source = NULL, shown_payload = @shown
    WHERE pipeline = @pipeline AND key = @key`);
  const dropCreate = database.prepare(
    `DELETE FROM entry WHERE pipeline = @pipeline AND key = @key AND state = 'creating'`,
  );
  const dropUpdate = database.prepare(`
    UPDATE entry SET state = 'settled', intent_fingerprint = NULL, intent_payload = NULL, intent_source = NULL
    WHERE pipeline = @pipeline AND key = @key AND state = 'updating'`);
  const parameters = (intent: Intent) => ({
    pipeline: intent.pipeline,
    key: intent.key,
    target: intent.target,
    externalId: intent.externalId,
    fingerprint: intent.payload.fingerprint,
    json: intent.payload.json,
    source: intent.source ?? null,
    shown: shownCell(intent.shown),
    run: intent.run,
    now: now(),
  });
  const dropDecision = createDropDecision(database);

  return {
    begin: fenced((intent: Intent) => {
      fence.assert(intent.run);
      const statement = intent.action === 'create' ? beginCreate : beginUpdate;
      // Before the request, not with its answer: what a lost answer leaves in doubt must be known as well.
      if (intent.action === 'update') versions.note(intent);
      if (intent.recreates !== undefined) replaced.putAside(intent);
      if (statement.run(parameters(intent)).changes !== 1) {
        throw new Error(
          `The ledger's entry of ${intent.pipeline} is not in a state that allows a ${intent.action}.`,
        );
      }
      return attempts.start(intent);
    }),
    retry: fenced((attempt: number, intent: Intent, result: AttemptResult) => {
      fence.assert(intent.run);
      attempts.finish(attempt, result);
      return attempts.start(intent);
    }),
    settle: fenced((attempt: number, intent: Intent, remoteId: string, result: AttemptResult) => {
      settle.run({ ...parameters(intent), remoteId });
      dropDecision(intent.pipeline, intent.key);
      refused.drop(intent);
      attempts.finish(attempt, result);
    }),
    takeBack: fenced((attempt: number, intent: Intent, result: AttemptResult) => {
      (intent.action === 'create' ? dropCreate : dropUpdate).run({
        pipeline: intent.pipeline,
        key: intent.key,
      });
      versions.drop(intent);
      if (intent.action === 'create') replaced.giveBack(intent);
      if (result.outcome === 'refused') refused.note(intent);
      attempts.finish(attempt, result);
    }),
    doubt: fenced((attempt: number, result: AttemptResult) => attempts.finish(attempt, result)),
  };
}
