import { dropsWords } from './drops-words.ts';
import { ADOPT, CREATE, command, event, KEEP, LOOKS_AGAIN, OVERWRITE, SKIP } from './reason-ends.ts';
import type { ReasonCatalogue } from './reason-words.ts';
import { w } from './sentences.ts';
import type { Telling } from './telling.ts';

/** Why a plan holds a record: each plan decides anew. */
export const PLAN_WORDS = {
  'drops-child': {
    name: w('会丢失子项', 'would drop'),
    says: (reason, { label }) => dropsWords(reason, label(reason.path)),
    means: w(
      '更新会整条覆盖：原系统中少了的评价会在飞书中消失',
      'An update replaces the whole object: an assessment that the source only lost would be gone in Feishu.',
    ),
    next: LOOKS_AGAIN,
    ends: [
      event(
        '改正没有所属记录的明细行（或用完整导出同步）',
        'the child rows without a parent are corrected, or the whole export is synced',
      ),
      OVERWRITE,
      SKIP,
    ],
  },
  'not-compared': {
    name: w('未能与飞书比较', 'could not be compared with Feishu'),
    says: ({ feishuCode }) =>
      w(
        `未能与飞书比较（${feishuCode ?? '无答复'}）`,
        `could not be compared with Feishu (${feishuCode ?? 'no answer'})`,
      ),
    means: w(
      '没有读到飞书中的现状，因此什么也没有发送',
      'What Feishu holds could not be read, so nothing was sent.',
    ),
    next: w('再次读取', 'reads it again'),
    ends: [event('下一次运行读到了它', 'the next run can read it')],
  },
  'not-visible-yet': {
    name: w('飞书中尚不可见', 'not visible in Feishu yet'),
    says: ({ remoteId, untilMs }, { at }) =>
      w(
        `飞书中尚不可见：查不到 ${remoteId}，而它创建不足一天（至 ${at(untilMs)}）`,
        `not visible in Feishu yet: ${remoteId} is not shown, and is younger than a day (until ${at(untilMs)})`,
      ),
    means: w(
      '飞书的查询可能滞后：刚创建的对象查不到，不等于已被删除。什么也没有发送',
      'Reads of Feishu may lag behind its writes: a new object that is not shown need not be deleted. Nothing was sent.',
    ),
    next: w(
      '再次读取；一天后仍查不到，则视为不存在',
      'asks for it again; a day after its create it counts as missing',
    ),
    ends: [event('飞书又显示了它', 'Feishu shows it again'), CREATE, ADOPT, SKIP],
  },
  'changed-since-plan': {
    name: w('计划之后飞书中被修改', 'changed in Feishu since the plan was made'),
    says: () =>
      w(
        '制定计划之后飞书中被修改（或更早：只有 `plan --remote` 看得到）',
        'changed in Feishu since the plan was made (or earlier: only `plan --remote` sees that)',
      ),
    means: w(
      '保存的计划只按原样执行：没有人看过现在会发送什么',
      'A saved plan is carried out as it is: nobody has seen what would be sent now.',
    ),
    next: w('不用该计划时，按现状处理', 'decides anew, where it is not of that plan'),
    ends: [command(() => 'hire-sync plan PIPELINE --remote --out FILE', '制定新的计划', 'makes a new plan')],
  },
  'changed-in-feishu': {
    name: w('飞书中被修改', 'changed in Feishu since it was last written'),
    says: ({ fields, conflicts }, telling) =>
      w(
        `上次写入后飞书中被修改：${some(fields, 'zh', telling)}${conflicts.length > 0 ? `；原系统也改了 ${some(conflicts, 'zh', telling)}` : ''}`,
        `changed in Feishu since it was last written: ${some(fields, 'en', telling)}${conflicts.length > 0 ? `; the source changed ${some(conflicts, 'en', telling)} as well` : ''}`,
      ),
    means: w(
      '有人在飞书中修改过，而本同步规则对此暂不写入（on-drift hold）',
      'Somebody edited it in Feishu, and this pipeline holds such records (on-drift hold).',
    ),
    next: LOOKS_AGAIN,
    ends: [
      OVERWRITE,
      KEEP,
      SKIP,
      command(
        () => 'hire-sync sync PIPELINE --on-drift overwrite',
        '所有这样的记录都以原系统为准',
        'the source wins for all such records',
      ),
    ],
  },
  'kept-does-not-fit': {
    name: w('飞书的改动与原系统不能并存', 'changed in Feishu'),
    says: () =>
      w(
        '飞书中被修改：要保留的内容与原系统现在的内容不能并存',
        'changed in Feishu: what would be kept there does not fit what the source says now',
      ),
    means: w(
      '保留飞书改动（on-drift keep）得到的内容飞书不会接受',
      'What on-drift keep would make of both sides is nothing that Feishu takes.',
    ),
    next: LOOKS_AGAIN,
    ends: [OVERWRITE, SKIP],
  },
  'named-by-hand': {
    name: w('由人指定', 'named by hand'),
    says: ({ fields }, telling) =>
      w(
        `由人指定，因此不知道飞书中不同的内容是谁填的：${some(fields, 'zh', telling)}`,
        `named by hand, so nobody knows who entered what Feishu holds otherwise: ${some(fields, 'en', telling)}`,
      ),
    means: w(
      '有人指定了它的对象（resolve --adopt），而该对象与原系统不同',
      'Somebody named its object (resolve --adopt), and the object differs from the source.',
    ),
    next: LOOKS_AGAIN,
    ends: [OVERWRITE, SKIP],
  },
  'key-reused': {
    name: w('记录编号被重用', 'key reused'),
    says: ({ before, after }) =>
      w(
        `记录编号被重用：原属投递 ${before}，现属 ${after}`,
        `key reused: it belonged to application ${before}, and now belongs to ${after}`,
      ),
    means: w(
      '同一记录编号换了投递：更新会把一位候选人的记录写成另一位的',
      "The same key belongs to another application now: an update would turn one candidate's interview into another's.",
    ),
    next: LOOKS_AGAIN,
    ends: [event('导出中的记录编号被改正', 'the key is corrected in the export'), CREATE, ADOPT, SKIP],
  },
  waiting: {
    name: w('尚未出现', 'unknown yet'),
    says: ({ sinceMs, days, words, values = [] }, { at }) => {
      const day = sinceMs === null ? null : at(sinceMs).slice(0, 10);
      return w(
        `尚未出现（${day === null ? '新' : `自 ${day}，已 ${days} 天`}）${values.length === 0 ? '' : `：对照表中没有 ${values.map((value) => `“${value}”`).join('、')}`}`,
        `unknown yet (${day === null ? 'new' : `since ${day}, ${days} days`})${words === '' ? '' : `: ${words}`}`,
      );
    },
    means: w(
      '对照表中还没有它需要的内容（例如投递）',
      'A lookup does not have what it needs yet, its application for instance.',
    ),
    next: w('再试一次，即使导出中已没有它', 'tries it again, also when the export no longer has it'),
    ends: [
      event(
        '对照表中出现了它；长期未出现时请核对编号',
        'the lookup has it; if it has waited long, check the number',
      ),
    ],
  },
} satisfies Partial<ReasonCatalogue>;

const SHOWN = 5;

/** The first of some payload paths, by their labels. */
function some(paths: readonly string[], language: 'zh' | 'en', { label }: Telling): string {
  const rest = paths.length - SHOWN;
  const first = paths
    .slice(0, SHOWN)
    .map((path) => label(path)[language])
    .join(language === 'zh' ? '、' : ', ');
  if (rest <= 0) return first;
  return language === 'zh' ? `${first} 等 ${paths.length} 项` : `${first} and ${rest} more`;
}
