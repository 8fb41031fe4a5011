import fc from 'fast-check';
import type { Change, DriftPolicy } from '../../src/model.ts';
import { GUARDS } from '../../src/plan/guard.ts';
import { eachChange, type PlanStore } from '../../src/plan/plan-store.ts';
import type { InterviewBody } from '../../src/sandbox/bodies.ts';
import { editInFeishu } from '../faults/feishu-user.ts';
import { type HereOptions, runHere } from '../faults/in-process.ts';
import { bodyOf, type Row } from '../faults/rows.ts';
import { aStage, type Cleanup } from '../faults/stage.ts';

export const MINUTE = 60_000;
export const POLICIES: readonly DriftPolicy[] = ['overwrite', 'keep', 'hold'];
const KINDS = ['create', 'update', 'adopt', 'record', 'drifted', 'held', 'unchanged'] as const;

/** Runs on one stage, two minutes apart each: what was written a moment ago is looked at several times. */
export async function aWorld(context: Cleanup, rows: readonly Row[]) {
  const stage = await aStage(context, { rows });
  let passedMs = 0;
  const go = async (options: HereOptions) => {
    passedMs += 2 * MINUTE;
    const shift = passedMs;
    let changes: Change[] = [];
    const report = await runHere(stage, {
      now: () => Date.now() + shift,
      allowed: GUARDS,
      ...options,
      onEnd: (store: PlanStore) => {
        changes = [...eachChange(store, KINDS)].map(({ change }) => change);
      },
    });
    return { report, kinds: changes.map(({ kind, key }) => `${kind} ${key}`) };
  };
  const idOf = (key: string): string => stage.entries().get(key)!.remote_id!;
  await go({});
  return {
    stage,
    idOf,
    sync: (onDrift: DriftPolicy, over: Partial<HereOptions['drift']> = {}) =>
      go({ drift: { onDrift, repairDrift: false, recreateMissing: false, ...over } }),
    go,
    plan: (onDrift: DriftPolicy, over: Partial<HereOptions['drift']> = {}) =>
      go({ drift: { onDrift, repairDrift: false, recreateMissing: false, ...over }, planOnly: true }),
    edit: (row: Row, over: Partial<InterviewBody>) =>
      editInFeishu(stage.sandbox, idOf(row.id), { ...bodyOf(row), ...over }),
    held: (key: string) => stage.sandbox.interviews().find(({ id }) => id === idOf(key))?.body,
  };
}

/** What happens to one row between two nights, on both sides. */
export const edits = fc.record({
  source: fc.constantFrom('none', 'comment', 'begin', 'both'),
  feishu: fc.constantFrom('none', 'comment', 'begin', 'status', 'same', 'deleted', 'appended'),
});

export function sourceEdit(row: Row, kind: string): Row {
  return {
    ...row,
    ...(kind === 'comment' || kind === 'both' ? { comment: '源改' } : {}),
    ...(kind === 'begin' || kind === 'both' ? { beginMs: row.beginMs + MINUTE } : {}),
  };
}

export function feishuEdit(row: Row, source: Row, kind: string): Partial<InterviewBody> {
  const { interview_assessments: assessments = [] } = bodyOf(row);
  switch (kind) {
    case 'comment':
      return { interview_assessments: assessments.map((one) => ({ ...one, content: '飞书改' })) };
    case 'begin':
      return { begin_time: row.beginMs + 5 * MINUTE };
    case 'status':
      return { participate_status: 3 };
    case 'appended':
      return { interview_assessments: [...assessments, { username: '新人', content: '补充' }] };
    default:
      return bodyOf(source);
  }
}
