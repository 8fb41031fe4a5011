import { HireSyncError } from '../../errors.ts';
import { openLedger } from '../../ledger/ledger.ts';
import { run } from '../../pipeline/run.ts';
import { EXIT } from '../../report/report.ts';
import { readEnvironment } from '../environment.ts';
import { say } from '../output.ts';
import { type PipelineFlags, type Prepared, prepare, reported } from '../run-pipeline.ts';
import { listenToSignals } from '../signals.ts';

/** Flags of `hire-sync plan`. */
export interface PlanFlags extends PipelineFlags {
  readonly detailedExitcode?: boolean;
  readonly remote?: boolean;
}

/**
 * `hire-sync plan`: reads, maps, compares, sends nothing. Needs credentials only to compare with Feishu (`--remote`).
 * Returns the exit code.
 */
export async function plan(file: string, flags: PlanFlags): Promise<number> {
  const prepared = await prepare(file, flags);
  const { config } = prepared;
  const asking = flags.remote === true ? await openAsking(prepared) : undefined;
  try {
    const ledger = openLedger({ file: config.ledgerFile, mode: 'read', now: Date.now });
    const report = await reported(prepared, flags, ledger, (store) => {
      if (asking !== undefined) ledger.checkTenant(asking.writer.tenant);
      const remote = asking?.writer;
      return run(prepared, { ledger, store, writer: null, remote, rate: config.rate, now: Date.now });
    });
    if (!flags.detailedExitcode || report.stopped !== null) return report.exitCode;
    const changes = report.rows.created + report.rows.updated + report.noted.adopted + report.noted.recorded;
    return changes > 0 ? EXIT.changes : EXIT.done;
  } catch (error) {
    const exitCode = asking?.signals.exitCode() ?? null;
    if (exitCode === null || !HireSyncError.is(error)) throw error;
    say(`hire-sync: ${error.message}`);
    return exitCode;
  } finally {
    await asking?.writer.close();
    asking?.signals.dispose();
  }
}

async function openAsking({ config, pipeline, run: id }: Prepared) {
  // Most plans ask nobody: they need not wait for an HTTP client.
  const [{ openWriter }, { createLog }] = await Promise.all([
    import('../open-writer.ts'),
    import('../../ops/log.ts'),
  ]);
  const signals = listenToSignals(say);
  const log = createLog({ level: config.logLevel, format: config.logFormat, run: id });
  const writer = openWriter({ environment: readEnvironment(), config, pipeline, signals, log });
  return { writer, signals };
}
