import type { ExternalInterviewDraft, MapContext } from 'hire-sync';
import {
  dateTime,
  htmlToText,
  id,
  integer,
  optional,
  ordered,
  required,
  splitList,
  text,
  valueMap,
} from 'hire-sync';
import type { Interview, Score } from './legacy-ats-columns.ts';

// Feishu's external interview has 1 for fail and 2 for pass; its native interviews have it the other way round.
const conclusion = valueMap({ 不通过: 1, 通过: 2, 待定: 3 });
const participation = valueMap({ 待面试: 1, 未参加: 1, 已完成: 2, 爽约: 3 });
const questionType = valueMap({ 打分: 1, 单选: 2, 描述: 3, 多选: 4 });

/** What the exports of this ATS share. The ledger goes by `name`: one interview is one record in all of them. */
export const rules = {
  name: 'legacy-ats',
  target: 'external_interview',
  // Of the times in the exports, and of those in the reports.
  zone: 'Asia/Shanghai',
  key: (row: Interview) => optional(row.interview_id, id),
  // This ATS has always had some rows that nobody can repair.
  guards: { rejected: 0.1 },
  skip: (row: Interview) => row.status === '已取消' && 'cancelled (已取消)',

  map(row: Interview, { lookup, reject }: MapContext<'applications'>): ExternalInterviewDraft {
    if (row.status === '爽约' && row.assessments.length > 0)
      reject('a no-show (爽约) that was assessed', 'status');
    // Feishu has no round: every assessment begins with it. An interview nobody wrote about goes without.
    const round = { assessment_type: 2, title: '面试轮次', option: required(row.round) } as const;
    return {
      external_application_id: lookup('applications', row.application_no),
      participate_status: participation(row.status),
      begin_time: dateTime(row.begin_at),
      end_time: optional(row.end_at, (cell) => dateTime(cell)),
      interview_assessments: [
        ...ordered(row.assessments, 'seq', 'assessment_id').map((assessment) => ({
          username: required(assessment.interviewer),
          conclusion: conclusion(assessment.result),
          content: text(assessment.comment),
          assessment_dimension_list: [round, ...answered(assessment.scores).map(dimension)],
        })),
        ...recruiterNote(row).map((note) => ({ ...note, assessment_dimension_list: [round] })),
      ],
    };
  },
} as const;

// Feishu has no interview note either. Under its writer's name, without verdict, it outlives a no-show, and stands
// last, so that it moves no interviewer's place. `<p>&nbsp;</p>` is no note. Whoever sees the interview in Feishu
// sees the note, salary talk included: where notes are confidential, leave this assessment out.
function recruiterNote(row: Interview) {
  const content = htmlToText(row.note_html)?.trim();
  return content ? [{ username: `${required(row.recruiter)}（招聘备注）`, content }] : [];
}

// A question left open has no value, and Feishu takes no dimension without one. 0 is a value.
function answered(scores: readonly Score[]) {
  return ordered(scores, 'seq', 'score_id').filter((score) => text(score.value) !== undefined);
}

function dimension(score: Score) {
  const type = questionType(score.type);
  const question = { title: text(score.title), description: text(score.description) };
  if (type === 1) return { ...question, assessment_type: type, score: integer(score.value) };
  if (type === 2) return { ...question, assessment_type: type, option: text(score.value) };
  if (type === 3) return { ...question, assessment_type: type, content: text(score.value) };
  // Only 、 separates: an option may hold a comma or a slash (A/B 测试).
  return { ...question, assessment_type: type, options: splitList(score.value, '、') };
}
