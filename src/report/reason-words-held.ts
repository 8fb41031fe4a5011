import { ADOPT, CREATE, SKIP, STAYS_HELD } from './reason-ends.ts';
import type { ReasonCatalogue } from './reason-words.ts';

/** Why the ledger holds a record, or does not know what became of it. */
export const HOLD_WORDS = {
  'missing-in-feishu': {
    name: { zh: '飞书中不存在', en: 'missing in Feishu' },
    says: ({ remoteId }) => ({
      zh: `飞书中不存在：${remoteId} 已不在飞书中`,
      en: `missing in Feishu: ${remoteId} no longer exists there`,
    }),
    means: {
      zh: '同步台账记着它的飞书 ID，但飞书中已没有这个对象：多半是有人删除了它',
      en: 'The ledger knows its Feishu id, and Feishu shows no such object: most likely somebody deleted it.',
    },
    next: {
      zh: '再次查找；找到了就照常处理，否则不写入它，直到有人决定',
      en: 'looks for it again; once it is there it goes on as usual, else it does not write it before somebody decides',
    },
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
  'owned-by-another': {
    name: { zh: '冲突', en: 'conflict' },
    says: ({ remoteId }) => ({
      zh: `冲突：飞书对其创建请求返回了 ${remoteId}，而它属于另一条记录`,
      en: `conflict: Feishu answered its create with ${remoteId}, which another record owns`,
    }),
    means: {
      zh: '两条记录不能共用一个对象；多半是两个记录编号得到了同一个 external_id',
      en: 'No object is shared by two records. Most likely two keys got one external_id.',
    },
    next: STAYS_HELD,
    ends: [CREATE, ADOPT, SKIP],
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
      CREATE,
      ADOPT,
      SKIP,
    ],
  },
  'create-in-doubt': {
    name: { zh: '结果未知', en: 'in doubt' },
    says: ({ sentAtMs }, { at }) => ({
      zh: `结果未知：${at(sentAtMs)} 已请求创建，但没有得到答复`,
      en: `in doubt: its create was sent at ${at(sentAtMs)} and no answer settled it`,
    }),
    means: {
      zh: '请求已发出，可能已写入，也可能没有',
      en: 'The request left, and may have been carried out or not.',
    },
    next: {
      zh: '先读取其投递之下的对象，再关联或重发',
      en: 'reads what is under its application, then adopts it or sends it again',
    },
    ends: [{ by: 'event', event: { zh: '下一次同步会查明', en: 'the next sync finds out' } }],
  },
  'held-by-older-version': {
    name: { zh: '由旧版本列为待处理', en: 'held by an older version' },
    says: ({ words }) => ({
      zh: `由旧版本的 hire-sync 列为待处理${words === '' ? '' : `：${words}`}`,
      en: words === '' ? 'held by an older version of hire-sync' : words,
    }),
    means: {
      zh: '旧版本把它列为待处理，原因只有一句话',
      en: 'An older hire-sync held it, and left only a sentence.',
    },
    next: STAYS_HELD,
    ends: [ADOPT, CREATE, SKIP],
  },
} satisfies Partial<ReasonCatalogue>;
