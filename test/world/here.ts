import Database from 'better-sqlite3';
import { commands as rekeying } from '../../src/cli/commands/rekey.ts';
import { commands as resolving } from '../../src/cli/commands/resolve.ts';
import { besideOf, leaveTrail } from '../../src/cli/trail.ts';
import { HireSyncError } from '../../src/errors.ts';
import * as self from '../../src/index.ts';
import type { Change } from '../../src/model.ts';
import { codeCacheIn } from '../../src/pipeline/code-cache.ts';
import type { Pipeline } from '../../src/pipeline/define.ts';
import type { Writer } from '../../src/pipeline/job.ts';
import { loadPipeline } from '../../src/pipeline/load.ts';
import { run } from '../../src/pipeline/run.ts';
import { eachChange, openPlanStore } from '../../src/plan/plan-store.ts';
import type { Report } from '../../src/result/report.ts';
import type { Call } from '../../src/writer/contract.ts';
import type { Step } from '../crash/steps.ts';
import { watchSteps } from '../crash/watch-steps.ts';
import { openHere } from '../faults/in-process.ts';
import type { Clock } from './clock.ts';
import { type Ended, type Orders, type Player, pairsFile, type Stage } from './stage.ts';

const QUICK = { attempts: 3, baseMs: 500, capMs: 5_000 };

/** Runs in this process: real requests and SQLite files, and a simulated clock, by which `Date` goes as well. */
export async function playHere(stage: Stage, clock: Clock, setDate: (ms: number) => void): Promise<Player> {
  const { pipeline } = await loadPipeline(stage.pipelineFile, self, codeCacheIn(stage.folder));
  const { source, ledgerFile } = stage;
  const flags = { ledger: ledgerFile, source };
  return {
    pass: (ms) => clock.pass(ms),
    async run(orders) {
      setDate(clock.now());
      const ended = await runOnce(orders, { stage, clock, pipeline });
      setDate(clock.now());
      return ended;
    },
    async resolve(key, decision) {
      await resolving[0]?.run({ ledger: ledgerFile, ...decision }, stage.pipelineFile, key);
    },
    async rekey(pairs) {
      const from = pairs === undefined ? {} : { from: pairsFile(stage.folder, pairs) };
      await rekeying[0]?.run({ ...flags, ...from, yes: true }, stage.pipelineFile);
    },
  };
}

async function runOnce(
  { kill, allowed, repairDrift, recreateMissing }: Orders,
  { stage, clock, pipeline }: { readonly stage: Stage; readonly clock: Clock; readonly pipeline: Pipeline },
): Promise<Ended> {
  const { now, sleep } = clock;
  let killed = false;
  let here: ReturnType<typeof openHere> | null = null;
  let reached = 0;
  const dies = (step: Step): boolean => {
    if (killed || step !== kill?.step) return false;
    reached += 1;
    killed = reached === kill.nth;
    if (killed) here?.die();
    return killed;
  };
  watchSteps((step) => {
    // Of a dead process nothing goes on, wherever it stood. What is told by a channel cannot be stopped by an error.
    if (dies(step) && !/:(request|sent|answer)$/.test(step)) throw new Error('killed');
  });
  stage.onServerStep = dies;
  const store = openPlanStore();
  let message = '';
  let report: Report | null = null;
  let exitCode: number | null = 1;
  const held: Ended['held'][number][] = [];
  try {
    here = openHere({ ...stage, lags: true }, { now, sleep, policy: QUICK, rate: 1_000, pipeline });
    report = await recorded(here, { store, now, pipeline, stage, allowed, repairDrift, recreateMissing });
    exitCode = report.exitCode;
    message = report.stopped?.message ?? '';
    for (const { change } of eachChange(store, ['held', 'in-doubt'])) held.push(heldOf(change));
  } catch (error) {
    if (!killed && !HireSyncError.is(error)) throw error;
    message = (error as Error).message;
  } finally {
    watchSteps(null);
    stage.onServerStep = () => false;
    store.close();
    if (!killed) await here?.close();
  }
  await stage.idle();
  if (killed) buried(stage.ledgerFile);
  return {
    killed,
    exitCode: killed ? null : exitCode,
    rows: killed ? null : (report?.rows ?? null),
    held,
    message,
  };
}

function heldOf(change: Change): Ended['held'][number] {
  if (change.kind !== 'held' && change.kind !== 'in-doubt') throw new Error(`not held: ${change.kind}`);
  return { key: change.key, reason: change.reason };
}

/** The lease of a dead process counts for nothing; this one lives. */
function buried(ledgerFile: string): void {
  const database = new Database(ledgerFile);
  database.exec('DELETE FROM lease');
  database.close();
}

type Recorded = Pick<Orders, 'allowed' | 'repairDrift' | 'recreateMissing'> & {
  readonly store: ReturnType<typeof openPlanStore>;
  readonly now: () => number;
  readonly pipeline: Pipeline;
  readonly stage: Stage;
};

/** As `hire-sync sync` does it: with what a run leaves beside the ledger, and what it finds there. */
async function recorded(
  { id, ledger, writer }: ReturnType<typeof openHere>,
  given: Recorded,
): Promise<Report> {
  const { store, now, pipeline, stage, allowed, repairDrift, recreateMissing } = given;
  const { name } = pipeline;
  ledger.leases.acquire(id);
  ledger.checkTenant(writer.tenant);
  const beside = besideOf(stage.ledgerFile);
  ledger.restoration.note([name], beside, writer.tenant);
  const restored = ledger.restoration.of(name, beside, writer.tenant) ?? undefined;
  ledger.runs.start({ id, pipeline: name, mode: 'sync', startedAt: now() });
  let wrote = false;
  const leave = (): void => {
    leaveTrail(ledger, { run: id, pipeline: name, tenant: writer.tenant });
    wrote = true;
  };
  const call: Call = async (request) => {
    if (!wrote) leave();
    return writer.call(request);
  };
  const ready = async (): Promise<void> => {
    await writer.ready();
    ledger.bind(writer.tenant);
  };
  const way: Writer = { ...writer, call, ready };
  const policy = { onDrift: pipeline.onDrift, repairDrift, recreateMissing };
  const job = { run: id, pipeline, folder: stage.source, allowed, policy, restored };
  const report = await run(job, { ledger, store, writer: way, rate: 200, now });
  const { exitCode, stopped, rows, notAttempted } = report;
  const state = stopped === null ? 'finished' : 'stopped';
  ledger.runs.finish({ id, state, finishedAt: now(), exitCode, summary: JSON.stringify(report) });
  if (wrote) ledger.restoration.advance();
  if (restored !== undefined && stopped === null && rows.failed + rows.inDoubt + notAttempted === 0) {
    leave();
    ledger.restoration.trust(name);
  }
  return report;
}
