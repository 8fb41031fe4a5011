import type { Bilingual, Language } from '../plan/shape.ts';
import { KEPT_KINDS, type KeptKind, type Named, type Need, type Pruned } from '../result/retention.ts';
import { pad } from './columns.ts';
import { w } from './sentences.ts';
import { wallTime } from './times.ts';

/** What is kept, in words: see `docs/operations.md`. */
export const KEPT_WORDS: Readonly<Record<KeptKind, Bilingual>> = {
  rejects: w('拒绝文件', 'reject files'),
  runData: w('运行数据', 'data of runs'),
  replacedVersions: w('被覆盖的旧版本', 'replaced versions'),
  backups: w('台账备份', 'copies of the ledger'),
  savedPlans: w('保存的计划', 'saved plans'),
  spools: w('中断运行的读取缓存', 'what an interrupted run has read'),
};

const NEED_WORDS: Readonly<Record<Need, Bilingual>> = {
  'open-rejects': w(
    '其中的行仍有误，改正后要用它送回',
    'rows in it are still rejected, and are fed back with it',
  ),
  'being-corrected': w(
    '有人正在改正其中仍有误的行',
    'somebody is correcting it, and its rows are still rejected',
  ),
  'open-rows': w('最近完成的运行，仍有行未处理', 'of the last finished run, which left rows open'),
  'undo-possible': w('仍可撤销该次运行', 'the run can still be undone'),
  'plan-begun': w('计划已开始，尚未执行完', 'the plan was begun, and is not done'),
  'newest-copy': w('最新的一份备份', 'the newest copy'),
};

/** What went and what stays, for a person. `zone` is that of the machine. */
export function* pruneText(
  { dryRun, gone, stays }: Pruned,
  language: Language,
  zone: string,
): Generator<string> {
  const line = (named: Named) => {
    const kind = pad(KEPT_WORDS[named.kind][language], language === 'zh' ? 22 : 34);
    return `  ${kind} ${wallTime(`${named.at.slice(0, 16)}:00.000Z`, zone)}  ${named.name} (${sizeOf(named)[language]})`;
  };
  const [zh, en] = dryRun ? ['将抹除', 'would be erased'] : ['已抹除', 'erased'];
  yield w(
    `${zh} ${gone.length} 项${gone.length > 0 ? '：' : '。'}`,
    `${gone.length} ${en}${gone.length > 0 ? ':' : '.'}`,
  )[language];
  for (const kind of KEPT_KINDS) for (const one of gone) if (one.kind === kind) yield line(one);
  if (stays.length > 0)
    yield w(`超过期限但保留 ${stays.length} 项：`, `${stays.length} beyond their limit stay all the same:`)[
      language
    ];
  for (const one of stays) {
    const why = NEED_WORDS[one.why];
    yield `${line(one)}${w(`：${why.zh}`, `: ${why.en}`)[language]}`;
  }
}

function sizeOf({ kind, size }: Named): Bilingual {
  if (kind === 'replacedVersions') return w(`${size} 条`, `${size} rows`);
  const kB = `${Math.ceil(size / 1000)} kB`;
  return w(kB, kB);
}
