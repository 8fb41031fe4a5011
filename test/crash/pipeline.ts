import { definePipeline, jsonl } from 'hire-sync';
import type { Row } from './rows.ts';

/** The pipeline that the killed children run. */
export default definePipeline({
  name: 'crash',
  target: 'external_interview',
  source: jsonl<Row>('rows.jsonl'),
  key: (row) => row.id,
  map: (row) => ({
    external_application_id: row.application,
    participate_status: 2,
    begin_time: row.begin,
    end_time: row.begin + 3_600_000,
    interview_assessments: [{ username: row.interviewer, conclusion: row.conclusion, content: row.comment }],
  }),
});
