import { expect, it } from 'vitest';
import { here } from './here.ts';
import type { JsonReport } from './place.ts';

const PIPELINE = `import { csv, csvLookup, definePipeline, id, integer, join, many, required, text, valueMap } from 'hire-sync';
const verdict = valueMap({ 通过: 2, 不通过: 1 });
export default definePipeline({
  name: 'same', target: 'external_interview', sourceDir: '.',
  guards: { rejected: 1, orphans: 1 },
  source: join(csv('interviews.csv'), { scores: many(csv('scores.csv'), 'id') }),
  lookups: { applications: csvLookup('applications.csv', 'no', 'feishu', { missing: 'reject' }) },
  key: (row) => row.id,
  map: (row, { lookup, reject }) => {
    if (row.who === '谁') reject('面试官不明', 'who');
    if (row.who === '坏') throw new Error('no such interviewer');
    return {
      external_application_id: id(lookup('applications', row.application)),
      interview_assessments: [
        { username: required(row.who), conclusion: verdict(row.result), content: text(row.note), ...(row.who === '错' && { conclusoin: 2 }) },
        ...row.scores.map((score) => ({ username: text(score.value), conclusion: integer(score.value, { min: 1, max: 5 }) })),
      ],
    };
  },
});
`;
const INTERVIEWS = [
  'id,application,who,result,note',
  ...[
    'A1,9001,王强,通过,一',
    'A1,9001,王强,不通过,二',
    ',9001,王强,通过,无编号',
    'A3,9404,王强,通过,',
    'A4,9002,王强,通过,',
  ],
  ...[
    'A5,9003,王强,通过,',
    'A6,9001,,通过,',
    'A7,9001,王强,合格,',
    'A8,9001,王强,通过',
    'A9,9001,王强,通过,多,余',
  ],
  ...[
    'B1,9001,谁,通过,',
    'B2,9001,坏,通过,',
    'B3,9001,错,通过,',
    ' B4,9001,王强,通过,',
    'B5,09001,王强,通过,',
    'B6,,王强,通过,',
  ],
  ...['B7,9004,王强,通过,', 'B8,9001,"王强,通过,', ''],
].join('\n');
const FILES = {
  'pipeline.ts': PIPELINE,
  'interviews.csv': INTERVIEWS,
  'scores.csv': 'id,value\nA7,9\nX9,3\n0A7,3\n,2\n',
  'applications.csv':
    'no,feishu\n9001,6960663240925956437\n9002,6960663240925956438\n9002,6960663240925956439\n9003,\n9004,6.96066E+18\n',
};

/** What a sentence shows: numbers, what stands in quotes, names of files with their lines. */
const dataIn = (text: string) => [
  ...new Set(
    [...text.matchAll(/"([^"]+)"|([\w-]+\.(?:csv|ts)(?::\d+)?)|(\d+)/g)].map(
      ([, ...parts]) => parts.find((part) => part !== undefined) ?? '',
    ),
  ),
];

it('a problem in Chinese shows every datum that it shows in English', async () => {
  const files = { ...FILES, 'interviews.csv': INTERVIEWS.replace('B8,9001,"王强,通过,\n', '') };
  const { run } = here(files);
  const of = async (lang: string) => {
    const { stdout, stderr } = await run('plan', 'pipeline.ts', '--json', '--lang', lang);
    expect(stdout, stderr).toMatch(/^\{/);
    return JSON.parse(stdout) as JsonReport & { orphanRows: readonly { message: string }[] };
  };
  const [zh, en] = [await of('zh'), await of('en')];
  const said = (report: typeof zh) => [
    ...report.rejects.flatMap(({ problems }) =>
      problems.map(({ code, message }) => [code, message] as const),
    ),
    ...report.orphanRows.map(({ message }) => ['orphan', message] as const),
  ];
  const [chinese, english] = [said(zh), said(en)];
  expect(chinese.map(([code]) => code)).toEqual(english.map(([code]) => code));
  const silent = english.flatMap(([code, text], index) => {
    const told = chinese[index]?.[1] ?? '';
    const missing = dataIn(text).filter((datum) => !told.includes(datum));
    return missing.length === 0 && /\p{Script=Han}/u.test(told) ? [] : [{ code, text, told, missing }];
  });
  expect(silent).toEqual([]);
  const codes = new Set(english.map(([code]) => code));
  for (const code of [
    'KEY_DUPLICATE',
    'KEY_MISSING',
    'CELL_COUNT',
    'CELL_INVALID',
    'VALUE_MISSING',
    'VALUE_UNKNOWN',
    'NUMBER_INVALID',
    'LOOKUP_MISSING',
    'LOOKUP_AMBIGUOUS',
    'PAYLOAD_INVALID',
    'MAPPING_REJECTED',
    'MAPPING_FAILED',
    'orphan',
  ])
    expect([...codes]).toContain(code);
});
