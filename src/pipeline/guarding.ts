import { TARGETS } from '../feishu/targets.ts';
import { canonicalJson, fingerprintOf } from '../plan/canonical.ts';
import { guardExistingContent } from '../plan/guard.ts';
import { readAll } from '../writer/read-back.ts';
import type { Deps, Job, Writer } from './job.ts';

/** From how many creates on a ledger that knows nothing of the pipeline is doubted. */
const FROM_CREATES = 100;
/** How many applications are read: one request each, most of them. */
const SAMPLE = 10;

/**
 * What must be right before the first write.
 * @throws HireSyncError GUARDED; what the calls throw
 */
export async function guardJob(
  { pipeline, allowed }: Job,
  writer: Writer,
  { ledger, store }: Deps,
): Promise<void> {
  const creates = store.count('create');
  if (allowed.includes('existing-content') || creates <= FROM_CREATES) return;
  if (ledger.page(pipeline.name, '', 1).length > 0) return;
  await writer.ready();
  const planned = store.sampleCreates(SAMPLE);
  const target = TARGETS[pipeline.target];
  let compared = 0;
  let found = 0;
  for (const [application, fingerprints] of planned) {
    const answer = await readAll(application, writer);
    if (answer.kind !== 'done') continue;
    const held = new Set(
      answer.data.map((item) => fingerprintOf(canonicalJson(target.shape, target.readBack(item)))),
    );
    compared += fingerprints.length;
    found += fingerprints.filter((fingerprint) => held.has(fingerprint)).length;
  }
  guardExistingContent({ pipeline: pipeline.name, creates, applications: planned.size, compared, found });
}
