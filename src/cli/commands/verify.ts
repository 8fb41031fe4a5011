import { statSync } from 'node:fs';
import { relative } from 'node:path';
import { HireSyncError } from '../../errors.ts';
import type { Target } from '../../feishu/target.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { createLog } from '../../ops/log.ts';
import type { Language } from '../../plan/shape.ts';
import { modelOfFindings } from '../../report/models.ts';
import { plural, w } from '../../report/sentences.ts';
import { EXIT } from '../../result/exit.ts';
import type { Made } from '../../result/made.ts';
import type { VerifyReport } from '../../result/verify.ts';
import { openState, type VerifyState } from '../../verify/state.ts';
import { before, reportOf } from '../../verify/summary.ts';
import { targetOf } from '../../verify/target-of.ts';
import { verify as verifyRecords } from '../../verify/verify.ts';
import { command } from '../command.ts';
import { loadContained } from '../containment.ts';
import { readEnvironment } from '../environment.ts';
import type { Values } from '../flag.ts';
import { madeLike } from '../made-like.ts';
import { openExisting } from '../open-ledger.ts';
import { type OpenWriter, openWriter } from '../open-writer.ts';
import { say, sayWhy } from '../output.ts';
import { createProgress } from '../progress.ts';
import { allWritten, giveOut, REPORT_FLAGS, wishesOf } from '../reports.ts';
import { settings } from '../settings.ts';
import { listenToSignals } from '../signals.ts';
import { type Endings, TOLD_FLAGS, told } from '../told.ts';

const FLAGS = {
  ...settings('ledger'),
  ...REPORT_FLAGS,
  ...settings('rate', 'limiter', 'logLevel', 'logFormat', 'knownOnly'),
  ...TOLD_FLAGS,
};

export const commands = [
  command({
    name: 'verify',
    summary: w(
      '读回每条记录，与上次写入的内容核对；不一致时退出码为 10',
      'read every record back and compare it with what was last applied; exit 10 when it differs',
    ),
    arguments: [['<pipeline>', w('同步规则的文件或名称', 'pipeline file or name')]],
    flags: FLAGS,
    prints: ['report'],
    run: (flags, file) => told('verify', flags, (endings) => verify(flags, file, endings)),
  }),
];

/**
 * Reads only, and needs no lease. Exit 0 when Feishu holds what was last applied, 10 when it does not, 3 when some records
 * could not be compared.
 */
async function verify(flags: Values<typeof FLAGS>, file: string, endings: Endings): Promise<number> {
  const { ledger: ledgerFile, knownOnly } = flags;
  // A folder may well have the name of its pipeline.
  const isFile = statSync(file, { throwIfNoEntry: false })?.isFile() === true;
  const code = isFile ? await loadContained(file) : null;
  const loaded = code?.pipeline ?? null;
  const wishes = wishesOf(flags, [ledgerFile, ...(code?.codeFiles ?? [])]);
  const pipeline = loaded?.name ?? file;
  const ledger = openExisting(ledgerFile, 'read', w('，没有可以核对的', ': nothing to verify'));
  const log = createLog({ level: flags.logLevel, format: flags.logFormat });
  const signals = listenToSignals(say);
  let writer: OpenWriter | undefined;
  let state: VerifyState | undefined;
  try {
    // With its file a pipeline may have no records (all were undone); a name without any is a typing error.
    const target = targetOf(ledger, pipeline) ?? (loaded === null ? null : loaded.target);
    if (target === null) throw unknownPipeline(pipeline, ledger);
    writer = openWriter({
      environment: readEnvironment(),
      flags,
      pipeline: { target },
      signals,
      log,
    });
    ledger.checkTenant(writer.tenant);
    state = openState(`${ledgerFile}.verify-${pipeline}`, { pipeline, ...writer.tenant }, Date.now());
    const made: Made = {
      ...madeLike(loaded?.zone, writer.tenant, ledger.runs.lastFinished(pipeline)),
      ...(isFile && { file: relative(process.cwd(), file) }),
    };
    const { language } = wishes;
    const report = await carriedOut({ pipeline, target, ledger, writer, state, knownOnly, made, language });
    endings.reported(report);
    const failures = await giveOut(modelOfFindings(report, state, target), wishes);
    // What was read is kept: the same command then makes the report without reading it all again.
    if (!allWritten(failures)) return EXIT.error;
    state.finish();
    state = undefined;
    return report.exitCode;
  } catch (error) {
    const exitCode = signals.exitCode();
    if (exitCode === null || !HireSyncError.is(error)) throw error;
    sayWhy(
      w(
        '已中断。再次运行同一命令会从这里继续。',
        'Interrupted. The same command goes on where this one stopped.',
      ),
    );
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
  made,
  language,
}: {
  readonly pipeline: string;
  readonly target: Target;
  readonly ledger: Ledger;
  readonly writer: OpenWriter;
  readonly state: VerifyState;
  readonly knownOnly: boolean;
  readonly made: Made;
  readonly language: Language;
}): Promise<VerifyReport> {
  const { resumed } = state;
  if (resumed > 0)
    say(
      w(
        `从先前中断的核对继续：已读取 ${resumed} 条记录。`,
        `Going on where an earlier verify stopped: ${plural(resumed, 'record')} read already.`,
      ),
    );
  const started = before(ledger, Date.now());
  const progress = createProgress(process.stderr, Date.now, 'verify', language);
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
  return reportOf(started, { pipeline, ledger, state, knownOnly, requests, made, now: Date.now() });
}

function unknownPipeline(name: string, ledger: Ledger): HireSyncError {
  const known = [...new Set(ledger.upkeep.tally().map(({ pipeline }) => pipeline))];
  const has =
    known.length === 0
      ? w('其中没有任何记录', 'it has none at all')
      : w(`已有：${known.join('、')}`, `it has: ${known.join(', ')}`);
  const message = w(
    `同步台账 ${ledger.file} 中没有同步规则“${name}”的记录（${has.zh}），没有可以核对的。`,
    `The ledger ${ledger.file} has no records of pipeline "${name}" (${has.en}): nothing to verify.`,
  );
  return new HireSyncError('CONFIG_INVALID', message);
}
