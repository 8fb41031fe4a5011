import { dateTime, definePipeline, id, join, many, optional, ordered, text, valueMap } from 'hire-sync';
import { applications, assessmentOf, events, feedback, sourceDir } from './rules/ashby.js';

const CANCELLED = 'Cancelled';
// Ashby has no word for a no-show. Before `Complete` nobody has said whether the candidate came.
const participation = valueMap({
  ...{ NeedsScheduling: 1, WaitingOnCandidateBooking: 1, WaitingOnCandidateAvailability: 1 },
  ...{ CandidateSubmittedAvailability: 1, OnHold: 1, Scheduled: 1, [CANCELLED]: 1 },
  ...{ WaitingOnFeedback: undefined, Complete: 2 },
});

/** Interview events with their feedback. Feedback without an event: `ashby-unscheduled.ts`. */
export default definePipeline({
  name: 'ashby',
  target: 'external_interview',
  sourceDir,
  source: join(events, {
    feedback: many(feedback, { parent: 'id', child: 'interviewEventId' }, {}, { orphans: 'expected' }),
  }),
  lookups: { applications },
  key: (row) => id(row.id),
  skip: (row) => row.status === CANCELLED && row.feedback.length === 0 && 'cancelled',
  map: (row, { lookup, reject }) => {
    if (row.status === CANCELLED) reject('a cancelled interview with feedback', 'status');
    const given = ordered(row.feedback, 'id').filter((one) => text(one.submittedAt) !== undefined);
    return {
      external_application_id: lookup('applications', row.applicationId),
      participate_status: given.length > 0 ? 2 : participation(row.status),
      begin_time: optional(row.startTime, (at) => dateTime(at, 'UTC')),
      end_time: optional(row.endTime, (at) => dateTime(at, 'UTC')),
      interview_assessments: given.map(assessmentOf),
    };
  },
});
