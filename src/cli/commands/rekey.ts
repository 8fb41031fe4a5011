import { basename, dirname, resolve } from 'node:path';
import { HireSyncError } from '../../errors.ts';
import { planJob } from '../../pipeline/planning.ts';
import { findRekeyed, type Rekeying, readRekeyed } from '../../pipeline/rekeying.ts';
import { openPlanStore } from '../../plan/plan-store.ts';
import type { Bilingual } from '../../plan/shape.ts';
import { pad } from '../../report/columns.ts';
import { andMore, plural, w } from '../../report/sentences.ts';
import { EXIT } from '../../result/exit.ts';
import { command } from '../command.ts';
import { confirm } from '../confirm.ts';
import { readEnvironment } from '../environment.ts';
import { AS_JSON, fileOnly, text, type Values, YES } from '../flag.ts';
import { openExisting } from '../open-ledger.ts';
import { openSource, SOURCE_FLAGS } from '../open-source.ts';
import { lines, print, printJson, say, told } from '../output.ts';
import { prepare } from '../prepare.ts';
import { settings } from '../settings.ts';
import { listenToSignals } from '../signals.ts';
import { withLease } from '../with-lease.ts';

const FLAGS = {
  from: text('<file>', 'the pairs, as a CSV file with the columns old and new (default: looks for them)'),
  ...YES,
  ...settings('ledger'),
  ...SOURCE_FLAGS,
  ...settings('limit'),
  ...AS_JSON,
  // For an estimate that is not shown.
  ...fileOnly(settings('rate')),
};

export const commands = [
  command({
    name: 'rekey',
    summary: w(
      '改用导出中写法不同的新编号；不发出请求',
      'take over keys that the export spells otherwise than the ledger; sends nothing',
    ),
    arguments: [['<pipeline>', w('同步规则的文件', 'pipeline file')]],
    flags: FLAGS,
    prints: ['rekey'],
    run: rekey,
  }),
];

/** Takes over the keys that the export has by now. Reads the export and the ledger, sends nothing. */
async function rekey(flags: Values<typeof FLAGS>, file: string): Promise<number> {
  const prepared = await prepare(file, flags);
  const { pipeline, run } = prepared;
  const signals = listenToSignals(say);
  const source = openSource({ ...prepared, environment: readEnvironment(), flags });
  let through = false;
  const store = openPlanStore();
  try {
    const ledger = openExisting(
      flags.ledger,
      'write',
      w('，没有记录可以改用新编号', ': no record has a key to be taken over'),
    );
    try {
      let lost: unknown;
      const exitCode = await withLease(
        ledger,
        run,
        (error) => (lost ??= error),
        async () => {
          const deps = {
            ledger,
            store,
            sourceTenant: source.tenant,
            writer: null,
            rate: flags.rate,
            now: Date.now,
          };
          await planJob(prepared, deps);
          const pairs =
            flags.from === undefined
              ? findRekeyed(prepared, deps)
              : await readRekeyed(placeOf(flags.from), prepared, deps);
          const counts = { vanished: store.countMissing(), created: store.count('create') };
          await (flags.json
            ? printJson<'rekey'>({ pipeline: pipeline.name, ...counts, pairs })
            : print(lines(listed(pairs, counts, flags.limit))));
          if (pairs.length === 0) return EXIT.done;
          const n = pairs.length;
          const question = w(
            `是否在同步台账 ${flags.ledger} 中为 ${pipeline.name} 的 ${n} 条记录改用新编号？`,
            `Take over the new ${n === 1 ? 'key of 1 record' : `keys of ${plural(n, 'record')}`} of ${pipeline.name} in ${flags.ledger}?`,
          );
          if (!flags.yes && !(await confirm(question, process.stdin, process.stderr, signals.stopping))) {
            say(w('没有改动任何内容。', 'Nothing was changed.'));
            return EXIT.usage;
          }
          if (lost !== undefined) throw lost;
          signals.stopping.throwIfAborted();
          const copy = `${flags.ledger}.before-${run}`;
          await ledger.upkeep.backup(copy);
          ledger.rekey(pipeline.name, pairs);
          say(
            w(
              `已改用 ${n} 个新编号；没有发出任何请求。原来的同步台账：${copy}`,
              `Took over ${n === 1 ? '1 key' : `${n} keys`}; nothing was sent. The ledger as it was: ${copy}`,
            ),
          );
          return EXIT.done;
        },
      );
      through = true;
      return exitCode;
    } finally {
      ledger.close();
    }
  } finally {
    store.close();
    await source.end(through);
    signals.dispose();
  }
}

function placeOf(from: string): { folder: string; file: string } {
  const path = resolve(from);
  if (basename(path) === '')
    throw new HireSyncError(
      'CONFIG_INVALID',
      w(`--from 的值“${from}”不对：必须是文件。`, `--from is "${from}": it must be a file.`),
    );
  return { folder: dirname(path), file: basename(path) };
}

const HOW: Readonly<Record<Rekeying['by'], Bilingual>> = {
  content: w('内容相同', 'same content'),
  key: w('编号相似', 'like key'),
  near: w('内容极为相近', 'much the same content'),
  file: w('来自文件', 'from the file'),
};

function* listed(
  pairs: readonly Rekeying[],
  { vanished, created }: { readonly vanished: number; readonly created: number },
  limit: number,
): Generator<string> {
  const shown = limit > 0 ? pairs.slice(0, limit) : pairs;
  for (const { was, key, by, fields } of shown) {
    const names = fields.join(', ');
    const differs = names === '' ? w('', '') : w(`；不同的字段：${names}`, `; differs in ${names}`);
    yield `  ${pad(was, 20)} → ${pad(key, 20)} ${told(HOW[by])}${told(differs)}`;
  }
  if (shown.length < pairs.length) yield `  ${told(andMore(pairs.length - shown.length))}`;
  const left = Math.max(0, created - pairs.filter(({ by }) => by === 'key').length);
  yield told(
    w(
      `改用新编号：导出中已没有的 ${vanished} 条记录中，有 ${pairs.length} 条以其他编号出现；另有 ${left} 个编号是新的。`,
      `Rekey: ${pairs.length} of the ${plural(vanished, 'record')} that the export no longer has are in it under other keys; ${left} other keys are new.`,
    ),
  );
  if (pairs.length === 0)
    yield told(
      w(
        '只有您知道的对应关系：`--from FILE`，即含 old 和 new 两列的 CSV 文件。',
        'Pairs that only you know: `--from FILE`, a CSV file with the columns old and new.',
      ),
    );
}
