/** Never run: `tsc` checks that the mistakes below are compile errors, and that what is right is none. */
import { dateTime } from '../../src/mapping/dates.ts';
import { csvLookup } from '../../src/mapping/lookups.ts';
import { text } from '../../src/mapping/text.ts';
import { integer, optional, ordered, valueMap } from '../../src/mapping/values.ts';
import { definePipeline } from '../../src/pipeline/define.ts';
import { csv } from '../../src/readers/csv.ts';
import { join } from '../../src/readers/join.ts';
import { many } from '../../src/readers/many.ts';

const verdict = valueMap({ 不通过: 1, 通过: 2, 待定: 3, '': undefined });
const wrongVerdict = valueMap({ 不通过: 1, 通过: 7 });
const assessments = csv('assessments.csv', {
  columns: ['interview_id', 'no', 'interviewer', 'result', 'score'],
});
const source = join(csv('interviews.csv', { columns: ['interview_id', 'application_no', 'start'] }), {
  assessments: many(assessments, 'interview_id'),
});
const base = { name: 'legacy-ats', target: 'external_interview', source, key: () => 'x' } as const;
const application = csvLookup('applications.csv', 'application_no', 'external_application_id');

definePipeline({
  ...base,
  lookups: { application },
  key: (row) => row.interview_id,
  skip: (row) => row.start === '' && 'not scheduled',
  map: (row, { lookup, reject }) => ({
    external_application_id: lookup('application', row.application_no),
    participate_status: 2,
    begin_time: optional(row.start, (start) => dateTime(start, 'Asia/Shanghai')),
    end_time: row.start === 'x' ? reject('no end') : null,
    interview_assessments: ordered(row.assessments, 'no').map((one) => ({
      username: text(one.interviewer),
      conclusion: verdict(one.result),
      assessment_dimension_list: [
        { assessment_type: 1, title: '总分', score: optional(one.score, integer) },
        { assessment_type: 4, options: ['a', 'b'] },
      ],
    })),
  }),
});

definePipeline({
  ...base,
  map: (row) => ({
    external_application_id: row.application_no,
    // @ts-expect-error no such payload field
    begin_tme: 1,
  }),
});

definePipeline({
  ...base,
  map: (row) => ({
    external_application_id: row.application_no,
    // @ts-expect-error no such payload field, two levels down
    interview_assessments: row.assessments.map((one) => ({ conclusin: verdict(one.result) })),
  }),
});

definePipeline({
  ...base,
  map: (row) => ({
    external_application_id: row.application_no,
    // @ts-expect-error no such payload field, three levels down
    interview_assessments: [{ assessment_dimension_list: [{ assessment_type: 3, contnt: 'x' }] }],
  }),
});

// @ts-expect-error a required payload field is missing
definePipeline({ ...base, map: () => ({ participate_status: 2 }) });

definePipeline({
  ...base,
  // @ts-expect-error participate_status has no value 4
  map: (row) => ({ external_application_id: row.application_no, participate_status: 4 }),
});

definePipeline({
  ...base,
  map: (row) => ({
    external_application_id: row.application_no,
    // @ts-expect-error the table gives 7, which no conclusion has
    interview_assessments: row.assessments.map((one) => ({ conclusion: wrongVerdict(one.result) })),
  }),
});

definePipeline({
  ...base,
  // @ts-expect-error begin_time is a number of ms, not text
  map: (row) => ({ external_application_id: row.application_no, begin_time: row.start }),
});

// @ts-expect-error the source declares no such column
definePipeline({ ...base, map: (row) => ({ external_application_id: row.aplication_no }) });

definePipeline({
  ...base,
  // @ts-expect-error the source declares no such column
  key: (row) => row.id,
  map: (row) => ({ external_application_id: row.application_no }),
});

// @ts-expect-error the child source declares no such column
ordered(assessments.rowType ? [assessments.rowType] : [], 'number');

definePipeline({
  ...base,
  lookups: { application },
  // @ts-expect-error no lookup of this name
  map: (row, { lookup }) => ({ external_application_id: lookup('aplication', row.application_no) }),
});

definePipeline({
  ...base,
  // @ts-expect-error the pipeline has no lookups
  map: (row, { lookup }) => ({ external_application_id: lookup('application', row.application_no) }),
});

definePipeline({
  ...base,
  // @ts-expect-error the reason must be a text
  skip: () => true,
  map: (row) => ({ external_application_id: row.application_no }),
});

// @ts-expect-error map must not be async
definePipeline({ ...base, map: async (row) => ({ external_application_id: row.application_no }) });

// @ts-expect-error no such setting
definePipeline({ ...base, maps: 1, map: (row) => ({ external_application_id: row.application_no }) });

definePipeline({
  ...base,
  // @ts-expect-error no such target
  target: 'interview',
  map: (row) => ({ external_application_id: row.application_no }),
});
