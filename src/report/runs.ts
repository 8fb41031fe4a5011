import type { RunIssue, RunRow } from '../ledger/runs.ts';
import type { Bilingual, Language } from '../plan/shape.ts';
import type { Report } from '../result/report.ts';
import type { Stopped } from '../result/stopped.ts';
import { oneLine, pad } from './columns.ts';
import { counted } from './counts.ts';
import { isReasonCode, REASON_WORDS } from './reason-words.ts';
import { duration, plural, w } from './sentences.ts';
import { guardName, stopText, stopTold } from './stops.ts';
import { zonedTime } from './times.ts';
import { NO_KEY, NO_RUNS, PROBLEM_WORDS, STATE_WORDS } from './words.ts';

const HEADS = {
  run: w('运行', 'run'),
  pipeline: w('同步规则', 'pipeline'),
  state: w('状态', 'state'),
  exit: w('退出码', 'exit'),
  plan: w('保存的计划', 'plan'),
  signed: w('签字', 'signed'),
  refused: w('签字（未执行）', 'signed, not carried out:'),
  totals: w('合计', 'totals'),
  started: w('开始', 'started'),
  took: w('用时', 'took'),
  allowed: w('本次放行的检查', 'allowed'),
  stopped: w('停止原因', 'stopped'),
  file: w('文件', 'file'),
  requests: w('请求', 'requests'),
  notFinished: w('未结束', 'not finished'),
} as const;

/** What did not go through, as the ledger notes it. */
const ISSUE_WORDS: Readonly<Record<RunIssue['kind'], Bilingual>> = {
  rejected: w('数据有误', 'rejected'),
  held: w('待处理', 'held'),
  failed: w('失败', 'failed'),
  'in-doubt': w('结果未知', 'in-doubt'),
};

/** Past runs, one line each, newest first. */
export function* runList(runs: readonly RunRow[], language: Language): Generator<string> {
  const head = (name: keyof typeof HEADS) => HEADS[name][language];
  if (runs.length === 0) {
    yield NO_RUNS[language];
    return;
  }
  yield `${pad(head('run'), 24)} ${pad(head('pipeline'), 16)} ${pad(head('state'), 9)} ${head('exit')}  ${head('totals')}`;
  for (const run of runs) {
    const state = STATE_WORDS[run.state][language];
    yield `${pad(run.id, 24)} ${pad(run.pipeline, 16)} ${pad(state, 9)} ${pad(String(run.exitCode ?? '–'), language === 'zh' ? 6 : 4)}  ${totalsOf(run)[language]}`;
  }
}

/** One run with what did not go through. */
export function* runDetail(run: RunRow, issues: readonly RunIssue[], language: Language): Generator<string> {
  const report = reportOf(run);
  const line = (name: keyof typeof HEADS, text: string) =>
    `${pad(HEADS[name][language], 9)} ${oneLine(text)}`;
  const stopped = report?.stopped ?? (run.stopped === null ? null : (JSON.parse(run.stopped) as Stopped));
  const exit =
    run.exitCode === null ? w('', '') : w(`，退出码 ${run.exitCode}`, `, exit code ${run.exitCode}`);
  yield line('run', run.id);
  yield line('pipeline', run.pipeline);
  yield line('state', `${STATE_WORDS[run.state][language]}${exit[language]}`);
  yield line('started', zonedTime(run.startedAt, report?.made?.zone ?? 'UTC'));
  if (run.plan !== null) yield line('plan', `sha256 ${run.plan}`);
  // A run that was refused before it began has carried out nothing, whoever is named.
  if (run.approvedBy !== null) yield line(run.stopped === null ? 'signed' : 'refused', run.approvedBy);
  if (run.finishedAt !== null) yield line('took', duration(run.finishedAt - run.startedAt)[language]);
  if (stopped !== null) {
    const told = { zone: report?.made?.zone, pipeline: report?.made?.file ?? run.pipeline };
    const [first = '', ...others] = stopTold(stopped, told)[language].split('\n');
    yield line('stopped', first);
    for (const other of others) yield `${' '.repeat(10)}${oneLine(other)}`;
  }
  if (report !== null) {
    yield line('totals', totalsOf(run)[language]);
    const { allowed = [], files = [], requests = {} } = report;
    const guards = [...new Set(allowed)].map((name) =>
      language === 'zh' ? `${guardName(name).zh}（${name}）` : name,
    );
    if (guards.length > 0) yield line('allowed', guards.join(language === 'zh' ? '；' : ', '));
    for (const { file, rows, sha256 } of files)
      yield line(
        'file',
        w(`${file}：${rows} 行，sha256 ${sha256}`, `${file}: ${plural(rows, 'row')}, sha256 ${sha256}`)[
          language
        ],
      );
    for (const [endpoint, { sent, retried, limited }] of Object.entries(requests))
      yield line(
        'requests',
        w(
          `${endpoint}：发出 ${sent} 次，重试 ${retried} 次，被限流 ${limited} 次`,
          `${endpoint}: ${sent} sent, ${retried} retries, ${limited} limited`,
        )[language],
      );
  }
  for (const { kind, key, file, line: at, code, field, logId } of issues) {
    const log = logId === null || logId === '' ? '' : w(`  日志 ID ${logId}`, `  log id ${logId}`)[language];
    const place = file === '' ? '' : `${file}:${at}  `;
    yield `${pad(ISSUE_WORDS[kind][language], 9)} ${pad(oneLine(key ?? NO_KEY[language]), 16)} ${place}${oneLine(field)} ${codeText(code, language)}${log}`;
  }
}

/** What a code of a row stands for, where it is that of a reason; older runs noted words. */
function codeText(code: string, language: Language): string {
  if (isReasonCode(code)) return `${REASON_WORDS[code].name[language]} (${code})`;
  const what = PROBLEM_WORDS[code as keyof typeof PROBLEM_WORDS]?.what.zh;
  return language === 'zh' && what !== undefined ? `${what} (${code})` : code;
}

function totalsOf(run: RunRow): Bilingual {
  const report = reportOf(run);
  if (report === null && run.stopped !== null) return stopText(JSON.parse(run.stopped) as Stopped);
  if (report === null) return run.state === 'running' ? HEADS.notFinished : w('', '');
  const { rows, notAttempted = 0 } = report;
  // Of an undo they are among its rows.
  const kinds =
    notAttempted === 0 ? rows : { ...rows, held: rows.held - notAttempted, notBegun: notAttempted };
  const { read, ...others } = kinds;
  const { zh, en } = counted(others);
  return w(`读取 ${read}：${zh}`, `${read} read: ${en}`);
}

/** What every run notes, and what only some do: an undo reads no files and lifts no guards. */
type Summary = Pick<Report, 'rows'> & Partial<Report>;

function reportOf(run: RunRow): Summary | null {
  return run.summary === null ? null : (JSON.parse(run.summary) as Summary);
}
