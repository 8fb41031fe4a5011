/** The tables with which the ledger began: never edited, see `migrations.ts`. */
export const FIRST_SCHEMA = `
  CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT;

  CREATE TABLE run (
    id          TEXT PRIMARY KEY,
    pipeline    TEXT NOT NULL,
    mode        TEXT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('running', 'finished', 'stopped')),
    started_at  INTEGER NOT NULL,          -- epoch ms
    finished_at INTEGER,                   -- epoch ms
    exit_code   INTEGER,
    summary     TEXT                       -- JSON: the report's numbers, without candidate text
  ) STRICT;

  -- One row per pipeline and source key: the only map from source to Feishu.
  CREATE TABLE entry (
    pipeline            TEXT NOT NULL,
    key                 TEXT NOT NULL,
    target              TEXT NOT NULL,
    external_id         TEXT NOT NULL,     -- idempotency key, the same for every try of one logical create
    remote_id           TEXT,              -- Feishu's id; null until a create is settled
    state               TEXT NOT NULL CHECK (state IN ('creating', 'updating', 'settled')),
    applied_fingerprint TEXT,              -- of the payload last known to be in Feishu
    applied_payload     TEXT,
    intent_fingerprint  TEXT,              -- of the payload on its way; null when settled
    intent_payload      TEXT,
    first_attempt_at    INTEGER NOT NULL,  -- epoch ms; Feishu forgets an external_id 24 h after it
    last_attempt_at     INTEGER NOT NULL,
    settled_at          INTEGER,
    first_run           TEXT NOT NULL,
    last_run            TEXT NOT NULL,
    held_why            TEXT,              -- why no run may write it before somebody decides; null = free
    decision            TEXT CHECK (decision IN ('skip')),  -- what somebody decided about it; null = nothing
    CHECK ((state = 'settled') = (intent_payload IS NULL)),
    CHECK ((state = 'creating') = (remote_id IS NULL)),
    CHECK ((remote_id IS NULL) = (applied_payload IS NULL))
  ) STRICT;
  CREATE UNIQUE INDEX entry_key ON entry (pipeline, key);
  CREATE UNIQUE INDEX entry_remote ON entry (pipeline, remote_id) WHERE remote_id IS NOT NULL;
  CREATE INDEX entry_owner ON entry (remote_id, target) WHERE remote_id IS NOT NULL;
  CREATE INDEX entry_open ON entry (pipeline, key) WHERE state <> 'settled';

  -- Rows that wait for something a lookup does not have yet, whole, because a later export may not have them.
  CREATE TABLE waiting (
    pipeline TEXT NOT NULL,
    key      TEXT NOT NULL,
    since    INTEGER NOT NULL,             -- epoch ms
    record   TEXT NOT NULL,                -- the source record as JSON
    PRIMARY KEY (pipeline, key)
  ) STRICT;

  -- Records that somebody decided to create anew: their next create needs a key Feishu has never seen.
  CREATE TABLE generation (
    pipeline TEXT NOT NULL,
    key      TEXT NOT NULL,
    n        INTEGER NOT NULL,             -- 2 = the second create
    PRIMARY KEY (pipeline, key)
  ) STRICT, WITHOUT ROWID;

  -- Every request that carried a change, retries included. No payload, no message: codes and log ids only.
  CREATE TABLE attempt (
    id          INTEGER PRIMARY KEY,
    run         TEXT NOT NULL,
    pipeline    TEXT NOT NULL,
    key         TEXT NOT NULL,
    action      TEXT NOT NULL CHECK (action IN ('create', 'update')),
    started_at  INTEGER NOT NULL,          -- epoch ms
    finished_at INTEGER,
    outcome     TEXT,                      -- null: no answer was recorded
    code        INTEGER,                   -- Feishu's code; null without an answer
    log_id      TEXT
  ) STRICT;
  CREATE INDEX attempt_run ON attempt (run);
  CREATE INDEX attempt_key ON attempt (pipeline, key);

  -- Rows of a run that did not go through, without their values.
  CREATE TABLE run_issue (
    run   TEXT NOT NULL,
    seq   INTEGER NOT NULL,
    kind  TEXT NOT NULL,                   -- rejected, held, failed, in-doubt
    key   TEXT,
    file  TEXT NOT NULL,
    line  INTEGER NOT NULL,
    code  TEXT NOT NULL,
    field TEXT NOT NULL,
    log_id TEXT,
    PRIMARY KEY (run, seq)
  ) STRICT;

  -- At most one run at a time owns the ledger.
  CREATE TABLE lease (
    one          INTEGER PRIMARY KEY CHECK (one = 1),
    run          TEXT NOT NULL,
    host         TEXT NOT NULL,
    pid          INTEGER NOT NULL,
    process_mark TEXT NOT NULL,            -- tells this process from a later one with the same pid
    started_at   INTEGER NOT NULL,
    heartbeat_at INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL
  ) STRICT;
  `;
