import { HireSyncError } from '../errors.ts';
import { HEARTBEAT_MS } from '../ledger/lease.ts';
import type { Ledger } from '../ledger/ledger.ts';

/**
 * Runs `work` as the only one on the ledger; `passTo` hands the lease to the next run of the same work. `onLost` is told
 * when another run took the ledger over.
 * @throws HireSyncError LEDGER_BUSY when another run holds it
 */
export async function withLease<T>(
  ledger: Ledger,
  run: string,
  onLost: (error: unknown) => void,
  work: (passTo: (run: string) => void) => Promise<T>,
): Promise<T> {
  ledger.leases.acquire(run);
  let owner = run;
  const beat = setInterval(() => {
    try {
      ledger.leases.heartbeat(owner);
    } catch (error) {
      onLost(error);
    }
  }, HEARTBEAT_MS).unref();
  try {
    return await work((next) => {
      if (next === owner) return;
      ledger.leases.pass(owner, next);
      owner = next;
    });
  } finally {
    clearInterval(beat);
    releaseIfPossible(ledger, owner);
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
