import { definePipeline, epochMs, id, integer, join, many, optional, ordered, text } from 'hire-sync';
import {
  assessmentOf,
  feedback,
  interviews,
  isGiven,
  lookups,
  PRIVATE_NOTES,
  sourceDir,
} from './rules/lever.js';

/** Interviews with their feedback forms. Forms without an interview: `lever-unscheduled.ts`. */
export default definePipeline({
  name: 'lever',
  target: 'external_interview',
  sourceDir,
  source: join(interviews, {
    feedback: many(feedback, { parent: 'id', child: 'interview' }, {}, { orphans: 'expected' }),
  }),
  lookups,
  key: (row) => id(row.id),
  skip: (row) =>
    text(row.canceledAt) !== undefined && !row.feedback.some(isGiven)
      ? 'cancelled'
      : !PRIVATE_NOTES && row.confidentiality === 'confidential' && 'confidential',
  map: (row, { lookup, reject }) => {
    const given = ordered(row.feedback, 'id').filter(isGiven);
    if (text(row.canceledAt) !== undefined) reject('a cancelled interview with feedback', 'canceledAt');
    const begin = optional(row.date, epochMs);
    const minutes = optional(row.duration, (given) => integer(given, { min: 1 }));
    return {
      external_application_id: lookup('applications', row.opportunityId),
      // Lever has no word for a no-show.
      participate_status: given.length > 0 ? 2 : undefined,
      begin_time: begin,
      end_time: begin && minutes && begin + 60_000 * minutes,
      interview_assessments: given.map((form) => assessmentOf(form, lookup)),
    };
  },
});
