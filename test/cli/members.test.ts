import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { here } from './here.ts';
import { aPlace } from './place.ts';

const pipeline = (options = '') => `import { definePipeline, id, json, required } from 'hire-sync';
export default definePipeline({
  name: 'members', target: 'external_interview', sourceDir: '.',
  source: json('interviews.json'${options}),
  key: (row) => id(row.id),
  skip: (row) => row.cancelledAt && 'cancelled',
  map: (row) => ({
    external_application_id: '6960663240925956437',
    interview_assessments: [{ username: required(row.who), conclusion: 2, content: row.remarks as string }],
  }),
});
`;
const file = (...rows: readonly object[]) => ({ 'interviews.json': JSON.stringify(rows) });
const STATED = { id: 'IV1', who: '王强', remarks: 'x' };

it('stops at a member that is there in another spelling, and says what to do', {
  timeout: 120_000,
}, async () => {
  const { run, plan, write } = here({
    'pipeline.ts': pipeline(),
    ...file({ ...STATED, canceledAt: '2024-03-05' }, { ...STATED, id: 'IV2' }),
  });
  const stopped = await plan();
  expect(stopped).toMatchObject({ code: 4, stdout: '' });
  expect(stopped.stderr).toContain(
    'interviews.json: no record has "cancelledAt", which the pipeline reads, but there is "canceledAt", which it never reads: correct the name in the pipeline, or declare optional: [\'cancelledAt\']',
  );
  const validated = await run('validate', 'pipeline.ts', '--json');
  expect(validated.code).toBe(3);
  expect(JSON.parse(validated.stdout)).toMatchObject({
    refused: [{ file: 'interviews.json' }],
    rows: { valid: 2 },
  });

  write({ 'pipeline.ts': pipeline(", { optional: ['cancelledAt'] }") });
  expect(await plan()).toMatchObject({ code: 0, report: { rows: { created: 2 }, absent: [] } });
  write({ 'pipeline.ts': pipeline().replace('row.cancelledAt', 'row.canceledAt') });
  expect(await plan()).toMatchObject({ code: 0, report: { rows: { created: 1, skipped: 1 } } });
});

it('tells of a member that no record has ever had, and is quiet about null ones', {
  timeout: 120_000,
}, async () => {
  const place = await aPlace();
  const write = (rows: readonly object[], options = '') => {
    writeFileSync(join(place.folder, 'mine.ts'), pipeline(options));
    writeFileSync(join(place.folder, 'interviews.json'), JSON.stringify(rows));
  };
  const mine = join(place.folder, 'mine.ts');
  const { remarks: _, ...bare } = STATED;
  // A first night in which everything that is null is left out: told, not stopped.
  write([bare]);
  const first = await place.sync(mine);
  expect(first).toMatchObject({ code: 0, report: { rows: { created: 1 } } });
  expect(first.report).toMatchObject({
    absent: [
      { file: 'interviews.json', member: 'cancelledAt', nearest: null },
      { file: 'interviews.json', member: 'remarks', nearest: null },
    ],
  });
  const text = await place.run(['plan', mine, '--lang', 'en', '--full']);
  expect(text.stdout).toContain(
    `interviews.json: no record has ever had "remarks", which the pipeline reads. Declare optional: ['remarks'] if it may be absent.`,
  );
  expect((await place.run(['plan', mine, '--lang', 'zh', '--full'])).stdout).toContain(
    "optional: ['remarks']",
  );

  // Where only changed records are parsed, nobody knows what the others have.
  write([bare, { ...bare, id: 'IV2' }]);
  expect(await place.sync(mine)).toMatchObject({
    code: 0,
    report: { rows: { unchanged: 1, created: 1 }, absent: [] },
  });

  write([
    { ...STATED, cancelledAt: null },
    { ...bare, id: 'IV2' },
  ]);
  expect(await place.sync(mine)).toMatchObject({ code: 0, report: { rows: { updated: 1 }, absent: [] } });

  // Seen once: a small night without them, even beside a name that looks like a misspelling, goes in.
  write([{ ...bare, who: '刘芳', canceledAt: 'x' }]);
  const small = await place.sync(mine, '--full', '--allow', 'shrunk');
  expect(small).toMatchObject({ code: 0, report: { rows: { updated: 1 }, absent: [] } });
});
