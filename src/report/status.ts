import type { Bilingual, Language } from '../plan/shape.ts';
import {
  OPEN_KINDS,
  type OpenKind,
  type PipelineStanding,
  type RunShortly,
  type Status,
} from '../result/standing.ts';
import { tally } from './counts.ts';
import { duration, joined, w } from './sentences.ts';
import { sizeText } from './size.ts';
import { wallTime, zoneName } from './times.ts';
import { NO_RUNS, ROW_WORDS, STATE_WORDS } from './words.ts';

const OPEN_WORDS: Readonly<Record<OpenKind, Bilingual>> = {
  rejected: ROW_WORDS.rejected,
  held: ROW_WORDS.held,
  waiting: w('等待对照表', 'waiting'),
  failed: ROW_WORDS.failed,
  inDoubt: ROW_WORDS.inDoubt,
  orphans: w('找不到所属记录的明细行', 'children without a parent'),
};

const RUN_STATES = {
  ...STATE_WORDS,
  died: w('中途退出（没有记录原因）', 'died without a word'),
} as const;

/** How all pipelines stand, for a person. `zone` is that of the machine. */
export function* statusText(status: Status, language: Language, zone: string): Generator<string> {
  const { app, ledger, backups, pipelines, late, at } = status;
  const ago = (since: string): Bilingual => {
    const { zh, en } = duration(Date.parse(at) - Date.parse(since));
    const time = wallTime(`${since.slice(0, 16)}:00.000Z`, zone);
    return w(`${time}（${zh}前）`, `${time} (${en} ago)`);
  };
  const whose =
    app === null
      ? w('尚未绑定应用', 'nobody’s yet')
      : w(`应用 ${app.appId}，${app.baseUrl}`, `app ${app.appId} at ${app.baseUrl}`);
  const running =
    ledger.running === null
      ? w('', '')
      : w(`；运行 ${ledger.running} 正在进行`, `; run ${ledger.running} is going on`);
  yield w(
    `台账 ${ledger.file}（${sizeText(ledger.bytes)}，${whose.zh}）${running.zh}`,
    `Ledger ${ledger.file} (${sizeText(ledger.bytes)}, ${whose.en})${running.en}`,
  )[language];
  const [newest] = backups;
  yield (
    newest === undefined
      ? w('台账旁没有备份', 'No copy of it lies beside it')
      : w(
          `备份 ${backups.length} 份，最新 ${ago(newest.at).zh}：${newest.file}`,
          `${backups.length} ${backups.length === 1 ? 'copy' : 'copies'}, the newest of ${ago(newest.at).en}: ${newest.file}`,
        )
  )[language];
  if (pipelines.length === 0) yield NO_RUNS[language];
  for (const standing of pipelines) yield* ofPipeline(standing, ago, language);
  for (const { pipeline, what, since } of late) {
    const { zh, en } = duration(what === 'open' ? status.maxOpenMs : status.maxAgeMs);
    const text =
      what === 'open'
        ? w(`有行超过 ${zh}仍未处理`, `rows have been open for more than ${en}`)
        : since === null
          ? w('从未完成过', 'it has never finished')
          : w(`超过 ${zh}没有完成`, `it has not finished for more than ${en}`);
    yield w(`过期：${pipeline}：${text.zh}`, `Late: ${pipeline}: ${text.en}`)[language];
  }
  yield w(
    `时间均为本机时区 ${zoneName(zone, at)}。`,
    `Times are those of this machine, ${zoneName(zone, at)}.`,
  )[language];
}

function* ofPipeline(
  { pipeline, finished, last, open, unsettled }: PipelineStanding,
  ago: (since: string) => Bilingual,
  language: Language,
): Generator<string> {
  const line = (words: Bilingual) => `  ${words[language]}`;
  yield `${pipeline}:`;
  if (finished === null) yield line(w('从未完成', 'never finished'));
  else yield line(labelled(w('最近完成', 'last finished'), finished, ago));
  if (last !== null && last.run !== finished?.run) {
    const { zh, en } = RUN_STATES[last.state];
    yield line(labelled(w(`最近一次（${zh}）`, `newest, ${en}`), last, ago));
  }
  const some = OPEN_KINDS.filter((kind) => open[kind].rows > 0).map((kind) => {
    const { rows, since } = open[kind];
    const from = since === null ? w('', '') : w(`，最早 ${ago(since).zh}`, ` since ${ago(since).en}`);
    const { zh, en } = tally(rows, OPEN_WORDS[kind]);
    return w(`${zh}${from.zh}`, `${en}${from.en}`);
  });
  const none = w('没有未处理的行', 'nothing is open');
  const all = joined(some, '；', '; ');
  yield line(some.length === 0 ? none : w(`未处理：${all.zh}`, `open: ${all.en}`));
  if (unsettled.rows > 0 && unsettled.since !== null)
    yield line(
      w(
        `台账中未决的记录 ${unsettled.rows} 条，最早 ${ago(unsettled.since).zh}`,
        `not settled in the ledger: ${unsettled.rows} since ${ago(unsettled.since).en}`,
      ),
    );
}

function labelled(label: Bilingual, run: RunShortly, ago: (since: string) => Bilingual): Bilingual {
  const at = ago(run.finishedAt ?? run.startedAt);
  const exit =
    run.exitCode === null ? w('', '') : w(`，退出码 ${run.exitCode}`, `, exit code ${run.exitCode}`);
  return w(`${label.zh}：${run.run}，${at.zh}${exit.zh}`, `${label.en}: ${run.run}, ${at.en}${exit.en}`);
}
