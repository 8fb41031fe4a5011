import type { End, ReasonCatalogue } from './reason-words.ts';

const DONE: End<never> = {
  by: 'nothing',
  because: { zh: '已完成，无需处理', en: 'it is done; nothing is open' },
};

/** Why an undo had to tell only the ledger. */
export const UNDONE_WORDS = {
  'undo-adopted': {
    name: { zh: '关联已取消', en: 'adopted by the run' },
    says: () => ({
      zh: '由该次运行关联：重新不属于任何记录',
      en: 'adopted by the run: belongs to no record again',
    }),
    means: {
      zh: '该次运行没有创建它，只是登记了对应关系',
      en: 'The run did not create it, it only noted whose it is.',
    },
    next: { zh: '内容相同时再次关联', en: 'adopts it again where the content is equal' },
    ends: [DONE],
  },
  'undo-recorded': {
    name: { zh: '登记已取消', en: 'noted by the run' },
    says: () => ({
      zh: '由该次运行登记：没有发送过',
      en: 'noted by the run: nothing was sent',
    }),
    means: { zh: '该次运行只更新了同步台账', en: 'The run changed nothing but the ledger.' },
    next: { zh: '再次比较', en: 'compares it again' },
    ends: [DONE],
  },
  'undo-gone-already': {
    name: { zh: '已不存在', en: 'gone already' },
    says: () => ({ zh: '飞书中已不存在', en: 'gone from Feishu already' }),
    means: { zh: '要删除的对象已被删除', en: 'The object that would be deleted is gone.' },
    next: { zh: '按原系统重新创建', en: 'creates it as the source says' },
    ends: [DONE],
  },
  'undo-holds-old-version': {
    name: { zh: '已是旧版本', en: 'the old version already' },
    says: () => ({ zh: '飞书中已是旧版本', en: 'Feishu holds the old version already' }),
    means: { zh: '只需更新同步台账', en: 'Only the ledger has to be told.' },
    next: { zh: '再次比较', en: 'compares it again' },
    ends: [DONE],
  },
  'undo-never-arrived': {
    name: { zh: '从未到达', en: 'never arrived' },
    says: () => ({ zh: '其创建请求从未到达', en: 'its create never arrived' }),
    means: {
      zh: '发出很久之后飞书中仍没有它',
      en: 'Long after it was sent Feishu still shows nothing of it.',
    },
    next: { zh: '按原系统重新创建', en: 'creates it as the source says' },
    ends: [DONE],
  },
} satisfies Partial<ReasonCatalogue>;
