import { nothing } from './reason-ends.ts';
import type { ReasonCatalogue } from './reason-words.ts';
import { w } from './sentences.ts';

const DONE = nothing('已完成，无需处理', 'it is done; nothing is open');

/** Why an undo had to tell only the ledger. */
export const UNDONE_WORDS = {
  'undo-adopted': {
    name: w('关联已取消', 'adopted by the run'),
    says: () => w('由该次运行关联：重新不属于任何记录', 'adopted by the run: belongs to no record again'),
    means: w(
      '该次运行没有创建它，只是登记了对应关系',
      'The run did not create it, it only noted whose it is.',
    ),
    next: w('内容相同时再次关联', 'adopts it again where the content is equal'),
    ends: [DONE],
  },
  'undo-recorded': {
    name: w('登记已取消', 'noted by the run'),
    says: () => w('由该次运行登记：没有发送过', 'noted by the run: nothing was sent'),
    means: w('该次运行只更新了同步台账', 'The run changed nothing but the ledger.'),
    next: w('再次比较', 'compares it again'),
    ends: [DONE],
  },
  'undo-gone-already': {
    name: w('已不存在', 'gone already'),
    says: () => w('飞书中已不存在', 'gone from Feishu already'),
    means: w('要删除的对象已被删除', 'The object that would be deleted is gone.'),
    next: w('按原系统重新创建', 'creates it as the source says'),
    ends: [DONE],
  },
  'undo-holds-old-version': {
    name: w('已是旧版本', 'the old version already'),
    says: () => w('飞书中已是旧版本', 'Feishu holds the old version already'),
    means: w('只需更新同步台账', 'Only the ledger has to be told.'),
    next: w('再次比较', 'compares it again'),
    ends: [DONE],
  },
  'undo-never-arrived': {
    name: w('从未到达', 'never arrived'),
    says: () => w('其创建请求从未到达', 'its create never arrived'),
    means: w('发出很久之后飞书中仍没有它', 'Long after it was sent Feishu still shows nothing of it.'),
    next: w('按原系统重新创建', 'creates it as the source says'),
    ends: [DONE],
  },
} satisfies Partial<ReasonCatalogue>;
