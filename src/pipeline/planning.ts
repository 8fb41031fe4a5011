import { HireSyncError } from '../errors.ts';
import { TARGETS } from '../feishu/targets.ts';
import { loadLookups } from '../mapping/lookups.ts';
import type { FileCount, SourceRecord } from '../model.ts';
import { createCheck } from '../plan/canonical.ts';
import { makePlan, type PlanTally } from '../plan/plan.ts';
import { eachChange, type PlanStore } from '../plan/plan-store.ts';
import { rejectFile } from '../readers/reject-file.ts';
import type { ReadContext, Source } from '../readers/source.ts';
import { openStaging } from '../readers/staging.ts';
import type { Pipeline } from './define.ts';
import type { Deps, Job } from './job.ts';
import { createTransform } from './transform.ts';

/** What reading and comparing came to; the changes themselves are in the store. */
export interface Planned {
  readonly read: number;
  readonly retried: number;
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
export async function planJob(
  { pipeline, folder, onlyRejects, runs }: Job,
  { ledger, store, writer, now }: Deps,
): Promise<Planned> {
  const files: FileCount[] = [];
  let orphans = 0;
  let newestMs: number | null = null;
  const check = createCheck(TARGETS[pipeline.target]);
  const source = sourceOf(pipeline, onlyRejects, runs);
  const staging = openStaging();
  const context = {
    folder,
    staging,
    onFile: (count: FileCount) => void files.push(count),
    onOrphan: ({ origin, problem }: Parameters<ReadContext['onOrphan']>[0]) => {
      // Most child records belong to rows that are not in a reject file.
      if (onlyRejects !== undefined) return;
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
      hasColumns: (file) => source.columnar.includes(file),
    });
    let groups = false;
    const all = source.read(context);
    const noteGroups = ({ rows }: SourceRecord) => {
      groups ||= rows !== undefined;
    };
    const records = onlyRejects === undefined ? all : watched(all, noteGroups);
    const { read, retried, fields } = await makePlan({
      pipeline: pipeline.name,
      records,
      transform,
      ledger,
      store,
      partial: onlyRejects !== undefined,
      keepWaiting: pipeline.keepWaiting,
      now,
      stopping: writer?.stopping,
    });
    if (orphans > 0) {
      const which = `while ${orphans} child rows of the export have no parent: it may be one of them`;
      holdDrops(store, which);
    }
    // Whether all rows of a group are in the reject file, nobody knows.
    if (onlyRejects !== undefined && groups)
      holdDrops(store, 'because the reject file does not have its row: correct the export');
    return { read, retried, fields, newestMs, orphans, files };
  } finally {
    staging.close();
  }
}

/**
 * An update that drops an assessment that may be there all the same: in an export with children that belong to nobody
 * (it may be among them, under a damaged key), or in a part of a group. A full replace would erase it.
 */
function holdDrops(store: PlanStore, reason: string): void {
  for (const { seq, change } of eachChange(store, ['update'])) {
    if (change.kind !== 'update') continue;
    const dropped = change.fields.find(
      ({ before, after }) => after === undefined && typeof before === 'object',
    );
    if (dropped === undefined) continue;
    const { key, origin } = change;
    const why = `would drop ${dropped.path} ${reason}`;
    store.replace(seq, { kind: 'held', key, origin, why });
  }
}

async function* watched(
  records: AsyncIterable<SourceRecord>,
  watch: (record: SourceRecord) => void,
): AsyncGenerator<SourceRecord> {
  for await (const record of records) {
    watch(record);
    yield record;
  }
}

function sourceOf(
  { name, source }: Pipeline,
  onlyRejects: string | undefined,
  runs: string | undefined,
): Source<unknown> {
  if (onlyRejects === undefined) return source;
  if (source.withRecords !== undefined) return source.withRecords(rejectFile(onlyRejects, runs));
  throw new HireSyncError(
    'CONFIG_INVALID',
    `--only-rejects works for rows of CSV files; the records of pipeline "${name}" cannot be made from them. Correct the export instead.`,
  );
}
