import { openLedger } from '../../ledger/ledger.ts';
import { run } from '../../pipeline/run.ts';
import { EXIT } from '../../report/report.ts';
import { inTurn, prepareAll, type TurnReport } from '../in-turn.ts';
import { type PipelineFlags, type Prepared, reported } from '../run-pipeline.ts';

/** Flags of `hire-sync plan`. */
export interface PlanFlags extends PipelineFlags {
  readonly detailedExitcode?: boolean;
}

/** `hire-sync plan`: reads, maps, compares. Needs no credentials, sends nothing. Returns the exit code. */
export async function plan(files: readonly string[], flags: PlanFlags): Promise<number> {
  const jobs = await prepareAll(files, flags);
  return inTurn(jobs, (job) => planOne(job, flags), { json: flags.json });
}

async function planOne(prepared: Prepared, flags: PlanFlags): Promise<TurnReport> {
  const { config } = prepared;
  const ledger = openLedger({ file: config.ledgerFile, mode: 'read', now: Date.now });
  const report = await reported(prepared, flags, ledger, (store) =>
    run(prepared, { ledger, store, writer: null, rate: config.rate, now: Date.now }),
  );
  if (!flags.detailedExitcode || report.stopped !== null) return report;
  const changes = report.rows.created + report.rows.updated;
  return { ...report, exitCode: changes > 0 ? EXIT.changes : EXIT.done };
}
