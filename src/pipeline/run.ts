import { HireSyncError } from '../errors.ts';
import { DEFAULT_POLICY } from '../plan/three-way.ts';
import { movedSince } from '../readers/picture.ts';
import type { Report } from '../result/report.ts';
import { canaryRows, carryOut } from './canary.ts';
import { compareAll } from './comparing.ts';
import { foreseen, readsOf } from './cost.ts';
import { endOf, unlessStopped } from './ending.ts';
import { guardFirstRun, guardNight, guardRestored } from './guarding.ts';
import { guardFields } from './guarding-fields.ts';
import { guardMissing, guardRecreates } from './guarding-missing.ts';
import { noteIssues } from './issues.ts';
import type { Deps, Job } from './job.ts';
import { knowing, lookAgain, readsAgain } from './look-again.ts';
import { planJob } from './planning.ts';
import { hasDoubts, type Recovered, recoverJob } from './recovery.ts';
import { keepMarks } from './skip-unchanged.ts';
import { reportOf } from './summary.ts';
import { createTold } from './told.ts';
import { signIn } from './writing.ts';

/**
 * The whole program: read, map, compare, settle what earlier runs left in doubt, carry it out. Without a writer it
 * only reads, maps and compares. What stops it before its first write by a guard, or after it has begun to write,
 * is part of the report (`stopped`), because the plan, and what was written, must be told all the same.
 * @throws HireSyncError for what stops it before: SOURCE_*, PIPELINE_INVALID, LEDGER_*, FEISHU_*
 */
export async function run(given: Job, deps: Deps): Promise<Report> {
  const job = given.restored === undefined ? given : comparingAll(given);
  const { writer, remote } = deps;
  const startedAt = deps.now();
  let plan = await planJob(job, deps);
  const told = createTold(job.pipeline);
  const night = guardRestored(job, deps) ?? guardNight(job, deps, plan);
  const again = readsAgain(job, deps);
  if (writer === null) {
    let stopped = night;
    let reads: number | undefined;
    if (remote !== undefined && stopped === null) {
      deps.onStep?.('asking');
      await remote.ready();
      const looked = await lookAgain(job, remote, deps);
      if (looked.seen.size + looked.unseen.size > 0) {
        deps.store.clear();
        plan = await planJob(job, { ...deps, ledger: knowing(deps.ledger, looked) });
        deps.onStep?.('asking');
      }
      if (job.inFile === undefined) reads = readsOf(job, deps, { again });
      // As the sync would: it asks before it compares.
      stopped = await guardFirstRun(job, remote, deps);
      stopped ??= await guardFields(job, remote, deps);
      if (stopped === null) await compareAll(job, deps, remote);
    }
    stopped ??= guardRecreates(job, deps);
    const cost = foreseen(job, deps, { reads: reads ?? readsOf(job, deps, { again }) });
    return reportOf(job, deps, { startedAt, recovered: null, plan, cost, written: null, stopped });
  }
  let recovered: Recovered | null = null;
  let stopped: HireSyncError | null = night;
  if (night === null && (again > 0 || hasDoubts(job, deps))) {
    deps.onStep?.('asking');
    // Settling may send: not before the export is known to be good. What it settles changes the plan.
    const settled = await unlessStopped(async () => {
      const { seen, unseen } = await lookAgain(job, writer, deps);
      const { doubts } = deps.ledger;
      for (const key of seen) doubts.seenAgain(job.pipeline.name, key);
      for (const [key, reason] of unseen) doubts.hold(job.pipeline.name, key, reason);
      const isOpen = hasDoubts(job, deps);
      return {
        looked: seen.size + unseen.size,
        counts: isOpen ? await recoverJob(job, writer, deps, { onShown: told.add }) : null,
      };
    });
    if (HireSyncError.is(settled)) stopped = settled;
    else if (settled.counts !== null || settled.looked > 0) {
      recovered = settled.counts;
      deps.store.clear();
      plan = await planJob(job, deps);
    }
  }
  deps.onStep?.('asking');
  stopped ??= await unlessStopped(() => guardFirstRun(job, writer, deps));
  stopped ??= await unlessStopped(() => guardFields(job, writer, deps));
  const asked = stopped === null ? await unlessStopped(() => guardMissing(job, writer, deps)) : undefined;
  if (HireSyncError.is(asked)) stopped = asked;
  stopped ??= (await unlessStopped(() => signIn(job, writer, deps))) ?? null;
  // All that takes its time: the files may be others by now.
  stopped ??= await movedSince(plan.picture);
  // Before the first write: what Feishu refuses changes the plan.
  const only = canaryRows(job, deps.store, plan.verdicts);
  const cost = foreseen(job, deps, { only, reads: readsOf(job, deps, { again, only }) });
  if (stopped === null) await deps.beforeWriting?.();
  const unchanged = HireSyncError.is(asked) ? undefined : asked;
  const written =
    stopped === null ? await carryOut(job, writer, deps, { only, onShown: told.add, unchanged }) : null;
  // What was carried out is noted where it is counted.
  if (written === null) noteIssues(job.run, deps.store, deps.ledger);
  else stopped = await endOf(written, job, deps, () => keepMarks(job, deps, plan.context));
  return reportOf(job, deps, {
    startedAt,
    recovered,
    plan,
    cost,
    written,
    canary: written?.canary ?? null,
    shown: told.end(),
    stopped,
  });
}

/**
 * With a ledger that knows less than Feishu, every record is compared: one that the source has as the ledger has it may have
 * been written otherwise since. What that ledger calls missing may be there under an id that it does not know.
 */
function comparingAll({ policy = DEFAULT_POLICY, ...job }: Job): Job {
  return { ...job, policy: { ...policy, repairDrift: true, recreateMissing: false } };
}
