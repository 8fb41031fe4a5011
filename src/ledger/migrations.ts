import { FIRST_SCHEMA } from './first-schema.ts';
import { reasonsOfSentences } from './old-reasons.ts';

/**
 * The ledger's schema as ordered SQL texts: text N brings `user_version` from N to N + 1.
 * A text that has been released is never edited; a change is a new text at the end.
 */
export const MIGRATIONS: readonly string[] = [
  FIRST_SCHEMA,
  `
  -- What the source said, where it is not what was applied, because values somebody entered in Feishu were kept.
  ALTER TABLE entry ADD COLUMN source_payload TEXT;
  ALTER TABLE entry ADD COLUMN intent_source TEXT;

  -- What a run took away: the state before its first write of a record, so that it can be given back (undo).
  -- What a run created needs none: entry.first_run names it.
  CREATE TABLE version (
    run               TEXT NOT NULL,
    pipeline          TEXT NOT NULL,
    key               TEXT NOT NULL,
    action            TEXT NOT NULL CHECK (action IN ('update', 'record', 'adopt')),
    remote_id         TEXT NOT NULL,
    before_payload    TEXT,                -- last applied before it; null for 'adopt'
    before_source     TEXT,                -- as entry.source_payload, before it
    found_payload     TEXT,                -- what Feishu held before it, where that is not before_payload
    after_fingerprint TEXT NOT NULL,       -- of what Feishu held after it
    at                INTEGER NOT NULL,    -- epoch ms
    undone_by         TEXT,                -- the run that gave it back; null = it stands
    PRIMARY KEY (run, pipeline, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX version_record ON version (pipeline, key);

  -- Saved plans that were begun: each is carried out once.
  CREATE TABLE plan_use (
    plan     TEXT PRIMARY KEY,             -- hex SHA-256 of the plan file
    pipeline TEXT NOT NULL,
    run      TEXT NOT NULL,                -- that began it
    state    TEXT NOT NULL CHECK (state IN ('begun', 'done')),
    at       INTEGER NOT NULL              -- epoch ms
  ) STRICT, WITHOUT ROWID;

  -- The same table with a third action.
  CREATE TABLE attempt_new (
    id          INTEGER PRIMARY KEY,
    run         TEXT NOT NULL,
    pipeline    TEXT NOT NULL,
    key         TEXT NOT NULL,
    action      TEXT NOT NULL CHECK (action IN ('create', 'update', 'delete')),
    started_at  INTEGER NOT NULL,
    finished_at INTEGER,
    outcome     TEXT,
    code        INTEGER,
    log_id      TEXT
  ) STRICT;
  INSERT INTO attempt_new SELECT * FROM attempt;
  DROP TABLE attempt;
  ALTER TABLE attempt_new RENAME TO attempt;
  CREATE INDEX attempt_run ON attempt (run);
  CREATE INDEX attempt_key ON attempt (pipeline, key);
  `,
  `
  -- By which raw bytes a settled record is known again without being parsed: see row-hashes.ts.
  CREATE TABLE raw_context (
    pipeline TEXT PRIMARY KEY,
    context  TEXT NOT NULL                 -- hex SHA-256 over code, settings, encodings, headers, lookups
  ) STRICT;
  CREATE TABLE raw_mark (
    pipeline TEXT NOT NULL,
    key      TEXT NOT NULL,
    mark     BLOB NOT NULL,                -- hash of the raw bytes (16), date (6, epoch ms)
    PRIMARY KEY (pipeline, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX raw_mark_order ON raw_mark (pipeline, mark);
  -- A mark speaks for what Feishu held when it was made: whatever touches the entry drops it.
  CREATE TRIGGER raw_mark_on_update AFTER UPDATE ON entry BEGIN
    DELETE FROM raw_mark WHERE pipeline = OLD.pipeline AND key = OLD.key;
  END;
  CREATE TRIGGER raw_mark_on_delete AFTER DELETE ON entry BEGIN
    DELETE FROM raw_mark WHERE pipeline = OLD.pipeline AND key = OLD.key;
  END;
  `,
  `
  -- Records whose object was deleted in Feishu and which a run created anew (--recreate-missing): as they were before, so
  -- that a create that is refused, or undone, leaves what was there.
  CREATE TABLE replaced (
    run                 TEXT NOT NULL,     -- that began the create
    pipeline            TEXT NOT NULL,
    key                 TEXT NOT NULL,
    target              TEXT NOT NULL,     -- these as in entry
    external_id         TEXT NOT NULL,
    remote_id           TEXT NOT NULL,
    applied_fingerprint TEXT NOT NULL,
    applied_payload     TEXT NOT NULL,
    source_payload      TEXT,
    first_attempt_at    INTEGER NOT NULL,
    last_attempt_at     INTEGER NOT NULL,
    settled_at          INTEGER,
    first_run           TEXT NOT NULL,
    last_run            TEXT NOT NULL,
    held_why            TEXT,
    PRIMARY KEY (run, pipeline, key)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- All that a rerun asks of a record that is as it was: without it every one of a million look-ups reads a page of payloads.
  CREATE INDEX entry_settled ON entry (pipeline, key, applied_fingerprint, remote_id)
    WHERE state = 'settled' AND source_payload IS NULL AND held_why IS NULL AND decision IS NULL;
  `,
  `
  -- Why a record is held, as data: JSON with a code (see reason.ts). Earlier versions kept a sentence.
  ALTER TABLE entry RENAME COLUMN held_why TO held_reason;
  ALTER TABLE replaced RENAME COLUMN held_why TO held_reason;
  ${['entry', 'replaced'].map(reasonsOfSentences).join('\n')}

  -- What somebody decided about a record for its next write, also before it has an entry: see decisions.ts. That an entry
  -- is skipped stands in the entry.
  CREATE TABLE decided (
    pipeline TEXT NOT NULL,
    key      TEXT NOT NULL,
    kind     TEXT NOT NULL CHECK (kind IN ('create', 'overwrite', 'keep', 'skip')),
    at       INTEGER NOT NULL,             -- epoch ms
    PRIMARY KEY (pipeline, key)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Which members the JSON records of a pipeline have had, in any run: what is absent tonight may only be null.
  CREATE TABLE members_seen (
    pipeline TEXT PRIMARY KEY,
    names    TEXT NOT NULL                 -- JSON list of paths
  ) STRICT;
  `,
  `
  -- What Feishu showed right after the write: null = what was sent, '' = nobody looked (all that earlier versions wrote).
  ALTER TABLE entry ADD COLUMN shown_payload TEXT DEFAULT '';

  -- What Feishu makes of a field by its own doing, because it answered a PUT with it: see habits.ts.
  CREATE TABLE feishu_habit (
    target TEXT NOT NULL,
    kind   TEXT NOT NULL CHECK (kind IN ('cut', 'default', 'hidden')),
    path   TEXT NOT NULL,                  -- of the field, without list places
    value  TEXT NOT NULL,                  -- JSON: the length it is cut to, the default value; 'null' = hidden
    PRIMARY KEY (target, kind, path, value)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Which ledger this is (a copy has the same name), how often runs have noted that they write, how often the lease was taken.
  INSERT INTO meta (name, value) VALUES ('ledger', lower(hex(randomblob(8)))), ('serial', '0'), ('fence', '0');
  ALTER TABLE lease ADD COLUMN fence INTEGER NOT NULL DEFAULT 0;   -- the holder's number, see fence.ts

  -- Pipelines of which the ledger may know less than Feishu: it is a copy, or older than what was written with it.
  CREATE TABLE restored (
    pipeline TEXT PRIMARY KEY,
    why      TEXT NOT NULL                 -- JSON, see restored.ts
  ) STRICT, WITHOUT ROWID;
  -- Runs that left a marker beside the ledger, are not in it, and were told of.
  CREATE TABLE foreign_run (
    run TEXT PRIMARY KEY
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Holds that came from a read are looked at again each night, among a million records that are not held.
  CREATE INDEX entry_held ON entry (pipeline, key) WHERE held_reason IS NOT NULL;
  `,
  `
  -- Records whose last write Feishu refused: the next run tries those that are the same last.
  CREATE TABLE refused (
    pipeline    TEXT NOT NULL,
    key         TEXT NOT NULL,
    fingerprint TEXT NOT NULL,             -- of what the source said
    PRIMARY KEY (pipeline, key)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Of a run that carries out a saved plan: the plan's hash (hex SHA-256), and who signed it.
  ALTER TABLE run ADD COLUMN plan TEXT;
  ALTER TABLE run ADD COLUMN approved_by TEXT;
  `,
  `
  -- Why a run stopped that has no summary: JSON, see result/stopped.ts.
  ALTER TABLE run ADD COLUMN stopped TEXT;
  `,
  `
  -- Since when a row has been open, epoch ms: see open-rows.ts. Of runs before this version: since that run.
  ALTER TABLE run_issue ADD COLUMN since INTEGER;
  UPDATE run_issue SET since = (SELECT started_at FROM run WHERE id = run_issue.run);
  `,
  `
  -- Records that somebody had erased (hire-sync forget), known again by a hash alone: see forgotten.ts.
  CREATE TABLE forgotten (
    pipeline    TEXT NOT NULL,
    mark        TEXT NOT NULL,             -- hex HMAC-SHA-256 of the key, under the secret
    secret      TEXT NOT NULL,             -- hex, 32 random bytes
    generation  INTEGER NOT NULL,          -- of its last create, see generation.n; 0 = it was never created
    at          INTEGER NOT NULL,          -- epoch ms
    certificate TEXT,                      -- JSON: what was erased, in numbers; null = not all of it is
    PRIMARY KEY (pipeline, mark)
  ) STRICT, WITHOUT ROWID;
  -- Those that are being erased, with the key, until all of it is.
  CREATE TABLE forgetting (
    pipeline TEXT NOT NULL,
    key      TEXT NOT NULL,
    found    TEXT,                         -- JSON: what was found where; null = nobody looked yet
    PRIMARY KEY (pipeline, key)
  ) STRICT, WITHOUT ROWID;
  `,
];
