import type { Payload } from '../model.ts';
import type { Reason, ReasonCode } from '../reason.ts';
import type { SqliteDatabase } from './database.ts';
import { createDropDecision } from './decisions.ts';
import {
  ENTRY_COLUMNS,
  type Entry,
  type EntryRow,
  entryOf,
  type Guarded,
  type Intent,
  shownCell,
} from './entries.ts';
import type { Fenced } from './fence.ts';
import { fingerprintOf } from './soundness.ts';
import type { Versions } from './versions.ts';

/** What an object was seen to hold. */
export interface Holds {
  readonly payload?: Payload | undefined;
  readonly shown?: string | null | undefined;
}

/** A record that is held because Feishu did not show its object; `firstAttemptAt` in epoch ms. */
export interface Unseen {
  readonly key: string;
  readonly remoteId: string;
  readonly code: ReasonCode;
  readonly firstAttemptAt: number;
}

/** A record, and its pipeline. */
export interface Owner {
  readonly pipeline: string;
  readonly key: string;
}

const NOTHING = { json: null, fingerprint: null };

/**
 * Open creates, and what settles them apart from an answer. All are grouped by the application they belong to,
 * because that is what Feishu can be asked by.
 */
export interface Doubts {
  /** Applications that have open creates which nobody holds, in order, after `after`, at most `limit`. */
  applications(pipeline: string, after: string, limit: number): readonly string[];
  /** The open creates of one application that nobody holds, oldest first. */
  of(pipeline: string, application: string): readonly Entry[];
  /** Whether another record, of any pipeline with this target, owns the Feishu id. */
  isOwned(target: string, remoteId: string): boolean;
  /** The record, of any pipeline with this target, that owns the Feishu id. */
  ownerOf(target: string, remoteId: string): Owner | undefined;
  /** The fingerprints of what a record holds, what its source said when that was written, and what is on its way. */
  fingerprintsOf(
    pipeline: string,
    key: string,
  ): { readonly remoteId: string | null; readonly all: readonly string[] };
  /** Whether a create with this content is open, of any pipeline with this target. */
  isOpen(target: string, fingerprint: string): boolean;
  /**
   * The object found under `remoteId` is this record's: the open create is settled with its intent's payload. `holds`: what
   * Feishu was seen to hold there, see `Entry.shown`; with `payload` where that is another content than the intent's.
   */
  adopt(run: string, pipeline: string, key: string, remoteId: string, holds?: Holds): void;
  /** A record the ledger did not know has this object: found by content. By `ledger rebuild`, or by a run that can be undone. */
  learn(intent: Intent, remoteId: string, by?: 'rebuild' | 'run'): void;
  /** An old create is about to be sent anew: Feishu's memory of its key begins now. */
  renew(pipeline: string, key: string): void;
  /**
   * Records after `after` in key order, at most `limit`, that are held because Feishu did not show their object, and about
   * which nobody has decided.
   */
  unseen(pipeline: string, after: string, limit: number): readonly Unseen[];
  /** How many there are. */
  countUnseen(pipeline: string): number;
  /** Feishu shows the object of such a record again: it is held no more. */
  seenAgain(pipeline: string, key: string): void;
  /** No run may write this record before what the reason names has happened. Its data hold no candidate text. */
  hold(pipeline: string, key: string, reason: Reason): void;
  /**
   * A record that the ledger does not know and that is not to be created before somebody decides: it is kept as a create
   * that was never sent. `reason` as in `hold`.
   */
  holdNew(intent: Intent, reason: Reason): void;
  /**
   * The key under which a record is created: `base`, or `base#2` once somebody decided to create it anew. `anew`: the key
   * that is next, of a create that takes the place of a deleted object.
   */
  externalId(pipeline: string, key: string, base: string, anew?: boolean): string;
}

const sqlList = (codes: readonly ReasonCode[]): string => codes.map((code) => `'${code}'`).join();

/** Codes of holds, as SQL, that every sync compares anew. */
const COMPARED_ANEW = sqlList(['near-stranger', 'near-missing']);

/** Of those whose object Feishu did not show: every sync looks for it. */
const UNSEEN_CODES = sqlList(['missing-in-feishu', 'not-visible-yet']);

export function createDoubts(
  database: SqliteDatabase,
  guarded: Guarded,
  { fenced, versions, now }: { fenced: Fenced; versions: Versions; now: () => number },
): Doubts {
  const APPLICATION = `json_extract(intent_payload, '$.external_application_id')`;
  // One that is held for what stands near it is looked at again each time: that may be gone.
  const OPEN = `pipeline = ? AND state = 'creating' AND coalesce(held_reason ->> 'code', '') IN ('', ${COMPARED_ANEW})`;
  const applications = database
    .prepare(
      `SELECT DISTINCT ${APPLICATION} AS id FROM entry WHERE ${OPEN} AND ${APPLICATION} > ? ORDER BY 1 LIMIT ?`,
    )
    .pluck();
  const of = database.prepare(
    `SELECT ${ENTRY_COLUMNS} FROM entry WHERE ${OPEN} AND ${APPLICATION} = ? ORDER BY first_attempt_at, key`,
  );
  const owned = database.prepare('SELECT 1 FROM entry WHERE target = ? AND remote_id = ?').pluck();
  const owner = database.prepare('SELECT pipeline, key FROM entry WHERE target = ? AND remote_id = ?');
  const fingerprints = database.prepare(`
    SELECT remote_id AS remoteId, applied_fingerprint AS applied, intent_fingerprint AS intent, source_payload AS source
    FROM entry WHERE pipeline = ? AND key = ?`);
  const openEqual = database
    .prepare(
      "SELECT 1 FROM entry WHERE state <> 'settled' AND state = 'creating' AND target = ? AND intent_fingerprint = ?",
    )
    .pluck();
  const adopt = database.prepare(`
    UPDATE entry SET state = 'settled', remote_id = @remoteId, settled_at = @now, last_run = @run, held_reason = NULL,
                     applied_fingerprint = coalesce(@fingerprint, intent_fingerprint),
                     applied_payload = coalesce(@json, intent_payload), shown_payload = @shown,
                     intent_fingerprint = NULL, intent_payload = NULL
    WHERE pipeline = @pipeline AND key = @key AND state = 'creating'`);
  const learn = database.prepare(`
    INSERT INTO entry (pipeline, key, target, external_id, remote_id, state, applied_fingerprint, applied_payload,
                       shown_payload, first_attempt_at, last_attempt_at, settled_at, first_run, last_run)
    VALUES (@pipeline, @key, @target, @externalId, @remoteId, 'settled', @fingerprint, @json,
            @shown, @now, @now, @now, @run, @run)`);
  const renew = database.prepare(
    `UPDATE entry SET first_attempt_at = @now WHERE pipeline = @pipeline AND key = @key AND state = 'creating'`,
  );
  const hold = database.prepare(
    'UPDATE entry SET held_reason = @reason WHERE pipeline = @pipeline AND key = @key',
  );
  // By the index of what is held, not of Feishu's ids (hence the plus): that one has every record.
  const UNSEEN = `pipeline = ? AND held_reason IS NOT NULL AND held_reason ->> 'code' IN (${UNSEEN_CODES})
     AND +remote_id IS NOT NULL AND decision IS NULL
     AND NOT EXISTS (SELECT 1 FROM decided WHERE decided.pipeline = entry.pipeline AND decided.key = entry.key)`;
  const unseen = database.prepare(
    `SELECT key, remote_id AS remoteId, held_reason ->> 'code' AS code, first_attempt_at AS firstAttemptAt FROM entry WHERE ${UNSEEN} AND key > ?
     ORDER BY key LIMIT ?`,
  );
  const countUnseen = database.prepare(`SELECT count(*) FROM entry WHERE ${UNSEEN}`).pluck();
  const seenAgain = database.prepare(`UPDATE entry SET held_reason = NULL WHERE ${UNSEEN} AND key = ?`);
  const holdNew = database.prepare(`
    INSERT INTO entry (pipeline, key, target, external_id, state, intent_fingerprint, intent_payload,
                       first_attempt_at, last_attempt_at, first_run, last_run, held_reason)
    VALUES (@pipeline, @key, @target, @externalId, 'creating', @fingerprint, @json, @now, @now, @run, @run, @reason)
    ON CONFLICT (pipeline, key) DO UPDATE SET held_reason = @reason`);
  const generation = database.prepare('SELECT n FROM generation WHERE pipeline = ? AND key = ?').pluck();
  const note = database.prepare(`
    INSERT INTO attempt (run, pipeline, key, action, started_at, finished_at, outcome)
    VALUES (@run, @pipeline, @key, 'create', @now, @now, @outcome)`);
  const dropDecision = createDropDecision(database);
  return {
    applications: guarded((pipeline, after, limit) => applications.all(pipeline, after, limit) as string[]),
    of: guarded((pipeline, application) => (of.all(pipeline, application) as EntryRow[]).map(entryOf)),
    isOwned: guarded((target, remoteId) => owned.get(target, remoteId) !== undefined),
    ownerOf: guarded((target, remoteId) => owner.get(target, remoteId) as Owner | undefined),
    fingerprintsOf: guarded((pipeline, key) => {
      const row = fingerprints.get(pipeline, key) as
        | { remoteId: string | null; applied: string | null; intent: string | null; source: string | null }
        | undefined;
      if (row === undefined) return { remoteId: null, all: [] };
      const { remoteId, applied, intent, source } = row;
      const said = source === null ? null : fingerprintOf(source);
      return {
        remoteId,
        all: [applied, intent, said].filter((one) => one !== null && one !== '') as string[],
      };
    }),
    isOpen: guarded((target, fingerprint) => openEqual.get(target, fingerprint) !== undefined),
    adopt: fenced((run: string, pipeline: string, key: string, remoteId: string, holds: Holds = {}) => {
      const { payload = NOTHING, shown } = holds;
      adopt.run({ run, pipeline, key, remoteId, ...payload, shown: shownCell(shown), now: now() });
      dropDecision(pipeline, key);
      note.run({ run, pipeline, key, now: now(), outcome: 'adopted' });
    }),
    learn: fenced((intent: Intent, remoteId: string, by: 'rebuild' | 'run' = 'rebuild') => {
      const { payload, action, source, found, shown, ...cells } = intent;
      learn.run({ ...cells, ...payload, shown: shownCell(shown), remoteId, now: now() });
      dropDecision(intent.pipeline, intent.key);
      if (by === 'run') versions.adopted(intent, remoteId);
      note.run({
        run: intent.run,
        pipeline: intent.pipeline,
        key: intent.key,
        now: now(),
        outcome: 'adopted',
      });
    }),
    renew: fenced((pipeline: string, key: string) => void renew.run({ pipeline, key, now: now() })),
    unseen: guarded(
      (pipeline, after, limit) => unseen.all(pipeline, after, limit) as ReturnType<Doubts['unseen']>,
    ),
    countUnseen: guarded((pipeline) => countUnseen.get(pipeline) as number),
    seenAgain: fenced((pipeline: string, key: string) => void seenAgain.run(pipeline, key)),
    hold: fenced(
      (pipeline: string, key: string, reason: Reason) =>
        void hold.run({ pipeline, key, reason: JSON.stringify(reason) }),
    ),
    holdNew: fenced((intent: Intent, reason: Reason) => {
      const { run, pipeline, key, target, externalId, payload } = intent;
      const held = JSON.stringify(reason);
      holdNew.run({ run, pipeline, key, target, externalId, ...payload, reason: held, now: now() });
    }),
    externalId: guarded((pipeline: string, key: string, base: string, anew = false) => {
      const n = ((generation.get(pipeline, key) as number | undefined) ?? 1) + (anew ? 1 : 0);
      return n === 1 ? base : `${base}#${n}`;
    }),
  };
}
