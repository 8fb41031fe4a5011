import type { Entry } from '../ledger/entries.ts';
import type { Change } from '../model.ts';
import type { Mapped } from './mapped.ts';
import { decide, type Policy, type Target } from './three-way.ts';

/**
 * What is to be done about one record, given what the ledger knows of it; Feishu is taken to hold what was last applied
 * (`comparing.ts` asks it). `decision`: what somebody decided about the record, which may not have an entry. Pure.
 */
export function changeOf(
  mapped: Mapped,
  entry: Entry | undefined,
  policy: Policy,
  target: Target,
  decision: Entry['decision'] = entry?.decision ?? null,
): Change {
  if (mapped.kind === 'waiting') return { ...mapped, kind: 'held' };
  if (mapped.kind !== 'mapped') return mapped;
  const { key, origin, payload } = mapped;
  if (decision === 'skip') return { kind: 'skipped', key, origin, reason: { code: 'decided-skip' } };
  if (entry === undefined) return { kind: 'create', key, origin, payload };
  const { remoteId, held } = entry;
  if (held !== null) {
    const anew = policy.recreateMissing && held.code === 'missing-in-feishu' && remoteId !== null;
    return anew
      ? { kind: 'create', key, origin, payload, recreates: remoteId }
      : { kind: 'held', key, origin, reason: held };
  }
  if (remoteId === null || entry.applied === null) {
    const reason = { code: 'create-in-doubt', sentAtMs: entry.firstAttemptAt } as const;
    return { kind: 'in-doubt', key, origin, reason };
  }
  return decide({ key, origin, remoteId, payload, entry }, policy, target);
}
