import { ADOPT, CREATE, event, LOOKS_AGAIN, OVERWRITE, SKIP, STAYS_HELD } from './reason-ends.ts';
import type { ReasonCatalogue } from './reason-words.ts';
import { w } from './sentences.ts';

/** Why a record is held because of what Feishu shows of it. */
export const SHOWN_WORDS = {
  'other-application': {
    name: w('答复了另一投递的对象', 'answered with another application'),
    says: ({ remoteId, application }) =>
      w(
        `飞书对其创建请求返回了 ${remoteId}，而它属于投递 ${application}；在其自己的投递下没有找到它`,
        `Feishu answered its create with ${remoteId}, which belongs to application ${application}; under its own none is found`,
      ),
    means: w(
      '答复中的对象不是它的，因此没有写入其中任何内容',
      'The object in the answer is not its own, so nothing of it was written there.',
    ),
    next: STAYS_HELD,
    ends: [CREATE, ADOPT, SKIP],
  },
  'answered-with-another': {
    name: w('答复了另一对象', 'answered with another object'),
    says: ({ remoteId }) =>
      w(
        `飞书对其创建请求返回了 ${remoteId}，而它的内容完全不同；在其投递下没有找到它自己的`,
        `Feishu answered its create with ${remoteId}, which says something else altogether; none of its own is found`,
      ),
    means: w(
      '答复中的对象像是别人的，因此没有写入其中任何内容',
      'The object in the answer looks like somebody else’s, so nothing of it was written there.',
    ),
    next: STAYS_HELD,
    ends: [CREATE, ADOPT, SKIP],
  },
  'beside-strangers': {
    name: w('同步台账较旧，旁有无主记录', 'beside unknown objects'),
    says: ({ ids }) =>
      w(
        `同步台账比已写入的内容旧，而其投递下有不属于任何记录、也不与任何行相同的对象（${ids.join(', ')}）：可能就是它`,
        `the ledger is older than what was written, and under its application there is what belongs to no record and equals no row (${ids.join(', ')}): it may be this one`,
      ),
    means: w(
      '同步台账是从旧副本恢复的，飞书中可能已有它',
      'The ledger was restored from an older copy, so Feishu may have this record already.',
    ),
    next: STAYS_HELD,
    ends: [ADOPT, CREATE, SKIP],
  },
  'masked-values': {
    name: w('有内容不可见', 'values are masked'),
    says: ({ remoteId }) =>
      w(
        `飞书对 ${remoteId} 的某些内容只显示 ***，应用无权查看`,
        `Feishu shows *** for values of ${remoteId}, which the app may not see`,
      ),
    means: w(
      '保留飞书中的内容（on-drift keep 或 hold）会把 *** 写进去',
      'An update that keeps what stands in Feishu (on-drift keep or hold) would write *** there.',
    ),
    next: LOOKS_AGAIN,
    ends: [event('应用得到查看的权限', 'the app is given the permission to see it'), OVERWRITE, SKIP],
  },
} satisfies Partial<ReasonCatalogue>;
