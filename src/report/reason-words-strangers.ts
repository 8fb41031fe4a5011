import type { Bilingual } from '../plan/shape.ts';
import { ADOPT, CREATE, SKIP } from './reason-ends.ts';
import type { ReasonCatalogue } from './reason-words.ts';

const STAYS_HELD: Bilingual = {
  zh: '不写入它，直到有人决定',
  en: 'does not write it before somebody decides',
};

/** Why a record is held because of an object that may be another's. */
export const STRANGER_WORDS = {
  'owned-by-another': {
    name: { zh: '冲突', en: 'conflict' },
    says: ({ remoteId }) => ({
      zh: `冲突：飞书对其创建请求返回了 ${remoteId}，而它属于另一条记录`,
      en: `conflict: Feishu answered its create with ${remoteId}, which another record owns`,
    }),
    means: {
      zh: '两条记录不能共用一个对象；多半是两个主键得到了同一个 external_id',
      en: 'No object is shared by two records. Most likely two keys got one external_id.',
    },
    next: STAYS_HELD,
    ends: [CREATE, ADOPT, SKIP],
  },
  'answered-with-another': {
    name: { zh: '答复不符', en: "another object's answer" },
    says: ({ remoteId, application }) => ({
      zh: `答复不符：飞书对其请求返回了 ${remoteId}，${application === null ? '并非它的对象' : `而它属于投递 ${application}`}`,
      en: `conflict: Feishu answered with ${remoteId}, ${application === null ? 'which is another object' : `which belongs to application ${application}`}`,
    }),
    means: {
      zh: '答复中的对象不是这条记录的，在其投递下也找不到它',
      en: 'The answer shows an object that cannot be its own, and its own is not to be found under its application.',
    },
    next: STAYS_HELD,
    ends: [ADOPT, CREATE, SKIP],
  },
} satisfies Partial<ReasonCatalogue>;
