import type { Change, Drift } from '../../src/model.ts';
import { aPayload } from '../builders.ts';
import { at } from './plan-of.ts';

/** English words in these changes and in `sixModels` that a Chinese report shows as they are, because they are data. */
export const THEIR_DATA = /cancelled \(已取消\)|\bgone\b|\bcomment\b/g;

const edited: Drift = {
  fields: [
    { path: 'interview_assessments[0].conclusion', before: 2, after: 3 },
    { path: 'interview_assessments[0].username', before: '王强', after: '王小强' },
  ],
  conflicts: ['interview_assessments[0].conclusion'],
  policy: 'overwrite',
  found: aPayload({ interview_assessments: [{ username: '王小强', conclusion: 3, content: '扎实' }] }),
};

/** One change of every kind, those with edits in Feishu among them. */
export function everyKind(): readonly Change[] {
  const payload = aPayload();
  return [
    { kind: 'create', key: 'IV-create', origin: at(2), payload },
    { kind: 'create', key: 'IV-recreate', origin: at(3), payload, recreates: '6900000000000000001' },
    { kind: 'adopt', key: 'IV-adopt', origin: at(4), remoteId: '6900000000000000002', payload },
    {
      kind: 'update',
      key: 'IV-update',
      origin: at(5),
      remoteId: '6900000000000000003',
      payload,
      fields: [
        { path: 'interview_assessments[0].conclusion', before: 3, after: 1 },
        {
          path: 'interview_assessments[0].content',
          before: '沟通顺畅，基础扎实，可以进入下一轮面试。',
          after: '沟通顺畅，基础一般，可以进入下一轮面试。',
        },
        { path: 'interview_assessments[1]', before: undefined, after: { username: '李雷', conclusion: 2 } },
        { path: 'end_time', before: 1_709_604_300_000, after: undefined },
      ],
      drift: edited,
    },
    {
      kind: 'record',
      key: 'IV-record',
      origin: at(6),
      remoteId: '6900000000000000004',
      payload,
      drift: edited,
    },
    { kind: 'drifted', key: 'IV-drifted', origin: at(7), remoteId: '6900000000000000005', drift: edited },
    { kind: 'unchanged', key: 'IV-unchanged', origin: at(8), remoteId: '6900000000000000006' },
    {
      kind: 'skipped',
      key: 'IV-skipped',
      origin: at(9),
      reason: { code: 'skipped-by-pipeline', words: 'cancelled (已取消)' },
    },
    { kind: 'forgotten', key: null, origin: at(14) },
    {
      kind: 'held',
      key: 'IV-held',
      origin: at(10),
      reason: {
        code: 'waiting',
        sinceMs: null,
        days: 0,
        words: '"A-王强" is not in lookup "applications"',
      },
    },
    {
      kind: 'held',
      key: 'IV-edited',
      origin: at(11),
      reason: { code: 'changed-in-feishu', fields: ['interview_assessments[0].comment'], conflicts: [] },
      drift: { ...edited, policy: 'hold' },
    },
    {
      kind: 'in-doubt',
      key: 'IV-doubt',
      origin: at(12),
      reason: { code: 'create-in-doubt', sentAtMs: 1_709_600_700_000 },
    },
    {
      kind: 'rejected',
      key: null,
      origin: at(13),
      problems: [
        {
          code: 'VALUE_UNKNOWN',
          field: 'assessments[0].result',
          value: '王强说好',
          message: '"王强说好" is not a known word; allowed: 通过, 不通过',
          allowed: ['通过', '不通过'],
          origin: { file: 'assessments.csv', line: 4 },
        },
        { code: 'KEY_MISSING', field: 'interview_id', value: '', message: 'the key is empty' },
      ],
    },
  ];
}
