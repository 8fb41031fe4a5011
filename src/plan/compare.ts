import type { Entry } from '../ledger/entries.ts';
import type { Change } from '../model.ts';
import type { Mapped } from './mapped.ts';
import { decide, type Policy, type Target } from './three-way.ts';

/** How the ledger's reasons begin for what Feishu no longer has: such a record may be created anew when asked to. */
export const MISSING = 'missing in Feishu';

/**
 * What is to be done about one record, given what the ledger knows of it; Feishu is taken to hold what was last applied
 * (`comparing.ts` asks it). Pure.
 */
export function changeOf(mapped: Mapped, entry: Entry | undefined, policy: Policy, target: Target): Change {
  if (mapped.kind === 'waiting') return { ...mapped, kind: 'held' };
  if (mapped.kind !== 'mapped') return mapped;
  const { key, origin, payload } = mapped;
  if (entry === undefined) return { kind: 'create', key, origin, payload };
  if (entry.decision === 'skip')
    return { kind: 'skipped', key, origin, why: 'decided by hand (hire-sync resolve --skip)' };
  const { remoteId, heldWhy } = entry;
  if (heldWhy !== null) {
    const anew = policy.recreateMissing && heldWhy.startsWith(MISSING) && remoteId !== null;
    return anew
      ? { kind: 'create', key, origin, payload, recreates: remoteId }
      : { kind: 'held', key, origin, why: heldWhy };
  }
  if (remoteId === null || entry.applied === null) {
    const since = new Date(entry.firstAttemptAt).toISOString();
    return {
      kind: 'in-doubt',
      key,
      origin,
      why: `in doubt: its create was sent at ${since} and no answer settled it`,
    };
  }
  return decide({ key, origin, remoteId, payload, entry }, policy, target);
}
