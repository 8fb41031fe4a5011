import { resolve } from 'node:path';
import { HireSyncError } from '../../errors.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { PIPELINE_NAME } from '../../pipeline/spec-schema.ts';
import type { Bilingual } from '../../plan/shape.ts';
import { idCsv, idJsonl } from '../../report/ids.ts';
import { w } from '../../report/sentences.ts';
import { EXIT } from '../../result/exit.ts';
import { command } from '../command.ts';
import { oneOf, or, type Values } from '../flag.ts';
import { openExisting } from '../open-ledger.ts';
import { lines, print, say, told } from '../output.ts';
import { settings } from '../settings.ts';

const LEDGER = settings('ledger');
type LedgerFlags = Values<typeof LEDGER>;
const EXPORT = { ...LEDGER, format: or('csv', oneOf('<format>', 'csv or jsonl', ['csv', 'jsonl'])) };

const ENTRY_WORDS: Readonly<Record<string, Bilingual>> = {
  creating: w('正在新建', 'creating'),
  updating: w('正在更新', 'updating'),
  settled: w('已写入', 'settled'),
};

export const commands = [
  command({
    name: 'ledger check',
    summary: w('检查同步台账是否完好', 'is the file sound, and does every intent have its entry'),
    arguments: [],
    flags: LEDGER,
    run: check,
  }),
  command({
    name: 'ledger backup',
    summary: w('备份同步台账，同步进行时也可以', 'a consistent copy, also while a sync runs'),
    arguments: [['<file>', w('新文件', 'a new file')]],
    flags: LEDGER,
    run: backup,
  }),
  command({
    name: 'ledger export',
    summary: w('输出记录编号与飞书 ID 的对照', 'the map from source keys to Feishu ids, on stdout'),
    arguments: [],
    flags: EXPORT,
    prints: ['ledger-export'],
    run: exportIds,
  }),
  command({
    name: 'ledger rename-pipeline',
    summary: w(
      '把一套同步规则的记录改归另一名称；不发出请求',
      'the records of one pipeline are those of another from now on; sends nothing',
    ),
    arguments: [
      ['<old>', w('原来的名称', 'name of the pipeline as it was')],
      ['<new>', w('同步规则文件中现在的名称', 'name as it is in the pipeline file now')],
    ],
    flags: LEDGER,
    run: renamePipeline,
  }),
];

/** Exit 0 when the ledger is sound, 1 when it is not (then it is told that it is LEDGER_INVALID). */
async function check(flags: LedgerFlags): Promise<number> {
  return withLedger(flags, async (ledger) => {
    const broken = ledger.upkeep.check();
    const tally = ledger.upkeep.tally().map(({ pipeline, state, entries, held }) => {
      const n = held > 0 ? w(`，其中待处理 ${held} 条`, `, ${held} of them held`) : w('', '');
      return told(
        w(
          `${pipeline}：${ENTRY_WORDS[state]?.zh ?? state} ${entries} 条${n.zh}`,
          `${pipeline}: ${entries} ${state}${n.en}`,
        ),
      );
    });
    await print(
      lines([
        ...tally,
        ...broken,
        told(
          broken.length === 0
            ? w(`同步台账 ${ledger.file} 完好。`, `${ledger.file} is sound.`)
            : w(
                `LEDGER_INVALID：同步台账 ${ledger.file} 已损坏（以上细节为英文，供技术人员）。`,
                `LEDGER_INVALID: ${ledger.file} is not sound.`,
              ),
        ),
      ]),
    );
    return broken.length === 0 ? EXIT.done : EXIT.error;
  });
}

async function backup(flags: LedgerFlags, file: string): Promise<number> {
  return withLedger(flags, async (ledger) => {
    await ledger.upkeep.backup(resolve(file));
    say(w(`已将 ${ledger.file} 复制到 ${resolve(file)}。`, `Copied ${ledger.file} to ${resolve(file)}.`));
    return EXIT.done;
  });
}

async function exportIds(flags: Values<typeof EXPORT>): Promise<number> {
  return withLedger(flags, async (ledger) => {
    await print(flags.format === 'csv' ? idCsv(ledger.upkeep) : idJsonl(ledger.upkeep));
    return EXIT.done;
  });
}

async function renamePipeline(flags: LedgerFlags, from: string, to: string): Promise<number> {
  if (!PIPELINE_NAME.test(to)) {
    throw new HireSyncError(
      'CONFIG_INVALID',
      w(
        `“${to}”不能作同步规则的名称：只用小写字母、数字和 -，最多 64 个字符，不以 - 开头。`,
        `"${to}" is no name for a pipeline: a-z, 0-9 and "-", at most 64 characters, the first no "-".`,
      ),
    );
  }
  const owner = `rename-pipeline-${process.pid}`;
  const rename = async (ledger: Ledger): Promise<number> => {
    ledger.leases.acquire(owner);
    try {
      const records = ledger.renamePipeline(from, to);
      say(
        w(
          `同步规则“${from}”的 ${records} 条记录现在属于“${to}”。“${to}”的下一次同步会把每一行重新读一遍。`,
          `${records === 1 ? '1 record of pipeline' : `${records} records of pipeline`} "${from}" ${records === 1 ? 'is' : 'are'} of "${to}" now. The next sync of "${to}" parses every row once.`,
        ),
      );
    } finally {
      ledger.leases.release(owner);
    }
    return EXIT.done;
  };
  return withLedger(flags, rename, 'write');
}

async function withLedger(
  flags: LedgerFlags,
  work: (ledger: Ledger) => Promise<number>,
  mode: 'read' | 'write' = 'read',
): Promise<number> {
  const ledger = openExisting(flags.ledger, mode);
  try {
    return await work(ledger);
  } finally {
    ledger.close();
  }
}
