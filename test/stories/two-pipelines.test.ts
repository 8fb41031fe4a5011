import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import type { Report } from '../../src/result/report.ts';
import { aStage, type Stage } from '../faults/stage.ts';
import { command } from '../ledger/command.ts';
import { AT_LENGTH } from './story.ts';

/** One ATS: interviews that were scheduled, and scorecards, some of which nobody scheduled an interview for. */
const COLUMNS = `['id', 'interview', 'application', 'interviewer', 'result', 'comment']`;
const HEAD = `
import { csv, dateTime, definePipeline, join, many, required, text, valueMap } from 'hire-sync';
const verdict = valueMap({ 不通过: 1, 通过: 2 });
const scorecards = csv('scorecards.csv', { columns: ${COLUMNS} });
const assessment = (one) => ({
  username: required(one.interviewer), conclusion: verdict(one.result), content: text(one.comment),
});
`;
const SCHEDULED = `${HEAD}
export default definePipeline({
  name: 'scheduled', target: 'external_interview', sourceDir: 'export',
  source: join(csv('interviews.csv', { columns: ['id', 'application', 'begin'] }), {
    scorecards: many(scorecards, { parent: 'id', child: 'interview' }, {}, { orphans: 'expected' }),
  }),
  key: (row) => row.id,
  map: (row) => ({
    external_application_id: row.application,
    begin_time: dateTime(row.begin, 'Asia/Shanghai'),
    interview_assessments: row.scorecards.map(assessment),
  }),
});
`;
const UNSCHEDULED = `${HEAD}
export default definePipeline({
  name: 'unscheduled', target: 'external_interview', sourceDir: 'export',
  source: scorecards,
  key: (row) => row.id,
  skip: (row) => row.interview !== '' && 'belongs to an interview',
  map: (row) => ({ external_application_id: required(row.application), interview_assessments: [assessment(row)] }),
});
`;

interface Card {
  readonly id: string;
  readonly interview: string;
  readonly application: string;
  readonly comment?: string;
}
const application = (n: number) => `69606632409259560${String(n).padStart(2, '0')}`;
const interviews = Array.from({ length: 12 }, (_, n) => ({
  id: `IV-${n}`,
  application: application(n),
  begin: `2024-05-${String(n + 1).padStart(2, '0')} 09:00`,
}));
/** Two of each interview, and one beside it that belongs to none: of the same person, in much the same words as the first. */
const cards: readonly Card[] = interviews.flatMap(({ id, application }, n) => [
  { id: `C-${3 * n}`, interview: id, application },
  { id: `C-${3 * n + 1}`, interview: id, application, comment: '算法题完成得快。' },
  { id: `C-${3 * n + 2}`, interview: '', application, comment: `${AT_LENGTH}电话里再次确认。` },
]);

it('what one of two pipelines of an ATS brings is no orphan in the other, and no stranger', async (context) => {
  const stage = await aStage(context, { rows: [] });
  const folder = dirname(stage.pipelineFile);
  const files = { scheduled: join(folder, 'scheduled.ts'), unscheduled: join(folder, 'unscheduled.ts') };
  writeFileSync(files.scheduled, SCHEDULED);
  writeFileSync(files.unscheduled, UNSCHEDULED);
  writeFileSync(
    join(stage.source, 'interviews.csv'),
    `id,application,begin\n${interviews.map((one) => Object.values(one).join()).join('\n')}\n`,
  );
  const night = async (rows: readonly Card[]) => {
    write(stage, rows);
    const ran = await command(stage, 'sync', files.scheduled, files.unscheduled, '--json', '--rate', '200');
    expect([ran.code, ran.err]).toEqual([0, expect.not.stringContaining('Stopped')]);
    const { pipelines } = JSON.parse(ran.out) as { readonly pipelines: readonly Report[] };
    return pipelines.map(({ rows: { created, updated, held } }) => [created, updated, held]);
  };
  expect(await night(cards)).toEqual([
    [12, 0, 0],
    [12, 0, 0],
  ]);
  const asked = stage.sandbox.arrivals().length;
  expect(await night(cards)).toEqual([
    [0, 0, 0],
    [0, 0, 0],
  ]);
  expect(stage.sandbox.arrivals()).toHaveLength(asked);

  // One is taken back in the ATS; one turns out to belong to an interview after all.
  const [, second, third, ...rest] = cards as [Card, Card, Card, ...Card[]];
  const changed = [
    second,
    third,
    ...rest.map((card) => (card.id === 'C-5' ? { ...card, interview: 'IV-1' } : card)),
  ];
  expect(await night(changed)).toEqual([
    [0, 2, 0],
    [0, 0, 0],
  ]);
  const names = stage.sandbox.interviews().map(({ body }) => body.interview_assessments?.length);
  expect(names.toSorted()).toEqual([...Array(13).fill(1), ...Array(10).fill(2), 3]);
});

function write(stage: Stage, rows: readonly Card[]): void {
  const lines = rows.map(({ id, interview, application, comment = AT_LENGTH }) =>
    [id, interview, application, '王强', '通过', comment].join(),
  );
  writeFileSync(
    join(stage.source, 'scorecards.csv'),
    `id,interview,application,interviewer,result,comment\n${lines.join('\n')}\n`,
  );
}
