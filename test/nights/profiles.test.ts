import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { SANDBOX_APP } from '../../src/sandbox/index.ts';
import { hireSync } from '../cli/child.ts';
import { csvOf, PIPELINE, someRows } from '../faults/rows.ts';
import { aStage } from '../faults/stage.ts';

const OTHER = { appId: 'cli_other', appSecret: 'other-S3cret' };

it('three profiles, two tenants, one settings file: nothing goes to the wrong one', async (context) => {
  const rows = someRows(12);
  const one = await aStage(context, { rows });
  const two = await aStage(context, { rows, sandbox: { apps: [OTHER] } });
  const cwd = dirname(one.pipelineFile);
  const put = (name: string, text: string): void => {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), text);
  };
  put('a/secret', SANDBOX_APP.appSecret);
  put('b/secret', `${OTHER.appSecret}\n`);
  put('b.ts', PIPELINE);
  put('b/interviews.csv', csvOf(rows.map((row) => ({ ...row, comment: 'of b' }))));
  const more = someRows(15).slice(12);
  put('c.ts', PIPELINE.replace("name: 'faults'", "name: 'more'"));
  put(
    'c/interviews.csv',
    csvOf(more.map((row) => ({ ...row, application: `7${row.application.slice(1)}`, comment: 'of c' }))),
  );
  const a = { baseUrl: one.url, appId: SANDBOX_APP.appId, appSecretFile: 'a/secret', ledger: 'a/ledger.db' };
  const b = {
    baseUrl: two.url,
    appId: OTHER.appId,
    appSecretFile: 'b/secret',
    source: 'b',
    pipelines: ['b.ts'],
  };
  const profiles = {
    a: { ...a, source: 'export', pipelines: ['pipeline.ts'] },
    b: { ...b, ledger: 'b/ledger.db' },
    // The tenant of a with another export and a ledger of its own.
    c: { ...a, ledger: 'c/ledger.db', source: 'c', pipelines: ['c.ts'] },
    // Tenant b with the ledger of a, as a slip of the hand makes it.
    mixed: { ...b, ledger: 'a/ledger.db' },
    keyless: { ...b, appSecretFile: 'none/secret', ledger: 'keyless.db' },
    reading: { ...b, sourceAppId: 'cli_source', ledger: 'reading.db' },
    typed: { ...b, baseUrl: 'https://me:pw-7c1d@open.feishu.cn', ledger: 'typed.db' },
  };
  put('hire-sync.config.json', JSON.stringify({ rate: 200, profiles }, null, 2));
  const run = (args: string[], env: Record<string, string> = {}) => hireSync(args, { cwd, env });
  const writes = () =>
    [one, two].map(
      ({ sandbox }) =>
        sandbox.arrivals().filter(({ endpoint }) => /\.(create|update)$/.test(endpoint)).length,
    );

  const first = await run(['sync', '--profile', 'a', '--json']);
  expect([first.code, writes()]).toEqual([0, [12, 0]]);
  expect(JSON.parse(first.stdout)).toMatchObject({
    made: { app: { appId: SANDBOX_APP.appId, baseUrl: one.url } },
  });
  expect((await run(['sync', '--profile', 'b'], { FEISHU_APP_SECRET: 'of-a' })).code).toBe(0);
  expect(writes()).toEqual([12, 12]);
  const contents = (stage: typeof one) => JSON.stringify(stage.sandbox.interviews());
  expect(contents(one)).not.toContain('of b');
  expect(contents(two)).toContain('of b');

  expect((await run(['sync', '--profile', 'c'])).code).toBe(0);
  expect(writes()).toEqual([15, 12]);
  expect(contents(one)).toContain('of c');
  expect(contents(two)).not.toContain('of c');

  for (const [args, env, what] of [
    [['--profile', 'mixed'], {}, /ledger\.db.*(belongs|is) .*cli_/s],
    [[], {}, /has profiles, .*name one with --profile \(a, b, c, mixed, keyless, reading, typed\)/],
    [['--profile', 'mixd'], {}, /has no profile "mixd"\. Did you mean "mixed"\?/],
    // What every object has is no profile.
    [['--profile', 'constructor'], {}, /has no profile "constructor"\./],
    [
      ['--profile', 'b'],
      { FEISHU_APP_ID: SANDBOX_APP.appId },
      /FEISHU_APP_ID is \S+ in the environment, and profile "b"/,
    ],
    [['--profile', 'b'], { FEISHU_BASE_URL: one.url }, /FEISHU_BASE_URL is \S+ in the environment/],
    [
      ['--profile', 'keyless'],
      {},
      /"appSecretFile" of profile "keyless" \(hire-sync\.config\.json\) names \S+none\/secret, which cannot be read \(ENOENT\)/,
    ],
    [
      ['--profile', 'reading'],
      { SOURCE_FEISHU_APP_ID: 'cli_else' },
      /SOURCE_FEISHU_APP_ID is cli_else in the environment, and profile "reading" is about cli_source/,
    ],
    [['--profile', 'typed'], {}, /address of the Feishu API contains a user name or a password/],
    [
      ['--profile', 'typed'],
      { FEISHU_BASE_URL: 'https://me:pw-7c1d@open.feishu.cn/x?token=pw-7c1d' },
      /FEISHU_BASE_URL is https:\/\/open\.feishu\.cn\/x in the environment/,
    ],
  ] as const) {
    const { code, stderr } = await run(['sync', 'pipeline.ts', ...args], { ...env });
    expect([code, stderr]).toEqual([2, expect.stringMatching(what)]);
    expect(stderr).not.toContain('pw-7c1d');
  }
  expect(writes()).toEqual([15, 12]);
  expect((await run(['status', '--profile', 'b', '--json'])).stdout).toContain(`"appId":"${OTHER.appId}"`);

  // What is wrong in a profile is told with its line.
  put(
    'hire-sync.config.json',
    '{"profiles": {\n"a": {"rte": 1},\n"B": {},\n"c": {"appSecret": "s3cret-91f"}}}',
  );
  const { code, stderr } = await run(['status', '--profile', 'a']);
  expect([code, stderr.split('\n')]).toEqual([
    2,
    [
      'hire-sync: hire-sync.config.json:2: there is no setting "rte". Did you mean "rate"?',
      'hire-sync.config.json:3: "B" is no name for a profile: it must be the name of a profile: a-z, 0-9 and "-"',
      expect.stringMatching(/^hire-sync\.config\.json:4: "appSecret" looks like a secret/),
      '',
    ],
  ]);
});
