import type { z } from 'zod';
import type { Entry } from '../ledger/entries.ts';
import type { Change, Drift, DriftPolicy, Json, Origin, Payload } from '../model.ts';
import type { Reason } from '../reason.ts';
import { canonicalJson, fingerprintOf } from './canonical.ts';
import { diffPayloads } from './diff.ts';
import { merge } from './merge.ts';
import type { Shape } from './shape.ts';

/** What is done about what somebody changed in Feishu. */
export interface Policy {
  /** Changed fields: the source wins (`overwrite`), Feishu's stay (`keep`), or nothing is sent (`hold`). */
  readonly onDrift: DriftPolicy;
  /** Also where the source did not change; otherwise such a record is left as it is. */
  readonly repairDrift: boolean;
  /** What was deleted in Feishu is created again. */
  readonly recreateMissing: boolean;
}

export const DEFAULT_POLICY: Policy = { onDrift: 'overwrite', repairDrift: false, recreateMissing: false };

/** A record that has a Feishu id: what is known of it from three sides. */
export interface Sides {
  readonly key: string;
  readonly origin: Origin;
  readonly remoteId: string;
  /** What the source says now. */
  readonly payload: Payload;
  readonly entry: Entry;
  /** What Feishu holds now, in canonical form; `undefined` when nobody asked: then it is taken to be what was last applied. */
  readonly found?: Payload | undefined;
}

export interface Target {
  readonly schema: z.ZodType;
  readonly shape: Shape;
}

/**
 * What was last written, and what the source said then. `unknown`: a person named the object, so nobody knows which of its
 * values were entered in Feishu; `applied` is then what was found there.
 */
interface Known {
  readonly applied: Payload;
  readonly source: string;
  readonly unknown: boolean;
}

/**
 * Compares what was last applied, what the source says and what Feishu holds, and decides. Pure. The kinds it gives:
 * `unchanged`, `update`, `record`, `drifted`, `held`, and `create` of a key that somebody let go of its old application.
 */
export function decide(sides: Sides, given: Policy, target: Target): Change {
  const { key, origin, remoteId, payload, entry } = sides;
  const policy = decidedPolicy(entry, given);
  const place = { key, origin, remoteId };
  const known = knownOf(sides);
  const found = sides.found ?? known.applied;
  const settled = entry.state === 'settled';
  const agree = found.json === payload.json;
  const noted = settled && !known.unknown && known.applied.json === payload.json;
  if (agree && noted && known.source === payload.json) return { kind: 'unchanged', ...place };
  const moved = movedApplication(known, payload);
  if (moved !== null)
    return entry.decision === 'create'
      ? { kind: 'create', key, origin, payload, recreates: remoteId }
      : { kind: 'held', key, origin, reason: moved };
  const drift = driftOf(known, found, payload, policy, target);
  const withDrift = drift === undefined ? {} : { drift };
  if (agree) return unsent({ kind: 'record', ...place, payload, ...withDrift }, sides, target.shape);
  if (known.source === payload.json && drift === undefined && !known.unknown) {
    // Values that were kept from Feishu an earlier time stay.
    if (settled) return { kind: 'unchanged', ...place };
    return unsent({ kind: 'record', ...place, payload: found, source: payload }, sides, target.shape);
  }
  if (known.source === payload.json && drift !== undefined && !policy.repairDrift)
    return { kind: 'drifted', ...place, drift };
  return resolve({ sides, known, found, drift }, policy, target);
}

function resolve(
  { sides, known, found, drift }: { sides: Sides; known: Known; found: Payload; drift: Drift | undefined },
  { onDrift }: Policy,
  { shape, schema }: Target,
): Change {
  const { key, origin, remoteId, payload } = sides;
  const place = { key, origin, remoteId };
  const withDrift = drift === undefined ? {} : { drift };
  const untouched = drift === undefined && known.source === known.applied.json;
  const held = (reason: Reason): Change => ({ kind: 'held', key, origin, reason, ...withDrift });
  // Where nobody asked, what it holds is not known either: whoever is about to send it asks, and decides again.
  const seen = known.unknown && drift === undefined ? sides.found : undefined;
  if (seen !== undefined && onDrift !== 'overwrite')
    return held({
      code: 'named-by-hand',
      fields: diffPayloads(found.json, payload.json, shape).map(({ path }) => path),
    });
  if (onDrift === 'overwrite' || untouched || known.unknown)
    return {
      kind: 'update',
      ...place,
      payload,
      fields: diffPayloads(found.json, payload.json, shape),
      ...withDrift,
      ...(seen !== undefined && { overwrites: seen }),
    };
  const { value, conflicts } = merge(shape, parsed(known.source), parsed(payload.json), parsed(found.json));
  if (onDrift === 'hold' && (drift !== undefined || conflicts.length > 0))
    return held({ code: 'changed-in-feishu', fields: pathsOf(drift, conflicts), conflicts });
  const json = canonicalJson(shape, value);
  if (!schema.safeParse(JSON.parse(json)).success) return held({ code: 'kept-does-not-fit' });
  const merged = { json, fingerprint: fingerprintOf(json) };
  const source = json === payload.json ? {} : { source: payload };
  if (json === found.json)
    return unsent({ kind: 'record', ...place, payload: merged, ...source, ...withDrift }, sides, shape);
  const fields = diffPayloads(found.json, json, shape);
  return { kind: 'update', ...place, payload: merged, fields, ...source, ...withDrift };
}

/** What somebody decided about this record (`hire-sync resolve --overwrite`, `--keep`) goes before what the run was told. */
export function decidedPolicy({ decision }: Entry, policy: Policy): Policy {
  if (decision !== 'overwrite' && decision !== 'keep') return policy;
  return { ...policy, onDrift: decision, repairDrift: true };
}

/**
 * `record` means that Feishu is known to hold it. When nobody asked, and an update lost its answer, that is not known:
 * a full replace is simply sent again.
 */
function unsent(record: Extract<Change, { kind: 'record' }>, { entry, found }: Sides, shape: Shape): Change {
  if (found !== undefined || entry.state === 'settled') return record;
  const { payload } = record;
  const again = diffPayloads(entry.applied?.json ?? NOTHING, payload.json, shape);
  // Two updates in a row lost their answers and the last one was the old content: what Feishu holds is unknown.
  const fields = again.length > 0 ? again : diffPayloads(NOTHING, payload.json, shape);
  return { ...record, kind: 'update', fields };
}

/** What the ledger says of an object whose content it does not know. No source says so: every target needs a field or two. */
const NOTHING = '{}';

function knownOf({ entry, found }: Sides): Known {
  const { applied, intent, appliedSource, intentSource } = entry;
  if (applied === null) throw new Error('A record with a Feishu id has no applied payload.');
  // An update without an answer is in Feishu if Feishu shows it; when nobody asked it is taken to be, but not in an object
  // that a person named since.
  const isThere = found === undefined ? applied.fingerprint !== '' : found.json === intent?.json;
  if (intent !== null && isThere)
    return { applied: intent, source: intentSource ?? intent.json, unknown: false };
  // See `resolve --adopt`: a person named the object, and its content is not known.
  if (applied.fingerprint === '')
    return { applied: found ?? applied, source: (found ?? applied).json, unknown: true };
  // An undo gave back what such an object had held: the ledger knows the content again, and no more than that.
  return { applied, source: appliedSource ?? applied.json, unknown: appliedSource === NOTHING };
}

function driftOf(
  { applied, source }: Known,
  found: Payload,
  payload: Payload,
  { onDrift }: Policy,
  { shape }: Target,
): Drift | undefined {
  if (found.json === applied.json) return undefined;
  const fields = diffPayloads(applied.json, found.json, shape);
  const { conflicts } = merge(shape, parsed(source), parsed(payload.json), parsed(found.json));
  return { fields, conflicts, policy: onDrift, found };
}

function movedApplication({ applied, source, unknown }: Known, payload: Payload): Reason | null {
  const before = (parsed(unknown ? applied.json : source) as { readonly external_application_id?: string })
    .external_application_id;
  const after = (parsed(payload.json) as { readonly external_application_id?: string })
    .external_application_id;
  if (before === undefined || before === after) return null;
  return { code: 'key-reused', before, after: String(after) };
}

/** What was edited in Feishu, and what the source changed as well. */
function pathsOf(drift: Drift | undefined, conflicts: readonly string[]): readonly string[] {
  return [...new Set([...(drift?.fields ?? []).map(({ path }) => path), ...conflicts])];
}

function parsed(json: string): Json {
  return JSON.parse(json) as Json;
}
