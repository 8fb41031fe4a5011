import { definePipeline, epochMs, id, join, many, optional, text } from 'hire-sync';
import { assessmentOf, feedback, interviews, lookups, PRIVATE_NOTES, sourceDir } from './rules/lever.js';

/** Feedback forms that were written for no interview: a record each. Run it with `lever.ts` on the same two files. */
export default definePipeline({
  name: 'lever-unscheduled',
  target: 'external_interview',
  sourceDir,
  source: join(feedback, {
    interviews: many(interviews, { parent: 'interview', child: 'id' }, {}, { orphans: 'expected' }),
  }),
  lookups,
  key: (row) => id(row.id),
  skip: (row) => {
    if (text(row.deletedAt) !== undefined) return 'deleted';
    if (text(row.completedAt) === undefined) return 'a draft';
    if (row.interviews.length > 0) return 'belongs to an interview';
    return !PRIVATE_NOTES && row.confidentiality === 'confidential' && 'confidential';
  },
  map: (row, { lookup, reject }) => {
    if (text(row.interview) !== undefined)
      reject('its interview is not in interviews.jsonl: export both on one day', 'interview');
    return {
      external_application_id: lookup('applications', row.opportunityId),
      begin_time: optional(row.completedAt, epochMs),
      interview_assessments: [assessmentOf(row, lookup)],
    };
  },
});
