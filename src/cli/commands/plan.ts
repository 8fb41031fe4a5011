import { setImmediate } from 'node:timers/promises';
import { HireSyncError } from '../../errors.ts';
import { parseBaseUrl } from '../../feishu/base-url.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Restored } from '../../ledger/restored.ts';
import type { Tenant } from '../../ledger/tenant.ts';
import { run } from '../../pipeline/run.ts';
import { w } from '../../report/sentences.ts';
import { EXIT } from '../../result/exit.ts';
import type { Report } from '../../result/report.ts';
import { carryingOut } from '../approval.ts';
import { command } from '../command.ts';
import { readEnvironment } from '../environment.ts';
import { text, type Values } from '../flag.ts';
import { fitYoungObjects } from '../heap.ts';
import { inTurn, PIPELINES, prepareAll, type TurnReport } from '../in-turn.ts';
import type { OpenFeishu } from '../open-feishu.ts';
import { openForReading } from '../open-ledger.ts';
import { openSource } from '../open-source.ts';
import { say } from '../output.ts';
import { foresight, PIPELINE_FLAGS, type Prepared } from '../prepare.ts';
import { pipelineFailure } from '../process-end.ts';
import { createProgress } from '../progress.ts';
import { reported } from '../reported.ts';
import { REPORT_FLAGS } from '../reports.ts';
import { type PlanTarget, planTarget, writePlan } from '../saved-plan.ts';
import { settings } from '../settings.ts';
import { listenToSignals } from '../signals.ts';
import { besideOf } from '../trail.ts';

const FLAGS = {
  ...settings('ledger', 'pipelines'),
  ...REPORT_FLAGS,
  ...PIPELINE_FLAGS,
  ...settings('rate', 'limiter', 'logLevel', 'logFormat', 'remote', 'detailedExitcode', 'requireApproval'),
  out: text(
    '<file>',
    w(
      '把计划保存到文件，供 `sync --plan` 执行',
      'write the plan to a file that `sync --plan` carries out as it is',
    ),
  ),
};
type PlanFlags = Values<typeof FLAGS>;

export const commands = [
  command({
    name: 'plan',
    summary: w(
      '显示同步将要做什么；不需要凭证，不发出请求',
      'show what a sync would do; needs no credentials and sends nothing',
    ),
    arguments: PIPELINES,
    flags: FLAGS,
    prints: ['report'],
    run: plan,
  }),
];

/** Reads, maps, compares, sends nothing. Needs credentials only to compare with Feishu (`--remote`). */
async function plan(flags: PlanFlags, files: readonly string[]): Promise<number> {
  const jobs = await prepareAll(files, flags);
  const [first] = jobs;
  const asking = flags.remote && first !== undefined ? await openAsking(flags, first.run) : undefined;
  try {
    return await inTurn(jobs, (job) => planOne(job, flags, asking?.feishu), {
      json: first?.wishes.format === 'json',
      ...(asking !== undefined && { exitCodeOf: asking.exitCodeOf }),
    });
  } catch (error) {
    if (asking === undefined) throw error;
    return asking.signals.told(error);
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
  const target = flags.out === undefined ? undefined : planTarget(flags.out, prepared, readEnvironment());
  const ledger = openForReading(flags.ledger);
  // Elsewhere than at a terminal a plan has nothing to say until it is there.
  const progress = process.stderr.isTTY
    ? createProgress(process.stderr, Date.now, 'sync', prepared.wishes.language)
    : undefined;
  const source = openSource({
    ...prepared,
    environment: readEnvironment(),
    flags,
    ...(progress !== undefined && { progress }),
  });
  let through = false;
  const asItWas = ledger.changedElsewhere();
  const report = await reported(prepared, ledger, async (store) => {
    if (feishu !== undefined) ledger.checkTenant(feishu.tenant);
    const remote = feishu === undefined ? undefined : await asker(feishu, prepared);
    const deps = {
      ledger,
      store,
      tenant: feishu?.tenant ?? tenantGiven(),
      sourceTenant: source.tenant,
      now: Date.now,
      ...foresight(prepared, flags),
      onReading: fitYoungObjects,
      ...(progress !== undefined && { onStep: progress.step }),
    };
    const restored = restoredOf(prepared, ledger);
    // A saved plan tells of every row.
    const inFile = flags.out === undefined ? undefined : { remote: feishu !== undefined };
    const job = { ...prepared, restored, inFile, full: flags.full || inFile !== undefined };
    const made = await run(job, { ...deps, writer: null, remote });
    progress?.end();
    // A promise that the last row has left behind is heard of now.
    await setImmediate();
    pipelineFailure.throwIfAborted();
    const planned = { prepared, report: made, store, ledger, remote: feishu !== undefined };
    let sealed = made;
    if (target !== undefined)
      // One state of the ledger, and that from which the plan was made.
      ledger.reading(() => {
        if (ledger.changedElsewhere() !== asItWas) throw movedMeanwhile(ledger.file);
        sealed = save(flags.out ?? '', target, planned, flags.requireApproval);
      });
    through = true;
    return sealed;
  }).finally(() => {
    progress?.end();
    return source.end(through);
  });
  if (!flags.detailedExitcode || report.stopped !== null) return report;
  const { rows, noted } = report;
  const changes = rows.created + rows.updated + noted.adopted + noted.recorded;
  return { ...report, exitCode: changes > 0 ? EXIT.changes : EXIT.done };
}

/** Whether a sync would be stopped because the ledger is older than what was written: by all that is known without signing in. */
function restoredOf({ pipeline }: Prepared, ledger: Ledger): Restored | undefined {
  const beside = besideOf(ledger.file);
  const written = beside.head === null || beside.head === 'unreadable' ? null : beside.head.app;
  return (
    ledger.restoration.of(pipeline.name, beside, tenantGiven() ?? ledger.owner() ?? written) ?? undefined
  );
}

/** The app that the environment names, which a plan need not. */
function tenantGiven(): Tenant | null {
  const { appId, baseUrl } = readEnvironment();
  return appId === undefined ? null : { appId, baseUrl: parseBaseUrl(baseUrl) };
}

/** What the plan was compared with is not what it would be bound to. */
function movedMeanwhile(ledgerFile: string): HireSyncError {
  const text = w(
    `计划没有保存：制作期间另一次运行写入了同步台账 ${ledgerFile}。请等那次运行结束后重新制作。`,
    `The plan is not saved: another run wrote to the ledger ${ledgerFile} while it was made. Plan again when that run has ended.`,
  );
  return new HireSyncError('LEDGER_BUSY', text);
}

/** The report, with the hash of the plan where it is saved. */
function save(
  file: string,
  target: PlanTarget,
  made: Parameters<typeof writePlan>[1],
  mustBeSigned: boolean,
): Report {
  const { report } = made;
  if (made.report.stopped !== null) {
    say(
      w(`计划没有保存：${made.report.stopped.code}。`, `The plan is not saved: ${made.report.stopped.code}.`),
    );
    return report;
  }
  const plan = writePlan(target, made);
  const carry = carryingOut(
    made.prepared.file ?? made.prepared.pipeline.name,
    file,
    mustBeSigned ? 'NAME' : undefined,
  );
  say(
    w(
      `计划已保存到 ${file}（sha256 ${plan}）；\`${carry}\` 恰好按它执行一次。`,
      `Saved the plan to ${file} (sha256 ${plan}); \`${carry}\` carries out exactly this, once.`,
    ),
  );
  return report.made === undefined ? report : { ...report, made: { ...report.made, plan } };
}

/** Most plans ask nobody: they need not wait for an HTTP client. */
async function openAsking({ rate, limiter, logLevel, logFormat }: PlanFlags, run: string) {
  const [{ openFeishu }, { createLog }, { exitCodeFor }] = await Promise.all([
    import('../open-feishu.ts'),
    import('../../ops/log.ts'),
    import('../exit-code.ts'),
  ]);
  const signals = listenToSignals(say);
  const log = createLog({ level: logLevel, format: logFormat, run });
  const feishu = openFeishu({ environment: readEnvironment(), rate, limiter, signals, log });
  const exitCodeOf = (error: HireSyncError): number => signals.exitCode() ?? exitCodeFor(error);
  return { feishu, signals, exitCodeOf };
}

async function asker(feishu: OpenFeishu, { pipeline }: Prepared) {
  const { writerOver } = await import('../open-writer.ts');
  return writerOver(feishu, pipeline);
}
