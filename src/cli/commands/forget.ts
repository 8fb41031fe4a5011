import { existsSync } from 'node:fs';
import { HireSyncError } from '../../errors.ts';
import { isAnywhere, whereabouts } from '../../keeping/forget.ts';
import type { RecordName } from '../../keeping/place.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { createLog } from '../../ops/log.ts';
import { certificateText, whereaboutsText } from '../../report/certificate.ts';
import { w } from '../../report/sentences.ts';
import type { Certificate, ForgetReport } from '../../result/certificate.ts';
import { EXIT } from '../../result/exit.ts';
import { command } from '../command.ts';
import { confirm } from '../confirm.ts';
import { loadContained } from '../containment.ts';
import { readEnvironment } from '../environment.ts';
import { AS_JSON, toggle, type Values, YES } from '../flag.ts';
import { carryOutForgetting, exitCodeOf, forgetDeps } from '../forgetting.ts';
import { localZone } from '../local-time.ts';
import { openFeishu } from '../open-feishu.ts';
import { openExisting } from '../open-ledger.ts';
import { writerOver } from '../open-writer.ts';
import { lines, print, printJson, say } from '../output.ts';
import { newRunId } from '../prepare.ts';
import { languageIn } from '../reports.ts';
import { settings } from '../settings.ts';
import { listenToSignals } from '../signals.ts';
import { withLease } from '../with-lease.ts';

const FLAGS = {
  ...settings('ledger', 'rate', 'limiter', 'lang', 'logLevel', 'logFormat'),
  leaveInFeishu: toggle(
    w('只在本机抹除；证明中列出飞书中保留的', 'erase here only; the certificate names what stays in Feishu'),
  ),
  revoke: toggle(
    w('允许重新导入：下一次同步会新建', 'the record may come back: the next sync creates it anew'),
  ),
  ...YES,
  ...AS_JSON,
};
type ForgetFlags = Values<typeof FLAGS>;

export const commands = [
  command({
    name: 'forget',
    summary: w(
      '在本机和飞书中抹除某人的记录；任何运行都不会再导入',
      'erase records of a person here and in Feishu; no run brings them back',
    ),
    arguments: [
      ['<pipeline>', w('同步规则文件或名称', 'pipeline file or name')],
      ['<key...>', w('记录在原系统中的编号', 'source keys of the records')],
    ],
    flags: FLAGS,
    prints: ['forget'],
    run: forget,
  }),
];

/**
 * Shows where the records are, asks, erases, and certifies. Exit 0 when all of it is erased, 3 when something is left for a
 * person (Feishu would not delete it, a file still names it), 2 when nobody said yes.
 */
async function forget(flags: ForgetFlags, given: string, keys: readonly string[]): Promise<number> {
  const pipeline = existsSync(given) ? (await loadContained(given)).pipeline.name : given;
  const run = newRunId();
  const ledger = openExisting(flags.ledger, 'write', w('，没有任何记录', ': nothing is known of anybody'));
  const signals = listenToSignals(say);
  let feishu: ReturnType<typeof openFeishu> | undefined;
  const records = [...new Set(keys)].map((key): RecordName => ({ pipeline, key }));
  try {
    const log = createLog({ level: flags.logLevel, format: flags.logFormat, run });
    const deps = forgetDeps(
      ledger,
      run,
      (target) => {
        const environment = readEnvironment();
        feishu ??= openFeishu({ environment, rate: flags.rate, limiter: flags.limiter, signals, log });
        return writerOver(feishu, { target });
      },
      flags.leaveInFeishu,
    );
    return await withLease(
      ledger,
      run,
      (error) => feishu?.halt(error),
      async () => {
        mustBeKnown(ledger, pipeline);
        if (flags.revoke) return revoke(records, ledger);
        const certificates = await forgetAll(records, {
          flags,
          ledger,
          run,
          deps,
          stopping: signals.stopping,
        });
        if (certificates === null) return EXIT.usage;
        const exitCode = exitCodeOf(certificates);
        const report: ForgetReport = { run, pipeline, exitCode, certificates, requests: deps.requests() };
        const text = () => lines(certificateText(report, languageIn(flags.lang), localZone()));
        await (flags.json ? printJson<'forget'>(report) : print(text()));
        return exitCode;
      },
    );
  } catch (error) {
    return signals.told(error);
  } finally {
    ledger.close();
    await feishu?.close();
    signals.dispose();
  }
}

/** A misspelt name would be forgotten without a word, and its records go on. @throws HireSyncError CONFIG_INVALID */
function mustBeKnown(ledger: Ledger, pipeline: string): void {
  const known = new Set([
    ...ledger.openRows.pipelines(),
    ...ledger.upkeep.tally().map((one) => one.pipeline),
    ...ledger.forgotten.begun().map((one) => one.pipeline),
    ...ledger.forgotten.all().map((one) => one.pipeline),
  ]);
  if (known.has(pipeline)) return;
  const there = [...known].join(', ') || 'none';
  throw new HireSyncError(
    'CONFIG_INVALID',
    w(
      `同步台账 ${ledger.file} 中没有同步规则“${pipeline}”；现有：${there}。`,
      `The ledger ${ledger.file} knows no pipeline "${pipeline}"; there is: ${there}.`,
    ),
  );
}

interface Parts {
  readonly flags: ForgetFlags;
  readonly ledger: Ledger;
  readonly run: string;
  readonly deps: ReturnType<typeof forgetDeps>;
  readonly stopping: AbortSignal;
}

/** Null: somebody was asked, and did not say yes. */
async function forgetAll(
  records: readonly RecordName[],
  { flags, ledger, run, deps, stopping }: Parts,
): Promise<readonly Certificate[] | null> {
  const language = languageIn(flags.lang);
  const begun = ledger.forgotten.begun();
  const isBegun = ({ pipeline, key }: RecordName) =>
    begun.some((one) => one.pipeline === pipeline && one.key === key);
  const found = await Promise.all(
    records.map(async (record) => ({ record, at: await whereabouts(record, deps) })),
  );
  // Asked for again, and nothing has come back: the certificate is what is wanted.
  const before = found.map(({ record, at }) =>
    isBegun(record) || isAnywhere(at) ? null : certified(record, ledger),
  );
  const fresh = found.filter((_, index) => before[index] === null);
  const done = before.filter((one) => one !== null);
  if (fresh.length + begun.length === 0) return done;
  const isAsked = fresh.some(({ record }) => !isBegun(record));
  if (isAsked && !flags.yes) {
    for (const line of whereaboutsText(fresh, language)) say(line);
    const question = w(
      `以上 ${fresh.length} 条记录将被抹除，${flags.leaveInFeishu ? '飞书中的保留' : '在飞书中也会删除'}，无法恢复。`,
      `${fresh.length} to be erased here, ${flags.leaveInFeishu ? 'and left in Feishu' : 'and deleted in Feishu'}. This cannot be taken back.`,
    );
    if (!(await confirm(question, process.stdin, process.stderr, stopping))) {
      say(w('没有抹除任何内容。', 'Nothing was erased.'));
      return null;
    }
  }
  ledger.forgotten.begin(fresh.map(({ record }) => record));
  return [...done, ...(await carryOutForgetting(ledger, run, deps))];
}

/** What was certified when a record was forgotten; null where it was not, or not to the end. */
function certified(record: RecordName, ledger: Ledger): Certificate | null {
  const kept = ledger.forgotten.find(record.pipeline, record.key)?.certificate ?? null;
  return kept === null ? null : { ...(JSON.parse(kept) as Omit<Certificate, 'key'>), key: record.key };
}

/** @throws HireSyncError CONFIG_INVALID for one that is not forgotten, or not to the end */
function revoke(records: readonly RecordName[], ledger: Ledger): number {
  const begun = ledger.forgotten.begun();
  for (const { pipeline, key } of records) {
    const isBegun = begun.some((one) => one.pipeline === pipeline && one.key === key);
    if (!isBegun && ledger.forgotten.has(pipeline, key)) continue;
    throw new HireSyncError(
      'CONFIG_INVALID',
      isBegun
        ? w(
            `记录“${key}”正在遗忘，尚未完成：先用 \`hire-sync forget ${pipeline} ${key}\` 做完。`,
            `The record "${key}" is still being forgotten: \`hire-sync forget ${pipeline} ${key}\` completes it first.`,
          )
        : w(
            `同步规则“${pipeline}”的记录“${key}”没有被遗忘。什么都没有改变。`,
            `The record "${key}" of pipeline "${pipeline}" is not forgotten. Nothing was changed.`,
          ),
    );
  }
  for (const record of records) ledger.forgotten.revoke(record);
  say(
    w(
      `已撤销遗忘 ${records.length} 条：导出中还有的，下一次同步会新建。`,
      `${records.length} no longer forgotten: the next sync creates what the export has of them.`,
    ),
  );
  return EXIT.done;
}
