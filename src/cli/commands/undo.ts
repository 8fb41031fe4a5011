import { join } from 'node:path';
import type { GuardName } from '../../complaint.ts';
import { HireSyncError } from '../../errors.ts';
import type { Target } from '../../feishu/target.ts';
import { TARGETS } from '../../feishu/targets.ts';
import { inPages } from '../../in-pages.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { RunRow } from '../../ledger/runs.ts';
import { createLog } from '../../ops/log.ts';
import { openFindings } from '../../plan/findings.ts';
import { GUARDS, guarded } from '../../plan/guard.ts';
import { modelOfFindings } from '../../report/models.ts';
import { w } from '../../report/sentences.ts';
import { stopTold } from '../../report/stops.ts';
import { storeRun } from '../../report/stored.ts';
import { EXIT } from '../../result/exit.ts';
import type { Made } from '../../result/made.ts';
import type { UndoKind, UndoReport } from '../../result/undo.ts';
import { applyUndo, closeLeft } from '../../undo/apply-undo.ts';
import type { UndoDeps, UndoJob } from '../../undo/job.ts';
import { planUndo } from '../../undo/plan-undo.ts';
import { reportOf } from '../../undo/summary.ts';
import { targetOf } from '../../verify/target-of.ts';
import { command } from '../command.ts';
import { confirm } from '../confirm.ts';
import { copyBeforeWrite } from '../copy-before-write.ts';
import { readEnvironment } from '../environment.ts';
import { exitCodeFor } from '../exit-code.ts';
import { oneOf, required, several, text, toggle, type Values, YES } from '../flag.ts';
import { refuseBegun, refuseForgetRun } from '../forgetting.ts';
import { madeLike } from '../made-like.ts';
import { noSuchRun, openExisting } from '../open-ledger.ts';
import { bindingOnSignIn, type OpenWriter, openWriter } from '../open-writer.ts';
import { say, sayWhy } from '../output.ts';
import { newRunId } from '../prepare.ts';
import { createProgress } from '../progress.ts';
import { allWritten, giveOut, REPORT_FLAGS, tryTo, type Wishes, wishesOf } from '../reports.ts';
import { pruneAfter } from '../retention.ts';
import { forgetOldRuns, runsFolder, STORED } from '../run-folder.ts';
import { settings } from '../settings.ts';
import { listenToSignals, type Signals } from '../signals.ts';
import { besideOf, leaveTrail } from '../trail.ts';
import { withLease } from '../with-lease.ts';

const FLAGS = {
  ...settings('ledger', 'rate', 'limiter', 'logLevel', 'logFormat', 'keepBackups', 'retention'),
  ...REPORT_FLAGS,
  run: required(text('<run>', 'the run, see `hire-sync runs`'), '`hire-sync runs` lists them'),
  plan: toggle(w('只显示将要做什么，不发出请求', 'show what it would do, and send nothing')),
  allow: several(
    oneOf('<guard>', 'restored: also with a ledger that is older than what was written', GUARDS),
  ),
  ...YES,
};
type UndoFlags = Values<typeof FLAGS>;

export const commands = [
  command({
    name: 'undo',
    summary: w(
      '撤销一次运行：改动的改回原样，新建的删除',
      'take one run back: what it changed gets its old version, what it created is deleted',
    ),
    arguments: [],
    flags: FLAGS,
    prints: ['report'],
    run: undo,
  }),
];

/** One undo with all it is made of. */
interface Parts {
  readonly job: UndoJob;
  readonly target: Target;
  readonly flags: UndoFlags;
  readonly ledger: Ledger;
  readonly writer: OpenWriter;
  readonly signals: Signals;
  readonly deps: UndoDeps;
  readonly startedAt: number;
  readonly made: Made;
  readonly wishes: Wishes;
}

/**
 * Shows what it would do, asks, and takes the run back. Exit 0 when all of it is taken back, 3 when something was left
 * alone or did not go through, 2 when nobody said yes.
 */
async function undo(flags: UndoFlags): Promise<number> {
  const { run: undoes, plan: planOnly } = flags;
  const ledger = openExisting(
    flags.ledger,
    planOnly ? 'read' : 'write',
    w('，没有可以撤销的', ': nothing to undo'),
  );
  const wishes = wishesOf(flags, [flags.ledger]);
  const run = newRunId();
  const log = createLog({ level: flags.logLevel, format: flags.logFormat, run });
  const signals = listenToSignals(say);
  const findings = openFindings<UndoKind>();
  let writer: OpenWriter | undefined;
  try {
    const undone = undoable(ledger, undoes);
    const { pipeline } = undone;
    const job: UndoJob = { run, undoes, pipeline };
    // A run whose records are all gone has nothing to take back, whatever they were.
    const target = targetOf(ledger, pipeline) ?? TARGETS.external_interview;
    const environment = readEnvironment();
    writer = openWriter({ environment, flags, pipeline: { target }, signals, log });
    ledger.checkTenant(writer.tenant);
    const deps: UndoDeps = { ledger, findings, reading: { ...writer, target, now: Date.now } };
    const parts: Parts = {
      job,
      target,
      flags,
      ledger,
      writer: planOnly ? writer : bindingOnSignIn(writer, ledger),
      signals,
      deps,
      startedAt: Date.now(),
      made: madeLike(undefined, writer.tenant, undone),
      wishes,
    };
    if (planOnly) return await shown(parts);
    return await withLease(ledger, run, writer.halt, () => {
      refuseBegun(ledger);
      refuseRestored(parts, flags.allow);
      return carriedOut(parts);
    });
  } catch (error) {
    return signals.told(error);
  } finally {
    findings.close();
    ledger.close();
    await writer?.close();
    signals.dispose();
  }
}

/** An older ledger does not know what later runs made of these records. @throws HireSyncError GUARDED */
function refuseRestored({ job, ledger, writer }: Parts, allowed: readonly GuardName[]): void {
  const beside = besideOf(ledger.file);
  ledger.restoration.note([job.pipeline], beside, writer.tenant);
  const restored = ledger.restoration.of(job.pipeline, beside, writer.tenant);
  if (restored !== null && !allowed.includes('restored'))
    throw guarded([{ guard: 'restored', pipeline: job.pipeline, ledger: ledger.file, ...restored }]);
}

/** @throws HireSyncError CONFIG_INVALID when there is no such run, or it cannot be taken back */
function undoable(ledger: Ledger, id: string): RunRow {
  const run = ledger.runs.find(id);
  if (run === undefined) throw noSuchRun(ledger, id);
  refuseForgetRun(run);
  if (run.mode !== 'undo') return run;
  throw new HireSyncError(
    'CONFIG_INVALID',
    w(
      `运行 ${id} 本身是一次撤销，不能再撤销：它删除的对象无法以原来的 ID 恢复。再同步一次会重新写入原系统的内容。`,
      `Run ${id} is an undo itself, which cannot be undone: what it deleted cannot come back under its id. ` +
        'A sync carries out again what the source says.',
    ),
  );
}

/** Makes and prints the plan; sends nothing. */
async function shown(parts: Parts): Promise<number> {
  const report = await planned(parts);
  await printed(report, parts, true);
  return report.exitCode;
}

async function planned({ job, deps, flags, writer, startedAt, made, wishes }: Parts): Promise<UndoReport> {
  await writer.ready();
  const progress = createProgress(process.stderr, Date.now, 'undo', wishes.language);
  try {
    await planUndo(job, deps);
  } finally {
    progress.end();
  }
  const took = { startedAt, now: Date.now() };
  return reportOf('undo-plan', job, deps.findings, {
    ...took,
    rate: flags.rate,
    writer,
    stopped: null,
    made,
  });
}

async function carriedOut(parts: Parts): Promise<number> {
  const { job, flags, ledger, writer, signals, deps, wishes } = parts;
  writer.holdAfter(ledger.lastAttemptAt());
  const plan = await planned(parts);
  const requests = plan.cost?.requests ?? 0;
  const isNothing = requests + plan.rows.ledger === 0;
  const asked = isNothing || flags.yes;
  // One report is given out, in text after that of the plan. The plan's is the one where it ends with it.
  const ends = isNothing || (!asked && !process.stdin.isTTY);
  if (ends || wishes.format === 'text') await printed(plan, parts, ends);
  if (!asked) {
    const { restored, deleted } = plan.rows;
    const question = w(
      `撤销运行 ${job.undoes}：在飞书中将改回 ${restored} 条，删除 ${deleted} 条。`,
      `Undo run ${job.undoes}: ${restored} to restore, ${deleted} to delete in Feishu.`,
    );
    if (!(await confirm(question, process.stdin, process.stderr, signals.stopping))) {
      say(w('没有发出任何请求。', 'Nothing was sent.'));
      return EXIT.usage;
    }
  }
  await closeLeft(job, deps);
  if (isNothing) return plan.exitCode;
  const report = await recorded(plan.rows.restored + plan.rows.deleted + plan.rows.ledger, parts);
  await printed(report, parts, true);
  if (report.stopped === null) pruneAfter(ledger, flags);
  if (report.stopped !== null) sayWhy(stopTold(report.stopped));
  return report.exitCode;
}

/** Carries it out, as a run that the ledger knows. */
async function recorded(total: number, parts: Parts): Promise<UndoReport> {
  const { job, flags, ledger, writer, signals, deps, target, wishes, made: head } = parts;
  await copyBeforeWrite({ ledger, run: job.run, keep: flags.keepBackups, stopping: signals.stopping });
  const startedAt = Date.now();
  ledger.runs.start({ id: job.run, pipeline: job.pipeline, mode: 'undo', startedAt });
  leaveTrail(ledger, { ...job, tenant: writer.tenant });
  const progress = createProgress(process.stderr, Date.now, 'undo', wishes.language);
  let [done, failed] = [0, 0];
  let stopped: HireSyncError | null = null;
  try {
    await applyUndo(job, writer, deps, ({ kind }) => {
      done++;
      if (kind === 'failed' || kind === 'in-doubt' || kind === 'left') failed++;
      progress.update({ done, total, failed });
    });
  } catch (error) {
    // What was done by then must be told all the same.
    if (!HireSyncError.is(error)) throw error;
    stopped = error;
  } finally {
    progress.end();
  }
  const took = { startedAt, now: Date.now() };
  const made = reportOf('undo', job, deps.findings, {
    ...took,
    rate: flags.rate,
    writer,
    stopped,
    made: head,
  });
  const exitCode = signals.exitCode() ?? (stopped === null ? made.exitCode : exitCodeFor(stopped));
  const report = { ...made, exitCode };
  try {
    noteIssues(job, parts);
    const state = stopped === null ? 'finished' : 'stopped';
    const summary = JSON.stringify(report);
    ledger.runs.finish({ id: job.run, state, finishedAt: took.now, exitCode, summary });
    ledger.restoration.advance();
  } catch (error) {
    // A ledger that takes nothing any more is why it stopped: that must be told.
    if (stopped === null || !HireSyncError.is(error)) throw error;
  }
  const runs = runsFolder(ledger.file);
  const data = join(runs, job.run, STORED);
  allWritten(
    tryTo(w('运行的数据', 'the data of the run'), data, () =>
      storeRun(data, modelOfFindings(report, deps.findings, target)),
    ),
  );
  forgetOldRuns(runs);
  return report;
}

function noteIssues({ run }: UndoJob, { ledger, deps }: Parts): void {
  const KINDS = { left: 'held', failed: 'failed', 'in-doubt': 'in-doubt' } as const;
  for (const kind of ['left', 'failed', 'in-doubt'] as const) {
    const read = (after: string, size: number) => deps.findings.page([kind], after, size);
    for (const page of inPages('', 500, read, ({ id }) => id)) {
      const issues = page.map(({ finding: { key, reason } }) => ({
        ...{ kind: KINDS[kind], key, file: '', line: 0 },
        ...{ code: reason?.code ?? kind, field: '', logId: null },
      }));
      ledger.runs.addIssues(run, issues);
    }
  }
}

/** @param last whether it is the one for the files that are wished for, too */
async function printed(report: UndoReport, { deps, target, wishes }: Parts, last: boolean): Promise<void> {
  const model = modelOfFindings(report, deps.findings, target);
  allWritten(await giveOut(model, last ? wishes : { ...wishes, files: [] }));
}
