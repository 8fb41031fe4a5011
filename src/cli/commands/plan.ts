import { HireSyncError } from '../../errors.ts';
import { type Ledger, openLedger } from '../../ledger/ledger.ts';
import { run } from '../../pipeline/run.ts';
import type { PlanStore } from '../../plan/plan-store.ts';
import { EXIT, type Report } from '../../report/report.ts';
import { readEnvironment } from '../environment.ts';
import { inTurn, prepareAll, type TurnReport } from '../in-turn.ts';
import type { OpenFeishu } from '../open-feishu.ts';
import { openSource } from '../open-source.ts';
import { say } from '../output.ts';
import { type PipelineFlags, type Prepared, reported } from '../run-pipeline.ts';
import { writePlan } from '../saved-plan.ts';
import { listenToSignals } from '../signals.ts';

/** Flags of `hire-sync plan`. */
export interface PlanFlags extends PipelineFlags {
  readonly detailedExitcode?: boolean;
  readonly remote?: boolean;
  readonly out?: string;
}

/**
 * `hire-sync plan`: reads, maps, compares, sends nothing. Needs credentials only to compare with Feishu (`--remote`).
 * Returns the exit code.
 */
export async function plan(files: readonly string[], flags: PlanFlags): Promise<number> {
  const jobs = await prepareAll(files, flags);
  const [first] = jobs;
  const asking = flags.remote === true && first !== undefined ? await openAsking(first) : undefined;
  try {
    return await inTurn(jobs, (job) => planOne(job, flags, asking?.feishu), {
      json: flags.json,
      ...(asking !== undefined && { exitCodeOf: asking.exitCodeOf }),
    });
  } catch (error) {
    const exitCode = asking?.signals.exitCode() ?? null;
    if (exitCode === null || !HireSyncError.is(error)) throw error;
    say(`hire-sync: ${error.message}`);
    return exitCode;
  } finally {
    await asking?.feishu.close();
    asking?.signals.dispose();
  }
}

async function planOne(
  prepared: Prepared,
  flags: PlanFlags,
  feishu: OpenFeishu | undefined,
): Promise<TurnReport> {
  const { config } = prepared;
  const ledger = openLedger({ file: config.ledgerFile, mode: 'read', now: Date.now });
  const { sourceAppId } = flags;
  const source = openSource({ ...prepared, environment: readEnvironment(), sourceAppId });
  let through = false;
  const report = await reported(prepared, flags, ledger, async (store) => {
    if (feishu !== undefined) ledger.checkTenant(feishu.tenant);
    const remote = feishu === undefined ? undefined : await asker(feishu, prepared);
    const deps = { ledger, store, sourceTenant: source.tenant, rate: config.rate, now: Date.now };
    // A saved plan tells of every row.
    const job = flags.out === undefined ? prepared : { ...prepared, full: true };
    const made = await run(job, { ...deps, writer: null, remote });
    if (flags.out !== undefined) save(flags.out, { prepared, report: made, store, ledger, feishu });
    through = true;
    return made;
  }).finally(() => source.end(through));
  if (!flags.detailedExitcode || report.stopped !== null) return report;
  const { rows, noted } = report;
  const changes = rows.created + rows.updated + noted.adopted + noted.recorded;
  return { ...report, exitCode: changes > 0 ? EXIT.changes : EXIT.done };
}

interface Made {
  readonly prepared: Prepared;
  readonly report: Report;
  readonly store: PlanStore;
  readonly ledger: Ledger;
  readonly feishu: OpenFeishu | undefined;
}

function save(file: string, { feishu, ...made }: Made): void {
  if (made.report.stopped !== null) {
    say(`The plan is not saved: ${made.report.stopped.code}.`);
    return;
  }
  writePlan(file, { ...made, tenant: feishu?.tenant, environment: readEnvironment() });
  say(
    `Saved the plan to ${file}; \`hire-sync sync <pipeline> --plan ${file}\` carries out exactly this, once.`,
  );
}

/** Most plans ask nobody: they need not wait for an HTTP client. */
async function openAsking({ config, run: id }: Prepared) {
  const [{ openFeishu }, { createLog }, { exitCodeFor }] = await Promise.all([
    import('../open-feishu.ts'),
    import('../../ops/log.ts'),
    import('../exit-code.ts'),
  ]);
  const signals = listenToSignals(say);
  const log = createLog({ level: config.logLevel, format: config.logFormat, run: id });
  const { rate, limiter } = config;
  const feishu = openFeishu({ environment: readEnvironment(), rate, limiter, signals, log });
  const exitCodeOf = (error: HireSyncError): number => signals.exitCode() ?? exitCodeFor(error);
  return { feishu, signals, exitCodeOf };
}

async function asker(feishu: OpenFeishu, { pipeline }: Prepared) {
  const { writerOver } = await import('../open-writer.ts');
  return writerOver(feishu, pipeline);
}
