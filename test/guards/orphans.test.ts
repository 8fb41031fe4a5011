import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { aStage, type Cleanup, type Stage } from '../faults/stage.ts';
import { ADDED_ATTACHMENT, ATTACHMENTS, CREATE, TARGET, UPDATE } from '../target.ts';

const OF_INTERVIEWS = TARGET === 'external_interview';
const MAP = OF_INTERVIEWS
  ? `begin_time: dateTime(row.begin, 'Asia/Shanghai'),
    interview_assessments: row.assessments.map((one) => ({
      username: text(one.interviewer), conclusion: verdict(one.result), content: text(one.comment),
    })),`
  : `date: dateTime(row.begin, 'Asia/Shanghai'),
    attachment_id_list: row.assessments.map((one) => text(one.comment)),`;

/** Interviews and their assessments (checks and their attachments) in two files, whose names carry the night if `dated`. */
const pipeline = ({ orphans = 'report', night = '' } = {}) => `
import { csv, dateTime, definePipeline, join, many, text, valueMap } from 'hire-sync';
const verdict = valueMap({ 不通过: 1, 通过: 2 });
export default definePipeline({
  name: 'joined',
  target: '${TARGET}',
  source: join(csv('interviews${night}.csv', { columns: ['id', 'application', 'begin'] }), {
    assessments: many(
      csv('assessments${night}.csv', { columns: ['interview', 'interviewer', 'result', 'comment'] }),
      { parent: 'id', child: 'interview' }, {}, { orphans: '${orphans}' },
    ),
  }),
  key: (row) => row.id,
  map: (row) => ({
    external_application_id: row.application,
    ${MAP}
  }),
});
`;

type Assessment = readonly [interview: string, interviewer: string, result: string, comment: string];

const COUNT = 12;
const idOf = (index: number) => String(10_000 + index);
const interviews = Array.from({ length: COUNT }, (_, index) => [
  idOf(index),
  `69606632409259560${String(index % 5).padStart(2, '0')}`,
  `2024-05-${String(index + 1).padStart(2, '0')} 09:00`,
]);
const [FIRST, SECOND, OTHER] = [...ATTACHMENTS, ADDED_ATTACHMENT].map(({ id }) => id);
/** Of an assessment; of a check the attachment. */
const textOf = (words: string, attachment = ''): string => (OF_INTERVIEWS ? words : attachment);
const ELSEWHERE = textOf('另一场', OTHER);
/** Two for each interview. */
const assessments = interviews.flatMap(([id = ''], index): Assessment[] => [
  [id, `甲${index}`, '通过', textOf(`沟通顺畅 ${index}`, FIRST)],
  [id, `乙${index}`, '不通过', textOf(`不够深入 ${index}`, SECOND)],
]);

function write(stage: Stage, rows: readonly Assessment[], night = ''): void {
  const csv = (head: string, lines: readonly (readonly string[])[]) =>
    [head, ...lines.map((cells) => cells.join(','))].join('\n').concat('\n');
  writeFileSync(join(stage.source, `interviews${night}.csv`), csv('id,application,begin', interviews));
  writeFileSync(
    join(stage.source, `assessments${night}.csv`),
    csv('interview,interviewer,result,comment', rows),
  );
}

async function aJoin(context: Cleanup, options?: Parameters<typeof pipeline>[0]): Promise<Stage> {
  const stage = await aStage(context, { rows: [] });
  writeFileSync(stage.pipelineFile, pipeline(options));
  return stage;
}

async function afterGoodNight(context: Cleanup, options?: Parameters<typeof pipeline>[0]): Promise<Stage> {
  const stage = await aJoin(context, options);
  write(stage, assessments, options?.night);
  const first = await stage.sync();
  expect([first.exitCode, first.report?.rows.created]).toEqual([0, COUNT]);
  return stage;
}

const counts = ({ exitCode, report }: Awaited<ReturnType<Stage['sync']>>) => [
  exitCode,
  report?.rows.updated,
  report?.rows.held,
  report?.orphans,
];

/** The second assessment of the first interview, under another key or without one. */
const moved = (key: string, over: Partial<Record<3, string>> = {}): Assessment[] =>
  assessments.map((row, index) => (index === 1 ? [key, row[1], row[2], over[3] ?? row[3]] : row));

it('orphans: no child of a first night has a parent, so nothing is created without its assessments', async (context) => {
  const stage = await aJoin(context);
  write(
    stage,
    assessments.map(([id, ...rest]) => [`${id}.0`, ...rest]),
  );
  const stopped = await stage.sync();
  expect([stopped.exitCode, stage.arrivals(CREATE)]).toEqual([4, []]);
  expect(stopped.stderr).toContain(
    `orphans: assessments.csv: ${2 * COUNT} of the ${2 * COUNT} rows that name a parent have none in the export: 100 %`,
  );
  expect(stopped.stderr).toContain('--allow orphans');
});

it('an orphan of another record holds nothing', async (context) => {
  const stage = await afterGoodNight(context);
  // One assessment is gone, and a row of a record that is not in this export has come.
  write(stage, [...assessments.filter((_, index) => index !== 1), ['77777', '丙', '通过', ELSEWHERE]]);
  expect(counts(await stage.sync())).toEqual([3, 1, 0, 1]);
});

it.each([
  ['an empty key', '', 'has an empty or unreadable key'],
  ['a key that looks like its own', '10000.0', 'a key that looks like its own'],
  ['the very row under another key', '77777', 'that very row is in the export'],
])('a dropped assessment is held: %s', async (_name, key, words) => {
  const stage = await afterGoodNight({ onTestFinished });
  write(stage, moved(key));
  const held = await stage.sync();
  expect(counts(held)).toEqual([3, 0, 1, 1]);
  expect(JSON.stringify(held.report)).toContain(words);
  // Corrected, it goes on by itself; and the drop that is really meant goes through.
  write(stage, assessments);
  expect(counts(await stage.sync())).toEqual([0, 0, 0, 0]);
  write(
    stage,
    assessments.filter((_, index) => index !== 1),
  );
  expect(counts(await stage.sync())).toEqual([0, 1, 0, 0]);
});

it('orphans that are expected are counted, and end nothing with 3', async (context) => {
  const stage = await afterGoodNight(context, { orphans: 'expected' });
  const others = Array.from(
    { length: 5 },
    (_, i): Assessment => [`9000${i}`, '丙', '通过', textOf(`别处 ${i}`, OTHER)],
  );
  write(stage, [...assessments, ...others]);
  const ran = await stage.sync();
  expect(counts(ran)).toEqual([0, 0, 0, 0]);
  expect(ran.report?.files.find(({ role }) => role === 'assessments')).toMatchObject({
    orphaned: 5,
    unnamed: 0,
  });
});

it('of those that are expected only the very row holds a drop', async (context) => {
  const stage = await afterGoodNight(context, { orphans: 'expected' });
  write(stage, moved(''));
  expect(counts(await stage.sync())).toEqual([3, 0, 1, 0]);
  write(stage, moved('', { 3: ELSEWHERE }));
  expect(counts(await stage.sync())).toEqual([0, 1, 0, 0]);
});

it('orphans: one is enough where the pipeline says stop', async (context) => {
  const stage = await afterGoodNight(context, { orphans: 'stop' });
  write(stage, [...assessments, ['77777', '丙', '通过', ELSEWHERE]]);
  const stopped = await stage.sync();
  expect(stopped.exitCode).toBe(4);
  expect(stopped.stderr).toContain('the pipeline allows none');
});

it('guards know the files of the night before, whose names carry another date', async (context) => {
  const stage = await afterGoodNight(context, { night: '-2026-11-27' });
  writeFileSync(stage.pipelineFile, pipeline({ night: '-2026-11-28' }));
  write(stage, assessments.slice(0, 15), '-2026-11-28');
  const stopped = await stage.sync();
  expect([stopped.exitCode, stage.arrivals(UPDATE)]).toEqual([4, []]);
  expect(stopped.stderr).toContain(
    'assessments-2026-11-28.csv has 15 rows, last time assessments-2026-11-27.csv had 24',
  );
});

it('a share of known records is never more than all of them', async (context) => {
  const stage = await afterGoodNight(context);
  // Every interview loses an assessment; the rows are there, under keys that nobody has.
  write(
    stage,
    assessments.map((row, index) => (index % 2 === 1 ? [`X${row[0]}`, row[1], row[2], row[3]] : row)),
  );
  const { stderr, exitCode } = await stage.sync('--allow', 'orphans');
  expect(exitCode).toBe(3);
  expect(stderr).not.toMatch(/Infinity|NaN|1\d\d(\.\d)? %/);
});
