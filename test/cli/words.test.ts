import { expect, it } from 'vitest';
import { here } from './here.ts';
import type { JsonReport } from './place.ts';

const WORDS = ['\\N', 'NULL', 'null', 'None', 'nan', 'NaN', 'undefined', '(null)', '[object Object]'];
const NAMES = ['Null', 'nil', '无', '-', '王强'];

const pipeline = (
  options: string,
  content = 'text(row.note)',
) => `import { csv, definePipeline, id, joinText, required, text } from 'hire-sync';
export default definePipeline({
  name: 'words', target: 'external_interview', sourceDir: '.', guards: { rejected: 1 },
  source: csv('interviews.csv'${options}),
  key: (row) => id(row.no),
  map: (row) => ({
    external_application_id: '6960663240925956437',
    interview_assessments: [{ username: required(row.who), conclusion: 2, content: ${content} }],
  }),
});
`;
const EXPORT = `no,who,note\n${[...WORDS, ...NAMES].map((word, index) => `A${index},${word},${word}`).join('\n')}\n`;
const rejected = (report: JsonReport | undefined) =>
  report?.rejects.map(({ problems: [problem] }) => [problem?.code, problem?.field, problem?.value]);

it('names no interviewer by a word for nothing; what the message advises works', {
  timeout: 120_000,
}, async () => {
  const { plan, write } = here({ 'pipeline.ts': pipeline(''), 'interviews.csv': EXPORT });
  const refused = await plan();
  expect(refused.code).toBe(3);
  expect(rejected(refused.report)).toEqual(WORDS.map((word) => ['VALUE_MISSING', 'who', word]));
  expect(refused.report?.rows).toMatchObject({ read: 14, created: NAMES.length, rejected: WORDS.length });
  const advice = refused.report?.rejects.map(({ problems: [problem] }) => {
    return /declare empty: \['(.*)'\] for/.exec(problem?.message ?? '')?.[1];
  });
  expect(advice).toEqual(['\\\\N', ...WORDS.slice(1)]);

  // As the messages say: they are nothing here …
  write({ 'pipeline.ts': pipeline(`, { empty: [${advice?.map((word) => `'${word}'`).join(', ')}] }`) });
  const emptied = await plan();
  expect(rejected(emptied.report)).toEqual(WORDS.map(() => ['VALUE_MISSING', 'who', '']));
  expect(emptied.report).toMatchObject({ files: [{ emptied: 2 * WORDS.length }] });

  // … or values.
  write({ 'pipeline.ts': pipeline(', { empty: [] }') });
  const taken = await plan();
  expect(taken.code).toBe(0);
  expect(taken.report).toMatchObject({ rows: { created: 14, rejected: 0 }, files: [{ emptied: 0 }] });
});

it('sends no comment with a word that the pipeline made', { timeout: 120_000 }, async () => {
  const { plan, run, write } = here({
    'pipeline.ts': pipeline('', `\`\${text(row.who)}: \${text(row.note)}\``),
    'interviews.csv': 'no,who,note\n1,王强,好\n2,刘芳,\n3,陈晨,undefined behaviour in C\n',
  });
  const { report, code } = await plan();
  expect(code).toBe(3);
  expect(report?.rows).toMatchObject({ read: 3, created: 2, rejected: 1 });
  expect(report?.rejects).toMatchObject([{ key: '2', line: 3 }]);
  expect(report?.rejects[0]?.problems).toMatchObject([
    { code: 'PAYLOAD_INVALID', field: 'interview_assessments[0].content', value: '刘芳: undefined' },
  ]);
  expect((await run('plan', 'pipeline.ts')).stdout).toContain('joinText(separator, …parts)');
  write({ 'pipeline.ts': pipeline('', "joinText(': ', row.who, row.note)") });
  expect(await plan()).toMatchObject({ code: 0, report: { rows: { created: 3 } } });
});
