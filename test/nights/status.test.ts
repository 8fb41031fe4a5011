import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import type { Status } from '../../src/result/standing.ts';
import { ROOT } from '../cli/child.ts';
import { type Row, someRows } from '../faults/rows.ts';
import { aStage } from '../faults/stage.ts';
import { command } from '../ledger/command.ts';

const DAY = 86_400_000;

it('status tells what is late, what is open and since when, and which copies there are', async (context) => {
  const [first, second, ...others] = someRows(24) as [Row, Row, ...Row[]];
  const bad = { ...first, verdict: '好' } as unknown as Row;
  const stage = await aStage(context, { rows: [bad, second, ...others] });
  const ask = async (...flags: string[]) => {
    const { code, out } = await command(stage, 'status', '--json', ...flags);
    return { code, status: JSON.parse(out) as Status };
  };
  expect(await command(stage, 'status')).toMatchObject({ code: 2 });
  const { report } = await stage.sync();
  const before = await ask();
  expect(before).toMatchObject({ code: 0, status: { exitCode: 0, late: [], backups: [] } });
  expect(before.status.pipelines).toMatchObject([
    {
      pipeline: 'faults',
      finished: { run: report?.run, state: 'finished', exitCode: 3, rows: report?.rows },
      last: { run: report?.run },
      open: { rejected: { rows: 1 }, held: { rows: 0, since: null }, waiting: { rows: 0 } },
      unsettled: { rows: 0, since: null },
    },
  ]);
  // Three days pass; then the row is refused for another reason, and another one for the first time.
  const shift = (ms: number) =>
    stage.sql(`UPDATE run SET started_at = started_at - ${ms}, finished_at = finished_at - ${ms};
      UPDATE run_issue SET since = since - ${ms}`);
  shift(3 * DAY);
  expect(await ask()).toMatchObject({
    code: 10,
    status: { late: [{ pipeline: 'faults', what: 'finished' }] },
  });
  expect((await ask('--max-age', '4d')).code).toBe(0);
  stage.write([{ ...first, beginMs: 'soon' } as unknown as Row, { ...bad, id: 'R-new' }, second, ...others]);
  const later = await stage.sync();
  const { status, code } = await ask();
  expect(code).toBe(0);
  const { open, finished } = status.pipelines[0]!;
  expect([open.rejected.rows, later.report?.rows.rejected]).toEqual([2, 2]);
  expect(Date.parse(finished!.startedAt) - Date.parse(open.rejected.since!)).toBeGreaterThan(2.9 * DAY);
  expect((await ask('--max-open', '2d')).status).toMatchObject({ late: [{ what: 'open' }], exitCode: 10 });
  // A guard stops the night after, and one dies: neither has finished.
  stage.write([]);
  expect((await stage.sync()).exitCode).toBe(4);
  await command(stage, 'ledger', 'backup', join(dirname(stage.ledgerFile), 'copy.db'));
  stage.sql(
    `INSERT INTO run (id, pipeline, mode, state, started_at) VALUES ('zzz', 'faults', 'sync', 'running', ${Date.now()})`,
  );
  const last = await ask('faults');
  expect(last.status).toMatchObject({
    ledger: { running: null },
    backups: [{ file: join(dirname(stage.ledgerFile), 'copy.db') }],
    pipelines: [{ finished: { run: later.report?.run }, last: { run: 'zzz', state: 'died' } }],
  });
  const file = createRequire(join(ROOT, 'package.json')).resolve('hire-sync/status.schema.json');
  const ajv = new Ajv2020({ allErrors: true, validateFormats: false });
  const check = ajv.compile(JSON.parse(readFileSync(file, 'utf8')) as object);
  for (const one of [before.status, last.status]) expect([check(one), check.errors]).toEqual([true, null]);
  // The same for a person, and a name that nobody knows.
  const { out } = await command(stage, 'status', '--lang', 'en', '--max-open', '2d');
  expect(out.split('\n')).toEqual([
    expect.stringMatching(/^Ledger .*ledger\.db \(\d+ kB, app cli_\w+ at http.*\)$/),
    expect.stringMatching(/^1 copy, the newest of .* ago\): .*copy\.db$/),
    'faults:',
    expect.stringMatching(/^ {2}last finished: \S+, .* ago\), exit code 3$/),
    expect.stringMatching(/^ {2}newest, died without a word: zzz, /),
    expect.stringMatching(/^ {2}open: 2 rejected since .* \(72 h .*ago\)$/),
    'Late: faults: rows have been open for more than 48 h 0 min',
    expect.stringMatching(/^Times are those of this machine, /),
    '',
  ]);
  expect((await command(stage, 'status', '--lang', 'zh')).out).toContain('未处理：数据有误 2，最早 ');
  expect(await command(stage, 'status', 'fautls')).toMatchObject({ code: 2 });
});
