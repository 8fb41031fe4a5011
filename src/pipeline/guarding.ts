import type { HireSyncError } from '../errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { canonicalJson, fingerprintOf } from '../plan/canonical.ts';
import { complaintsAbout, existingContent, guardedBy, type LastNight } from '../plan/guard.ts';
import type { Report } from '../report/report.ts';
import { readAll } from '../writer/read-back.ts';
import type { Deps, Job, Writer } from './job.ts';
import type { Planned } from './planning.ts';

/** How many applications of a first run are read: one request each, most of them. */
const SAMPLE = 10;

/** Why this export must not be carried out; null when nothing speaks against it. Asks nobody but the ledger. */
export function guardNight(
  { pipeline, allowed }: Job,
  { ledger, store }: Deps,
  plan: Planned,
): HireSyncError | null {
  const updates = store.count('update');
  const night = {
    rows: plan.read - plan.retried,
    rejected: store.count('rejected'),
    known: updates + store.count('unchanged'),
    changed: updates,
    fields: plan.fields,
    newestMs: plan.newestMs,
    files: plan.files,
  };
  return guardedBy(complaintsAbout(night, lastNight(ledger, pipeline.name), pipeline.guards), allowed);
}

function lastNight(ledger: Ledger, pipeline: string): LastNight | null {
  const summary = ledger.runs.lastFinished(pipeline)?.summary;
  if (summary == null) return null;
  const { rows, retried, files, newest } = JSON.parse(summary) as Report;
  return { rows: rows.read - retried, files, newestMs: newest === null ? null : Date.parse(newest) };
}

/**
 * Why a first run must not be carried out: Feishu already holds a sample of what it would create.
 * @throws HireSyncError what the calls throw
 */
export async function guardFirstRun(
  { pipeline, allowed }: Job,
  writer: Writer,
  { ledger, store }: Deps,
): Promise<HireSyncError | null> {
  const creates = store.count('create');
  if (allowed.includes('existing-content') || creates <= pipeline.guards.existingContent) return null;
  if (ledger.page(pipeline.name, '', 1).length > 0) return null;
  await writer.ready();
  const planned = store.sampleCreates(SAMPLE);
  const { shape, readBack } = pipeline.target;
  let compared = 0;
  let found = 0;
  for (const [application, fingerprints] of planned) {
    const answer = await readAll(application, writer);
    if (answer.kind !== 'done') continue;
    const held = new Set(answer.data.map((item) => fingerprintOf(canonicalJson(shape, readBack(item)))));
    compared += fingerprints.length;
    found += fingerprints.filter((fingerprint) => held.has(fingerprint)).length;
  }
  return existingContent({ pipeline: pipeline.name, creates, applications: planned.size, compared, found });
}
