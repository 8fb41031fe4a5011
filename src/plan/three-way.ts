import type { z } from 'zod';
import type { Entry } from '../ledger/entries.ts';
import type { Change, Drift, DriftPolicy, Json, Origin, Payload } from '../model.ts';
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

/** What was last written, and what the source said then. `unknown`: a person named the id, and nobody knows what it holds. */
interface Known {
  readonly applied: Payload;
  readonly source: string;
  readonly unknown: boolean;
}

/**
 * Compares what was last applied, what the source says and what Feishu holds, and decides. Pure. The kinds it gives:
 * `unchanged`, `update`, `record`, `drifted` and `held`.
 */
export function decide(sides: Sides, policy: Policy, target: Target): Change {
  const { key, origin, remoteId, payload, entry } = sides;
  const place = { key, origin, remoteId };
  const known = knownOf(sides);
  const found = sides.found ?? known.applied;
  const settled = entry.state === 'settled';
  const agree = found.json === payload.json;
  const noted = settled && !known.unknown && known.applied.json === payload.json;
  if (agree && noted && known.source === payload.json) return { kind: 'unchanged', ...place };
  const moved = movedApplication(known, payload);
  if (moved !== null) return { kind: 'held', key, origin, why: moved };
  const drift = driftOf(known, found, payload, policy, target);
  const withDrift = drift === undefined ? {} : { drift };
  if (agree) return unsent({ kind: 'record', ...place, payload, ...withDrift }, sides);
  if (known.source === payload.json && drift === undefined && !known.unknown) {
    // Values that were kept from Feishu an earlier time stay.
    if (settled) return { kind: 'unchanged', ...place };
    return unsent({ kind: 'record', ...place, payload: found, source: payload }, sides);
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
  if (onDrift === 'overwrite' || untouched || known.unknown)
    return {
      kind: 'update',
      ...place,
      payload,
      fields: diffPayloads(found.json, payload.json),
      ...withDrift,
    };
  const held = (why: string): Change => ({ kind: 'held', key, origin, why, ...withDrift });
  const { value, conflicts } = merge(shape, parsed(known.source), parsed(payload.json), parsed(found.json));
  if (onDrift === 'hold' && (drift !== undefined || conflicts.length > 0))
    return held(`changed in Feishu since it was last written: ${pathsOf(drift, conflicts)}`);
  const json = canonicalJson(shape, value);
  if (!schema.safeParse(JSON.parse(json)).success)
    return held(`changed in Feishu: what would be kept there does not fit what the source says now`);
  const merged = { json, fingerprint: fingerprintOf(json) };
  const source = json === payload.json ? {} : { source: payload };
  if (json === found.json)
    return unsent({ kind: 'record', ...place, payload: merged, ...source, ...withDrift }, sides);
  const fields = diffPayloads(found.json, json);
  return { kind: 'update', ...place, payload: merged, fields, ...source, ...withDrift };
}

/**
 * `record` means that Feishu is known to hold it. When nobody asked, and an update lost its answer, that is not known:
 * a full replace is simply sent again.
 */
function unsent(record: Extract<Change, { kind: 'record' }>, { entry, found }: Sides): Change {
  if (found !== undefined || entry.state === 'settled') return record;
  const { payload } = record;
  const again = diffPayloads(entry.applied?.json ?? '{}', payload.json);
  // Two updates in a row lost their answers and the last one was the old content: what Feishu holds is unknown.
  const fields = again.length > 0 ? again : diffPayloads('{}', payload.json);
  return { ...record, kind: 'update', fields };
}

function knownOf({ entry, found }: Sides): Known {
  const { applied, intent, appliedSource, intentSource } = entry;
  if (applied === null) throw new Error('A record with a Feishu id has no applied payload.');
  // An update without an answer is in Feishu if Feishu shows it; when nobody asked it is taken to be.
  if (intent !== null && (found === undefined || found.json === intent.json))
    return { applied: intent, source: intentSource ?? intent.json, unknown: false };
  // See `resolve --adopt`: a person named the object, and its content is not known.
  if (applied.fingerprint === '')
    return { applied: found ?? applied, source: (found ?? applied).json, unknown: true };
  return { applied, source: appliedSource ?? applied.json, unknown: false };
}

function driftOf(
  { applied, source }: Known,
  found: Payload,
  payload: Payload,
  { onDrift }: Policy,
  { shape }: Target,
): Drift | undefined {
  if (found.json === applied.json) return undefined;
  const fields = diffPayloads(applied.json, found.json);
  const { conflicts } = merge(shape, parsed(source), parsed(payload.json), parsed(found.json));
  return { fields, conflicts, policy: onDrift, found };
}

function movedApplication({ source }: Known, payload: Payload): string | null {
  const before = (parsed(source) as { readonly external_application_id?: string }).external_application_id;
  const after = (parsed(payload.json) as { readonly external_application_id?: string })
    .external_application_id;
  if (before === undefined || before === after) return null;
  return `key reused: it belonged to application ${before}, and now belongs to ${String(after)}`;
}

const SHOWN = 5;

/** Names the fields, never their values. */
function pathsOf(drift: Drift | undefined, conflicts: readonly string[]): string {
  const paths = [...new Set([...(drift?.fields ?? []).map(({ path }) => path), ...conflicts])];
  const rest = paths.length > SHOWN ? ` and ${paths.length - SHOWN} more` : '';
  const both =
    conflicts.length > 0 ? `; the source changed ${conflicts.slice(0, SHOWN).join(', ')} as well` : '';
  return `${paths.slice(0, SHOWN).join(', ')}${rest}${both}`;
}

function parsed(json: string): Json {
  return JSON.parse(json) as Json;
}
