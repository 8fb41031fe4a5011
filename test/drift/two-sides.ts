import fc from 'fast-check';
import type { Change, DriftPolicy } from '../../src/model.ts';
import { GUARDS } from '../../src/plan/guard.ts';
import { eachChange, type PlanStore } from '../../src/plan/plan-store.ts';
import type { BackgroundCheckBody, InterviewBody } from '../../src/sandbox/bodies.ts';
import { editInFeishu } from '../faults/feishu-user.ts';
import { type HereOptions, runHere } from '../faults/in-process.ts';
import { bodyOf, DATE, otherwise, type Row } from '../faults/rows.ts';
import { aStage, type Cleanup } from '../faults/stage.ts';
import { ADDED_ATTACHMENT, objectsIn, TARGET } from '../target.ts';

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
      readBackWaitsMs: [20],
      ...options,
      onEnd: (store: PlanStore) => {
        changes = [...eachChange(store, KINDS)].map(({ change }) => change);
      },
    });
    return { report, kinds: changes.map(({ kind, key }) => `${kind} ${key}`) };
  };
  const idOf = (key: string): string => stage.entries().get(key)!.remote_id!;
  await go({});
  stage.daysLater();
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
    held: (key: string) => objectsIn(stage.sandbox).find(({ id }) => id === idOf(key))?.body,
  };
}

export const SOURCE_EDITS = ['none', 'comment', 'begin', 'both'] as const;
export const FEISHU_EDITS = ['none', 'comment', 'begin', 'status', 'same', 'deleted', 'appended'] as const;

/** What happens to one row between two nights, on both sides. */
export const edits = fc.record({
  source: fc.constantFrom(...SOURCE_EDITS),
  feishu: fc.constantFrom(...FEISHU_EDITS),
});

export function sourceEdit(row: Row, kind: string): Row {
  return {
    ...row,
    ...(kind === 'comment' || kind === 'both' ? { comment: '源改' } : {}),
    ...(kind === 'begin' || kind === 'both' ? { beginMs: row.beginMs + MINUTE } : {}),
  };
}

export function feishuEdit(row: Row, source: Row, kind: string): Partial<InterviewBody> {
  switch (kind) {
    case 'comment':
      return commentedBody(row);
    case 'begin':
      return { [DATE]: row.beginMs + 5 * MINUTE };
    case 'status':
      return otherwise();
    case 'appended':
      return appendedBody(row);
    default:
      return bodyOf(source);
  }
}

function commentedBody(row: Row): Partial<InterviewBody> {
  const { interview_assessments: assessments = [] } = bodyOf(row);
  if (TARGET === 'external_interview')
    return { interview_assessments: assessments.map((one) => ({ ...one, content: '飞书改' })) };
  return bodyOf({ ...row, comment: '飞书改' });
}

function appendedBody(row: Row): Partial<InterviewBody> {
  if (TARGET === 'external_interview') {
    const { interview_assessments: assessments = [] } = bodyOf(row);
    return { interview_assessments: [...assessments, { username: '新人', content: '补充' }] };
  }
  const { attachment_id_list: ids = [] } = bodyOf(row) as BackgroundCheckBody;
  return { attachment_id_list: [...ids, ADDED_ATTACHMENT.id] } as Partial<InterviewBody>;
}
