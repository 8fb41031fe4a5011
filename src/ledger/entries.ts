import type { Payload } from '../model.ts';
import type { Reason } from '../reason.ts';
import { assertAsWritten, assertJson } from './soundness.ts';

/** What the ledger knows of one source record. */
export interface Entry {
  readonly key: string;
  readonly target: string;
  readonly externalId: string;
  /** Feishu's id; null while the create is open. */
  readonly remoteId: string | null;
  /**
   * `settled`: Feishu holds `applied`. `creating` / `updating`: an intent was recorded and no answer that
   * settles it, so Feishu may or may not hold `intent`.
   */
  readonly state: 'creating' | 'updating' | 'settled';
  readonly applied: Payload | null;
  readonly intent: Payload | null;
  /**
   * What the source said when `applied` was made, in canonical JSON; null where it is the same. It differs where values
   * that somebody entered in Feishu were kept. `intentSource` likewise for `intent`.
   */
  readonly appliedSource: string | null;
  readonly intentSource: string | null;
  /**
   * What Feishu showed right after `applied` was written, canonical JSON; null where it is just that, undefined where
   * nobody looked (an earlier version wrote it, or a person named the object).
   */
  readonly shown: string | null | undefined;
  /** Epoch ms of the first request of the open or last create. */
  readonly firstAttemptAt: number;
  readonly lastAttemptAt: number;
  /** Why no run may write it; null = free. */
  readonly held: Reason | null;
  /** What somebody decided about it and no write has settled yet: see `Decision`. */
  readonly decision: 'skip' | 'create' | 'overwrite' | 'keep' | null;
}

/** A write that is about to be sent. */
export interface Intent {
  readonly run: string;
  readonly pipeline: string;
  readonly key: string;
  readonly target: string;
  readonly action: 'create' | 'update';
  readonly externalId: string;
  readonly payload: Payload;
  /** The source's own payload as canonical JSON, where it is not `payload`; see `Entry.appliedSource`. */
  readonly source?: string | undefined;
  /** Once it is settled: see `Entry.shown`. */
  readonly shown?: string | null | undefined;
  /** Of a create: the id of the deleted object that it takes the place of. `externalId` is one that Feishu has not seen. */
  readonly recreates?: string | undefined;
  /** What Feishu was seen to hold before, canonical JSON, where that is not what was last applied. */
  readonly found?: string | undefined;
}

/** How an answered request is noted; no message and no payload, they may hold candidate data. */
export interface AttemptResult {
  readonly outcome: string;
  readonly code: number | null;
  readonly logId: string;
}

export interface EntryRow {
  key: string;
  target: string;
  external_id: string;
  remote_id: string | null;
  state: Entry['state'];
  applied_fingerprint: string | null;
  applied_payload: string | null;
  intent_fingerprint: string | null;
  intent_payload: string | null;
  source_payload: string | null;
  intent_source: string | null;
  shown_payload: string | null;
  first_attempt_at: number;
  last_attempt_at: number;
  held_reason: string | null;
  decision: Entry['decision'];
}

export const ENTRY_COLUMNS = `key, target, external_id, remote_id, state, applied_fingerprint, applied_payload,
  intent_fingerprint, intent_payload, source_payload, intent_source, shown_payload, first_attempt_at, last_attempt_at,
  held_reason,
  coalesce(decision, (SELECT kind FROM decided WHERE decided.pipeline = entry.pipeline AND decided.key = entry.key))
    AS decision`;

/** @throws when a payload is not what was written: see `soundness.ts` */
export function entryOf(row: EntryRow): Entry {
  assertAsWritten(row.key, row.applied_payload, row.applied_fingerprint);
  assertAsWritten(row.key, row.intent_payload, row.intent_fingerprint);
  assertJson(`what the source said of record ${row.key}`, row.source_payload);
  assertJson(`what the source says of record ${row.key}`, row.intent_source);
  return {
    key: row.key,
    target: row.target,
    externalId: row.external_id,
    remoteId: row.remote_id,
    state: row.state,
    applied: payloadOf(row.applied_payload, row.applied_fingerprint),
    intent: payloadOf(row.intent_payload, row.intent_fingerprint),
    firstAttemptAt: row.first_attempt_at,
    lastAttemptAt: row.last_attempt_at,
    appliedSource: row.source_payload,
    intentSource: row.intent_source,
    shown: row.shown_payload === UNSEEN ? undefined : row.shown_payload,
    held: row.held_reason === null ? null : (JSON.parse(row.held_reason) as Reason),
    decision: row.decision,
  };
}

/** `shown_payload` where nobody looked. */
const UNSEEN = '';

/** `Entry.shown` as it is stored. */
export function shownCell(shown: string | null | undefined): string | null {
  return shown === undefined ? UNSEEN : shown;
}

function payloadOf(json: string | null, fingerprint: string | null): Payload | null {
  return json === null || fingerprint === null ? null : { json, fingerprint };
}

/** Wraps a use of the database so that SQLite's errors say what to do. */
export type Guarded = <Args extends unknown[], T>(work: (...args: Args) => T) => (...args: Args) => T;
