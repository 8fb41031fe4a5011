import { HEARTBEAT_MS } from '../../ledger/lease.ts';
import { openLedger } from '../../ledger/ledger.ts';
import { createLog } from '../../ops/log.ts';
import { run } from '../../pipeline/run.ts';
import type { Report } from '../../report/report.ts';
import { readEnvironment } from '../environment.ts';
import { exitCodeFor } from '../exit-code.ts';
import { openWriter } from '../open-writer.ts';
import { say } from '../output.ts';
import { createProgress } from '../progress.ts';
import { type PipelineFlags, prepare, reported } from '../run-pipeline.ts';
import { listenToSignals } from '../signals.ts';

/** `hire-sync sync`: plans, then carries the plan out. Returns the exit code. */
export async function sync(file: string, flags: PipelineFlags): Promise<number> {
  const prepared = await prepare(file, flags);
  const { config, pipeline, run: id } = prepared;
  const log = createLog({ level: config.logLevel, format: config.logFormat });
  const signals = listenToSignals(say);
  const writer = openWriter({ environment: readEnvironment(), config, pipeline, signals, log });
  try {
    const ledger = openLedger({ file: config.ledgerFile, mode: 'write', now: Date.now });
    const report = await reported(prepared, flags, ledger, async (store) => {
      ledger.leases.acquire(id);
      ledger.bind(writer.tenant);
      const beat = setInterval(() => beatOrStop(), HEARTBEAT_MS).unref();
      const beatOrStop = (): void => {
        try {
          ledger.leases.heartbeat(id);
        } catch (error) {
          writer.halt(error);
        }
      };
      try {
        ledger.runs.start({ id, pipeline: pipeline.name, mode: 'sync', startedAt: Date.now() });
        log.info('run started', { run: id, pipeline: pipeline.name });
        const progress = createProgress(process.stderr, Date.now);
        const done = await run(prepared, {
          ledger,
          store,
          writer,
          rate: config.rate,
          now: Date.now,
          onProgress: progress.update,
        });
        progress.end();
        const final = { ...done, exitCode: signals.exitCode() ?? done.exitCode };
        finish(final);
        log.info('run finished', {
          run: id,
          code: final.exitCode,
          count: final.rows.read,
          durationMs: final.durationMs,
        });
        return final;
      } catch (error) {
        // It stopped before it wrote: a file is missing, a pipeline is wrong.
        ledger.runs.finish({
          id,
          state: 'stopped',
          finishedAt: Date.now(),
          exitCode: exitCodeFor(error),
          summary: null,
        });
        throw error;
      } finally {
        clearInterval(beat);
        ledger.leases.release(id);
      }
    });
    return report.exitCode;

    function finish(report: Report): void {
      const state = report.stopped === null ? 'finished' : 'stopped';
      ledger.runs.finish({
        id,
        state,
        finishedAt: Date.now(),
        exitCode: report.exitCode,
        summary: JSON.stringify(report),
      });
    }
  } finally {
    await writer.close();
    signals.dispose();
  }
}
