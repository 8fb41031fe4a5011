import type { ErrorCode } from '../errors.ts';
import type { ProblemCode } from '../model.ts';
import type { Bilingual, Language } from '../plan/shape.ts';
import type { Notice, NoticeEvent, NoticePipeline, NoticeReason } from '../result/notice.ts';
import { counted } from './counts.ts';
import { isReasonCode, REASON_WORDS } from './reason-words.ts';
import { joined, w } from './sentences.ts';
import { stopText } from './stops.ts';
import { zonedParts } from './times.ts';
import { PROBLEM_WORDS } from './words.ts';

/** A notice in words: no names, no notes, no keys, and no message of an error, which may quote them. */
export interface NoticeText {
  readonly title: string;
  readonly lines: readonly string[];
}

const TITLES: Readonly<Record<NoticeEvent | 'done', Bilingual>> = {
  failed: w('失败', 'failed'),
  stopped: w('已停止', 'stopped'),
  open: w('有行未处理', 'rows are left open'),
  changed: w('有变化', 'changed'),
  recovered: w('已恢复正常', 'recovered'),
  done: w('完成', 'done'),
};

// A message to a Feishu bot may have 20 KB.
const MOST_PIPELINES = 30;

export function noticeText(notice: Notice, language: Language): NoticeText {
  const { command, events, exitCode, app, pipelines } = notice;
  const names = pipelines.map(({ pipeline }) => pipeline);
  const subject =
    names.length > 3
      ? w(`${names.length} 套同步规则`, `${names.length} pipelines`)[language]
      : names.join(', ');
  const title = `hire-sync ${command}: ${TITLES[events[0] ?? 'done'][language]}${subject === '' ? '' : ` (${subject})`}`;
  const whose =
    app === null
      ? w('未知', 'not known')
      : w(`${app.appId}，${app.baseUrl}`, `${app.appId} at ${app.baseUrl}`);
  const reason = notice.reason ?? pipelines.find((one) => one.reason !== null)?.reason ?? null;
  const run = pipelines.find((one) => one.reason !== null)?.run ?? pipelines[0]?.run ?? null;
  const lines = [
    w(`应用：${whose.zh}`, `App: ${whose.en}`),
    ...pipelines.slice(0, MOST_PIPELINES).map(ofPipeline),
    ...(pipelines.length > MOST_PIPELINES
      ? [
          w(
            `…… 另有 ${pipelines.length - MOST_PIPELINES} 套`,
            `… and ${pipelines.length - MOST_PIPELINES} more`,
          ),
        ]
      : []),
    ...(reason === null ? [] : reasonLines(reason, run)),
    w(`退出码：${exitCode}`, `Exit code: ${exitCode}`),
  ];
  return { title, lines: lines.map((line) => line[language]) };
}

function ofPipeline({ pipeline, run, exitCode, rows, orphans, openSince, zone }: NoticePipeline): Bilingual {
  const { read, ...kinds } = rows ?? {};
  const all = orphans > 0 ? { ...kinds, orphans } : kinds;
  const counts = rows === null ? w('没有结果', 'no counts') : counted(all);
  const of = read === undefined ? w('', '') : w(` = 读取 ${read}`, ` = ${read} read`);
  const day = openSince === null ? null : zonedParts(openSince, zone).day;
  const since = day === null ? w('', '') : w(`；最早未处理 ${day}`, `; open since ${day}`);
  const id = run === null ? w('', '') : w(`；运行 ${run}`, `; run ${run}`);
  return w(
    `${pipeline}：${counts.zh}${of.zh}${since.zh}${id.zh}（${exitCode}）`,
    `${pipeline}: ${counts.en}${of.en}${since.en}${id.en} (${exitCode})`,
  );
}

function reasonLines(reason: NoticeReason, run: string | null): readonly Bilingual[] {
  const { says, toDo } = reason.kind === 'error' ? ofError(reason) : ofRow(reason.code);
  const look =
    run === null || reason.kind === 'error'
      ? []
      : [w(`\`hire-sync runs ${run}\` 列出全部`, `\`hire-sync runs ${run}\` lists all`)];
  const all = joined([toDo, ...look], '；', '; ');
  return [
    w(`首个原因：${says.zh}`, `First reason: ${says.en}`),
    w(`处理：${all.zh}`, `What to do: ${all.en}`),
  ];
}

interface Told {
  readonly says: Bilingual;
  readonly toDo: Bilingual;
}

const LOOK_AT_LOG = w('查看命令的输出和日志', 'see what the command printed, and its log');
const GOES_ON = w('无需处理：下一次运行会继续', 'nothing: the next run goes on where this one stopped');

const STEPS: Readonly<Partial<Record<ErrorCode, Bilingual>>> = {
  GUARDED: w(
    '检查导出；`hire-sync plan` 显示细节；确认无误后用 `--allow` 放行一次',
    'look at the export; `hire-sync plan` shows it in detail; if it is right, `--allow` lifts the guard for one run',
  ),
  SOURCE_INVALID: w(
    '`hire-sync validate` 指出文件和行；重新导出',
    '`hire-sync validate` names the file and line; export again',
  ),
  SOURCE_MISSING: w('检查导出是否已完整到位', 'see that the whole export is in its place'),
  FEISHU_UNREACHABLE: GOES_ON,
  LIMITER_UNREACHABLE: GOES_ON,
  INTERRUPTED: GOES_ON,
  LEDGER_BUSY: GOES_ON,
};

function ofError({ code, guards }: NoticeReason): Told {
  if (code === 'INTERNAL')
    return { says: w('程序内部错误', 'an error that nobody foresaw'), toDo: LOOK_AT_LOG };
  // Without its message.
  return { says: stopText({ code, message: '', guards }), toDo: STEPS[code as ErrorCode] ?? LOOK_AT_LOG };
}

/** Reasons that are no row's. */
const OTHERS: Readonly<Record<string, Told>> = {
  'orphan-rows': {
    says: w('有明细行找不到所属的记录', 'child rows have no parent in the export'),
    toDo: w('在导出中补上所属的记录', 'see that the export has the records that they belong to'),
  },
  'lost-text': {
    says: w('飞书没有保存全部文字', 'Feishu did not store all of a text'),
    toDo: w(
      '报告说明是哪些字段；可以接受就请技术人员声明 accepts',
      'the report names the fields; declare `accepts` if that may be',
    ),
  },
  'differs-in-feishu': {
    says: w('飞书中的内容与上次写入的不同', 'Feishu is not what was last applied'),
    toDo: w(
      '`hire-sync verify` 的报告列出差异；下一次同步按 onDrift 处理',
      'the report of `hire-sync verify` lists it; the next sync goes by onDrift',
    ),
  },
  'not-compared': {
    says: w('有些记录未能比较', 'some records could not be compared'),
    toDo: w('再次运行 `hire-sync verify`', 'run `hire-sync verify` again'),
  },
};

function ofRow(code: string): Told {
  const other = Object.hasOwn(OTHERS, code) ? OTHERS[code] : undefined;
  if (other !== undefined) return other;
  if (isReasonCode(code)) {
    const { name, means, next } = REASON_WORDS[code];
    return {
      says: w(`${name.zh}：${means.zh}`, `${name.en}: ${means.en}`),
      toDo: w(`下一次运行${next.zh}`, `the next run ${next.en}`),
    };
  }
  const problem = PROBLEM_WORDS[code as ProblemCode] as (typeof PROBLEM_WORDS)[ProblemCode] | undefined;
  if (problem !== undefined) return { says: problem.what, toDo: problem.fix };
  // Of a write that failed, by Feishu's code or ours.
  return {
    says: w(`写入失败（${code}）`, `a write failed (${code})`),
    toDo: w('下一次运行会重试', 'the next run tries again'),
  };
}
