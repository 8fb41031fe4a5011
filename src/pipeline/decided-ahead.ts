import type { Deps, Job } from './job.ts';

/** Leaves out what somebody decided not to write before it had an entry: see `Ahead`. */
export function leaveOutDecided(
  { pipeline }: Pick<Job, 'pipeline'>,
  { ledger, store }: Pick<Deps, 'ledger' | 'store'>,
): void {
  for (const { key, kind } of ledger.ahead.of(pipeline.name)) {
    const seen = kind === 'skip' ? store.seen(key) : undefined;
    if (seen?.kind !== 'create') continue;
    store.replace(seen.seq, { kind: 'skipped', key, origin: seen.origin, reason: { code: 'decided-skip' } });
  }
}
