import { setTimeout as wait } from 'node:timers/promises';
import { HireSyncError } from '../errors.ts';
import { HEARTBEAT_MS } from '../ledger/lease.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** How long after the last request of an earlier run the first one of this run may leave, in ms. */
const SEAM_MS = 1_100;

/**
 * Runs `work` as the only one on the ledger. `onLost` is told when another run took the ledger over.
 * @throws HireSyncError LEDGER_BUSY when another run holds it
 */
export async function withLease<T>(
  ledger: Ledger,
  run: string,
  { rate, onLost }: { readonly rate: number; readonly onLost: (error: unknown) => void },
  work: () => Promise<T>,
): Promise<T> {
  ledger.leases.acquire(run);
  const beat = setInterval(() => {
    try {
      ledger.leases.heartbeat(run);
    } catch (error) {
      onLost(error);
    }
  }, HEARTBEAT_MS).unref();
  try {
    // A run that was killed may have sent requests a moment ago which this process's throttle does not know of.
    const seamMs = SEAM_MS / Math.min(1, rate);
    const sinceMs = Date.now() - ledger.lastAttemptAt();
    // A clock that was set back makes it negative: then nobody knows, and the whole seam is waited for.
    if (sinceMs < seamMs) await wait(Math.min(seamMs, seamMs - sinceMs));
    return await work();
  } finally {
    clearInterval(beat);
    releaseIfPossible(ledger, run);
  }
}

/** A lease that cannot be released (the disk is full) dies with this process; the next run sees that. */
function releaseIfPossible(ledger: Ledger, run: string): void {
  try {
    ledger.leases.release(run);
  } catch (error) {
    if (!HireSyncError.is(error)) throw error;
  }
}
