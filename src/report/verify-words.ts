import type { Bilingual } from '../plan/shape.ts';

import type { VerifyKind } from '../result/verify.ts';

/** What a person should look at first comes first; what is equal is only counted. */
export const VERIFY_LISTED = ['changed', 'missing', 'unknown', 'open'] as const;

export const VERIFY_WORDS: Readonly<Record<VerifyKind, Bilingual>> = {
  equal: { zh: '一致', en: 'equal' },
  changed: { zh: '飞书中已改', en: 'changed' },
  missing: { zh: '飞书中不存在', en: 'missing' },
  unknown: { zh: '账本中没有', en: 'unknown' },
  open: { zh: '未能比较', en: 'open' },
};
