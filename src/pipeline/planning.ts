import { TARGETS } from '../feishu/targets.ts';
import { loadLookups } from '../mapping/lookups.ts';
import type { FileCount } from '../model.ts';
import { createCheck } from '../plan/canonical.ts';
import { makePlan, type PlanTally } from '../plan/plan.ts';
import type { ReadContext } from '../readers/source.ts';
import { openStaging } from '../readers/staging.ts';
import type { Deps, Job } from './job.ts';
import { createTransform } from './transform.ts';

/** What reading and comparing came to; the changes themselves are in the store. */
export interface Planned {
  readonly read: number;
  readonly fields: PlanTally['fields'];
  /** The newest date of all records, epoch ms; null without one. */
  readonly newestMs: number | null;
  readonly orphans: number;
  readonly files: readonly FileCount[];
}

/**
 * Reads, maps and compares; writes nothing to Feishu.
 * @throws HireSyncError SOURCE_MISSING, SOURCE_INVALID, PIPELINE_INVALID, LEDGER_INVALID
 */
export async function planJob({ pipeline, folder }: Job, { ledger, store, writer }: Deps): Promise<Planned> {
  const files: FileCount[] = [];
  let orphans = 0;
  let newestMs: number | null = null;
  const check = createCheck(TARGETS[pipeline.target]);
  const staging = openStaging();
  const context = {
    folder,
    staging,
    onFile: (count: FileCount) => void files.push(count),
    onOrphan: ({ origin, problem }: Parameters<ReadContext['onOrphan']>[0]) => {
      orphans++;
      store.addOrphan({ ...origin, message: problem.message });
    },
  };
  try {
    const transform = createTransform(pipeline, {
      lookups: await loadLookups(pipeline.lookups, context),
      check: (draft) => {
        const checked = check(draft);
        if (checked.ok && checked.dateMs !== null) newestMs = Math.max(newestMs ?? 0, checked.dateMs);
        return checked;
      },
      hasColumns: (file) => pipeline.source.columnar.includes(file),
    });
    const records = pipeline.source.read(context);
    const { read, fields } = await makePlan({
      pipeline: pipeline.name,
      records,
      transform,
      ledger,
      store,
      stopping: writer?.stopping,
    });
    return { read, fields, newestMs, orphans, files };
  } finally {
    staging.close();
  }
}
