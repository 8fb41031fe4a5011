import type { Bilingual } from '../plan/shape.ts';
import type { End } from './reason-words.ts';
import { w } from './sentences.ts';

/** The decisions of `hire-sync resolve`, as ends of a reason. */
type Resolve = Extract<End<never>, { by: 'resolve' }>;

const resolve = (decision: Resolve['decision'], zh: string, en: string): Resolve => ({
  by: 'resolve',
  decision,
  does: w(zh, en),
});

export const ADOPT = resolve(
  'adopt',
  '该飞书 ID 的对象就是它，下次同步使其与原系统一致',
  'the object with that Feishu id is it; the next sync brings it up to date',
);
export const CREATE = resolve(
  'create',
  '飞书中没有它的对象，下次同步新建',
  'no object in Feishu is it; the next sync creates one',
);
export const SKIP = resolve('skip', '不写入', 'it is not to be written');
export const OVERWRITE = resolve('overwrite', '下次写入以原系统为准', 'the source wins at the next write');
export const KEEP = resolve('keep', '下次写入保留飞书中的改动', 'the edits in Feishu stay at the next write');
export const AGAIN = resolve(
  'again',
  '收回决定，下次运行重新处理',
  'the decision is taken back; the next run decides anew',
);

/** Another command ends it; `PIPELINE` in it is the pipeline's file. */
export const command = <R>(typed: (reason: R) => string, zh: string, en: string) =>
  ({ by: 'command', command: typed, does: w(zh, en) }) as const;

/** Something ends it that happens outside hire-sync, or by the next run alone. */
export const event = (zh: string, en: string) => ({ by: 'event', event: w(zh, en) }) as const;

/** Nothing is open: it is told and done. */
export const nothing = (zh: string, en: string) => ({ by: 'nothing', because: w(zh, en) }) as const;

export const undoOf = (run: string) => `hire-sync undo --run ${run}`;
export const undoAgain = (zh = '查明并继续', en = 'finds out and goes on') =>
  command(({ run }: { readonly run: string }) => undoOf(run), zh, en);
export const recreateMissing = (zh: string, en: string) =>
  command(() => 'hire-sync sync PIPELINE --recreate-missing', zh, en);
export const SYNC_FINDS_OUT = event('下一次同步会查明', 'the next sync finds out');

/** What the next run does. */
export const STAYS_HELD: Bilingual = w('不写入它，直到有人决定', 'does not write it before somebody decides');
export const LOOKS_AGAIN: Bilingual = w(
  '重新比较；仍是如此则继续暂不写入',
  'compares it again, and holds it as long as it is so',
);
