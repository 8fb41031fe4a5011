// biome-ignore format: one import on one line, so that the specification below fits a screen (40 lines)
import { csv, csvLookup, dateOnly, definePipeline, id, integer, join, many, ordered, required, valueMap } from 'hire-sync';

const RATINGS = ['RatingCommunication', 'RatingProblemSolving', 'RatingCultureFit'] as const;
const OTHERS = ['InterviewID', 'ApplicationID', 'Round', 'InterviewDate', 'Interviewer'] as const;
const interviews = csv('interviews.csv', { columns: [...OTHERS, ...RATINGS, 'OverallRating'] });
const feedback = csv('feedback.csv', { columns: ['FeedbackID', 'InterviewID', 'FeedbackText'] });
// No verdict in this ATS: passed from 3.5 on, failed below 3.0. The mean of three ratings has no other values.
// Feishu has 1 for fail, 2 for pass, 3 for pending.
const verdict = valueMap({
  ...{ '1.0': 1, '1.3': 1, '1.7': 1, '2.0': 1, '2.3': 1, '2.7': 1, '3.0': 3, '3.3': 3 },
  ...{ '3.7': 2, '4.0': 2, '4.3': 2, '4.7': 2, '5.0': 2 },
});

/** Interviews and what was written about them, in two files; dates without a time of day. */
export default definePipeline({
  name: 'csv-generic',
  target: 'external_interview',
  source: join(interviews, { feedback: many(feedback, 'InterviewID') }),
  lookups: { applications: csvLookup('feishu-applications.csv', 'ApplicationID', 'external_application_id') },
  key: (row) => id(row.InterviewID),
  map: (row, { lookup }) => {
    const score = (name: (typeof RATINGS)[number]) => integer(row[name], { min: 1, max: 5 });
    const dimensions = [
      { assessment_type: 2, title: 'Round', option: required(row.Round) },
      // 2.7 is no whole number: text, never rounded.
      { assessment_type: 3, title: 'OverallRating', content: required(row.OverallRating) },
      ...RATINGS.map((title) => ({ assessment_type: 1, title, score: score(title) }) as const),
    ] as const;
    const [username, conclusion] = [required(row.Interviewer), verdict(row.OverallRating)];
    const notes = ordered(row.feedback, 'FeedbackID').map((one) => one.FeedbackText);
    const assessment = { username, conclusion, content: notes.join('\n') };
    return {
      ...{ external_application_id: lookup('applications', row.ApplicationID), participate_status: 2 },
      begin_time: dateOnly(row.InterviewDate, 'Asia/Kolkata'),
      interview_assessments: [{ ...assessment, assessment_dimension_list: dimensions }],
    };
  },
});
