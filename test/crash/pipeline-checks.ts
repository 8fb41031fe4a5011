import { definePipeline, jsonl } from 'hire-sync';
import type { Row } from './rows.ts';

/** The pipeline that the killed children run over background checks. */
export default definePipeline({
  name: 'crash',
  target: 'external_background_check',
  source: jsonl<Row>('rows.jsonl'),
  key: (row) => row.id,
  map: (row) => ({
    external_application_id: row.application,
    date: row.begin,
    name: row.interviewer,
    result: `${row.conclusion} ${row.comment}`,
    // As seeded by world.ts; never in the order in which they are sent.
    attachment_id_list: ['6987954043925432621', '6987954043925432620'],
  }),
});
