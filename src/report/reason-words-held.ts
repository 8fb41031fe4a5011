import {
  ADOPT,
  CREATE,
  recreateMissing,
  SKIP,
  STAYS_HELD,
  SYNC_FINDS_OUT,
  undoAgain,
} from './reason-ends.ts';
import type { ReasonCatalogue } from './reason-words.ts';
import { w } from './sentences.ts';

/** Why the ledger holds a record, or does not know what became of it. */
export const HOLD_WORDS = {
  'missing-in-feishu': {
    name: w('飞书中不存在', 'missing in Feishu'),
    says: ({ remoteId }) =>
      w(`飞书中不存在：${remoteId} 已不在飞书中`, `missing in Feishu: ${remoteId} no longer exists there`),
    means: w(
      '同步台账记着它的飞书 ID，但飞书中已没有这个对象：多半是有人删除了它',
      'The ledger knows its Feishu id, and Feishu shows no such object: most likely somebody deleted it.',
    ),
    next: w(
      '再次查找；找到了就照常处理，否则不写入它，直到有人决定',
      'looks for it again; once it is there it goes on as usual, else it does not write it before somebody decides',
    ),
    ends: [CREATE, ADOPT, SKIP, recreateMissing('重新创建所有这样的记录', 'creates all such records again')],
  },
  'owned-by-another': {
    name: w('冲突', 'conflict'),
    says: ({ remoteId }) =>
      w(
        `冲突：飞书对其创建请求返回了 ${remoteId}，而它属于另一条记录`,
        `conflict: Feishu answered its create with ${remoteId}, which another record owns`,
      ),
    means: w(
      '两条记录不能共用一个对象；多半是两个记录编号得到了同一个 external_id',
      'No object is shared by two records. Most likely two keys got one external_id.',
    ),
    next: STAYS_HELD,
    ends: [CREATE, ADOPT, SKIP],
  },
  'ambiguous-objects': {
    name: w('无法判断', 'ambiguous'),
    says: ({ ids, records }) =>
      w(
        `无法判断：飞书中有 ${ids.length} 个内容相同的对象（${ids.join(', ')}），而未决的创建有 ${records} 个`,
        `ambiguous: ${ids.length} equal objects in Feishu (${ids.join(', ')}) for ${records} open create${records === 1 ? '' : 's'}`,
      ),
    means: w(
      '其创建请求没有得到答复，而飞书中有多个内容相同的对象，无法知道哪一个是它',
      'Its create got no answer, and Feishu holds more equal objects than there are such creates: nobody can tell which is its.',
    ),
    next: STAYS_HELD,
    ends: [ADOPT, CREATE, SKIP],
  },
  'refused-repeat': {
    name: w('重发被拒', 'refused repeat'),
    says: () =>
      w(
        '重发被拒：飞书拒绝再次创建，而在其投递下又找不到它',
        'refused repeat: Feishu refused to create it again, and it is not to be found under its application',
      ),
    means: w(
      '飞书似乎已有它（因此拒绝重复创建），却查不到',
      'Feishu seems to have it, because it refuses a second one, and does not show it.',
    ),
    next: STAYS_HELD,
    ends: [ADOPT, CREATE, SKIP],
  },
  'undo-delete-in-doubt': {
    name: w('撤销未完成', 'undo'),
    says: ({ run }) =>
      w(
        `撤销：已请求删除，但没有得到答复；\`hire-sync undo --run ${run}\` 会继续`,
        `undo: its delete was sent and no answer settled it; \`hire-sync undo --run ${run}\` goes on`,
      ),
    means: w(
      '一次撤销请求删除它，结果未知',
      'An undo asked Feishu to delete it, and nobody knows what became of that.',
    ),
    next: STAYS_HELD,
    ends: [undoAgain(), CREATE, ADOPT, SKIP],
  },
  'create-in-doubt': {
    name: w('结果未知', 'in doubt'),
    says: ({ sentAtMs }, { at }) =>
      w(
        `结果未知：${at(sentAtMs)} 已请求创建，但没有得到答复`,
        `in doubt: its create was sent at ${at(sentAtMs)} and no answer settled it`,
      ),
    means: w('请求已发出，可能已写入，也可能没有', 'The request left, and may have been carried out or not.'),
    next: w(
      '先读取其投递之下的对象，再关联或重发',
      'reads what is under its application, then adopts it or sends it again',
    ),
    ends: [SYNC_FINDS_OUT],
  },
  'held-by-older-version': {
    name: w('由旧版本列为待处理', 'held by an older version'),
    says: ({ words }) =>
      w(
        `由旧版本的 hire-sync 列为待处理${words === '' ? '' : `：${words}`}`,
        words === '' ? 'held by an older version of hire-sync' : words,
      ),
    means: w('旧版本把它列为待处理，原因只有一句话', 'An older hire-sync held it, and left only a sentence.'),
    next: STAYS_HELD,
    ends: [ADOPT, CREATE, SKIP],
  },
} satisfies Partial<ReasonCatalogue>;
