import type { Bilingual } from '../plan/shape.ts';
import type { End } from './reason-words.ts';

/** The decisions of `hire-sync resolve`, as ends of a reason. */
type Resolve = Extract<End<never>, { by: 'resolve' }>;

export const ADOPT: Resolve = {
  by: 'resolve',
  decision: 'adopt',
  does: {
    zh: '该飞书 ID 的对象就是它，下次同步使其与原系统一致',
    en: 'the object with that Feishu id is it; the next sync brings it up to date',
  },
};
export const CREATE: Resolve = {
  by: 'resolve',
  decision: 'create',
  does: {
    zh: '飞书中没有它的对象，下次同步新建',
    en: 'no object in Feishu is it; the next sync creates one',
  },
};
export const SKIP: Resolve = {
  by: 'resolve',
  decision: 'skip',
  does: { zh: '不写入', en: 'it is not to be written' },
};
export const OVERWRITE: Resolve = {
  by: 'resolve',
  decision: 'overwrite',
  does: { zh: '下次写入以原系统为准', en: 'the source wins at the next write' },
};
export const KEEP: Resolve = {
  by: 'resolve',
  decision: 'keep',
  does: {
    zh: '下次写入保留飞书中的改动',
    en: 'the edits in Feishu stay at the next write',
  },
};

export const STAYS_HELD: Bilingual = {
  zh: '不写入它，直到有人决定',
  en: 'does not write it before somebody decides',
};
export const LOOKS_AGAIN: Bilingual = {
  zh: '重新比较；仍是如此则继续暂不写入',
  en: 'compares it again, and holds it as long as it is so',
};
