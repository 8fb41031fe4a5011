import { csv, csvLookup, definePipeline, hashKey, required, split, text, valueMap } from 'hire-sync';

// biome-ignore format: as the sheet has them; it repeats names, and the reader numbers the repeated ones
const ANSWERS = {
  初试: ['初试分数', '学习能力得分', '专业能力得分', '优势', '顾虑和不足', '推荐部门'],
  复试: ['复试分数', '学习能力得分#2', '专业能力得分#2', '追求卓越得分', '沟通能力得分', '抗压能力得分', '优势#2', '顾虑和不足#2', '推荐部门#2'],
  终试: ['终试综合等级', '责任心', '坦诚沟通', '逻辑思维', '发展潜力', '稳定性', '优势#3', '顾虑和不足#3'],
} as const;
const ROUNDS = ['初试', '复试', '终试'] as const;
const of = <R extends keyof typeof ANSWERS>(round: R) =>
  [`${round}结果`, `${round}面试官`, `${round}备注`, ...ANSWERS[round]] as const;
const columns = ['电话号码', '应聘职位', ...ROUNDS.flatMap((round) => of(round))] as const;
// In this sheet 放弃 is the interviewer's no, not the candidate's withdrawal. Feishu: 1 fail, 2 pass, 3 pending.
const verdict = valueMap({ 放弃: 1, 不通过: 1, 建议复试: 2, 建议录用: 2, 通过: 2, 待定: 3 });

/** One row per candidate, three rounds side by side. It has no id: telephone number and post tell the application. */
export default definePipeline({
  name: 'wide-rounds',
  target: 'external_interview',
  source: split(csv('wide-rounds.utf8.csv', { columns, duplicates: 'number' }), '轮次', ROUNDS),
  lookups: { applications: csvLookup('feishu-applications.csv', '电话:职位', 'external_application_id') },
  // The sheet has no id, and a telephone number must not get into logs.
  key: (row) => hashKey(row.电话号码, row.应聘职位, row.轮次),
  skip: (row) => of(row.轮次).every((name) => row[name] === '') && `no ${row.轮次} yet`,
  map: (row, { lookup }) => {
    const answered = ANSWERS[row.轮次].filter((name) => row[name] !== '');
    const assessment = {
      username: required(row[`${row.轮次}面试官`]),
      conclusion: verdict(row[`${row.轮次}结果`]),
      content: text(row[`${row.轮次}备注`]),
      // 4.5 is no whole number and A is no number: answers stay text, as they are written.
      assessment_dimension_list: answered.map((name) => {
        return { assessment_type: 3, title: name.replace(/#[0-9]$/, ''), content: row[name] } as const;
      }),
    };
    const external_application_id = lookup('applications', `${row.电话号码}:${row.应聘职位}`);
    return { external_application_id, participate_status: 2, interview_assessments: [assessment] };
  },
});
