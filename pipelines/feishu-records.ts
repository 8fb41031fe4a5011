import {
  csvLookup,
  definePipeline,
  feishuInterviewRecords,
  id,
  integer,
  type NativeInterviewRecord,
  optional,
  ordered,
  required,
  text,
  valueMap,
} from 'hire-sync';

const submitted = valueMap({ 1: true, 2: false });
// Feishu's own records have 1 for pass and 2 for fail; external interviews have it the other way round. 3 not started,
// 4 not submitted and 5 absent are no verdicts; 6 pending comes with `api: 'v1-interviews'` only.
const verdict = valueMap({ 1: 2, 2: 1, 3: undefined, 4: undefined, 5: undefined, 6: 3 });
const scoreOf = ({ interview_score: score }: NativeInterviewRecord) => {
  const words = [score?.zh_name, score?.zh_description, score?.en_name, score?.en_description];
  const description = words.filter(Boolean).join('\n');
  const level = optional(score?.level, integer);
  if (level !== undefined)
    return [{ assessment_type: 1, title: '面试评分', score: level, description }] as const;
  return description === '' ? [] : [{ assessment_type: 3, title: '面试评分', content: description } as const];
};
const applications = csvLookup('applications.csv', 'application_id', 'external_application_id');

/**
 * Interviews held in another Feishu tenant, whose ids of applications stand in applications.csv beside those that they
 * have here. users.csv names the interviewers (user_id, name); who is not in it keeps the name Feishu shows, else the id.
 */
export default definePipeline({
  name: 'feishu-records',
  target: 'external_interview',
  source: feishuInterviewRecords(applications),
  lookups: { applications, users: csvLookup('users.csv', 'user_id', 'name') },
  key: (row) => id(row.id),
  map: (row, { lookup, reject }) => {
    const records = ordered(row.interview_record_list ?? [], 'id');
    // A draft (commit_status 2) is not anybody's verdict yet.
    const given = records.filter((one) => verdict(one.conclusion) && submitted(one.commit_status));
    const all = (conclusion: number) => records.every((one) => one.conclusion === conclusion);
    const absent = records.some((one) => one.conclusion === 5);
    if (absent && given.length > 0)
      reject('one interviewer says absent (5), another has a verdict', 'interview_record_list');
    const stage = text(row.stage?.name?.zh_cn ?? row.stage_id);
    const round = optional(row.round, (n) => `第 ${integer(n, { min: 0 }) + 1} 轮`);
    const place = [round, stage && `阶段 ${stage}`].filter(Boolean).join(' · ');
    return {
      external_application_id: lookup('applications', row.application_id),
      participate_status: given.length > 0 ? 2 : absent ? 3 : records.length > 0 && all(3) ? 1 : undefined,
      begin_time: optional(row.begin_time, integer),
      end_time: optional(row.end_time, integer),
      interview_assessments: given.map((one) => {
        const user = required(one.user_id ?? one.interviewer?.id);
        return {
          username: lookup('users', user, one.interviewer?.name?.zh_cn || user),
          conclusion: verdict(one.conclusion),
          content: [place && `【${place}】`, text(one.content)].filter(Boolean).join('\n'),
          assessment_dimension_list: scoreOf(one),
        };
      }),
    };
  },
});
