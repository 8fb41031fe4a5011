import { openLedger } from '../../ledger/ledger.ts';
import { run } from '../../pipeline/run.ts';
import { EXIT } from '../../report/report.ts';
import { foresight, type PipelineFlags, prepare, reported } from '../run-pipeline.ts';

/** Flags of `hire-sync plan`. */
export interface PlanFlags extends PipelineFlags {
  readonly detailedExitcode?: boolean;
}

/** `hire-sync plan`: reads, maps, compares. Needs no credentials, sends nothing. Returns the exit code. */
export async function plan(file: string, flags: PlanFlags): Promise<number> {
  const prepared = await prepare(file, flags);
  const { config } = prepared;
  const ledger = openLedger({ file: config.ledgerFile, mode: 'read', now: Date.now });
  const report = await reported(prepared, ledger, (store) =>
    run(prepared, {
      ledger,
      store,
      writer: null,
      rate: config.rate,
      now: Date.now,
      ...foresight(prepared),
    }),
  );
  if (!flags.detailedExitcode || report.stopped !== null) return report.exitCode;
  const changes = report.rows.created + report.rows.updated;
  return changes > 0 ? EXIT.changes : EXIT.done;
}
