import { dateTime, definePipeline, id, join, many, optional, text } from 'hire-sync';
import { applications, assessmentOf, hasScorecard, interviews, scorecards, sourceDir } from './greenhouse.js';

/**
 * Scorecards that no scheduled interview has, such as "Application Review": a record each. Run it with `greenhouse.ts`
 * on the same two files, both complete: a scorecard whose interview is not in the export looks unscheduled.
 */
export default definePipeline({
  name: 'greenhouse-unscheduled',
  target: 'external_interview',
  sourceDir,
  zone: 'Asia/Shanghai',
  source: join(scorecards, { interviews: many(interviews, 'application_id', {}, { orphans: 'expected' }) }),
  lookups: { applications },
  key: (row) => id(row.id),
  skip: (row) =>
    text(row.submitted_at) === undefined
      ? 'a draft'
      : row.interviews.some((interview) => hasScorecard(interview, row)) && 'belongs to an interview',
  map: (row, { lookup }) => ({
    external_application_id: lookup('applications', row.application_id),
    begin_time: optional(row.interviewed_at, (at) => dateTime(at)),
    interview_assessments: [assessmentOf(row)],
  }),
});
