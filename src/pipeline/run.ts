import type { Report } from '../report/report.ts';
import { guardJob } from './guarding.ts';
import { noteIssues } from './issues.ts';
import type { Deps, Job } from './job.ts';
import { planJob } from './planning.ts';
import { recoverJob } from './recovery.ts';
import { reportOf } from './summary.ts';
import { writeJob } from './writing.ts';

/**
 * The whole program: settle what earlier runs left in doubt, read, map, compare, carry it out. Without a writer it
 * only reads, maps and compares. An error that stops the run after it has
 * begun to write is part of the report (`stopped`), because what was written must be told all the same.
 * @throws HireSyncError for what stops it before: SOURCE_*, PIPELINE_INVALID, LEDGER_*, FEISHU_*
 */
export async function run(job: Job, deps: Deps): Promise<Report> {
  const startedAt = deps.now();
  const recovered = deps.writer === null ? null : await recoverJob(job, deps.writer, deps);
  const plan = await planJob(job, deps);
  if (deps.writer !== null) await guardJob(job, deps.writer, deps);
  const written = deps.writer === null ? null : await writeJob(job, deps.writer, deps);
  if (written !== null) noteIssues(job.run, deps.store, deps.ledger);
  return reportOf(job, deps, { startedAt, recovered, plan, written });
}
