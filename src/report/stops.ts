import type { Complaint } from '../complaint.ts';
import type { ErrorCode, HireSyncError, SourceFault } from '../errors.ts';
import type { Bilingual, Language } from '../plan/shape.ts';
import { type Stopped, stoppedBy } from '../result/stopped.ts';
import { COMPLAINT_WORDS, complaintWords } from './complaint-words.ts';
import { joined, w } from './sentences.ts';
import { quoted, type Told, tellingOf } from './telling.ts';

/** Why a run stopped, in a sentence without the details: these are in the message. */
const STOP_WORDS: Readonly<Record<ErrorCode, Bilingual>> = {
  OUTPUT_INVALID: w(
    '输出文件被他人改动，或无法写入',
    'an output file was changed by somebody else, or cannot be written',
  ),
  OUTPUT_BUSY: w('另一个程序正在写同一个文件', 'another process writes the same file'),
  PULL_INCOMPLETE: w('没有读取完整；已读取的部分已保留', 'not all could be read; what was read is kept'),
  PROBE_FAILED: w('探测没有完成（请技术人员处理）', 'the probe could not be made'),
  COUNTS_DO_NOT_ADD_UP: w(
    '行数对不上：这是 hire-sync 的缺陷，请报告',
    'the rows do not add up: a defect of hire-sync',
  ),
  GUARDED: w(
    '写入之前的检查没有通过，没有写入任何内容',
    'a check before the first write failed; nothing was written',
  ),
  SOURCE_INVALID: w(
    '导出文件不可信，没有写入任何内容',
    'a source file cannot be trusted; nothing was written',
  ),
  CONFIG_INVALID: w('命令或设置有误', 'a flag or setting is wrong'),
  PIPELINE_INVALID: w('同步规则有误（请技术人员处理）', 'the pipeline file is wrong'),
  CREDENTIALS_MISSING: w('没有给出应用凭证（请技术人员设置）', 'no credentials were given'),
  FEISHU_REFUSES_REQUEST: w(
    '飞书拒绝请求，且与任何一行无关（请技术人员处理）',
    'Feishu refuses a request for no reason of a row',
  ),
  SOURCE_MISSING: w('找不到导出文件', 'a source file is missing'),
  FIELD_UNREADABLE: w(
    '应用看不到需要保留的字段，没有写入任何内容（请技术人员授权）',
    'the app may not see a field that must be kept; nothing was written',
  ),
  FEISHU_REFUSES_APP: w('飞书拒绝了该应用（请技术人员检查凭证和权限）', 'Feishu refuses the app'),
  FEISHU_UNREACHABLE: w('连不上飞书', 'Feishu cannot be reached'),
  LIMITER_UNREACHABLE: w('连不上共享限速的 Redis（请技术人员检查）', 'the shared limiter cannot be reached'),
  LEDGER_BUSY: w('另一次运行正在使用同步台账', 'another run holds the ledger'),
  LEDGER_INVALID: w('同步台账已损坏（请技术人员处理）', 'the ledger is damaged'),
  LEDGER_UNWRITABLE: w('同步台账无法写入（请技术人员检查磁盘和权限）', 'the ledger cannot be written'),
  TEMP_UNWRITABLE: w('磁盘空间不足（请技术人员处理）', 'there is no room on the disk'),
  TOO_MANY_FAILURES: w('连续失败太多次', 'too many failures in a row'),
  PLAN_STALE: w('保存的计划已过期，没有写入任何内容', 'the saved plan is out of date; nothing was sent'),
  INTERRUPTED: w('运行被中断', 'the run was interrupted'),
};

/** What is wrong with a file, in Chinese; the English message has the details. */
const FAULT_WORDS: Readonly<Record<SourceFault, string>> = {
  empty: '文件是空的，导出可能没有完成',
  encoding: '文字编码不对，或无法确定：请另存为 UTF-8，或请技术人员声明编码',
  binary: '不是文本文件（是表格、压缩包、PDF 或图片等）：请导出为 CSV 或 JSON，不要只改扩展名',
  gzip: '压缩文件不完整或已损坏：请重新导出',
  delimiter: '无法确定分隔符：请技术人员声明',
  header: '表头不对：缺少列、列名重复，或没有表头',
  quotes: '引号没有成对，之后的内容无法读取：请改正该行，或重新导出',
  json: '文件不完整或格式已损坏：请重新导出',
  column: '缺少同步规则用到的列',
  member: '同步规则读取的字段名与文件中的不同：请技术人员更正',
  digits: '整列的长编号被电子表格改过，后几位已丢失：请把该列设为文本后重新导出',
  'lookup-row': '对照表中有一行无法读取：请改正或删除该行',
  application: '投递编号必须是 1 到 20 位数字：请改正或删除该行',
  tenant: '从飞书读取的列表前后不一致：请再运行一次',
  changed: '读取期间文件被改动：请等导出完成后再运行',
  unreadable: '文件没有读到末尾（请技术人员检查磁盘）',
};

/** The fault of a file in Chinese; a run of an earlier version has noted none. */
export function faultText(fault: string | null | undefined): string {
  const words: Readonly<Record<string, string>> = FAULT_WORDS;
  return (
    (fault != null && Object.hasOwn(words, fault) ? words[fault] : undefined) ??
    '文件不可信（请技术人员查看）'
  );
}

/** Why a run stopped, in a few words: the names of the guards, without their numbers. */
export function stopText({ code, zh, fault, guards = [] }: Stopped): Bilingual {
  const known = Object.hasOwn(STOP_WORDS, code) ? STOP_WORDS[code as ErrorCode] : undefined;
  const why = known ?? w(`原因代码 ${code}（请技术人员处理）`, code);
  if (zh !== undefined) return why;
  if (fault !== undefined) return w(`${why.zh}：${faultText(fault)}`, why.en);
  if (guards.length === 0) return why;
  const names = guards.map((guard) =>
    w(`${guardName(guard).zh}（${guard}）`, `${guardName(guard).en} (${guard})`),
  );
  const all = joined(names, '；', '; ');
  return w(`${why.zh}：${all.zh}`, `${why.en}: ${all.en}`);
}

export function guardName(guard: string): Bilingual {
  const words = COMPLAINT_WORDS as Readonly<Record<string, { readonly name: Bilingual }>>;
  return Object.hasOwn(words, guard) ? (words[guard]?.name ?? w(guard, guard)) : w(guard, guard);
}

/** One guard with its numbers. */
export function complaintText(complaint: Complaint, told: Told): Bilingual {
  return complaintWords(complaint).says(complaint, tellingOf(told));
}

/**
 * Why a run stopped, and what to do: what guards say in both languages, of everything else the message itself in English,
 * and in Chinese what it is about. A run of an earlier version has noted no complaints, and its message says it.
 */
export function stopSentence(stopped: Stopped, given: Told): Bilingual {
  const { remake } = stopped;
  const told = remake === undefined ? given : { ...given, pipeline: remake.pipeline };
  const { zh, en } = guardSentence(stopped, told);
  if (remake === undefined) return w(zh, en);
  const { pipeline, file, remote, allowed } = remake;
  const lift = [...new Set([...allowed, ...(stopped.guards ?? [])])]
    .map((name) => ` --allow ${name}`)
    .join('');
  const [named, out] = [quoted(pipeline), quoted(file)];
  const [plan, sync] = [
    `hire-sync plan ${named}${remote ? ' --remote' : ''}${lift} --out ${out}`,
    `hire-sync sync ${named} --plan ${out}`,
  ];
  return w(
    `${zh}这份计划制定时没有放行，而执行时不能放行：请带上它重新制定（\`${plan}\`），再执行新的计划（\`${sync}\`）。`,
    `${en} This plan was made without it, and a saved plan takes no --allow: make it anew with it (\`${plan}\`), and carry that out (\`${sync}\`).`,
  );
}

function guardSentence(stopped: Stopped, told: Told): Bilingual {
  const { message, guards = [], complaints = [] } = stopped;
  if (complaints.length === 0)
    return w(stopped.zh === undefined ? `${stopText(stopped).zh}。` : stopped.zh, message);
  const [first] = complaints;
  const next = first === undefined ? undefined : complaintWords(first).next?.(first, tellingOf(told));
  if (first !== undefined && next !== undefined) {
    const { zh, en } = complaintText(first, told);
    return w(
      `在第一次写入之前停止（检查 ${first.guard}）：${zh}。${next.zh}`,
      `Stopped before the first write (guard ${first.guard}): ${en}. ${next.en}`,
    );
  }
  const lines = joined(
    complaints.map((one) => {
      const { zh, en } = complaintText(one, told);
      return w(`  ${one.guard}：${zh}`, `  ${one.guard}: ${en}`);
    }),
    '\n',
    '\n',
  );
  const lift = guards.map((name) => `--allow ${name}`).join(' ');
  const why = complaints.every(({ guard }) => guard === 'reversed')
    ? w('同步规则把结论映射反了', 'the pipeline turns verdicts round')
    : w('这份导出不可能是对的', 'this export cannot be right');
  return w(
    `在第一次写入之前停止，因为${why.zh}：\n${lines.zh}\n如果它是对的：${lift} 只在这一次运行中放行。`,
    `Stopped before the first write, because ${why.en}:\n${lines.en}\nIf it is right: ${lift} lifts ${guards.length === 1 ? 'the guard' : 'these guards'} for one run.`,
  );
}

/** The same on the command line, where a technician reads on: what has no Chinese words stands there in English. */
export function stopTold(stopped: Stopped, told: Told = {}): Bilingual {
  const { zh, en } = stopSentence(stopped, told);
  if (stopped.complaints !== undefined || stopped.zh !== undefined) return w(zh, en);
  return w(`${zh}详情（英文，供技术人员）：${stopped.message}`, en);
}

/** The same of an error that a command ends with. */
export function errorTold(error: HireSyncError, told: Told = {}): Bilingual {
  return stopTold(stoppedBy(error), told);
}

/** That a run stopped, and why. */
export function* stopNotes(stopped: Stopped | null, told: Told): Generator<Bilingual> {
  if (stopped === null) return;
  const { zh, en } = stopSentence(stopped, told);
  // A note is one line, and guards have one each.
  const [chinese, english] = [`运行已停止：${zh}`.split('\n'), `The run stopped: ${en}`.split('\n')];
  const lines = Math.max(chinese.length, english.length);
  for (let at = 0; at < lines; at++) yield w(chinese[at] ?? '', english[at] ?? '');
}

/** As JSON has it: code, data and the sentence. */
export function stoppedJson(stopped: Stopped, told: Told, language: Language): Stopped {
  const { complaints, zh, remake: _, ...rest } = stopped;
  if (complaints === undefined)
    return { ...rest, message: language === 'zh' && zh !== undefined ? zh : rest.message };
  return {
    ...rest,
    message: stopSentence(stopped, told)[language],
    complaints: complaints.map((one) => complaintJson(one, told, language)),
  };
}

/** The same of one guard. */
export function complaintJson(
  complaint: Complaint,
  told: Told,
  language: Language,
): Complaint & { readonly message: string } {
  return { ...complaint, message: complaintText(complaint, told)[language] };
}
