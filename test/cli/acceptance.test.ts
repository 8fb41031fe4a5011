import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { aPlace } from './place.ts';

const ID = '6960663240925956437';
const PIPELINE = `
import { csv, csvLookup, definePipeline, required, valueMap } from 'hire-sync';
const verdict = valueMap({ 通过: 2, 推荐: 2, 不通过: 1, 待定: 3 });
export default definePipeline({
  name: 'signed',
  target: 'external_interview',
  source: csv('i.csv', { columns: ['编号', '申请', '候选人', '职位', '面试官', '结果'] }),
  lookups: { applications: csvLookup('applications.csv', '申请', 'feishu') },
  key: (row) => row.编号,
  label: (row) => \`\${row.候选人} · \${row.职位}\`,
  map: (row, { lookup }) => ({
    external_application_id: lookup('applications', row.申请),
    interview_assessments: [{ username: required(row.面试官), conclusion: verdict(row.结果) }],
  }),
});
`;
const HEAD = '编号,申请,候选人,职位,面试官,结果\n';
const WORDS = ['通过', '通过', '通过', '不通过', '通过', '待定', '通过', '推荐'];
const rows = (results: readonly string[], who = '王强') =>
  HEAD + results.map((result, i) => `N${i},A,欧阳候选${i},后端<b>,${who},${result}\n`).join('');

it('a first migration is reviewed by a sample and by names, and a canary writes the sample first', async () => {
  const place = await aPlace();
  const { folder } = place;
  mkdirSync(join(folder, 'export'));
  writeFileSync(join(folder, 'own.ts'), PIPELINE);
  writeFileSync(join(folder, 'export/applications.csv'), `申请,feishu\nA,${ID}\n`);
  writeFileSync(join(folder, 'export/i.csv'), rows(WORDS));
  const args = ['own.ts', '--source', 'export'];

  const reports = ['page.html', 'all.csv', 'all.json', 'redacted.html'].flatMap((file) => ['--report', file]);
  const planned = await place.run(['plan', ...args, '--sample', '9', ...reports.slice(0, 6)]);
  expect(planned.code).toBe(0);
  expect(planned.stdout).toMatch(
    /Sample for acceptance: 4 records show (\d+) of the \1 words, values and fields there are \(of 8 creates and updates\)/,
  );
  expect(planned.stdout).toMatch(/\n {2}N3 .*结果 = 不通过/);
  const bounded = await place.run(['plan', ...args, '--sample', '2']);
  expect(bounded.stdout).toContain('Sample for acceptance: 2 records show');
  const redacted = await place.run([
    'plan',
    ...args,
    '--redact',
    '--report',
    'redacted.html',
    '--report',
    'redacted.csv',
  ]);

  // Who it is stands where a person reads, and nowhere else.
  const text = (file: string) => readFileSync(join(folder, file), 'utf8');
  expect(text('page.html')).toContain('"l":"欧阳候选3 · 后端\\u003cb\\u003e"');
  expect(text('page.html')).toMatch(/王强<\/th><td class="num"[^>]*>8<\/td><td class="v"[^>]*>N0, N1, N2</);
  expect(text('redacted.html')).not.toContain('王强');
  expect(text('all.csv')).toContain('欧阳候选3 · 后端<b>');
  for (const quiet of [planned, redacted]) expect(quiet.stdout + quiet.stderr).not.toContain('欧阳');
  for (const file of ['all.json', 'redacted.html', 'redacted.csv']) expect(text(file)).not.toContain('欧阳');

  const canary = await place.sync(...args, '--canary', '4');
  expect(canary.report).toMatchObject({ rows: { created: 4 } });
  expect(JSON.stringify(canary.report)).not.toContain('欧阳');
  expect(place.entries().map(({ key }) => key)).toEqual(['N0', 'N3', 'N5', 'N7']);
  for (const { applied_payload } of place.entries()) expect(applied_payload).not.toContain('欧阳');

  // The rest, and what changes: a canary keeps its halves.
  writeFileSync(join(folder, 'export/i.csv'), rows(WORDS, '李娜'));
  const halves = await place.sync(...args, '--canary', '3', '--allow', 'field', '--allow', 'changed');
  expect(halves.report).toMatchObject({ rows: { created: 1, updated: 2 } });

  // A rejected row is known by its name as well.
  writeFileSync(join(folder, 'export/i.csv'), rows([...WORDS, '也许'], '李娜'));
  const rejected = await place.sync(...args, '--allow', 'field', '--allow', 'changed');
  expect(rejected.report).toMatchObject({ rows: { rejected: 1 } });
  const file = readdirSync(join(folder, '.hire-sync/runs'), { recursive: true, encoding: 'utf8' }).find(
    (name) => name.endsWith('rejects.csv'),
  );
  const rejects = readFileSync(join(folder, '.hire-sync/runs', file ?? ''), 'utf8');
  expect(rejects).toMatch(/_key,_label,_file.*\r\n.*,N8,欧阳候选8 · 后端<b>,i\.csv/);
  expect(JSON.stringify(rejected.report.rejects)).not.toContain('欧阳');

  // What is kept of the run has the names; the ledger has none.
  const runs = join(folder, '.hire-sync/runs');
  const stored = readdirSync(runs, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.db'),
  );
  const all = stored.map((name) => readFileSync(join(runs, name), 'utf8')).join('');
  expect(all).toContain('欧阳候选');
  expect(readFileSync(place.ledgerFile, 'utf8')).not.toContain('欧阳');
});
