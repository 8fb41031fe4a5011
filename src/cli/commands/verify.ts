import { existsSync, statSync } from 'node:fs';
import { parseSettings } from '../../config.ts';
import { HireSyncError } from '../../errors.ts';
import type { Target } from '../../feishu/target.ts';
import { type Ledger, openLedger } from '../../ledger/ledger.ts';
import { createLog } from '../../ops/log.ts';
import { renderVerify } from '../../report/verify-render.ts';
import { EXIT } from '../../result/exit.ts';
import type { VerifyReport } from '../../result/verify.ts';
import { openState, type VerifyState } from '../../verify/state.ts';
import { before, reportOf } from '../../verify/summary.ts';
import { targetOf } from '../../verify/target-of.ts';
import { verify as verifyRecords } from '../../verify/verify.ts';
import { loadContained } from '../containment.ts';
import { readEnvironment } from '../environment.ts';
import { type OpenWriter, openWriter } from '../open-writer.ts';
import { say } from '../output.ts';
import { createProgress } from '../progress.ts';
import { giveOutAs, wishesOf } from '../reports.ts';
import { listenToSignals } from '../signals.ts';

/** Flags of `hire-sync verify`. */
export interface VerifyFlags {
  readonly ledger?: string;
  readonly rate?: string;
  readonly limit?: string;
  readonly json?: boolean;
  readonly format?: string;
  readonly report?: readonly string[];
  readonly lang?: string;
  readonly redact?: boolean;
  readonly knownOnly?: boolean;
  readonly logLevel?: string;
  readonly logFormat?: string;
}

/**
 * `hire-sync verify PIPELINE`: reads only, and needs no lease. Returns the exit code: 0 when Feishu holds what was last
 * applied, 10 when it does not, 3 when some records could not be compared.
 */
export async function verify(file: string, flags: VerifyFlags): Promise<number> {
  const { knownOnly = false, ...settings } = flags;
  const config = parseSettings(settings, process.cwd());
  // A folder may well have the name of its pipeline.
  const isFile = statSync(file, { throwIfNoEntry: false })?.isFile() === true;
  const code = isFile ? await loadContained(file) : null;
  const loaded = code?.pipeline ?? null;
  const wishes = wishesOf(config, process.cwd(), [config.ledgerFile, ...(code?.codeFiles ?? [])]);
  const pipeline = loaded?.name ?? file;
  if (!existsSync(config.ledgerFile)) {
    throw new HireSyncError('CONFIG_INVALID', `There is no ledger ${config.ledgerFile}: nothing to verify.`);
  }
  const log = createLog({ level: config.logLevel, format: config.logFormat });
  const signals = listenToSignals(say);
  const ledger = openLedger({ file: config.ledgerFile, mode: 'read', now: Date.now });
  let writer: OpenWriter | undefined;
  let state: VerifyState | undefined;
  try {
    // With its file a pipeline may have no records (all were undone); a name without any is a typing error.
    const target = targetOf(ledger, pipeline) ?? (loaded === null ? null : loaded.target);
    if (target === null) throw unknownPipeline(pipeline, ledger);
    writer = openWriter({
      environment: readEnvironment(),
      config,
      pipeline: { target },
      signals,
      log,
    });
    ledger.checkTenant(writer.tenant);
    state = openState(`${config.ledgerFile}.verify-${pipeline}`, { pipeline, ...writer.tenant }, Date.now());
    const report = await carriedOut({ pipeline, target, ledger, writer, state, knownOnly });
    const found = state;
    const options = { ...wishes, shape: target.shape };
    const failures = await giveOutAs((format) => renderVerify(format, report, found, options), wishes);
    for (const { what, file: path, why } of failures)
      say(`hire-sync: ${what} could not be written to ${path} (${why}).`);
    // What was read is kept: the same command then makes the report without reading it all again.
    if (failures.length > 0) return EXIT.error;
    state.finish();
    state = undefined;
    return report.exitCode;
  } catch (error) {
    const exitCode = signals.exitCode();
    if (exitCode === null || !HireSyncError.is(error)) throw error;
    say('hire-sync: Interrupted. The same command goes on where this one stopped.');
    return exitCode;
  } finally {
    state?.close();
    ledger.close();
    await writer?.close();
    signals.dispose();
  }
}

async function carriedOut({
  pipeline,
  target,
  ledger,
  writer,
  state,
  knownOnly,
}: {
  readonly pipeline: string;
  readonly target: Target;
  readonly ledger: Ledger;
  readonly writer: OpenWriter;
  readonly state: VerifyState;
  readonly knownOnly: boolean;
}): Promise<VerifyReport> {
  const { resumed } = state;
  if (resumed > 0) say(`Going on where an earlier verify stopped: ${resumed} records are read already.`);
  const started = before(ledger, Date.now());
  const progress = createProgress(process.stderr, Date.now, {
    before: 'reading what Feishu holds',
    done: 'read',
  });
  const records = ledger.upkeep
    .tally()
    .reduce((sum, { pipeline: name, entries }) => sum + (name === pipeline ? entries : 0), 0);
  let applications = 0;
  try {
    await writer.ready();
    await verifyRecords({
      pipeline,
      ledger,
      state,
      knownOnly,
      reading: { ...writer, target, now: Date.now },
      onProgress: (done) => {
        // How many applications there are is known once the records are read.
        if (!knownOnly && applications === 0 && done >= records) applications = state.countApplications().all;
        progress.update({ done, total: Math.max(done, records + applications), failed: 0 });
      },
    });
  } finally {
    progress.end();
  }
  const requests = writer.requests();
  return reportOf(started, { pipeline, ledger, state, knownOnly, requests, now: Date.now() });
}

function unknownPipeline(name: string, ledger: Ledger): HireSyncError {
  const known = [...new Set(ledger.upkeep.tally().map(({ pipeline }) => pipeline))];
  const has = known.length === 0 ? 'it has none at all' : `it has: ${known.join(', ')}`;
  const message = `The ledger ${ledger.file} has no records of pipeline "${name}" (${has}): nothing to verify.`;
  return new HireSyncError('CONFIG_INVALID', message);
}
