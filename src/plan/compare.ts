import type { Entry } from '../ledger/entries.ts';
import type { Change } from '../model.ts';
import { diffPayloads } from './diff.ts';
import type { Mapped } from './mapped.ts';

/** What is to be done about one record, given what the ledger knows of it. Pure. */
export function changeOf(mapped: Mapped, entry: Entry | undefined): Change {
  if (mapped.kind === 'waiting') return { ...mapped, kind: 'held' };
  if (mapped.kind !== 'mapped') return mapped;
  const { key, origin, payload } = mapped;
  if (entry === undefined) return { kind: 'create', key, origin, payload };
  if (entry.decision === 'skip')
    return { kind: 'skipped', key, origin, why: 'decided by hand (hire-sync resolve --skip)' };
  if (entry.heldWhy !== null) return { kind: 'held', key, origin, why: entry.heldWhy };
  if (entry.remoteId === null || entry.applied === null) {
    const since = new Date(entry.firstAttemptAt).toISOString();
    return {
      kind: 'in-doubt',
      key,
      origin,
      why: `in doubt: its create was sent at ${since} and no answer settled it`,
    };
  }
  const { remoteId } = entry;
  // An update without an answer may or may not be in Feishu; a full replace is simply sent again.
  const before = entry.intent ?? entry.applied;
  const fields = diffPayloads(before.json, payload.json);
  const moved = fields.find(
    ({ path, before: from }) => path === 'external_application_id' && from !== undefined,
  );
  if (moved !== undefined) {
    const why = `key reused: it belonged to application ${String(moved.before)}, and now belongs to ${String(moved.after)}`;
    return { kind: 'held', key, origin, why };
  }
  if (fields.length > 0) return { kind: 'update', key, origin, remoteId, payload, fields };
  if (entry.state === 'settled') return { kind: 'unchanged', key, origin, remoteId };
  const again = diffPayloads(entry.applied.json, payload.json);
  // Two updates in a row lost their answers and the last one was the old content: what Feishu holds is unknown.
  const all = again.length > 0 ? again : diffPayloads('{}', payload.json);
  return { kind: 'update', key, origin, remoteId, payload, fields: all };
}
