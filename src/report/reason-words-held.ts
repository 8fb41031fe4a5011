import type { Bilingual } from '../plan/shape.ts';
import { ADOPT, CREATE, KEEP, OVERWRITE, SKIP } from './reason-ends.ts';
import type { ReasonCatalogue } from './reason-words.ts';
import { utc } from './values.ts';

const STAYS_HELD: Bilingual = {
  zh: '不写入它，直到有人决定',
  en: 'does not write it before somebody decides',
};
const LOOKS_AGAIN: Bilingual = {
  zh: '重新比较；仍是如此则继续搁置',
  en: 'compares it again, and holds it as long as it is so',
};

/** Why a record is held, or in doubt. */
export const HOLD_WORDS = {
  'missing-in-feishu': {
    name: { zh: '飞书中不存在', en: 'missing in Feishu' },
    says: ({ remoteId }) => ({
      zh: `飞书中不存在：${remoteId} 已不在飞书中`,
      en: `missing in Feishu: ${remoteId} no longer exists there`,
    }),
    means: {
      zh: '账本记着它的飞书 ID，但飞书中已没有这个对象：多半是有人删除了它',
      en: 'The ledger knows its Feishu id, and Feishu shows no such object: most likely somebody deleted it.',
    },
    next: STAYS_HELD,
    ends: [
      CREATE,
      ADOPT,
      SKIP,
      {
        by: 'command',
        command: () => 'hire-sync sync PIPELINE --recreate-missing',
        does: { zh: '重新创建所有这样的记录', en: 'creates all such records again' },
      },
    ],
  },
  'ambiguous-objects': {
    name: { zh: '无法判断', en: 'ambiguous' },
    says: ({ ids, records }) => ({
      zh: `无法判断：飞书中有 ${ids.length} 个内容相同的对象（${ids.join(', ')}），而未决的创建有 ${records} 个`,
      en: `ambiguous: ${ids.length} equal objects in Feishu (${ids.join(', ')}) for ${records} open create${records === 1 ? '' : 's'}`,
    }),
    means: {
      zh: '其创建请求没有得到答复，而飞书中有多个内容相同的对象，无法知道哪一个是它',
      en: 'Its create got no answer, and Feishu holds more equal objects than there are such creates: nobody can tell which is its.',
    },
    next: STAYS_HELD,
    ends: [ADOPT, CREATE, SKIP],
  },
  'refused-repeat': {
    name: { zh: '重发被拒', en: 'refused repeat' },
    says: () => ({
      zh: '重发被拒：飞书拒绝再次创建，而在其投递下又找不到它',
      en: 'refused repeat: Feishu refused to create it again, and it is not to be found under its application',
    }),
    means: {
      zh: '飞书似乎已有它（因此拒绝重复创建），却查不到',
      en: 'Feishu seems to have it, because it refuses a second one, and does not show it.',
    },
    next: STAYS_HELD,
    ends: [ADOPT, CREATE, SKIP],
  },
  'drops-child': {
    name: { zh: '会丢失子项', en: 'would drop' },
    says: ({ path, because, orphans }) =>
      because === 'orphans'
        ? {
            zh: `会丢失 ${path}，而导出中有 ${orphans} 个子行没有所属面试：可能就是其中之一`,
            en: `would drop ${path} while ${orphans} child rows of the export have no parent: it may be one of them`,
          }
        : {
            zh: `会丢失 ${path}，因为拒绝文件中没有它的行：请改正导出`,
            en: `would drop ${path} because the reject file does not have its row: correct the export`,
          },
    means: {
      zh: '更新会整条覆盖：源中少了的评价会在飞书中消失',
      en: 'An update replaces the whole object: an assessment that the source only lost would be gone in Feishu.',
    },
    next: LOOKS_AGAIN,
    ends: [
      {
        by: 'event',
        event: {
          zh: '改正没有所属面试的子行（或用完整导出同步）',
          en: 'the child rows without a parent are corrected, or the whole export is synced',
        },
      },
      OVERWRITE,
      SKIP,
    ],
  },
  'not-compared': {
    name: { zh: '未能与飞书比较', en: 'could not be compared with Feishu' },
    says: ({ feishuCode }) => ({
      zh: `未能与飞书比较（${feishuCode ?? '无答复'}）`,
      en: `could not be compared with Feishu (${feishuCode ?? 'no answer'})`,
    }),
    means: {
      zh: '没有读到飞书中的现状，因此什么也没有发送',
      en: 'What Feishu holds could not be read, so nothing was sent.',
    },
    next: { zh: '再次读取', en: 'reads it again' },
    ends: [{ by: 'event', event: { zh: '下一次运行读到了它', en: 'the next run can read it' } }],
  },
  'changed-since-plan': {
    name: { zh: '计划之后飞书有改动', en: 'changed in Feishu since the plan was made' },
    says: () => ({
      zh: '制定计划之后飞书有改动（或更早：只有 `plan --remote` 看得到）',
      en: 'changed in Feishu since the plan was made (or earlier: only `plan --remote` sees that)',
    }),
    means: {
      zh: '保存的计划只按原样执行：没有人看过现在会发送什么',
      en: 'A saved plan is carried out as it is: nobody has seen what would be sent now.',
    },
    next: { zh: '不用该计划时，按现状处理', en: 'decides anew, where it is not of that plan' },
    ends: [
      {
        by: 'command',
        command: () => 'hire-sync plan PIPELINE --remote --out FILE',
        does: { zh: '制定新的计划', en: 'makes a new plan' },
      },
    ],
  },
  'changed-in-feishu': {
    name: { zh: '飞书中有人修改过', en: 'changed in Feishu since it was last written' },
    says: ({ fields, conflicts }) => ({
      zh: `上次写入后飞书中有改动：${some(fields, 'zh')}${conflicts.length > 0 ? `；源也改了 ${some(conflicts, 'zh')}` : ''}`,
      en: `changed in Feishu since it was last written: ${some(fields, 'en')}${conflicts.length > 0 ? `; the source changed ${some(conflicts, 'en')} as well` : ''}`,
    }),
    means: {
      zh: '有人在飞书中修改过，而本流程对此先搁置（on-drift hold）',
      en: 'Somebody edited it in Feishu, and this pipeline holds such records (on-drift hold).',
    },
    next: LOOKS_AGAIN,
    ends: [
      OVERWRITE,
      KEEP,
      SKIP,
      {
        by: 'command',
        command: () => 'hire-sync sync PIPELINE --on-drift overwrite',
        does: { zh: '所有这样的记录都以源为准', en: 'the source wins for all such records' },
      },
    ],
  },
  'kept-does-not-fit': {
    name: { zh: '飞书的改动与源不能并存', en: 'changed in Feishu' },
    says: () => ({
      zh: '飞书中有改动：要保留的内容与源现在的内容不能并存',
      en: 'changed in Feishu: what would be kept there does not fit what the source says now',
    }),
    means: {
      zh: '保留飞书改动（on-drift keep）得到的内容飞书不会接受',
      en: 'What on-drift keep would make of both sides is nothing that Feishu takes.',
    },
    next: LOOKS_AGAIN,
    ends: [OVERWRITE, SKIP],
  },
  'named-by-hand': {
    name: { zh: '由人指定', en: 'named by hand' },
    says: ({ fields }) => ({
      zh: `由人指定，因此不知道飞书中不同的内容是谁填的：${some(fields, 'zh')}`,
      en: `named by hand, so nobody knows who entered what Feishu holds otherwise: ${some(fields, 'en')}`,
    }),
    means: {
      zh: '有人指定了它的对象（resolve --adopt），而该对象与源不同',
      en: 'Somebody named its object (resolve --adopt), and the object differs from the source.',
    },
    next: LOOKS_AGAIN,
    ends: [OVERWRITE, SKIP],
  },
  'key-reused': {
    name: { zh: '主键被重用', en: 'key reused' },
    says: ({ before, after }) => ({
      zh: `主键被重用：原属投递 ${before}，现属 ${after}`,
      en: `key reused: it belonged to application ${before}, and now belongs to ${after}`,
    }),
    means: {
      zh: '同一主键换了投递：更新会把一位候选人的面试写成另一位的',
      en: "The same key belongs to another application now: an update would turn one candidate's interview into another's.",
    },
    next: LOOKS_AGAIN,
    ends: [
      {
        by: 'event',
        event: { zh: '导出中的主键被改正', en: 'the key is corrected in the export' },
      },
      CREATE,
      ADOPT,
      SKIP,
    ],
  },
  waiting: {
    name: { zh: '尚未出现', en: 'unknown yet' },
    says: ({ sinceMs, days, words }) => {
      const day = sinceMs === null ? null : new Date(sinceMs).toISOString().slice(0, 10);
      return {
        zh: `尚未出现（${day === null ? '新' : `自 ${day}，已 ${days} 天`}）${words === '' ? '' : `：${words}`}`,
        en: `unknown yet (${day === null ? 'new' : `since ${day}, ${days} days`})${words === '' ? '' : `: ${words}`}`,
      };
    },
    means: {
      zh: '对照表中还没有它需要的内容（例如投递）',
      en: 'A lookup does not have what it needs yet, its application for instance.',
    },
    next: { zh: '再试一次，即使导出中已没有它', en: 'tries it again, also when the export no longer has it' },
    ends: [
      {
        by: 'event',
        event: {
          zh: '对照表中出现了它；长期未出现时请核对编号',
          en: 'the lookup has it; if it has waited long, check the number',
        },
      },
    ],
  },
  'undo-delete-in-doubt': {
    name: { zh: '撤销未完成', en: 'undo' },
    says: ({ run }) => ({
      zh: `撤销：已请求删除，但没有得到答复；\`hire-sync undo --run ${run}\` 会继续`,
      en: `undo: its delete was sent and no answer settled it; \`hire-sync undo --run ${run}\` goes on`,
    }),
    means: {
      zh: '一次撤销请求删除它，结果未知',
      en: 'An undo asked Feishu to delete it, and nobody knows what became of that.',
    },
    next: STAYS_HELD,
    ends: [
      {
        by: 'command',
        command: ({ run }) => `hire-sync undo --run ${run}`,
        does: { zh: '查明并继续', en: 'finds out and goes on' },
      },
    ],
  },
  'create-in-doubt': {
    name: { zh: '存疑', en: 'in doubt' },
    says: ({ sentAtMs }) => ({
      zh: `存疑：${utc(sentAtMs)} 已请求创建，但没有得到答复`,
      en: `in doubt: its create was sent at ${new Date(sentAtMs).toISOString()} and no answer settled it`,
    }),
    means: {
      zh: '请求已发出，可能已写入，也可能没有',
      en: 'The request left, and may have been carried out or not.',
    },
    next: {
      zh: '先读取其投递之下的对象，再认领或重发',
      en: 'reads what is under its application, then adopts it or sends it again',
    },
    ends: [{ by: 'event', event: { zh: '下一次同步会查明', en: 'the next sync finds out' } }],
  },
  'held-by-older-version': {
    name: { zh: '由旧版本搁置', en: 'held by an older version' },
    says: ({ words }) => ({
      zh: `由旧版本的 hire-sync 搁置${words === '' ? '' : `：${words}`}`,
      en: words === '' ? 'held by an older version of hire-sync' : words,
    }),
    means: {
      zh: '旧版本搁置了它，原因只有一句话',
      en: 'An older hire-sync held it, and left only a sentence.',
    },
    next: STAYS_HELD,
    ends: [ADOPT, CREATE, SKIP],
  },
} satisfies Partial<ReasonCatalogue>;

const SHOWN = 5;

/** The first of some payload paths. */
function some(paths: readonly string[], language: 'zh' | 'en'): string {
  const rest = paths.length - SHOWN;
  const first = paths.slice(0, SHOWN).join(', ');
  if (rest <= 0) return first;
  return language === 'zh' ? `${first} 等 ${paths.length} 项` : `${first} and ${rest} more`;
}
