import { closeSync, existsSync, ftruncateSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { SANDBOX_APP } from '../../src/sandbox/index.ts';
import { csvOf, someRows } from '../faults/rows.ts';
import { aStage, type Cleanup, type Stage } from '../faults/stage.ts';
import { type Started, start } from './child.ts';

/** Far longer than any test may take to be read: 64 GB, most of which the disk does not have. */
const ENDLESS = 64 * 2 ** 30;

async function aRun(
  context: Cleanup,
  prepare: (stage: Stage) => void | Promise<void>,
  flags: readonly string[] = [],
  onRequest?: () => Promise<void>,
): Promise<{ stage: Stage; run: Started }> {
  const stage = await aStage(context, { rows: someRows(3), ...(onRequest && { onRequest }) });
  await prepare(stage);
  const { appId, appSecret } = SANDBOX_APP;
  const env = { FEISHU_BASE_URL: stage.url, FEISHU_APP_ID: appId, FEISHU_APP_SECRET: appSecret };
  const args = ['sync', stage.pipelineFile, '--source', stage.source, '--ledger', stage.ledgerFile, ...flags];
  const run = start(args, { cwd: join(stage.source, '..'), env });
  while (!existsSync(`${stage.ledgerFile}-wal`)) await sleep(20);
  await sleep(300);
  expect(run.child.exitCode).toBe(null);
  return { stage, run };
}

/** A file that begins as `head` says, and whose size is `ENDLESS`. */
function makeEndless(file: string, head: string): void {
  const descriptor = openSync(file, 'w');
  writeSync(descriptor, head);
  ftruncateSync(descriptor, ENDLESS);
  closeSync(descriptor);
}

it.concurrent('Ctrl-C ends a sync while it reads a child file', async (context) => {
  const { stage, run } = await aRun(context, ({ source, pipelineFile }) => {
    const part = gzipSync(Buffer.alloc(2 ** 26, 'R-001,王强,好\n'));
    const parts = Array.from({ length: 200 }, () => part);
    writeFileSync(
      join(source, 'endless.csv.gz'),
      Buffer.concat([gzipSync('id,interviewer,comment\n'), ...parts]),
    );
    writeFileSync(
      pipelineFile,
      `import { csv, definePipeline, join, many } from 'hire-sync';
export default definePipeline({
  name: 'endless',
  target: 'external_interview',
  source: join(csv('interviews.csv'), { all: many(csv('endless.csv.gz', { encoding: 'utf-8' }), 'id') }),
  key: (row) => row.id,
  map: (row) => ({ external_application_id: row.application }),
});`,
    );
  });
  run.child.kill('SIGINT');
  const { code, stderr } = await run.ended;
  expect(stderr).toMatch(/Interrupted\. The next run goes on where this one stopped/);
  expect(code).toBe(130);
  expect(stage.sandbox.arrivals()).toEqual([]);
});

it.concurrent('while it hashes the files of a saved plan', async (context) => {
  const prepare = async (stage: Stage) => {
    expect((await stage.plan('--out', 'night.plan')).exitCode).toBe(0);
    makeEndless(join(stage.source, 'interviews.csv'), csvOf(someRows(3)));
  };
  const { stage, run } = await aRun(context, prepare, ['--plan', 'night.plan']);
  run.child.kill('SIGINT');
  expect((await run.ended).code).toBe(130);
  expect(stage.sandbox.arrivals()).toEqual([]);
});

it.concurrent('a second Ctrl-C ends it whatever it waits for, a reader of its report that does not read as well', async (context) => {
  const rows = someRows(3).map((row) => ({ ...row, comment: '长'.repeat(100_000) }));
  const stage = await aStage(context, { rows });
  const { appId, appSecret } = SANDBOX_APP;
  const env = { FEISHU_BASE_URL: stage.url, FEISHU_APP_ID: appId, FEISHU_APP_SECRET: appSecret };
  const args = [
    'sync',
    stage.pipelineFile,
    '--source',
    stage.source,
    '--ledger',
    stage.ledgerFile,
    '--format',
    'csv',
  ];
  const run = start(args, { cwd: join(stage.source, '..'), env });
  run.child.stdout?.pause();
  while (stage.arrivals('external_interview.create').length < 3) await sleep(20);
  await sleep(1_500);
  expect(run.child.exitCode).toBe(null);
  run.child.kill('SIGINT');
  await sleep(300);
  expect(run.child.exitCode).toBe(null);
  run.child.kill('SIGINT');
  const exited = new Promise<number | null>((resolve) => run.child.once('exit', resolve));
  expect(await exited).toBe(130);
  expect([...stage.entries().values()].map(({ state }) => state)).toEqual(['settled', 'settled', 'settled']);
});
