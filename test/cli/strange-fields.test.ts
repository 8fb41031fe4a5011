import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { aFolder } from '../builders.ts';
import { hireSync } from './child.ts';

/** Plans four rows, of which the first has no assessment; `draft` is what `map` adds. */
async function planned(draft: string) {
  const folder = aFolder();
  mkdirSync(join(folder, 'export'));
  writeFileSync(join(folder, 'export/rows.csv'), 'id,who\n1,\n2,王强\n3,李娜\n4,张伟\n');
  writeFileSync(
    join(folder, 'pipeline.ts'),
    `import { csv, definePipeline } from 'hire-sync';
export default definePipeline({
  name: 'typo', target: 'external_interview', sourceDir: 'export',
  source: csv('rows.csv', { columns: ['id', 'who'] }), key: (row) => row.id,
  map: (row): never => ({ external_application_id: '7', begin_time: 1709600700000, ...${draft} }) as never,
});`,
  );
  const { code, stdout, stderr } = await hireSync(['plan', 'pipeline.ts'], { cwd: folder });
  return { code, stdout, stderr };
}

it('a field that no payload has is the fault of the pipeline, told once', async () => {
  expect(await planned('{ end_tme: 1 }')).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(
      /^hire-sync: Pipeline "typo" makes payloads with a field that external_interview does not have, in every row: end_tme \(in 4 rows\)\. Did you mean "end_time"\? The rows are not at fault: correct `map` in the pipeline file\.$/m,
    ),
  });
  // Wherever a row has the object that it is put in.
  const nested = await planned(
    `row.who === '' ? {} : { interview_assessments: [{ username: row.who, conclusoin: 1 }] }`,
  );
  expect(nested).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(
      'in every row: interview_assessments.conclusoin (in 3 rows). Did you mean "conclusion"?',
    ),
  });
});

it('a field that some rows have and others have not is told of these rows', async () => {
  const { code, stdout } = await planned(`row.id === '3' ? { end_tme: 1 } : {}`);
  expect([code, stdout]).toEqual([
    3,
    expect.stringMatching(
      /rows\.csv:4[\s\S]*is not a field of the payload at this place\. Did you mean "end_time"/,
    ),
  ]);
});
