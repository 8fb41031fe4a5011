import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import {
  aNativeTenant,
  PIPELINE,
  sourceApplication,
  syncArgs,
  writeLists,
} from '../pipelines/native-tenant.ts';
import { aPlace } from './place.ts';

const interviews = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    application_id: sourceApplication(n),
    id: `70000000000000${String(n).padStart(5, '0')}`,
    interview_record_list: [{ id: '1', user_id: 'ou_1', content: '机密', commit_status: 1, conclusion: 1 }],
  }));

it('a sync killed while it reads goes on where it was; nothing was written, nothing is left', {
  timeout: 120_000,
}, async () => {
  const [place, tenant] = [await aPlace(), await aNativeTenant()];
  const spool = join(place.folder, '.hire-sync/read');
  writeLists(place.folder, 40);
  tenant.hold(interviews(40));
  // One answer never comes: all before it are kept.
  tenant.sandbox.setFaults([
    { match: { endpoint: 'application_interview.list', nth: 30 }, fault: { kind: 'black-hole' } },
  ]);
  const args = syncArgs(place.folder);
  const killed = place.start(args, tenant.env);
  // No other limit than the child's own: a busy machine takes its time.
  let over = false;
  void killed.ended.then(() => {
    over = true;
  });
  while (tenant.pages().length < 40 && !over) await sleep(20);
  expect(over).toBe(false);
  killed.child.kill('SIGKILL');
  await killed.ended;
  expect(statSync(join(spool, 'feishu-records.pages')).mode & 0o777).toBe(0o600);
  expect(place.writes()).toEqual([]);

  tenant.sandbox.setFaults([]);
  const before = tenant.pages().length;
  const { stdout, stderr } = await place.run(args, tenant.env);
  expect(JSON.parse(stdout), stderr).toMatchObject({ exitCode: 0, rows: { read: 40, created: 40 } });
  const again = tenant.pages().slice(before);
  // As many as are under way at a time.
  expect(again.length).toBeLessThanOrEqual(16);
  expect(again).toContain(sourceApplication(29));
  expect(readdirSync(spool)).toEqual([]);
});

it('what is corrected after a guard stopped a sync is read again', async () => {
  const [place, tenant] = [await aPlace(), await aNativeTenant()];
  writeLists(place.folder, 40);
  const args = syncArgs(place.folder);
  const sync = async (...flags: string[]): Promise<unknown> =>
    JSON.parse((await place.run([...args, ...flags], tenant.env)).stdout);
  tenant.hold(interviews(40));
  expect(await sync()).toMatchObject({ exitCode: 0, rows: { created: 40 } });
  // Somebody turned every pass into a fail; then it is as it was.
  const turned = interviews(40);
  for (const { interview_record_list: records } of turned) records[0]!.conclusion = 2;
  tenant.hold(turned);
  expect(await sync()).toMatchObject({ exitCode: 4, stopped: { code: 'GUARDED' } });
  tenant.hold(interviews(40));
  expect(await sync()).toMatchObject({ exitCode: 0, rows: { unchanged: 40 } });
});

it('a plan names what is missing, what is refused, and which page', async () => {
  const [place, tenant] = [await aPlace(), await aNativeTenant()];
  writeLists(place.folder, 2);
  tenant.hold(interviews(2));
  const run = (env: Readonly<Record<string, string>>, ...flags: string[]) =>
    place.run(['plan', PIPELINE, '--source', place.folder, ...flags], env);

  const none = await run({});
  expect([none.code, none.stderr]).toEqual([
    2,
    expect.stringContaining(
      'SOURCE_FEISHU_APP_ID, SOURCE_FEISHU_APP_SECRET or SOURCE_FEISHU_APP_SECRET_FILE',
    ),
  ]);
  const { SOURCE_FEISHU_APP_ID: appId = '', ...rest } = tenant.env;
  const stranger = await run(rest, '--source-app-id', 'cli_stranger');
  expect(stranger.code).toBe(1);
  expect(stranger.stderr).toMatch(
    /The tenant to read from: .*10014.*check SOURCE_FEISHU_APP_ID and SOURCE_FEISHU_APP_SECRET/,
  );

  tenant.sandbox.setFaults([
    {
      match: { endpoint: 'application_interview.list', nth: 2 },
      fault: { kind: 'error', status: 400, code: 180001, msg: '机密' },
    },
  ]);
  const refused = await run(rest, '--source-app-id', appId);
  expect(refused.code).toBe(4);
  expect(refused.stderr).toMatch(
    /applications\.csv, line [23]: page 1 of the interviews of application \d+ was refused by Feishu \(code 180001, log id/,
  );
  for (const { stdout, stderr } of [none, stranger, refused]) {
    expect(stdout + stderr).not.toContain('机密');
    expect(stdout + stderr).not.toContain(tenant.env.SOURCE_FEISHU_APP_SECRET);
  }
  expect(place.sandbox.arrivals().filter(({ endpoint }) => endpoint !== 'token')).toEqual([]);
  expect(existsSync(join(place.folder, '.hire-sync/ledger.db'))).toBe(false);
});

it.each(['validate', 'sync', 'ledger rebuild'])('%s reads from there, too', async (command) => {
  const place = await aPlace();
  writeLists(place.folder, 1);
  const { code, stderr } = await place.run([...command.split(' '), PIPELINE, '--source', place.folder]);
  expect([code, stderr]).toEqual([2, expect.stringContaining('SOURCE_FEISHU_APP_SECRET_FILE')]);
  expect(place.sandbox.arrivals()).toEqual([]);
});

it('reads at the documented rate: a tenant that counts limits nothing', async () => {
  const tenant = await aNativeTenant({ limits: { 'application_interview.list': 10 } });
  const place = await aPlace();
  writeLists(place.folder, 20);
  tenant.hold(interviews(20));
  const { stdout, stderr } = await place.run(
    ['plan', PIPELINE, '--source', place.folder, '--json'],
    tenant.env,
  );
  expect(JSON.parse(stdout), stderr).toMatchObject({ rows: { created: 20 } });
  expect(tenant.sandbox.arrivals().filter(({ code }) => code === 99991400)).toEqual([]);
});

const TENANT = "feishuInterviewRecords({ file: 'applications.csv', column: 'source' })";

it.each([
  ['alone', TENANT, 'external_background_check'],
  ['grouped', `groupBy(${TENANT}, ['application_id'], 'rounds')`, 'external_interview'],
  ['split', `split(${TENANT}, 'part', ['one', 'two'])`, 'external_background_check'],
  [
    'joined',
    `join(csv('applications.csv'), { interviews: many(${TENANT}, 'application_id') })`,
    'external_interview',
  ],
  [
    'split and grouped',
    `groupBy(split(${TENANT}, 'part', ['one', 'two']), ['part'], 'rounds')`,
    'external_background_check',
  ],
])('a plan over a tenant, %s, is not saved: it could never be carried out', async (_, source, target) => {
  const place = await aPlace();
  const pipeline = join(place.folder, 'tenant.ts');
  writeFileSync(
    pipeline,
    `import { csv, definePipeline, feishuInterviewRecords, groupBy, join, many, split } from 'hire-sync';
export default definePipeline({
  name: 'tenant',
  target: '${target}',
  sourceDir: '.',
  source: ${source},
  key: (row) => row.id,
  map: () => ({ external_application_id: '1' }),
});`,
  );
  const { code, stdout, stderr } = await place.run(['plan', pipeline, '--out', 'night.plan']);
  expect(stderr).toMatch(
    /reads another tenant, which may change at any time\. Pull its records to a file first/,
  );
  expect([code, stdout, existsSync(join(place.folder, 'night.plan'))]).toEqual([2, '', false]);
});
