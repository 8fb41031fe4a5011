import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { aPlace } from './place.ts';

const PIPELINE = `import { csv, dateTime, definePipeline, id, required } from 'hire-sync';
export default definePipeline({
  name: 'footers', target: 'external_interview', sourceDir: '.', zone: 'Asia/Shanghai',
  source: csv('interviews.csv', { columns: ['id', 'begin', 'who'] }),
  key: (row) => id(row.id),
  skip: (row) => /^(导出|共 )/.test(row.id) && 'footer',
  map: (row) => ({
    external_application_id: '6960663240925956437',
    begin_time: dateTime(row.begin),
    interview_assessments: [{ username: required(row.who), conclusion: 2 }],
  }),
});
`;
const EXPORT = `id,begin,who
IV1,"Nov 9, 2023 4:20 PM",王强
IV2,"Dec 19, 2023 9:05 AM",刘芳
共 2 条,,
导出时间：2023-12-20,,
导出时间：2023-12-20,,
`;

it('leaves out footers that have no key, night after night, and reads dates as the refusal of them says', {
  timeout: 120_000,
}, async () => {
  const place = await aPlace();
  const pipeline = join(place.folder, 'footers.ts');
  const write = (code: string) => writeFileSync(pipeline, code);
  writeFileSync(join(place.folder, 'interviews.csv'), EXPORT);
  write(PIPELINE);

  const refused = await place.plan(pipeline);
  expect(refused.report).toMatchObject({ rows: { rejected: 2, skipped: 3 } });
  const message = refused.report.rejects[0]?.problems[0]?.message ?? '';
  const [, advised = ''] = /(dateTime\([^)]*\))/.exec(message) ?? [];
  expect(advised).toBe('dateTime(…, zone, "MMM d, yyyy h:mm a")');

  write(PIPELINE.replace('dateTime(row.begin)', advised.replace('…, zone', 'row.begin, undefined')));
  expect(await place.sync(pipeline)).toMatchObject({ code: 0, report: { rows: { created: 2, skipped: 3 } } });
  const begins = place.entries().map(({ applied_payload }) => JSON.parse(applied_payload ?? '{}').begin_time);
  expect(begins).toEqual([Date.UTC(2023, 10, 9, 8, 20), Date.UTC(2023, 11, 19, 1, 5)]);
  expect(await place.sync(pipeline)).toMatchObject({
    code: 0,
    report: { rows: { unchanged: 2, skipped: 3, rejected: 0 } },
  });
  const text = await place.run(['plan', pipeline, '--lang', 'en', '--limit', '0']);
  expect(text.stdout).toMatch(/skipped +\(no key\) +interviews\.csv:5 +footer/);
});
