import { expect, it } from 'vitest';
import { here } from './here.ts';

const pipeline = (zone: string) => `import { csv, dateTime, definePipeline } from 'hire-sync';
export default definePipeline({
  name: 'times', target: 'external_interview', sourceDir: '.', guards: { rejected: 1 },
  source: csv('interviews.csv'),
  key: (row) => row.id,
  map: (row) => ({
    external_application_id: '6960663240925956437',
    begin_time: dateTime(row.begin, '${zone}'),
    end_time: dateTime(row.end, '${zone}'),
  }),
});
`;

it('shows an end before the begin as times of the pipeline’s zone, and names the zone that was meant', async () => {
  const { run, write } = here({
    'pipeline.ts': pipeline('Asia/Beijing'),
    'interviews.csv': 'id,begin,end\nIV1,2024-03-05 10:00,2024/3/5 9:30\n',
  });
  const refused = await run('plan', 'pipeline.ts');
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  const meant = /"Asia\/Beijing" is not a time zone. Did you mean "(.*?)"/.exec(refused.stderr)?.[1] ?? '';
  write({ 'pipeline.ts': pipeline(meant) });
  const { stdout, code } = await run('plan', 'pipeline.ts', '--lang', 'en');
  expect(stdout).toContain(
    'end_time: 2024-03-05 09:30:00+08:00 is before begin_time, 2024-03-05 10:00:00+08:00 (from end "2024/3/5 9:30")',
  );
  expect(stdout).not.toMatch(/17096\d{8}/);
  expect(code).toBe(3);
});
