import { HireSyncError } from '../../errors.ts';
import { type Ledger, openLedger } from '../../ledger/ledger.ts';
import { createLog } from '../../ops/log.ts';
import { run } from '../../pipeline/run.ts';
import type { PlanStore } from '../../plan/plan-store.ts';
import type { Report } from '../../report/report.ts';
import { readEnvironment } from '../environment.ts';
import { exitCodeFor } from '../exit-code.ts';
import { bindingOnSignIn, type OpenWriter, openWriter } from '../open-writer.ts';
import { say } from '../output.ts';
import { createProgress } from '../progress.ts';
import { foresight, type PipelineFlags, type Prepared, prepare, reported } from '../run-pipeline.ts';
import { listenToSignals, type Signals } from '../signals.ts';
import { withLease } from '../with-lease.ts';

/** `hire-sync sync`: settles what is in doubt, plans, then carries the plan out. Returns the exit code. */
export async function sync(file: string, flags: PipelineFlags): Promise<number> {
  const prepared = await prepare(file, flags);
  const { config, pipeline, run: id } = prepared;
  const log = createLog({ level: config.logLevel, format: config.logFormat, run: id });
  const signals = listenToSignals(say);
  const writer = openWriter({ environment: readEnvironment(), config, pipeline, signals, log });
  try {
    const ledger = openLedger({ file: config.ledgerFile, mode: 'write', now: Date.now });
    const report = await reported(prepared, ledger, (store) =>
      withLease(ledger, id, writer.halt, async () => {
        writer.holdAfter(ledger.lastAttemptAt());
        ledger.checkTenant(writer.tenant);
        log.info('run started', { run: id, pipeline: pipeline.name });
        const done = await recorded(prepared, { ledger, store, writer, signals });
        log.info('run finished', {
          run: id,
          code: done.exitCode,
          count: done.rows.read,
          durationMs: done.durationMs,
        });
        return done;
      }),
    );
    return report.exitCode;
  } catch (error) {
    const exitCode = signals.exitCode();
    if (exitCode === null || !HireSyncError.is(error)) throw error;
    say(`hire-sync: ${error.message}`);
    return exitCode;
  } finally {
    await writer.close();
    signals.dispose();
  }
}

interface Parts {
  readonly ledger: Ledger;
  readonly store: PlanStore;
  readonly writer: OpenWriter;
  readonly signals: Signals;
}

/** Runs, and notes in the ledger that it ran and how it ended. */
async function recorded(prepared: Prepared, { ledger, store, writer, signals }: Parts): Promise<Report> {
  const { config, pipeline, run: id } = prepared;
  ledger.runs.start({
    id,
    pipeline: pipeline.name,
    mode: prepared.onlyRejects === undefined ? 'sync' : 'rejects',
    startedAt: Date.now(),
  });
  const progress = createProgress(process.stderr, Date.now);
  try {
    const report = await run(prepared, {
      ledger,
      store,
      writer: bindingOnSignIn(writer, ledger),
      rate: config.rate,
      now: Date.now,
      ...foresight(prepared),
      onProgress: progress.update,
    });
    const final = { ...report, exitCode: signals.exitCode() ?? report.exitCode };
    const state = final.stopped === null ? 'finished' : 'stopped';
    const summary = JSON.stringify(final);
    const ended = { id, state, finishedAt: Date.now(), exitCode: final.exitCode, summary } as const;
    noteUnless(final.stopped !== null, () => ledger.runs.finish(ended));
    return final;
  } catch (error) {
    // It stopped before it wrote: a file is missing, a pipeline is wrong, a guard spoke up.
    const exitCode = signals.exitCode() ?? exitCodeFor(error);
    const ended = { id, state: 'stopped', finishedAt: Date.now(), exitCode, summary: null } as const;
    noteUnless(true, () => ledger.runs.finish(ended));
    throw error;
  } finally {
    progress.end();
  }
}

/** A note that fails is an error, unless the run has stopped: then the reason for that is what must be told. */
function noteUnless(stopped: boolean, note: () => void): void {
  try {
    note();
  } catch (error) {
    if (!stopped || !HireSyncError.is(error)) throw error;
  }
}
