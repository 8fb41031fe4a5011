import { HireSyncError } from '../errors.ts';

/** What stops a run before its first write, by the name that `--allow` lifts it with. */
export const GUARDS = ['existing-content'] as const;
export type GuardName = (typeof GUARDS)[number];

/** What a sample of the applications says about a first run. */
export interface Sample {
  readonly pipeline: string;
  /** Creates planned in all. */
  readonly creates: number;
  /** Applications that were looked at. */
  readonly applications: number;
  /** Planned creates under them, and how many of these Feishu already holds with equal content. */
  readonly compared: number;
  readonly found: number;
}

/**
 * A ledger that knows nothing of a pipeline, and a tenant that already holds its interviews: creating them again
 * would double every one.
 * @throws HireSyncError GUARDED
 */
export function guardExistingContent(sample: Sample): void {
  if (sample.found === 0) return;
  throw new HireSyncError(
    'GUARDED',
    `Stopped before the first write (guard existing-content): this ledger knows no record of ${sample.pipeline}, but of ` +
      `${sample.compared} planned creates under ${sample.applications} sampled applications, Feishu already holds ${sample.found} with equal content. ` +
      `Creating all ${sample.creates} would double them. Use the ledger of the earlier runs (--ledger), or build it from Feishu with ` +
      '`hire-sync ledger rebuild <pipeline>`. If they are to be created all the same: --allow existing-content.',
  );
}
