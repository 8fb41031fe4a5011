import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { TARGETS } from '../../src/feishu/targets.ts';
import * as dates from '../../src/mapping/dates.ts';
import * as lookups from '../../src/mapping/lookups.ts';
import * as texts from '../../src/mapping/text.ts';
import * as values from '../../src/mapping/values.ts';
import type { FileCount } from '../../src/model.ts';
import * as define from '../../src/pipeline/define.ts';
import { loadPipeline } from '../../src/pipeline/load.ts';
import { createTransform } from '../../src/pipeline/transform.ts';
import { createCheck } from '../../src/plan/canonical.ts';
import type { Mapped } from '../../src/plan/mapped.ts';
import { csv } from '../../src/readers/csv.ts';
import { join } from '../../src/readers/join.ts';
import { many } from '../../src/readers/many.ts';
import { openStaging } from '../../src/readers/staging.ts';

const FILES = {
  'interviews.csv': `interview_id,application_no,start,status
I-1,A-1,2024-03-05 09:05,已结束
I-2,A-9,2024-02-31 09:00,已结束
I-3,A-1,2024-03-05 09:05,已取消
`,
  'assessments.csv': `assessment_id,interview_id,no,interviewer,result,comment
S-2,I-1,2,刘芳,不通过,
S-1,I-1,1,王强,通过,<p>好</p><p>a &amp; b</p>
S-3,I-2,1,Ann,通过了,
`,
  'scores.csv': 'assessment_id,title,score\nS-1,沟通,4\nS-3,沟通,52.5\n',
  'applications.csv': 'application_no,external_application_id\nA-1,6960663240925956555\n',
  'legacy-ats.ts': `import { csv, csvLookup, dateTime, definePipeline, htmlToText, integer, join, many, ordered, valueMap } from 'hire-sync';

const verdict = valueMap({ 不通过: 1, 通过: 2, 待定: 3 });

export default definePipeline({
  name: 'legacy-ats',
  target: 'external_interview',
  source: join(csv('interviews.csv'), {
    assessments: many(csv('assessments.csv'), 'interview_id', { scores: many(csv('scores.csv'), 'assessment_id') }),
  }),
  lookups: { application: csvLookup('applications.csv', 'application_no', 'external_application_id') },
  key: (row) => row.interview_id,
  skip: (row) => row.status === '已取消' && 'cancelled',
  map: (row, { lookup }) => ({
    external_application_id: lookup('application', row.application_no),
    begin_time: dateTime(row.start, 'Asia/Shanghai'),
    interview_assessments: ordered(row.assessments, 'no').map((one) => ({
      username: one.interviewer,
      conclusion: verdict(one.result),
      content: htmlToText(one.comment),
      assessment_dimension_list: one.scores.map(({ title, score }) => ({ assessment_type: 1, title, score: integer(score) })),
    })),
  }),
});
`,
};

const folder = mkdtempSync(path.join(tmpdir(), 'hire-sync-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('maps a joined export with lookups, from files to canonical payloads', async () => {
  for (const [name, text] of Object.entries(FILES)) writeFileSync(path.join(folder, name), text);
  const self = { ...define, ...dates, ...lookups, ...texts, ...values, csv, join, many };
  const { pipeline } = await loadPipeline(path.join(folder, 'legacy-ats.ts'), self);
  const staging = openStaging();
  const files: FileCount[] = [];
  const onFile = (count: FileCount): void => void files.push(count);
  const context = { folder, staging, onFile, onOrphan: () => expect.fail() };
  const transform = createTransform(pipeline, {
    lookups: await lookups.loadLookups(pipeline.lookups, context),
    check: createCheck(TARGETS.external_interview),
    hasColumns: (file) => pipeline.source.columnar.includes(file),
  });
  const mapped: Mapped[] = [];
  for await (const record of pipeline.source.read(context)) mapped.push(transform(record));
  staging.close();

  const [first, second, third] = mapped;
  expect(first?.kind === 'mapped' && JSON.parse(first.payload.json)).toEqual({
    external_application_id: '6960663240925956555',
    begin_time: Date.UTC(2024, 2, 5, 1, 5),
    interview_assessments: [
      {
        ...{ username: '王强', conclusion: 2, content: '好\na & b' },
        assessment_dimension_list: [{ assessment_type: 1, title: '沟通', score: 4 }],
      },
      { username: '刘芳', conclusion: 1 },
    ],
  });
  expect(
    second?.kind === 'rejected' && second.problems.map(({ code, field, origin }) => [code, field, origin]),
  ).toEqual([
    ['LOOKUP_MISSING', 'application_no', undefined],
    ['DATE_INVALID', 'start', undefined],
    ['VALUE_UNKNOWN', 'assessments[0].result', { file: 'assessments.csv', line: 4 }],
    ['NUMBER_INVALID', 'assessments[0].scores[0].score', { file: 'scores.csv', line: 3 }],
  ]);
  expect(third).toMatchObject({
    kind: 'skipped',
    key: 'I-3',
    reason: { words: 'cancelled' },
    origin: { line: 4 },
  });
  expect(files.map(({ file, rows }) => `${file} ${rows}`).sort()).toEqual([
    ...['applications.csv 1', 'assessments.csv 3', 'interviews.csv 3', 'scores.csv 2'],
  ]);
});
