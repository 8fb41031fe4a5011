import { expect, it } from 'vitest';
import { here } from './here.ts';

const PIPELINE = `import { csv, csvLookup, definePipeline, required } from 'hire-sync';
export default definePipeline({
  name: 'alike', target: 'external_interview', sourceDir: '.', guards: { rejected: 1 },
  source: csv('interviews.csv'),
  lookups: { applications: csvLookup('applications.csv', 'no', 'id') },
  key: (row) => row.id,
  map: (row, { lookup }) => ({
    external_application_id: lookup('applications', row.application),
    interview_assessments: [{ username: required(row.who), conclusion: 2 }],
  }),
});
`;
const row = (id: number, application: string) => `IV${id},${application},王强`;

it('rejects a row whose application is only spelt otherwise, and holds one that may yet come', async () => {
  const spellings = ['ap001', '1', 'ＡＰ００１', '1004.0', "'00005", 'AP001 ', 'Jose\u0301-01', '⽅-03'];
  const rows = [...spellings, 'AP999', 'AP001'].map((application, id) => row(id, application));
  const { plan } = here({
    'pipeline.ts': PIPELINE,
    'interviews.csv': `id,application,who\n${rows.join('\n')}\n`,
    'applications.csv': ['no,id', 'AP001,1', '0001,2', '1004,3', '00005,4', 'José-01,5', '方-03,6'].join(
      '\n',
    ),
  });
  const { code, report } = await plan();
  expect(code).toBe(3);
  expect(report?.rows).toMatchObject({ read: 10, created: 1, rejected: 8, held: 1 });
  for (const { key, problems } of report?.rejects ?? []) {
    expect(problems, key ?? '').toMatchObject([{ code: 'LOOKUP_MISSING', field: 'application' }]);
    expect(problems[0]?.message, key ?? '').toMatch(/, which has ".*" in line \d: they differ in .* only/);
  }
});
