import type { SqliteDatabase } from './database.ts';
import type { Intent } from './entries.ts';
import { createStartAnew } from './start-anew.ts';

/** Which create took the place of a record. */
export interface Replacing {
  /** The run that began it. */
  readonly run: string;
  readonly pipeline: string;
  readonly key: string;
}

/**
 * Records of objects that were deleted in Feishu and are created anew (`--recreate-missing`, `resolve --create`): put aside when the create
 * begins, so that it can be taken back. Runs inside the ledger's transactions.
 */
export interface Replaced {
  /** The record of the deleted object makes room for the create. */
  putAside(intent: Intent): void;
  /** The create was not made after all: the record is as it was. */
  giveBack(replacing: Replacing): void;
  /**
   * The create was undone: the record is as it was, and held, because its object is still missing. Not where the create
   * was for another application than the record's: that object never was missing.
   */
  giveBackHeld(replacing: Replacing & { readonly application: string | null }): void;
}

const COLUMNS = `target, external_id, remote_id, applied_fingerprint, applied_payload, source_payload,
  first_attempt_at, last_attempt_at, settled_at, first_run, last_run, held_reason`;

const APPLICATION = `json_extract(applied_payload, '$.external_application_id')`;

export function createReplaced(database: SqliteDatabase): Replaced {
  const keep = database.prepare(`
    INSERT INTO replaced (run, pipeline, key, ${COLUMNS})
    SELECT @run, pipeline, key, ${COLUMNS} FROM entry
    WHERE pipeline = @pipeline AND key = @key AND remote_id IS NOT NULL`);
  const startAnew = createStartAnew(database);
  const OF = 'run = @run AND pipeline = @pipeline AND key = @key';
  const back = database.prepare(`
    INSERT INTO entry (pipeline, key, state, ${COLUMNS})
    SELECT pipeline, key, 'settled', ${COLUMNS} FROM replaced WHERE ${OF}`);
  const forget = database.prepare(`DELETE FROM replaced WHERE ${OF}`);
  const hold = database.prepare(`
    UPDATE entry SET held_reason =
      coalesce(held_reason, json_object('code', 'missing-in-feishu', 'remoteId', remote_id))
    WHERE pipeline = @pipeline AND key = @key AND ${APPLICATION} IS @application`);
  const giveBack = ({ run, pipeline, key }: Replacing): boolean => {
    const { changes } = back.run({ run, pipeline, key });
    forget.run({ run, pipeline, key });
    return changes > 0;
  };
  return {
    putAside({ run, pipeline, key }) {
      keep.run({ run, pipeline, key });
      startAnew(pipeline, key);
    },
    giveBack: (replacing) => void giveBack(replacing),
    giveBackHeld(replacing) {
      const { pipeline, key, application } = replacing;
      if (giveBack(replacing)) hold.run({ pipeline, key, application });
    },
  };
}
