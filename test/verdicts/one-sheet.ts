import { definePipeline } from '../../src/pipeline/define.ts';
import { csv } from '../../src/readers/csv.ts';

export interface Row {
  readonly id: string;
  readonly result: string;
  readonly came: string;
  readonly other: string;
}

export const COLUMNS = ['id', 'result', 'came', 'other'] as const;
export const PASS = { 通过: 2, 不通过: 1, 待定: 3 } as const;

/** A pipeline over one CSV file whose verdict is made as a test says. */
export const interviews = (map: (row: Row) => object, skip?: (row: Row) => string | false) =>
  definePipeline({
    name: 'traced',
    target: 'external_interview',
    source: csv('i.csv', { columns: COLUMNS }),
    key: (row) => row.id,
    ...(skip === undefined ? {} : { skip }),
    map: (row) => ({ external_application_id: '1', ...map(row) }) as never,
  });
export const one = (conclusion: unknown) => ({ interview_assessments: [{ username: '王强', conclusion }] });
export const sheet = (...rows: readonly (readonly string[])[]) => ({
  'i.csv': ['id,result,came,other', ...rows.map((cells, i) => [i, ...cells].join(',')), ''].join('\n'),
});
export const RESULTS = sheet(['通过', '', ''], ['不通过', '', ''], ['通过', '', ''], ['待定', '', '']);
