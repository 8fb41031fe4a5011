import { HireSyncError } from '../errors.ts';
import { noteWaiting } from './issues.ts';
import type { Deps, Job } from './job.ts';
import type { Written } from './tally.ts';

/**
 * Notes what is to be known the next night, of an export that can be right: it was carried out.
 * @returns what stopped the run. A ledger that takes nothing any more is no reason to keep quiet about what was written,
 * and no second reason where it has stopped the run already.
 */
export async function endOf(
  { stopped }: Pick<Written, 'stopped'>,
  job: Job,
  deps: Deps,
  note: () => void = () => {},
): Promise<HireSyncError | null> {
  const noted = await unlessStopped(async () => {
    noteWaiting(job, deps);
    note();
  });
  return stopped ?? (HireSyncError.is(noted) ? noted : null);
}

/** What stops a run once its plan is made is part of its report: returned, not thrown. */
export async function unlessStopped<T>(work: () => Promise<T>): Promise<T | HireSyncError> {
  try {
    return await work();
  } catch (error) {
    if (HireSyncError.is(error)) return error;
    throw error;
  }
}
