import type { ErrorCode } from '../errors.ts';
import type { GuardName } from '../plan/guard.ts';
import type { Bilingual } from '../plan/shape.ts';
import type { Report } from '../result/report.ts';
import { joined, w } from './sentences.ts';

/** What a guard is about, for somebody who has never met it. */
export const GUARD_WORDS: Readonly<Record<GuardName, Bilingual>> = {
  restored: w('同步台账比已写入的内容旧', 'the ledger is older than what was written'),
  reversed: w('有结论的方向相反，通过会写成不通过', 'a verdict is mapped the other way'),
  'existing-content': w(
    '飞书中已有相同的内容，新建会重复',
    'Feishu already holds this content: creating would double it',
  ),
  empty: w('导出或其中一个文件是空的', 'the export, or a file of it, is empty'),
  truncated: w('文件末尾不完整，可能被截断', 'a file may have been cut off'),
  shrunk: w('行数比上次少得多', 'far fewer rows than last time'),
  changed: w('一次要改的记录太多', 'too many records would change at once'),
  field: w('同一字段在太多记录中变化或被清空', 'one field changes, or becomes empty, in too many records'),
  rejected: w('数据有误的行太多', 'too many rows are rejected'),
  older: w('导出比上次的旧', 'the export is older than the last one'),
  orphans: w('太多明细行找不到所属的记录', 'too many child rows have no parent'),
  rekeyed: w('很多记录换了记录编号', 'many records come under other keys'),
  missing: w('很多记录在飞书中已不存在', 'many records are no longer in Feishu'),
  vanished: w('很多记录从导出中消失', 'many records vanish from the export'),
};

/** Why a run stopped, in a sentence without the details: these are in the message. */
const STOP_WORDS: Readonly<Partial<Record<ErrorCode, Bilingual>>> = {
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
  CREDENTIALS_MISSING: w('没有给出应用凭证', 'no credentials were given'),
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

/** Names of the guards that a message of a stop tells of, with what they are about. */
export function stopText({ code, guards }: NonNullable<Report['stopped']>): Bilingual {
  const why = STOP_WORDS[code as ErrorCode] ?? w(`原因代码 ${code}（请技术人员处理）`, code);
  if (guards === undefined || guards.length === 0) return why;
  const names = guards.map((guard) =>
    w(`${guardName(guard).zh}（${guard}）`, `${guardName(guard).en} (${guard})`),
  );
  const all = joined(names, '；', '; ');
  return w(`${why.zh}：${all.zh}`, `${why.en}: ${all.en}`);
}

export function guardName(guard: string): Bilingual {
  return GUARD_WORDS[guard as GuardName] ?? w(guard, guard);
}

/** That a run stopped, and why. */
export function* stopNotes(stopped: Report['stopped']): Generator<Bilingual> {
  if (stopped === null) return;
  const { zh } = stopText(stopped);
  yield w(`运行已停止：${zh}。`, `The run stopped: ${stopped.message}`);
}
