import { createLog } from '../../ops/log.ts';
import { rebuild as rebuildLedger } from '../../pipeline/rebuild.ts';
import { openPlanStore } from '../../plan/plan-store.ts';
import { pad } from '../../report/columns.ts';
import { andMore, plural, w } from '../../report/sentences.ts';
import { EXIT } from '../../result/exit.ts';
import { command } from '../command.ts';
import { readEnvironment } from '../environment.ts';
import { AS_JSON, type Values } from '../flag.ts';
import { openForWriting } from '../open-ledger.ts';
import { openSource, SOURCE_FLAGS } from '../open-source.ts';
import { bindingOnSignIn, openWriter } from '../open-writer.ts';
import { lines, print, printJson, say, told } from '../output.ts';
import { prepare } from '../prepare.ts';
import { settings } from '../settings.ts';
import { listenToSignals } from '../signals.ts';
import { withLease } from '../with-lease.ts';

const FATES = {
  near: w('相近', 'near'),
  unmatched: w('找不到', 'unmatched'),
  ambiguous: w('不止一个', 'ambiguous'),
} as const;

const FLAGS = {
  ...settings('ledger'),
  ...SOURCE_FLAGS,
  ...settings('rate', 'limiter', 'limit', 'logLevel', 'logFormat'),
  ...AS_JSON,
};

export const commands = [
  command({
    name: 'ledger rebuild',
    summary: w(
      '按内容从飞书现有的对象重建空的同步台账',
      'fill an empty ledger from what Feishu already holds, by content',
    ),
    arguments: [['<pipeline>', w('同步规则的文件', 'pipeline file')]],
    flags: FLAGS,
    prints: ['ledger-rebuild'],
    run: rebuild,
  }),
];

/** Exit 0 when every row has its object, 3 when some have none or too many. */
async function rebuild(flags: Values<typeof FLAGS>, file: string): Promise<number> {
  const prepared = await prepare(file, flags);
  const { pipeline, run: id } = prepared;
  const log = createLog({ level: flags.logLevel, format: flags.logFormat });
  const signals = listenToSignals(say);
  const environment = readEnvironment();
  const writer = openWriter({ environment, flags, pipeline, signals, log });
  const { stopping } = signals;
  const source = openSource({ ...prepared, environment, flags, log, stopping });
  let through = false;
  const store = openPlanStore();
  try {
    const ledger = openForWriting(flags.ledger);
    try {
      const listed: string[] = [];
      let more = 0;
      const result = await withLease(ledger, id, writer.halt, () => {
        ledger.checkTenant(writer.tenant);
        return rebuildLedger(
          prepared,
          bindingOnSignIn(writer, ledger),
          { ledger, store, sourceTenant: source.tenant, writer, rate: flags.rate, now: Date.now },
          (fate, key, ids) => {
            if (fate === 'matched') return;
            if (flags.limit > 0 && listed.length >= flags.limit) more++;
            else listed.push(`  ${pad(told(FATES[fate]), 10)} ${pad(key, 16)} ${ids.join(', ')}`);
          },
        );
      });
      through = true;
      const { read, known, matched, near, unmatched, ambiguous, others, unknownObjects, applications } =
        result;
      const text = [
        ...listed,
        ...(more > 0 ? [`  ${told(andMore(more))}`] : []),
        told(
          w(
            `重建：对上 ${matched}，相近 ${near}，找不到 ${unmatched}，不止一个 ${ambiguous}，原已知道 ${known}，有误、跳过、待处理或已遗忘 ${others} = 共读取 ${read} 行。`,
            `Rebuild: ${matched} matched, ${near} near, ${unmatched} unmatched, ${ambiguous} ambiguous, ${known} known before, ${others} rejected, skipped, held or forgotten = ${plural(read, 'row')} read.`,
          ),
        ),
        ...(near > 0
          ? [
              told(
                w(
                  '相近：与飞书中已有的对象很像；下一次同步会列为待处理，用 `hire-sync resolve` 决定。',
                  'Near: much like an object that is there; the next sync holds them, and `hire-sync resolve` decides.',
                ),
              ),
            ]
          : []),
        told(
          w(
            `读取了 ${applications} 个投递；其下有 ${unknownObjects} 个对象与导出中的任何一行都不同。`,
            `${plural(applications, 'application')} read; ${unknownObjects} objects under them equal no row of the source.`,
          ),
        ),
      ];
      await (flags.json
        ? printJson<'ledger-rebuild'>({ run: id, pipeline: pipeline.name, ...result })
        : print(lines(text)));
      return near + unmatched + ambiguous > 0 ? EXIT.leftOpen : EXIT.done;
    } finally {
      ledger.close();
    }
  } finally {
    store.close();
    await source.end(through);
    await writer.close();
    signals.dispose();
  }
}
