import type { Payload } from '../model.ts';
import type { Reason } from '../reason.ts';
import type { Attempts } from './attempts.ts';
import type { SqliteDatabase } from './database.ts';
import {
  type AttemptResult,
  ENTRY_COLUMNS,
  type Entry,
  type EntryRow,
  entryOf,
  type Guarded,
  shownCell,
} from './entries.ts';
import type { Fence, Fenced } from './fence.ts';
import type { Replaced } from './replaced.ts';

/** One record that an undo takes back. */
export interface UndoStep {
  /** The undo: a run of its own. */
  readonly run: string;
  /** The run it takes back. */
  readonly undoes: string;
  readonly pipeline: string;
  readonly key: string;
}

/** What a record is brought back to. */
export interface Back {
  /** What Feishu holds then. */
  readonly payload: Payload;
  /** See `Entry.source`. */
  readonly source: string | null;
  /** See `Entry.shown`; absent as long as nobody looked. */
  readonly shown?: string | null | undefined;
}

/**
 * The ledger's side of an undo: intent first, as everywhere. What is undone counts as never done: its version no
 * longer stands, so that the run before it can be undone as well.
 */
export interface Undos {
  /** Creates of a run that are still in doubt and that nobody holds, by application and key, after these, at most `limit`. */
  openCreates(
    run: string,
    pipeline: string,
    after: { readonly application: string; readonly key: string },
    limit: number,
  ): readonly Entry[];
  /** Commits that a version is about to be PUT back. Returns the attempt's number. */
  beginRestore(step: UndoStep, back: Back): number;
  /** Commits that an object is about to be deleted; until an answer settles it, its record is held. */
  beginDelete(step: UndoStep): number;
  /** The same request is about to leave again after `result`. Returns the new attempt's number. */
  again(attempt: number, step: UndoStep, action: 'update' | 'delete', result: AttemptResult): number;
  /** Nobody knows what became of it. */
  doubt(attempt: number, result: AttemptResult): void;
  /** Nothing was changed in Feishu. `wasOpen`: an earlier PUT of the record is still in doubt. */
  takeBack(attempt: number, step: UndoStep, result: AttemptResult, wasOpen: boolean): void;
  /** Nobody waits for the open PUT of an earlier undo any more: Feishu was seen to hold something else. */
  giveUp(step: UndoStep): void;
  /** Feishu holds `back`. `attempt` null: it did so already. */
  restored(
    step: UndoStep,
    back: Back,
    done: { readonly attempt: number; readonly result: AttemptResult } | null,
  ): void;
  /**
   * Feishu no longer has the object, or never had: the record is forgotten, and its next create gets a new key. Where the
   * object took the place of one that was deleted in Feishu, the record is that one's again, and held.
   */
  deleted(step: UndoStep, done: { readonly attempt: number; readonly result: AttemptResult } | null): void;
  /** An object that the run adopted belongs to no record again. */
  forgotten(step: UndoStep): void;
}

export function createUndos(
  database: SqliteDatabase,
  guarded: Guarded,
  {
    fence,
    fenced,
    attempts,
    replaced,
    now,
  }: { fence: Fence; fenced: Fenced; attempts: Attempts; replaced: Replaced; now: () => number },
): Undos {
  const APPLICATION = `json_extract(intent_payload, '$.external_application_id')`;
  const openCreates = database.prepare(
    `SELECT ${ENTRY_COLUMNS} FROM entry
     WHERE pipeline = @pipeline AND state = 'creating' AND held_reason IS NULL AND first_run = @run
       AND (${APPLICATION}, key) > (@application, @key) ORDER BY ${APPLICATION}, key LIMIT @limit`,
  );
  const beginRestore = database.prepare(`
    UPDATE entry SET state = 'updating', intent_fingerprint = @fingerprint, intent_payload = @json,
                     intent_source = @source, last_attempt_at = @now, last_run = @run
    WHERE pipeline = @pipeline AND key = @key AND remote_id IS NOT NULL`);
  const hold = database.prepare(`
    UPDATE entry SET held_reason = coalesce(held_reason, @reason), last_attempt_at = @now, last_run = @run
    WHERE pipeline = @pipeline AND key = @key AND remote_id IS NOT NULL`);
  const release = database.prepare(
    `UPDATE entry SET held_reason = NULL
     WHERE pipeline = @pipeline AND key = @key AND held_reason ->> 'code' = 'undo-delete-in-doubt'`,
  );
  const dropUpdate = database.prepare(`
    UPDATE entry SET state = 'settled', intent_fingerprint = NULL, intent_payload = NULL, intent_source = NULL
    WHERE pipeline = @pipeline AND key = @key AND state = 'updating'`);
  const restored = database.prepare(`
    UPDATE entry SET state = 'settled', applied_fingerprint = @fingerprint, applied_payload = @json,
                     source_payload = @source, intent_fingerprint = NULL, intent_payload = NULL,
                     intent_source = NULL, shown_payload = @shown, settled_at = @now, last_run = @run
    WHERE pipeline = @pipeline AND key = @key AND remote_id IS NOT NULL`);
  const undone = database.prepare(
    'UPDATE version SET undone_by = @run WHERE run = @undoes AND pipeline = @pipeline AND key = @key',
  );
  const close = database.prepare(`
    UPDATE attempt SET outcome = 'undone', finished_at = @now
    WHERE pipeline = @pipeline AND key = @key AND outcome IS NULL`);
  const applicationOf = database
    .prepare(
      `SELECT json_extract(coalesce(applied_payload, intent_payload), '$.external_application_id') FROM entry
       WHERE pipeline = @pipeline AND key = @key`,
    )
    .pluck();
  const forget = database.prepare('DELETE FROM entry WHERE pipeline = @pipeline AND key = @key');
  // Feishu answers the old external_id for 24 hours, and refuses it once its object is gone.
  const nextKey = database.prepare(`
    INSERT INTO generation (pipeline, key, n) VALUES (@pipeline, @key, 2)
    ON CONFLICT DO UPDATE SET n = n + 1`);

  const cellsOf = (step: UndoStep) => ({ ...step, now: now() });
  const ended = (
    step: UndoStep,
    done: { readonly attempt: number; readonly result: AttemptResult } | null,
  ): void => {
    if (done !== null) attempts.finish(done.attempt, done.result);
    undone.run(cellsOf(step));
    // Attempts of runs that were killed, this undo's own among them: the record's state is known now.
    close.run(cellsOf(step));
  };
  const mustChange = (changes: number, { pipeline }: UndoStep): void => {
    if (changes !== 1)
      throw new Error(`The ledger's entry of ${pipeline} is not in a state that can be undone.`);
  };

  return {
    openCreates: guarded((run, pipeline, after, limit) =>
      (openCreates.all({ run, pipeline, ...after, limit }) as EntryRow[]).map(entryOf),
    ),
    beginRestore: fenced((step: UndoStep, { payload, source }: Back) => {
      fence.assert(step.run);
      mustChange(beginRestore.run({ ...cellsOf(step), ...payload, source }).changes, step);
      return attempts.start({ ...step, action: 'update' });
    }),
    beginDelete: fenced((step: UndoStep) => {
      fence.assert(step.run);
      const reason: Reason = { code: 'undo-delete-in-doubt', run: step.undoes };
      mustChange(hold.run({ ...cellsOf(step), reason: JSON.stringify(reason) }).changes, step);
      return attempts.start({ ...step, action: 'delete' });
    }),
    again: fenced((attempt: number, step: UndoStep, action: 'update' | 'delete', result: AttemptResult) => {
      fence.assert(step.run);
      attempts.finish(attempt, result);
      return attempts.start({ ...step, action });
    }),
    doubt: fenced((attempt: number, result: AttemptResult) => attempts.finish(attempt, result)),
    takeBack: fenced((attempt: number, step: UndoStep, result: AttemptResult, wasOpen: boolean) => {
      if (!wasOpen) dropUpdate.run(cellsOf(step));
      release.run(cellsOf(step));
      attempts.finish(attempt, result);
    }),
    giveUp: fenced((step: UndoStep) => {
      dropUpdate.run(cellsOf(step));
      close.run(cellsOf(step));
    }),
    restored: fenced(
      (step: UndoStep, { payload, source, shown }: Back, done: Parameters<Undos['restored']>[2]) => {
        const cells = { ...cellsOf(step), ...payload, source, shown: shownCell(shown) };
        mustChange(restored.run(cells).changes, step);
        ended(step, done);
      },
    ),
    deleted: fenced((step: UndoStep, done: Parameters<Undos['deleted']>[1]) => {
      const application = (applicationOf.get(cellsOf(step)) as string | null | undefined) ?? null;
      forget.run(cellsOf(step));
      nextKey.run(cellsOf(step));
      replaced.giveBackHeld({ ...step, run: step.undoes, application });
      ended(step, done);
    }),
    forgotten: fenced((step: UndoStep) => {
      forget.run(cellsOf(step));
      ended(step, null);
    }),
  };
}
