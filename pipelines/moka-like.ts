// biome-ignore format: one import on one line, so that the specification below fits a screen (40 lines)
import { csv, csvLookup, dateTime, definePipeline, groupBy, id, integer, type MokaRow, ordered, required, text, valueMap } from 'hire-sync';

type Columns = readonly (keyof MokaRow)[];
const PLACE = ['申请ID', '面试轮次', '面试开始时间'] as const;
const SHARED = ['面试时长(分钟)', '面试状态', '候选人参加状态', '签到状态'] as const;
const SAID = ['面试反馈结果', '面试反馈结果类型', '面试反馈内容'] as const;
const COLUMNS = [...PLACE, ...SHARED, '面试官', '面试官邮箱', ...SAID] as const satisfies Columns;
const over = valueMap({ 未结束: false, 已结束: true });
const answer = valueMap({ 已拒绝: 1, 时间不合适: 1, 未到场: 3, 已接受: undefined, 未反馈: undefined });
const signedIn = valueMap({ 已签到: true, 未签到: false, '': false });
// Feishu has 1 for fail, 2 for pass, 3 for pending. The type is Moka's own, the word the customer's.
const byType = valueMap({ 0: 1, 1: 2, '': undefined });
const byWord = valueMap({ 不满意: 1, 非常不满意: 1, 不通过: 1, 满意: 2, 非常满意: 2, 通过: 2, 待定: 3 });
/** One row per interviewer and no interview id: rows of one application, round and begin are one interview. */
export default definePipeline({
  name: 'moka-like',
  target: 'external_interview',
  source: groupBy(csv('moka-like.interviews.utf8bom.csv', { columns: COLUMNS }), PLACE, 'feedbacks', SHARED),
  lookups: { applications: csvLookup('feishu-applications.csv', '申请ID', 'external_application_id') },
  key: (row) => `${id(row.申请ID)}:${required(row.面试轮次)}:${row.面试开始时间}`,
  skip: (row) => row.面试状态 === '已取消' && 'cancelled (已取消)',
  map: (row, { lookup, reject }) => {
    const people = ordered(row.feedbacks, '面试官邮箱', '面试官');
    const given = people.filter((one) => SAID.some((name) => one[name] !== ''));
    const [came, ended, signed] = [answer(row.候选人参加状态), over(row.面试状态), signedIn(row.签到状态)];
    if (came === 3 && given.length > 0) reject('a no-show (未到场) that was assessed', '候选人参加状态');
    const begin = row.面试开始时间 === '' ? undefined : dateTime(row.面试开始时间, 'Asia/Shanghai');
    return {
      external_application_id: lookup('applications', row.申请ID),
      participate_status: came ?? (!ended ? 1 : signed || given.length > 0 ? 2 : undefined),
      begin_time: begin,
      end_time: begin && begin + 60_000 * integer(row['面试时长(分钟)'], { min: 1 }),
      interview_assessments: given.map((one) => ({
        ...{ username: required(one.面试官), content: text(one.面试反馈内容) },
        conclusion: byType(one.面试反馈结果类型) ?? byWord(one.面试反馈结果),
      })),
    };
  },
});
