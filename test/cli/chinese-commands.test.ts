import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { sandboxEnv } from '../child-env.ts';
import { someRows } from '../faults/rows.ts';
import { aStage } from '../faults/stage.ts';
import { proseOf, wordsIn } from '../report/english.ts';
import { hireSync } from './child.ts';

/** What is no English word on stdout and stderr of a command: statuses of HTTP, names of the probe's table, and of states. */
const DATA =
  /GMT\+\d+|HTTP \d+|external_id|batch_query|PUT|sha256|INVALID|KEY|NAME|DIR|stdin|stdout|App (?:ID|Secret)|yes|\[y\/N\]|\b(?:valueMap|probe|verdict|application|faults|later|nobody|nosuch|hold|json|html|nothing|other|offers|none|fast|ask|no id|a b|ids|txt|db|old|new|creating|create|skip|keep|again|adopt|overwrite|interviews|interview-records|background-checks|mtime|csv|jsonl|kB|MB)\b|\/\S+|<\w+>|\b[A-Z]{2,}_\w+/g;

const RUN = /\d{8}-\d{6}-[0-9a-f]{6}/;
const english = (text: string) => wordsIn(proseOf(text).replaceAll(DATA, ' '));

/** What somebody types on a normal day, and what they mistype: each command at least once. */
it('speaks Chinese in every command: results, questions, refusals and mistakes', async (context) => {
  const rows = someRows(9);
  const stage = await aStage(context, { rows });
  const folder = dirname(stage.pipelineFile);
  const place = (name: string) => join(folder, name);
  const file = 'pipeline.ts';
  const env = sandboxEnv(stage.url);
  const found: object[] = [];
  const says = async (expected: number, ...args: string[]) => {
    const { code, stdout, stderr } = await hireSync(args, { cwd: folder, env });
    const text = stdout + stderr;
    const isChinese = /\p{Script=Han}/u.test(text);
    const words = english(text.replaceAll(folder, '').replaceAll(new RegExp(RUN, 'g'), ''));
    if (code !== expected || !isChinese || words.length > 0) found.push({ args, code, words, text });
    return text;
  };
  // `ledger …`, `rekey`, `resolve` and `pull` have no --lang: the settings file says it for all.
  const settings = { lang: 'zh', source: 'export', ledger: 'ledger.db', rate: 200, logLevel: 'silent' };
  writeFileSync(place('hire-sync.config.json'), JSON.stringify(settings));
  await says(0, 'validate', file);
  await says(0, 'plan', file, '--out', 'night.plan');
  await says(0, 'sync', file, '--plan', 'night.plan', '--approved-by', '王强');
  await says(0, 'status');
  await says(0, 'verify', file, '--known-only');
  const listed = await says(0, 'runs');
  const run = RUN.exec(listed)?.[0] ?? '';
  expect(await says(0, 'runs', run)).toContain('签字      王强');
  await says(0, 'ledger', 'check');
  await says(0, 'ledger', 'backup', 'copy.db');
  await says(0, 'rekey', file);
  await says(2, 'rekey', 'faults');
  // A plan that was carried out is refused, and the run says so, and why.
  await says(4, 'sync', file, '--plan', 'night.plan', '--approved-by', '李娜');
  const refused = RUN.exec(await says(0, 'runs'))?.[0] ?? '';
  expect(await says(0, 'runs', refused)).toMatch(
    /签字（未执行） 李娜\n(.*\n)*停止原因 +计划 night\.plan 没有执行：它已由运行/,
  );
  await says(2, 'resolve', 'faults', 'R-001', '--create', '--skip');
  await says(2, 'resolve', 'faults', 'R-404', '--create');
  await says(0, 'resolve', file, 'R-404', '--skip');
  await says(2, 'resolve', file, '--from', 'none.csv', '--keep');
  writeFileSync(
    place('holds.csv'),
    'pipeline,key,reason,decision\nfaults,R-001,nothing,create\nother,x,y,skip\n',
  );
  await says(2, 'resolve', file, '--from', 'holds.csv');
  writeFileSync(place('ids.txt'), `${rows[0]?.application}\nno id\n`);
  await says(4, 'pull', 'interviews', '--applications', 'ids.txt', '--out', 'all.jsonl');
  writeFileSync(place('ids.txt'), `${rows[0]?.application}\n`);
  await says(0, 'pull', 'interviews', '--applications', 'ids.txt', '--out', 'all.jsonl');
  await says(2, 'pull', 'offers', '--applications', 'ids.txt', '--out', 'x.jsonl');
  await says(2, 'pull', 'interviews', '--out', 'x.jsonl');
  await says(2, 'probe', '--application', rows[0]?.application ?? '');
  await says(0, 'probe', '--application', rows[0]?.application ?? '', '--yes');
  mkdirSync(place('other'));
  await says(0, 'ledger', 'rebuild', file, '--ledger', 'other/ledger.db');
  await says(0, 'undo', '--run', run, '--plan');
  await says(2, 'undo', '--run', run);
  await says(0, 'undo', '--run', run, '--yes');
  await says(2, 'undo', '--run', 'none');
  await says(0, 'ledger', 'rename-pipeline', 'faults', 'later');
  await says(2, 'ledger', 'rename-pipeline', 'faults', 'a b');
  for (const mistake of [
    ['nosuch'],
    ['sync', file, '--dryrun'],
    ['sync', file, '--rate', 'fast'],
    ['sync', file, '--on-drift', 'ask'],
    ['sync', 'pipelines/none.ts'],
    ['sync', file, '--source', 'nowhere'],
    ['plan', file, '--report', 'pipeline.ts'],
    ['plan', file, '--format', 'csv', '--json'],
    ['status', 'nobody'],
    ['runs', 'none'],
    ['runs', '--limit', '-1'],
    ['verify', 'nobody'],
    ['status', '--ledger', 'none.db'],
  ])
    await says(2, ...mistake);
  expect(found).toEqual([]);
});

it('reads the language of a profile before it reads the command line', async (context) => {
  const stage = await aStage(context, { rows: someRows(3) });
  const cwd = dirname(stage.pipelineFile);
  const settings = { lang: 'en', profiles: { north: { lang: 'zh' }, south: { ledger: 'south.db' } } };
  writeFileSync(join(cwd, 'hire-sync.config.json'), JSON.stringify(settings));
  const status = (...flags: string[]) => hireSync(['status', ...flags], { cwd });
  expect((await status('--profile', 'north')).stderr).toMatch(/^hire-sync：没有同步台账/);
  expect((await status('--profile=south')).stderr).toMatch(/^hire-sync: There is no ledger/);
  expect((await status('--profile', 'north', '--lang', 'en')).stderr).toMatch(
    /^hire-sync: There is no ledger/,
  );
  expect(readFileSync(stage.pipelineFile, 'utf8')).not.toBe('');
});
