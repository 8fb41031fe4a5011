import { definePipeline, id, join, many } from 'hire-sync';
import {
  applications,
  assessmentOf,
  evaluations,
  interviews,
  isGiven,
  sourceDir,
  time,
} from './beisen-like.js';

/** Evaluations that were written for no interview: a record each. Run it with `beisen-like.ts` on the same two sheets. */
export default definePipeline({
  name: 'beisen-like-unscheduled',
  target: 'external_interview',
  sourceDir,
  zone: 'Asia/Shanghai',
  source: join(evaluations, { interviews: many(interviews, '面试ID', {}, { orphans: 'expected' }) }),
  lookups: { applications },
  key: (row) => id(row.评价ID),
  skip: (row) => (!isGiven(row) ? '未评价' : row.interviews.length > 0 && 'belongs to an interview'),
  map: (row, { lookup, reject }) => {
    if (row.面试ID !== '') reject('its interview is not in interviews.csv: export both on one day', '面试ID');
    return {
      external_application_id: lookup('applications', row.申请ID),
      begin_time: time(row.评价时间),
      interview_assessments: [assessmentOf(row)],
    };
  },
});
