import { createHash } from 'node:crypto';
import type { Entry } from '../ledger/entries.ts';

/** What was last settled of a record, as hex SHA-256; null for one that the ledger does not know. A decision or a hold changes nothing of it. */
export function settledState(entry: Entry | undefined): string | null {
  if (entry === undefined) return null;
  const { remoteId, applied, appliedSource } = entry;
  return createHash('sha256')
    .update(JSON.stringify([remoteId, applied?.fingerprint, appliedSource]))
    .digest('hex');
}
