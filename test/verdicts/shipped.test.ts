import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Pipeline } from '../../src/pipeline/define.ts';
import type { VerdictTable } from '../../src/plan/verdicts.ts';
import { aFolder } from '../builders.ts';
import { hireSync, ROOT } from '../cli/child.ts';
import { aNativeTenant, PIPELINE, sourceApplication, writeLists } from '../pipelines/native-tenant.ts';
import { told, validated } from './tables.ts';

const shipped = async (name: string): Promise<Pipeline> =>
  ((await import(join(ROOT, `pipelines/${name}.ts`))) as { readonly default: Pipeline }).default;
const tablesOf = async (name: string, files: Parameters<typeof validated>[1]) => {
  const { verdicts } = await validated(await shipped(name), files);
  // Words account for all that goes in: no false alarm.
  expect(verdicts?.unexplained).toEqual([]);
  return told(verdicts?.tables);
};

const LEGACY = [
  'assessments.result → conclusion: 通过 2 ×65, 不通过 1 ×53, 待定 3 ×35',
  'status → participate_status: 已完成 2 ×103, 爽约 3 ×5, 未参加 1 ×4, 待面试 1 ×3',
];

it.each([
  ['legacy-ats', LEGACY],
  ['legacy-ats-gb18030', LEGACY],
  ['legacy-ats-json', LEGACY],
  [
    'background-checks',
    ['grade → result: 无风险 无风险 ×1, 低风险 低风险 ×1, 高风险 高风险 ×1, 中风险 中风险 ×1'],
  ],
])('%s shows what becomes of each verdict', async (name, tables) =>
  expect(await tablesOf(name, join(ROOT, 'fixtures', name))).toEqual(tables),
);

it('moka-like shows both of its columns of verdicts, and the bare numbers among them', async () => {
  const head =
    '申请ID,面试轮次,面试开始时间,面试时长(分钟),面试状态,候选人参加状态,签到状态,面试官,面试官邮箱,面试反馈结果,面试反馈结果类型,面试反馈内容';
  const rows = [
    '1,初试,2024-01-29 18:00:00,60,已结束,已接受,已签到,刘芳,l@x,不满意,,弱',
    '1,初试,2024-01-29 18:00:00,60,已结束,已接受,已签到,王强,w@x,满意,1,好',
    '2,初试,2024-01-30 18:00:00,60,已结束,未到场,,刘芳,l@x,,,',
  ];
  expect(
    await tablesOf('moka-like', {
      'moka-like.interviews.utf8bom.csv': `\uFEFF${[head, ...rows, ''].join('\n')}`,
      'feishu-applications.csv':
        '申请ID,external_application_id\n1,696066320000000001\n2,696066320000000002\n',
    }),
  ).toEqual([
    'feedbacks.面试反馈结果类型 → conclusion:  - ×1, 1 2 ×1 needs-an-eye',
    'feedbacks.面试反馈结果 → conclusion: 不满意 1 ×1',
    '候选人参加状态 → participate_status: 已接受 - ×1, 未到场 3 ×1',
    '面试状态 ⇢ participate_status: 已结束 2 ×2',
  ]);
});

it('wide-rounds shows a table a round', async () => {
  const cells: Readonly<Record<string, string>> = {
    ...{ 电话号码: '18100009999', 应聘职位: '后端' },
    ...{ 初试结果: '建议复试', 初试面试官: '王强', 复试结果: '放弃', 复试面试官: '李娜' },
  };
  const columns = ['初试', '复试', '终试'].flatMap((round) => [
    `${round}结果`,
    `${round}面试官`,
    `${round}备注`,
  ]);
  const answers = [
    '初试分数',
    '学习能力得分',
    '专业能力得分',
    '优势',
    '顾虑和不足',
    '推荐部门',
    '复试分数',
    '学习能力得分',
    '专业能力得分',
    '追求卓越得分',
    '沟通能力得分',
    '抗压能力得分',
    '优势',
    '顾虑和不足',
    '推荐部门',
    '终试综合等级',
    '责任心',
    '坦诚沟通',
    '逻辑思维',
    '发展潜力',
    '稳定性',
    '优势',
    '顾虑和不足',
  ];
  const head = ['电话号码', '应聘职位', ...columns, ...answers];
  expect(
    await tablesOf('wide-rounds', {
      'wide-rounds.utf8.csv': `${head.join(',')}\n${head.map((name) => cells[name] ?? '').join(',')}\n`,
      'feishu-applications.csv': '电话:职位,external_application_id\n18100009999:后端,6960663240925956401\n',
    }),
  ).toEqual(['初试结果 → conclusion: 建议复试 2 ×1', '复试结果 → conclusion: 放弃 1 ×1']);
});

it('csv-generic shows its numbers, at which somebody must look', async () => {
  expect(
    await tablesOf('csv-generic', {
      'interviews.csv':
        'InterviewID,ApplicationID,Round,InterviewDate,Interviewer,RatingCommunication,RatingProblemSolving,RatingCultureFit,OverallRating\n1,A,1,2024-01-29,Ann,4,4,4,4.0\n2,A,2,2024-01-30,Ann,2,2,2,2.0\n',
      'feedback.csv': 'FeedbackID,InterviewID,FeedbackText\n1,1,good\n',
      'feishu-applications.csv': 'ApplicationID,external_application_id\nA,696066320000000001\n',
    }),
  ).toEqual(['OverallRating → conclusion: 4.0 2 ×1 needs-an-eye, 2.0 1 ×1 needs-an-eye']);
});

it('feishu-records shows the numbers of the other tenant', async () => {
  const source = await aNativeTenant();
  source.hold(
    [1, 2].map((conclusion, n) => ({
      id: `700000000000000000${n}`,
      application_id: sourceApplication(n),
      begin_time: 1_709_602_200_000,
      end_time: 1_709_605_800_000,
      interview_record_list: [
        { id: `710000000000000000${n}`, user_id: 'ou_1', content: 'x', commit_status: 1, conclusion },
      ],
    })) as never,
  );
  const cwd = aFolder();
  writeLists(cwd, 2);
  const ran = await hireSync(['validate', PIPELINE, '--source', '.', '--json'], { cwd, env: source.env });
  const { verdicts } = JSON.parse(ran.stdout) as {
    verdicts: { tables: readonly VerdictTable[]; unexplained: readonly unknown[] };
  };
  expect(verdicts.unexplained).toEqual([]);
  expect(told(verdicts.tables)).toEqual([
    'interview_record_list.conclusion → conclusion: 1 2 ×1 needs-an-eye, 2 1 ×1 needs-an-eye',
    'interview_record_list.commit_status ⇢ conclusion: 1 - ×2',
    'interview_record_list.conclusion ⇢ participate_status: 1 2 ×1 needs-an-eye, 2 2 ×1 needs-an-eye',
    'interview_record_list.commit_status ⇢ participate_status: 1 2 ×2 needs-an-eye',
  ]);
});
