import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { hireSync } from './child.ts';
import { EXPECTED } from './exports.ts';
import { aPlace, PIPELINE } from './place.ts';

const OWN_PIPELINE = `
import { csv, csvLookup, dateTime, definePipeline, join, many, required, valueMap } from 'hire-sync';

const verdict = valueMap({ 不通过: 1, 通过: 2 });

export default definePipeline({
  name: 'validated',
  target: 'external_interview',
  source: join(csv('interviews.csv', { columns: ['id', 'no', 'begin'] }), {
    notes: many(csv('notes.csv', { columns: ['id', 'who', 'verdict'] }), 'id'),
  }),
  lookups: { applications: csvLookup('applications.csv', 'no', 'feishu') },
  key: (row) => row.id,
  map: (row, { lookup }) => ({
    external_application_id: lookup('applications', row.no),
    begin_time: dateTime(row.begin, 'Asia/Shanghai'),
    interview_assessments: row.notes.map((one) => ({ username: required(one.who), conclusion: verdict(one.verdict) })),
  }),
});
`;
const FILES = {
  'interviews.csv': 'id,no,begin\nA,1,2024-03-05 09:00\nB,1,2024-02-31 09:00\nC,9,2024-03-05 09:00\n',
  'notes.csv': 'id,who,verdict\nA,王强,通过\nA,李娜,好\nX,王强,通过\n',
  'applications.csv': 'no,feishu\n1,6960663240925956437\n',
};

interface Found {
  readonly exitCode: number;
  readonly rows: object;
  readonly refused: readonly object[];
  readonly problems: readonly { readonly message: string; readonly rows: number }[];
  readonly rejects: readonly {
    readonly file: string;
    readonly line: number;
    readonly problems: readonly { readonly code: string }[];
  }[];
  readonly heldRows: readonly object[];
  readonly orphanRows: readonly object[];
}

/** Runs it over an export in which some files are replaced, without credentials. */
async function validated(over: Partial<Record<keyof typeof FILES, string | Uint8Array>>, ...flags: string[]) {
  const { folder } = await aPlace();
  mkdirSync(join(folder, 'export'));
  writeFileSync(join(folder, 'own.ts'), OWN_PIPELINE);
  for (const [name, content] of Object.entries({ ...FILES, ...over }))
    writeFileSync(join(folder, 'export', name), content);
  const ran = await hireSync(['validate', 'own.ts', '--source', 'export', ...flags], { cwd: folder });
  return { ...ran, found: () => JSON.parse(ran.stdout) as Found };
}

const places = ({ rejects }: Found) =>
  rejects.map(({ file, line, problems }) => `${file}:${line} ${problems.map(({ code }) => code).join(' ')}`);

it('tells all problems of an export in one pass, sums first, and makes no ledger', async () => {
  const place = await aPlace();
  rmSync(dirname(place.ledgerFile), { recursive: true });
  const { code, stdout, stderr } = await place.run(['validate', PIPELINE, '--json'], {
    FEISHU_APP_ID: '',
    FEISHU_APP_SECRET: '',
  });
  expect([code, stderr]).toEqual([3, '']);
  const found = JSON.parse(stdout) as Found;
  expect(found).toMatchObject({
    exitCode: 3,
    refused: [],
    rows: { read: 132, valid: 115, unchecked: 0, skipped: 9, rejected: EXPECTED.rejected.length, held: 0 },
  });
  expect(found.rejects.flatMap(({ problems }) => problems).length).toBe(EXPECTED.rejected.length);
  expect(existsSync(dirname(place.ledgerFile))).toBe(false);
});

it('lists rejected, held and parentless rows', async () => {
  const { code, stderr, found } = await validated({}, '--json');
  expect([code, stderr]).toEqual([3, '']);
  expect(places(found())).toEqual(['interviews.csv:2 VALUE_UNKNOWN', 'interviews.csv:3 DATE_INVALID']);
  expect(found().heldRows).toMatchObject([{ file: 'interviews.csv', line: 4 }]);
  expect(found().orphanRows).toMatchObject([{ file: 'notes.csv', line: 4 }]);
});

it('tells of a refused file, and of the rows above the place', async () => {
  const { code, stderr, found } = await validated(
    { 'interviews.csv': `${FILES['interviews.csv']}D,1,"2024-03-05 09:00\nE,1,\n` },
    '--json',
  );
  expect([code, stderr]).toEqual([3, '']);
  expect(found()).toMatchObject({
    exitCode: 3,
    refused: [{ file: 'interviews.csv', line: 5, offset: null }],
    rows: { read: 3, valid: 0, unchecked: 0, rejected: 2, held: 1 },
  });
  expect(places(found())).toEqual(['interviews.csv:2 VALUE_UNKNOWN', 'interviews.csv:3 DATE_INVALID']);
});

it('goes on with the other files, inventing nothing for rows whose children are unknown', async () => {
  const over = {
    'interviews.csv': `${FILES['interviews.csv']}D,1\n`,
    'notes.csv': Buffer.concat([Buffer.from('id,who,verdict\nA,王强,'), Buffer.from([0xff, 0xfe, 0x0a])]),
    'applications.csv': 'no,feishv\n1,6960663240925956437\n',
  };
  const json = await validated(over, '--json');
  expect([json.code, json.stderr]).toEqual([3, '']);
  expect(json.found().refused).toMatchObject([
    { file: 'applications.csv', line: 1, offset: null },
    { file: 'notes.csv', line: 2, offset: 24 },
  ]);
  expect(places(json.found())).toEqual(['interviews.csv:5 CELL_COUNT']);
  expect(json.found().rows).toMatchObject({ read: 4, valid: 0, unchecked: 3, rejected: 1, held: 0 });

  const text = await validated(over);
  expect([text.code, text.stderr]).toEqual([3, '']);
  expect(text.stdout).toMatch(/^Refused: applications\.csv has no column "feishu"/);
  expect(text.stdout).toMatch(/^Refused: notes\.csv, line 2, byte 24/m);
  expect(text.stdout).toContain('0 valid, 0 skipped, 1 rejected, 0 held, 3 not mapped = 4 rows read.');
});

it('a file that is not there is no finding, but a mistake of the call', async () => {
  const { code, stdout, stderr } = await validated({}, '--source', 'elsewhere');
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain('elsewhere');
});
