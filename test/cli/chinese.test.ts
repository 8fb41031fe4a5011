import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runHere } from '../faults/in-process.ts';
import { defaultGuards, someRows } from '../faults/rows.ts';
import { aStage } from '../faults/stage.ts';
import { proseOf, wordsIn } from '../report/english.ts';
import { hireSync } from './child.ts';

it('speaks Chinese on stderr: a guard, an error, a refused file', async (context) => {
  const rows = someRows(80);
  const stage = await aStage(context, { rows });
  writeFileSync(stage.pipelineFile, defaultGuards(readFileSync(stage.pipelineFile, 'utf8')));
  expect((await runHere(stage)).exitCode).toBe(0);
  stage.write(rows.slice(0, 60));
  const stopped = await stage.sync('--lang', 'zh');
  expect(stopped.exitCode).toBe(4);
  expect(stopped.stderr).toContain(
    'interviews.csv 有 60 行，上次 80 行，少了 25 %（guards.shrunk 最多允许 20 %）',
  );
  expect(stopped.stderr).toContain('--allow shrunk --allow older 只在这一次运行中放行');
  expect(wordsIn(proseOf(stopped.stderr))).toEqual([]);
  expect(stopped.report?.stopped).toMatchObject({
    guards: ['shrunk', 'older'],
    complaints: [
      { guard: 'shrunk', rows: 60, message: expect.stringContaining('少了 25 %') },
      { guard: 'older' },
    ],
  });
  // A locale is as good as a flag.
  const cwd = stage.source;
  const wrong = await hireSync(['runs', 'none', '--ledger', stage.ledgerFile], {
    cwd,
    env: { LC_ALL: 'zh_CN.UTF-8' },
  });
  expect(wrong.stderr).toMatch(/^hire-sync：同步台账 \S+ 中没有运行 none。/);
  writeFileSync(join(stage.source, 'interviews.csv'), 'id,"application\n');
  const refused = await hireSync(['validate', stage.pipelineFile, '--source', cwd, '--lang', 'zh'], { cwd });
  expect(refused.code).toBe(3);
  expect(refused.stdout).toMatch(/无法读取 interviews\.csv（第 1 行）：引号没有成对/);
  const help = await hireSync(['sync', '--help', '--lang', 'zh'], { cwd });
  expect(help.stdout).toMatch(/--redact +报告中隐去姓名和评语/);
  expect(help.stdout).toMatch(/--limit <n> +每类列出前几条；0 列出全部（默认 20）/);
});
