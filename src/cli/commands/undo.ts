import { existsSync } from 'node:fs';
import { type Config, parseSettings } from '../../config.ts';
import { HireSyncError } from '../../errors.ts';
import type { Target } from '../../feishu/target.ts';
import { TARGETS } from '../../feishu/targets.ts';
import { type Ledger, openLedger } from '../../ledger/ledger.ts';
import type { RunRow } from '../../ledger/runs.ts';
import { createLog } from '../../ops/log.ts';
import { openFindings } from '../../plan/findings.ts';
import { type GuardName, restoredLedger } from '../../plan/guard.ts';
import { undoJson, undoText } from '../../report/undo.ts';
import { EXIT } from '../../result/exit.ts';
import type { UndoKind, UndoReport } from '../../result/undo.ts';
import { applyUndo, closeLeft } from '../../undo/apply-undo.ts';
import type { UndoDeps, UndoJob } from '../../undo/job.ts';
import { planUndo } from '../../undo/plan-undo.ts';
import { reportOf } from '../../undo/summary.ts';
import { targetOf } from '../../verify/target-of.ts';
import { confirm } from '../confirm.ts';
import { readEnvironment } from '../environment.ts';
import { exitCodeFor } from '../exit-code.ts';
import { bindingOnSignIn, type OpenWriter, openWriter } from '../open-writer.ts';
import { lines, print, say } from '../output.ts';
import { createProgress } from '../progress.ts';
import { guardsOf, newRunId } from '../run-pipeline.ts';
import { listenToSignals, type Signals } from '../signals.ts';
import { besideOf, leaveTrail } from '../trail.ts';
import { withLease } from '../with-lease.ts';

/** Flags of `hire-sync undo`. */
export interface UndoFlags {
  readonly run: string;
  readonly ledger?: string;
  readonly rate?: string;
  readonly limit?: string;
  readonly json?: boolean;
  readonly yes?: boolean;
  readonly plan?: boolean;
  readonly allow?: readonly string[];
  readonly logLevel?: string;
  readonly logFormat?: string;
}

/** One undo with all it is made of. */
interface Parts {
  readonly job: UndoJob;
  readonly target: Target;
  readonly config: Config;
  readonly flags: UndoFlags;
  readonly ledger: Ledger;
  readonly writer: OpenWriter;
  readonly signals: Signals;
  readonly deps: UndoDeps;
  readonly startedAt: number;
}

/**
 * `hire-sync undo --run RUN`: shows what it would do, asks, and takes the run back. Returns the exit code: 0 when all of
 * it is taken back, 3 when something was left alone or did not go through, 2 when nobody said yes.
 */
export async function undo(flags: UndoFlags): Promise<number> {
  const { run: undoes, json: _, yes: __, plan: planOnly = false, allow, ...settings } = flags;
  const allowed = guardsOf(allow);
  const config = parseSettings(settings, process.cwd());
  if (!existsSync(config.ledgerFile))
    throw new HireSyncError('CONFIG_INVALID', `There is no ledger ${config.ledgerFile}: nothing to undo.`);
  const run = newRunId();
  const log = createLog({ level: config.logLevel, format: config.logFormat, run });
  const signals = listenToSignals(say);
  const mode = planOnly ? 'read' : 'write';
  const ledger = openLedger({ file: config.ledgerFile, mode, now: Date.now });
  const findings = openFindings<UndoKind>();
  let writer: OpenWriter | undefined;
  try {
    const { pipeline } = undoable(ledger, undoes);
    const job: UndoJob = { run, undoes, pipeline };
    // A run whose records are all gone has nothing to take back, whatever they were.
    const target = targetOf(ledger, pipeline) ?? TARGETS.external_interview;
    const environment = readEnvironment();
    writer = openWriter({ environment, config, pipeline: { target }, signals, log });
    ledger.checkTenant(writer.tenant);
    const deps: UndoDeps = { ledger, findings, reading: { ...writer, target, now: Date.now } };
    const parts: Parts = {
      job,
      target,
      config,
      flags,
      ledger,
      writer: planOnly ? writer : bindingOnSignIn(writer, ledger),
      signals,
      deps,
      startedAt: Date.now(),
    };
    if (planOnly) return await shown(parts);
    return await withLease(ledger, run, writer.halt, () => {
      refuseRestored(parts, allowed);
      return carriedOut(parts);
    });
  } catch (error) {
    const exitCode = signals.exitCode();
    if (exitCode === null || !HireSyncError.is(error)) throw error;
    say(`hire-sync: ${error.message}`);
    return exitCode;
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
    throw restoredLedger(job.pipeline, ledger.file, restored);
}

/** @throws HireSyncError CONFIG_INVALID when there is no such run, or it cannot be taken back */
function undoable(ledger: Ledger, id: string): RunRow {
  const run = ledger.runs.find(id);
  if (run === undefined)
    throw new HireSyncError(
      'CONFIG_INVALID',
      `${ledger.file} has no run ${id}. \`hire-sync runs\` lists them.`,
    );
  if (run.mode !== 'undo') return run;
  throw new HireSyncError(
    'CONFIG_INVALID',
    `Run ${id} is an undo itself, which cannot be undone: what it deleted cannot come back under its id. ` +
      'A sync carries out again what the source says.',
  );
}

/** Makes and prints the plan; sends nothing. */
async function shown(parts: Parts): Promise<number> {
  const report = await planned(parts);
  await printed(report, parts);
  return report.exitCode;
}

async function planned({ job, deps, config, writer, startedAt }: Parts): Promise<UndoReport> {
  await writer.ready();
  const progress = createProgress(process.stderr, Date.now, WORDS);
  try {
    await planUndo(job, deps);
  } finally {
    progress.end();
  }
  const took = { startedAt, now: Date.now() };
  return reportOf('undo-plan', job, deps.findings, { ...took, rate: config.rate, writer, stopped: null });
}

const WORDS = { before: 'comparing with Feishu', done: 'taken back' };

async function carriedOut(parts: Parts): Promise<number> {
  const { job, flags, ledger, writer, signals, deps } = parts;
  writer.holdAfter(ledger.lastAttemptAt());
  const plan = await planned(parts);
  const requests = plan.cost?.requests ?? 0;
  const isNothing = requests + plan.rows.ledger === 0;
  const asked = isNothing || flags.yes === true;
  // With --json one object is printed: the plan, where it ends with it.
  if (!flags.json || isNothing || (!asked && !process.stdin.isTTY)) await printed(plan, parts);
  if (!asked) {
    const { restored, deleted } = plan.rows;
    const question = `Undo run ${job.undoes}: ${restored} to restore, ${deleted} to delete in Feishu.`;
    if (!(await confirm(question, process.stdin, process.stderr, signals.stopping))) {
      say('Nothing was sent.');
      return EXIT.usage;
    }
  }
  await closeLeft(job, deps);
  if (isNothing) return plan.exitCode;
  const report = await recorded(plan.rows.restored + plan.rows.deleted + plan.rows.ledger, parts);
  await printed(report, parts);
  if (report.stopped !== null) say(`hire-sync: ${report.stopped.message}`);
  return report.exitCode;
}

/** Carries it out, as a run that the ledger knows. */
async function recorded(total: number, parts: Parts): Promise<UndoReport> {
  const { job, config, ledger, writer, signals, deps } = parts;
  const startedAt = Date.now();
  ledger.runs.start({ id: job.run, pipeline: job.pipeline, mode: 'undo', startedAt });
  leaveTrail(ledger, { ...job, tenant: writer.tenant });
  const progress = createProgress(process.stderr, Date.now, WORDS);
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
  const made = reportOf('undo', job, deps.findings, { ...took, rate: config.rate, writer, stopped });
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
  return report;
}

function noteIssues({ run }: UndoJob, { ledger, deps }: Parts): void {
  const KINDS = { left: 'held', failed: 'failed', 'in-doubt': 'in-doubt' } as const;
  for (const kind of ['left', 'failed', 'in-doubt'] as const) {
    for (let after = ''; ; ) {
      const page = deps.findings.page([kind], after, 500);
      const issues = page.map(({ finding: { key, reason } }) => {
        return {
          kind: KINDS[kind],
          key,
          file: '',
          line: 0,
          code: reason?.code ?? kind,
          field: '',
          logId: null,
        };
      });
      ledger.runs.addIssues(run, issues);
      const last = page.at(-1);
      if (last === undefined) break;
      after = last.id;
    }
  }
}

async function printed(report: UndoReport, { deps, target, config, flags }: Parts): Promise<void> {
  const { findings } = deps;
  const text = () => lines(undoText(report, findings, { shape: target.shape, limit: config.limit }));
  await print(flags.json ? undoJson(report, findings) : text());
}
