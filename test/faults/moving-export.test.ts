import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, type TestContext } from 'vitest';
import { ATTACHMENTS, CREATE, objectsIn, TARGET, UPDATE } from '../target.ts';
import { aStage, type Stage, type StageOptions } from './stage.ts';

const COUNT = 6;

/** One night of an export of three files; every text and every id of the next night differs from the last one's. */
function nightOf(night: string): Readonly<Record<string, string>> {
  const ids = Array.from({ length: COUNT }, (_, index) => index + 1);
  return {
    'interviews.csv': `interview_id,application,begin_ms\n${ids.map((n) => `R-${n},A-${n},${night === 'first' ? 1709600700000 : 1709600760000}`).join('\n')}\n`,
    'assessments.csv': `interview_id,interviewer,comment\n${ids.map((n) => `R-${n},王强,${night} ${n}`).join('\n')}\n`,
    'applications.csv': `id,feishu\n${ids.map((n) => `A-${n},69606632409100000${n}${night === 'first' ? '1' : '2'}`).join('\n')}\n`,
  };
}

const FILES = Object.keys(nightOf('first'));

const BODY =
  TARGET === 'external_interview'
    ? `begin_time: integer(row.begin_ms),
      interview_assessments: row.assessments.map((one) => ({ username: one.interviewer, conclusion: 2, content: one.comment })),`
    : `date: integer(row.begin_ms), attachment_id_list: ${JSON.stringify(ATTACHMENTS.map(({ id }) => id))},
      name: row.assessments[0].interviewer, result: row.assessments[0].comment,`;

/** The body of a pipeline's `map`: `whileReading` runs when its first row is mapped, as another process might. */
const pipelineOf = (whileReading: string) => `
import { chmodSync, copyFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync, readFileSync } from 'node:fs';
import { csv, csvLookup, definePipeline, integer, join, many } from 'hire-sync';

let begun = false;
function exporter(folder) {
  if (begun) return;
  begun = true;
  const at = (name) => folder + '/' + name;
  ${whileReading}
}

export default definePipeline({
  name: 'moving',
  target: '${TARGET}',
  guards: { field: 1, changed: 1 },
  source: join(csv('interviews.csv'), { assessments: many(csv('assessments.csv'), 'interview_id') }),
  lookups: { applications: csvLookup('applications.csv', 'id', 'feishu') },
  key: (row) => row.interview_id,
  map: (row, { lookup }) => {
    exporter(process.cwd() + '/export');
    return {
      external_application_id: lookup('applications', row.application),
      ${BODY}
    };
  },
});
`;

function put(stage: Stage, night: string, prefix = ''): void {
  for (const [name, text] of Object.entries(nightOf(night)))
    writeFileSync(join(stage.source, prefix + name), text);
}

async function aMovingStage(
  context: TestContext,
  whileReading: string,
  onRequest?: StageOptions['onRequest'],
): Promise<Stage> {
  const stage = await aStage(context, { rows: [], ...(onRequest !== undefined && { onRequest }) });
  writeFileSync(stage.pipelineFile, pipelineOf(whileReading));
  put(stage, 'first');
  put(stage, 'second', 'next-');
  return stage;
}

const writes = (stage: Stage): number => stage.arrivals(CREATE).length + stage.arrivals(UPDATE).length;

const WAYS: readonly [what: string, does: string, says: RegExp][] = [
  ...FILES.map((file): [string, string, RegExp] => [
    `${file} is replaced`,
    `renameSync(at('next-${file}'), at('${file}'));`,
    new RegExp(`${file} was replaced by another file`),
  ]),
  [
    'two files are replaced',
    `for (const name of ['interviews.csv', 'assessments.csv']) renameSync(at('next-' + name), at(name));`,
    /interviews\.csv was replaced by another file; assessments\.csv was replaced by another file/,
  ],
  [
    'a file is written to',
    `writeFileSync(at('assessments.csv'), readFileSync(at('next-assessments.csv')));`,
    /assessments\.csv was changed/,
  ],
  [
    'a file is written to, and has its old size and date all the same',
    `const { atime, mtime } = statSync(at('assessments.csv'));
     writeFileSync(at('assessments.csv'), readFileSync(at('assessments.csv'), 'utf8').replaceAll('first', 'later'));
     utimesSync(at('assessments.csv'), atime, mtime);`,
    /assessments\.csv was changed/,
  ],
  ['a file is deleted', `rmSync(at('applications.csv'));`, /applications\.csv is not there any more/],
];

for (const [what, does, says] of WAYS) {
  it.concurrent(`${what} while the export is read: exit 4, and nothing is sent`, async (context) => {
    const stage = await aMovingStage(context, does);
    const { exitCode, stderr } = await stage.sync();
    expect(stderr).toMatch(says);
    expect(stderr).toContain('Run again when the export is complete.');
    expect([exitCode, writes(stage)]).toEqual([4, 0]);
  });
}

it.concurrent('a plan over two nights is none', async (context) => {
  const stage = await aMovingStage(context, WAYS[3]![1]);
  expect(await stage.plan()).toMatchObject({ exitCode: 4, report: null });
});

it.concurrent('the night after such a one is whole: what was read of two nights is kept nowhere', async (context) => {
  const stage = await aMovingStage(context, WAYS[3]![1]);
  expect((await stage.sync()).exitCode).toBe(4);
  writeFileSync(stage.pipelineFile, pipelineOf(''));
  put(stage, 'second');
  expect(await stage.sync()).toMatchObject({ exitCode: 0, report: { rows: { created: COUNT } } });
  const contents = objectsIn(stage.sandbox).map(({ body }) => JSON.stringify(body));
  expect(contents.filter((text) => text.includes('second'))).toHaveLength(COUNT);
  // By its bytes alone: another file is seen, too, where nothing is parsed.
  const again = await stage.sync();
  expect(again).toMatchObject({ exitCode: 0, report: { rows: { unchanged: COUNT } } });
});

it.concurrent('a file that was touched, or copied to where it was, holds nothing up', async (context) => {
  const stage = await aMovingStage(
    context,
    `chmodSync(at('interviews.csv'), 0o600);
     utimesSync(at('applications.csv'), new Date(), new Date());
     copyFileSync(at('assessments.csv'), at('copy.csv'));
     renameSync(at('copy.csv'), at('assessments.csv'));`,
  );
  expect(await stage.sync()).toMatchObject({ exitCode: 0, report: { rows: { created: COUNT } } });
});

it.concurrent('a file that is replaced while the app signs in stops the run before its first write', async (context) => {
  const stage = await aMovingStage(context, '', ({ url }, { source }) => {
    if (!url.includes('/auth/')) return;
    writeFileSync(join(source, 'assessments.csv'), readFileSync(join(source, 'next-assessments.csv')));
  });
  const { exitCode, stderr, report } = await stage.sync();
  expect(stderr).toMatch(/assessments\.csv was changed/);
  expect([exitCode, report?.rows.created, writes(stage)]).toEqual([4, 0, 0]);
});

it.concurrent('the same holds for a saved plan', async (context) => {
  let moves = false;
  const stage = await aMovingStage(context, '', ({ url }, { source }) => {
    if (!moves || !url.includes('/auth/')) return;
    writeFileSync(join(source, 'applications.csv'), readFileSync(join(source, 'next-applications.csv')));
  });
  expect((await stage.plan('--out', 'night.plan')).exitCode).toBe(0);
  moves = true;
  const stopped = await stage.sync('--plan', 'night.plan');
  expect(stopped.stderr).toMatch(/night\.plan is not carried out: applications\.csv was changed/);
  expect([stopped.exitCode, writes(stage)]).toEqual([4, 0]);
  moves = false;
  put(stage, 'first');
  expect(await stage.sync('--plan', 'night.plan')).toMatchObject({
    exitCode: 0,
    report: { rows: { created: COUNT } },
  });
});
