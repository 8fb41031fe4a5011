import { setImmediate } from 'node:timers/promises';
import { HireSyncError } from '../../errors.ts';
import { parseBaseUrl } from '../../feishu/base-url.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Restored } from '../../ledger/restored.ts';
import type { Tenant } from '../../ledger/tenant.ts';
import { run } from '../../pipeline/run.ts';
import { EXIT } from '../../result/exit.ts';
import { readEnvironment } from '../environment.ts';
import { fitYoungObjects } from '../heap.ts';
import { inTurn, prepareAll, type TurnReport } from '../in-turn.ts';
import type { OpenFeishu } from '../open-feishu.ts';
import { openForReading } from '../open-ledger.ts';
import { openSource } from '../open-source.ts';
import { say } from '../output.ts';
import { pipelineFailure } from '../process-end.ts';
import { foresight, type PipelineFlags, type Prepared, reported } from '../run-pipeline.ts';
import { type PlanTarget, planTarget, writePlan } from '../saved-plan.ts';
import { listenToSignals } from '../signals.ts';
import { besideOf } from '../trail.ts';

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
      json: first?.wishes.format === 'json',
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
  const target = flags.out === undefined ? undefined : planTarget(flags.out, prepared, readEnvironment());
  const ledger = openForReading(config.ledgerFile);
  const { sourceAppId } = flags;
  const source = openSource({ ...prepared, environment: readEnvironment(), sourceAppId });
  let through = false;
  const asItWas = ledger.changedElsewhere();
  const report = await reported(prepared, ledger, async (store) => {
    if (feishu !== undefined) ledger.checkTenant(feishu.tenant);
    const remote = feishu === undefined ? undefined : await asker(feishu, prepared);
    const deps = {
      ledger,
      store,
      sourceTenant: source.tenant,
      rate: config.rate,
      now: Date.now,
      ...foresight(prepared),
      onReading: fitYoungObjects,
    };
    const restored = restoredOf(prepared, ledger);
    // A saved plan tells of every row.
    const job = { ...prepared, restored, full: prepared.full || flags.out !== undefined };
    const made = await run(job, { ...deps, writer: null, remote });
    // A promise that the last row has left behind is heard of now.
    await setImmediate();
    pipelineFailure.throwIfAborted();
    const planned = { prepared, report: made, store, ledger, remote: feishu !== undefined };
    if (target !== undefined)
      // One state of the ledger, and that from which the plan was made.
      ledger.reading(() => {
        if (ledger.changedElsewhere() !== asItWas) throw movedMeanwhile(config.ledgerFile);
        save(flags.out ?? '', target, planned);
      });
    through = true;
    return made;
  }).finally(() => source.end(through));
  if (!flags.detailedExitcode || report.stopped !== null) return report;
  const { rows, noted } = report;
  const changes = rows.created + rows.updated + noted.adopted + noted.recorded;
  return { ...report, exitCode: changes > 0 ? EXIT.changes : EXIT.done };
}

/** Whether a sync would be stopped because the ledger is older than what was written: by all that is known without signing in. */
function restoredOf({ pipeline, config }: Prepared, ledger: Ledger): Restored | undefined {
  const beside = besideOf(config.ledgerFile);
  const { appId, baseUrl } = readEnvironment();
  const written = beside.head === null || beside.head === 'unreadable' ? null : beside.head.app;
  const given: Tenant | null = appId === undefined ? null : { appId, baseUrl: parseBaseUrl(baseUrl) };
  return ledger.restoration.of(pipeline.name, beside, given ?? ledger.owner() ?? written) ?? undefined;
}

/** What the plan was compared with is not what it would be bound to. */
function movedMeanwhile(ledgerFile: string): HireSyncError {
  const text = `The plan is not saved: another run wrote to the ledger ${ledgerFile} while it was made. Plan again when that run has ended.`;
  return new HireSyncError('LEDGER_BUSY', text);
}

function save(file: string, target: PlanTarget, made: Parameters<typeof writePlan>[1]): void {
  if (made.report.stopped !== null) {
    say(`The plan is not saved: ${made.report.stopped.code}.`);
    return;
  }
  writePlan(target, made);
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
