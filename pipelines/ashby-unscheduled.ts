import { dateTime, definePipeline, id, join, many, text } from 'hire-sync';
import { applications, assessmentOf, events, feedback, sourceDir } from './rules/ashby.js';

/** Feedback that was written for no event: a record each. Run it with `ashby.ts` on the same two files. */
export default definePipeline({
  name: 'ashby-unscheduled',
  target: 'external_interview',
  sourceDir,
  source: join(feedback, {
    events: many(events, { parent: 'interviewEventId', child: 'id' }, {}, { orphans: 'expected' }),
  }),
  lookups: { applications },
  key: (row) => id(row.id),
  skip: (row) =>
    text(row.submittedAt) === undefined ? 'a draft' : row.events.length > 0 && 'belongs to an interview',
  map: (row, { lookup, reject }) => {
    if (text(row.interviewEventId) !== undefined)
      reject('its event is not in interview-events.jsonl: export both on one day', 'interviewEventId');
    return {
      external_application_id: lookup('applications', row.applicationId),
      begin_time: dateTime(row.submittedAt, 'UTC'),
      interview_assessments: [assessmentOf(row)],
    };
  },
});
