// biome-ignore format: one import on one line, so that the specification below fits a screen
import { type Assessment, type BeisenEvaluation, type BeisenInterview, csv, csvLookup, type Dimension, dateTime, definePipeline, id, integer, join, many, optional, ordered, required, text, valueMap } from 'hire-sync';

/** Where the export is, relative to the pipeline file. */
export const sourceDir = '../fixtures/beisen-like';
// 内部备注 is for recruiters and stays behind: in Feishu, whoever sees the interview would see it. `true` brings it too.
const PRIVATE_NOTES: boolean = false;
// The words are the customer's: put yours here. Feishu has 1 for fail, 2 for pass, 3 for pending.
const verdict = valueMap({
  ...{ 不通过: 1, 未通过: 1, 不合格: 1, 淘汰: 1, 不推荐: 1 },
  ...{ 通过: 2, 合格: 2, 推荐: 2, 建议录用: 2 },
  ...{ 待定: 3, 备选: 3, 待考虑: 3 },
});
const given = valueMap({ 已评价: true, 未评价: false });
const came = valueMap({ 是: 2, 已参加: 2, 否: 1, 未参加: 1, 爽约: 3, 未到场: 3, '': undefined });
const participation = valueMap({ 待面试: 1, 已面试: 2, 已取消: 1 });

const INTERVIEW = ['面试ID', '申请ID', '面试轮次', '面试时间', '面试时长', '面试状态', '是否参加'] as const;
const SAID = ['面试结论', '综合评价', '综合得分', '内部备注'] as const;
const EVALUATION = ['评价ID', '面试ID', '申请ID', '面试官', '评价状态', '评价时间', ...SAID] as const;
export const interviews = csv('interviews.csv', {
  columns: INTERVIEW satisfies readonly (keyof BeisenInterview)[],
});
export const evaluations = csv('evaluations.csv', {
  columns: EVALUATION satisfies readonly (keyof BeisenEvaluation)[],
});
export const applications = csvLookup('applications.csv', '申请ID', 'external_application_id');
export const isGiven = (one: BeisenEvaluation): boolean => given(one.评价状态);
// Local times without a zone.
export const time = (cell: string): number | undefined =>
  optional(text(cell), (at) => dateTime(at, 'Asia/Shanghai'));

/** An evaluation as an assessment. @param round 面试轮次, for which Feishu has no field */
export function assessmentOf(one: BeisenEvaluation, round?: string): Assessment {
  const score = ['--', '/', '无'].includes(one.综合得分) ? undefined : text(one.综合得分);
  const note = PRIVATE_NOTES ? text(one.内部备注) : undefined;
  const dimensions: Dimension[] = [
    ...(round === undefined ? [] : [{ assessment_type: 2, title: '面试轮次', option: round } as const]),
    ...(score === undefined ? [] : [scoreOf('综合得分', score)]),
    ...(note === undefined ? [] : [{ assessment_type: 3, title: '内部备注', content: note } as const]),
  ];
  const [username, conclusion] = [required(one.面试官), verdict(one.面试结论)];
  return { username, conclusion, content: text(one.综合评价), assessment_dimension_list: dimensions };
}

/** A grade such as A or 4.5 is no whole number: it stays what was chosen, as it is written. */
const scoreOf = (title: string, score: string): Dimension =>
  /^[0-9]+$/.test(score)
    ? { assessment_type: 1, title, score: integer(score) }
    : { assessment_type: 2, title, option: score };

/** A sheet of interviews and one of evaluations. Evaluations without an interview: `beisen-like-unscheduled.ts`. */
export default definePipeline({
  name: 'beisen-like',
  target: 'external_interview',
  sourceDir,
  zone: 'Asia/Shanghai',
  source: join(interviews, { evaluations: many(evaluations, '面试ID', {}, { orphans: 'expected' }) }),
  lookups: { applications },
  key: (row) => id(row.面试ID),
  skip: (row) => row.面试状态 === '已取消' && !row.evaluations.some(isGiven) && 'cancelled (已取消)',
  map: (row, { lookup, reject }) => {
    const said = ordered(row.evaluations, '评价ID').filter(isGiven);
    if (row.面试状态 === '已取消') reject('a cancelled interview (已取消) with an evaluation', '面试状态');
    const present = came(row.是否参加);
    if (said.length > 0 && present !== 2 && present !== undefined)
      reject('says that the candidate did not come, who was assessed', '是否参加');
    const begin = time(row.面试时间);
    const minutes = optional(row.面试时长, (cell) => integer(cell, { min: 1 }));
    return {
      external_application_id: lookup('applications', row.申请ID),
      participate_status: present ?? (said.length > 0 ? 2 : participation(row.面试状态)),
      begin_time: begin,
      end_time: begin && minutes && begin + 60_000 * minutes,
      interview_assessments: said.map((one) => assessmentOf(one, text(row.面试轮次))),
    };
  },
});
