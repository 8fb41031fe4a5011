import { HireSyncError } from '../../errors.ts';
import { once } from '../../lazily.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { createLog, type Log } from '../../ops/log.ts';
import { runSaved, type Saved } from '../../pipeline/applying.ts';
import type { Job } from '../../pipeline/job.ts';
import { run } from '../../pipeline/run.ts';
import type { PlanStore } from '../../plan/plan-store.ts';
import { w } from '../../report/sentences.ts';
import type { Report } from '../../result/report.ts';
import { stoppedBy } from '../../result/stopped.ts';
import { approvedBy, mustBeApproved } from '../approval.ts';
import { beforeFirstWrite } from '../before-first-write.ts';
import { completeIfBegun } from '../begun.ts';
import { command } from '../command.ts';
import { copyBeforeWrite } from '../copy-before-write.ts';
import { readEnvironment } from '../environment.ts';
import { exitCodeFor } from '../exit-code.ts';
import { withFailOn } from '../fail-on.ts';
import { number, text, toggle, type Values } from '../flag.ts';
import { fitYoungObjects } from '../heap.ts';
import { afterOne, inTurn, PIPELINES, prepareAll } from '../in-turn.ts';
import { openFeishu } from '../open-feishu.ts';
import { openForWriting } from '../open-ledger.ts';
import { openSource } from '../open-source.ts';
import { type OpenWriter, writerOver } from '../open-writer.ts';
import { say } from '../output.ts';
import { foresight, PIPELINE_FLAGS, type Prepared, probeFileOf } from '../prepare.ts';
import { createProgress } from '../progress.ts';
import { reportedOn } from '../reported.ts';
import { REPORT_FLAGS } from '../reports.ts';
import { leftOfPlan, savedPlan } from '../saved-plan.ts';
import { settings } from '../settings.ts';
import { listenToSignals, type Signals } from '../signals.ts';
import { type Endings, TOLD_FLAGS, told } from '../told.ts';
import { besideOf } from '../trail.ts';
import { withLease } from '../with-lease.ts';

const CANARY_HELP = w(
  '小批试写：只写 n 条（新建、更新各半），读回核对后停止',
  'carry out so many changes, half of each kind, read them back, compare, and stop',
);

const FLAGS = {
  ...settings('ledger', 'pipelines'),
  ...REPORT_FLAGS,
  ...PIPELINE_FLAGS,
  ...settings(
    'rate',
    'limiter',
    'logLevel',
    'logFormat',
    'probe',
    'keepGoing',
    'failOn',
    'metrics',
    'requireApproval',
    'retention',
    'keepBackups',
  ),
  ...TOLD_FLAGS,
  plan: text('<file>', w('只执行这个保存的计划', 'carry out exactly this saved plan, and nothing else')),
  approvedBy,
  canary: number('<n>', CANARY_HELP, {
    min: 1,
    max: 99_999,
    whole: true,
    allowed: w('必须是改动数，1 到 99999', 'it must be a number of changes from 1 to 99999'),
  }),
  yes: toggle(w('首次写入应用前不询问', 'do not ask before the first write to an app')),
};
type SyncFlags = Values<typeof FLAGS>;

export const commands = [
  command({
    name: 'sync',
    summary: w(
      '执行同步：新建新增的，更新变化的，不做其他',
      'carry it out: create what is new, update what changed, nothing else',
    ),
    arguments: PIPELINES,
    flags: FLAGS,
    prints: ['report'],
    run: (flags, files) => told('sync', flags, (endings) => sync(flags, files, endings)),
  }),
];

/**
 * Settles what is in doubt, plans, then carries the plan out; several pipelines in their order, with one sign-in, one
 * lease and one budget.
 */
async function sync(flags: SyncFlags, files: readonly string[], endings: Endings): Promise<number> {
  mustBeApproved(flags, files.length > 0 ? files : flags.pipelines);
  const jobs = await prepareAll(files, flags);
  const [first] = jobs;
  if (first === undefined) throw new Error('No pipeline is named.');
  const { rate, limiter, canary } = flags;
  let now = first.run;
  const log = createLog({ level: flags.logLevel, format: flags.logFormat, run: () => now });
  const signals = listenToSignals(say);
  const [environment, probeFile] = [readEnvironment(), probeFileOf(flags)];
  const feishu = openFeishu({ environment, rate, limiter, signals, log, probeFile });
  try {
    const ledger = openForWriting(flags.ledger);
    try {
      return await withLease(ledger, first.run, feishu.halt, async (passTo) => {
        feishu.holdAfter(ledger.lastAttemptAt());
        ledger.checkTenant(feishu.tenant);
        const beside = besideOf(ledger.file);
        const names = jobs.map(({ pipeline }) => pipeline.name);
        ledger.restoration.note(names, beside, feishu.tenant);
        await completeIfBegun(ledger, first.run, feishu, passTo);
        const copy = once(() =>
          copyBeforeWrite({
            ledger,
            run: now,
            keep: flags.keepBackups,
            stopping: signals.stopping,
          }),
        );
        const one = async (job: Prepared): Promise<Report> => {
          now = job.run;
          passTo(job.run);
          const writer = writerOver(feishu, job.pipeline);
          let saved: Saved | undefined;
          const report = await reportedOn(job, ledger, async (store) => {
            if (flags.plan !== undefined) saved = await savedPlan(flags.plan, flags, job, writer);
            const restored = ledger.restoration.of(job.pipeline.name, beside, feishu.tenant) ?? undefined;
            return logged({
              ...job,
              restored,
              canary,
              log,
              ledger,
              store,
              writer,
              signals,
              saved,
              flags,
              copy,
            });
          });
          const left = saved === undefined ? null : leftOfPlan(saved, report, ledger);
          if (left !== null) say(left);
          if (report.stopped === null && flags.retention !== undefined)
            (await import('../retention.ts')).pruneAfter(ledger, flags);
          return report;
        };
        const exitCodeOf = (error: HireSyncError) => signals.exitCode() ?? exitCodeFor(error);
        return inTurn(jobs, noting(endings, one), {
          json: first.wishes.format === 'json',
          goOn: afterOne(flags.keepGoing),
          exitCodeOf,
        });
      });
    } finally {
      ledger.close();
    }
  } catch (error) {
    return signals.told(error);
  } finally {
    await feishu.close();
    signals.dispose();
  }
}

/** `work`, with what it comes to noted for those who are told of it. */
function noting(endings: Endings, work: (job: Prepared) => Promise<Report>): typeof work {
  return async (job) => {
    try {
      const report = await work(job);
      endings.reported(report);
      return report;
    } catch (error) {
      endings.failed({ pipeline: job.pipeline.name, run: job.run }, error);
      throw error;
    }
  };
}

async function logged(given: Task & Parts): Promise<Report> {
  const { log } = given;
  const { run: id, pipeline } = given;
  log.info('run started', { run: id, pipeline: pipeline.name });
  const done = await recorded(given, given);
  log.info('run finished', {
    run: id,
    code: done.exitCode,
    count: done.rows.read,
    durationMs: done.durationMs,
  });
  return done;
}

type Task = Prepared & Pick<Job, 'canary' | 'restored'>;

interface Parts {
  readonly ledger: Ledger;
  readonly store: PlanStore;
  readonly writer: OpenWriter;
  readonly signals: Signals;
  readonly saved: Saved | undefined;
  readonly log: Log;
  readonly flags: SyncFlags;
  /** Copies the ledger; once for all pipelines of the command, before the first of them writes. */
  readonly copy: () => Promise<void>;
}

/** Only a whole night is what the next one is compared with. */
function modeOf({ canary, onlyRejects }: Task): string {
  if (canary !== undefined) return 'canary';
  return onlyRejects === undefined ? 'sync' : 'rejects';
}

/** Runs, and notes in the ledger that it ran and how it ended. */
async function recorded(prepared: Task, parts: Parts): Promise<Report> {
  const { pipeline, run: id } = prepared;
  const { ledger, store, writer, signals, log, flags, saved, copy } = parts;
  ledger.runs.start({
    id,
    pipeline: pipeline.name,
    mode: modeOf(prepared),
    startedAt: Date.now(),
    plan: saved?.plan.id ?? null,
    approvedBy: saved?.approvedBy ?? null,
  });
  const progress = createProgress(process.stderr, Date.now, 'sync', prepared.wishes.language);
  const { stopping } = signals;
  const environment = readEnvironment();
  const source = openSource({ ...prepared, environment, flags, log, stopping, progress });
  let through = false;
  try {
    const way = beforeFirstWrite({ prepared, writer, ledger, store, progress, yes: flags.yes, copy });
    const deps = {
      ledger,
      store,
      sourceTenant: source.tenant,
      now: Date.now,
      ...foresight(prepared, flags),
      onReading: fitYoungObjects,
      onStep: progress.step,
      onProgress: progress.update,
      beforeWriting: way.beforeWriting,
      writer: way.writer,
    };
    const report =
      saved === undefined ? await run(prepared, deps) : await runSaved(prepared, way.writer, deps, saved);
    const ended = { ...report, exitCode: signals.exitCode() ?? report.exitCode };
    const final = withFailOn(ended, flags.failOn, { ledger, store, runs: prepared.runs });
    const state = final.stopped === null ? 'finished' : 'stopped';
    // Whom a guard stops corrects what was read: the next run must see that.
    through = final.stopped === null || final.stopped.code === 'GUARDED';
    const summary = JSON.stringify(final);
    const noted = { id, state, finishedAt: Date.now(), exitCode: final.exitCode, summary } as const;
    noteUnless(final.stopped !== null, () => {
      ledger.runs.finish(noted);
      if (way.wrote()) ledger.restoration.advance();
      if (isCompared(prepared, final)) trustAgain(prepared, ledger, way.leave);
    });
    return final;
  } catch (error) {
    // It stopped before it wrote: a file is missing, a pipeline is wrong, a guard spoke up.
    const exitCode = signals.exitCode() ?? exitCodeFor(error);
    const why = HireSyncError.is(error) ? stoppedBy(error) : { code: 'INTERNAL', message: '' };
    const noted = { exitCode, summary: null, stopped: JSON.stringify(why) };
    const ended = { id, state: 'stopped', finishedAt: Date.now(), ...noted } as const;
    noteUnless(true, () => ledger.runs.finish(ended));
    throw error;
  } finally {
    progress.end();
    await source.end(through);
  }
}

/** Whether a run has compared all that it would create and update, so that nothing is left for which the ledger was too old. */
function isCompared(task: Task, { stopped, rows, notAttempted }: Report): boolean {
  if (task.restored === undefined || modeOf(task) !== 'sync' || stopped !== null) return false;
  return rows.failed + rows.inDoubt + notAttempted === 0;
}

function trustAgain({ pipeline: { name } }: Task, ledger: Ledger, leave: () => void): void {
  // First, also where nothing was sent: what lies beside the ledger must be this ledger's from now on.
  leave();
  ledger.restoration.trust(name);
  say(
    w(
      `同步台账 ${ledger.file} 对 ${name} 重新可信。`,
      `The ledger ${ledger.file} is trusted again with ${name}.`,
    ),
  );
}

/** A note that fails is an error, unless the run has stopped: then the reason for that is what must be told. */
function noteUnless(stopped: boolean, note: () => void): void {
  try {
    note();
  } catch (error) {
    if (!stopped || !HireSyncError.is(error)) throw error;
  }
}
