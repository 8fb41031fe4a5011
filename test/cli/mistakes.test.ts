import { cpSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Ended, hireSync } from './child.ts';
import { NIGHT_1 } from './exports.ts';
import { APP, aPlace, PIPELINE, type Place } from './place.ts';

/** The run ended with this code, and said something to act on, in the words of a person. */
function expectAdvice(ended: Ended, code: number, ...parts: readonly (string | RegExp)[]): void {
  expect(ended.stderr + ended.stdout).not.toMatch(/^\s+at /m);
  expect(ended.stderr).not.toContain('internal error');
  for (const part of parts) expect(ended.stderr).toMatch(part);
  expect(ended.stdout).toBe('');
  expect(ended.code).toBe(code);
}

function expectNothingSent({ sandbox }: Place): void {
  expect(sandbox.arrivals()).toEqual([]);
  expect(sandbox.interviews()).toEqual([]);
}

/** A pipeline file of the user's, beside an export of his. */
function aPipeline({ folder }: Place, text: string): string {
  const file = join(folder, 'mine.ts');
  writeFileSync(file, text);
  cpSync(NIGHT_1, join(folder, 'export'), { recursive: true });
  return file;
}

const mapping = (columns: string, map: string) => `import { csv, dateTime, definePipeline } from 'hire-sync';

export default definePipeline({
  name: 'mine',
  target: 'external_interview',
  sourceDir: 'export',
  source: csv('interviews.csv'${columns && `, { columns: [${columns}] }`}),
  key: (row) => row.interview_id,
  map: (row) => ({
    external_application_id: '7435500000915106069',
    ${map}
  }),
});
`;

describe('a path of something else', () => {
  it.each(['plan', 'sync', 'runs'])(
    '%s: a folder as the ledger is named, and keeps its rights',
    async (name) => {
      const place = await aPlace();
      const folder = join(place.folder, 'exports');
      mkdirSync(folder, { mode: 0o755 });
      const args = name === 'runs' ? [name] : [name, PIPELINE];
      const ended = await place.run([...args, '--ledger', folder]);
      expectAdvice(ended, 2, /--ledger: .*exports is a folder; name a file, such as .*exports\/ledger\.db/);
      expect(statSync(folder).mode & 0o777).toBe(0o755);
      expectNothingSent(place);
    },
  );

  it('a CSV file that no run wrote is not fed back as rejects', async () => {
    const place = await aPlace();
    const ended = await place.run(['sync', PIPELINE, '--only-rejects', join(NIGHT_1, 'interviews.csv')]);
    expectAdvice(
      ended,
      2,
      /interviews\.csv is no reject file: it has none of the columns that hire-sync adds/,
    );
    expectNothingSent(place);
  });
});

describe('a wrong command line', () => {
  it.each([
    [['sync', PIPELINE, '--dryrun'], /unknown option '--dryrun'/, /--help/],
    [['plan', PIPELINE, '--sorce', '.'], /unknown option '--sorce'/, /Did you mean --source\?/],
    [['sink', PIPELINE], /unknown command 'sink'/, /Did you mean sync\?/],
    [['sync'], /No pipeline is named/, /hire-sync.config.json/],
    [['runs', 'a-run', 'another'], /too many arguments/, /--help/],
    [['sync', PIPELINE, 'another.ts'], /There is no pipeline file .*another\.ts/, /./],
    [['sync', PIPELINE, PIPELINE], /second pipeline of the name "legacy-ats"/, /Name it once/],
    [['plan', PIPELINE, PIPELINE, '--source', '.'], /--source can only be meant for one/, /sourceDir/],
    [
      ['sync', PIPELINE, PIPELINE, '--report', 'night.html'],
      /--report can only be meant for one/,
      /name that one alone/,
    ],
    [['plan', PIPELINE, PIPELINE, '--format', 'csv'], /--format csv can only be meant for one/, /alone/],
    [['sync', PIPELINE, PIPELINE, '--only-rejects', 'x.csv'], /--only-rejects can only/, /that one alone/],
    [['sync', PIPELINE, '--rate', 'fast'], /--rate is "fast"/, /from 0\.1 to 1000/],
    [['sync', PIPELINE, '--source-rate', '0'], /--source-rate is "0"/, /from 0\.1 to 1000/],
    [['sync', PIPELINE, '--rate', '0'], /--rate is "0"/, /from 0\.1 to 1000/],
    [['sync', PIPELINE, '--rate', '-1'], /--rate is "-1"|argument missing/, /./],
    [['plan', PIPELINE, '--limit', '1.5', '--rate', 'x'], /--limit is "1\.5"/, /--rate is "x"/],
    [['sync', PIPELINE, '--log-level', 'loud'], /--log-level is "loud"/, /debug, info/],
    [['sync', PIPELINE, '--log-format', 'xml'], /--log-format is "xml"/, /json or pretty/],
    [['sandbox', '--port', '70000'], /--port is "70000"/, /0 to 65535/],
  ])('%j ends with 2 and a hint', async (args, what, hint) => {
    const place = await aPlace();
    expectAdvice(await place.run(args), 2, what, hint);
    expectNothingSent(place);
  });

  it('without a command shows the help', async () => {
    const place = await aPlace();
    const { code, stderr } = await place.run([]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^Usage: hire-sync/);
  });
});

describe('a wrong file', () => {
  it('names the pipeline file that is not there, and one like it', async () => {
    const place = await aPlace();
    const ended = await place.run(['sync', PIPELINE.replace('legacy-ats', 'legacy-ast')]);
    expectAdvice(ended, 2, /There is no pipeline file .*legacy-ast\.ts/, /legacy-ats\.ts/);
    expectNothingSent(place);
  });

  it('names the source folder that is not there, and where it was named', async () => {
    const place = await aPlace();
    expectAdvice(
      await place.run(['sync', PIPELINE, '--source', 'nowhere']),
      2,
      /no folder .*nowhere \(from --source\)/,
    );
    expectNothingSent(place);
  });

  it.each(['interviews.csv', 'scores.csv', 'applications.csv'])(
    'names %s when it is not there',
    async (name) => {
      const place = await aPlace();
      const folder = join(place.folder, 'export');
      cpSync(NIGHT_1, folder, { recursive: true });
      rmSync(join(folder, name));
      expectAdvice(await place.run(['sync', PIPELINE, '--source', folder]), 2, name, folder);
      expectNothingSent(place);
    },
  );

  it.each<[string, string, number, readonly (string | RegExp)[]]>([
    ['a syntax error', 'export default definePipeline({ name: ;\n', 2, [/mine\.ts:1:\d+: syntax error/]],
    [
      'no default export',
      'export const pipeline = 1;\n',
      2,
      [/no default export/, /export default definePipeline/],
    ],
    [
      'a misspelt helper',
      "import { cvs } from 'hire-sync';\nexport default cvs('a');\n",
      2,
      [/no "cvs"/, /csv/],
    ],
    // The file may be at fault as well as the pipeline: not a usage error.
    [
      'a declared column that the file lacks',
      mapping("'interview_id', 'begin_time'", ''),
      4,
      [/begin_time/, /begin_at/],
    ],
    [
      'an undeclared column in its mapping',
      mapping('', 'begin_time: row.begin_time,'),
      2,
      [/begin_time/, /begin_at/],
    ],
    [
      'an unknown time zone',
      mapping('', "begin_time: dateTime(row.begin_at, 'Asia/Shangai'),"),
      2,
      [/"Asia\/Shangai" is not a time zone/, /Did you mean "Asia\/Shanghai"/],
    ],
  ])('tells of a pipeline with %s', async (_what, text, code, parts) => {
    const place = await aPlace();
    const file = aPipeline(place, text);
    expectAdvice(await place.run(['plan', file]), code, ...parts);
    expectAdvice(await place.run(['sync', file]), code, ...parts);
    expectNothingSent(place);
  });
});

describe('credentials', () => {
  const bare = (place: Place, env: Readonly<Record<string, string>>) =>
    hireSync(['sync', PIPELINE, '--rate', '200'], {
      cwd: place.folder,
      env: { FEISHU_BASE_URL: place.server.url, ...env },
    });

  it('are asked for by name, all that are missing at once', async () => {
    const place = await aPlace();
    expectAdvice(await bare(place, {}), 2, 'FEISHU_APP_ID', 'FEISHU_APP_SECRET', 'FEISHU_APP_SECRET_FILE');
    const half = await bare(place, { FEISHU_APP_ID: APP.appId, FEISHU_APP_SECRET: '' });
    expectAdvice(half, 2, /Missing in the environment: FEISHU_APP_SECRET or FEISHU_APP_SECRET_FILE/);
    expectNothingSent(place);
  });

  it('may lie in a file', async () => {
    const place = await aPlace();
    const file = join(place.folder, 'secret');
    writeFileSync(file, `${APP.appSecret}\n`, { mode: 0o600 });
    const { code } = await bare(place, { FEISHU_APP_ID: APP.appId, FEISHU_APP_SECRET_FILE: file });
    expect(code).toBe(3);
    expect(place.sandbox.interviews()).toHaveLength(115);
  });

  it.each([
    ['is not there', () => {}, /cannot be read \(ENOENT\)/],
    ['is a folder', (file: string) => mkdirSync(file), /cannot be read \(EISDIR\)/],
    ['is empty', (file: string) => writeFileSync(file, '\n'), /is empty/],
  ])('in a file that %s are asked for', async (_what, make, reason) => {
    const place = await aPlace();
    const file = join(place.folder, 'secret');
    make(file);
    const ended = await bare(place, { FEISHU_APP_ID: APP.appId, FEISHU_APP_SECRET_FILE: file });
    expectAdvice(ended, 2, 'FEISHU_APP_SECRET_FILE', file, reason);
    expectNothingSent(place);
  });

  it('that Feishu refuses stop the run, and the secret stays unsaid', async () => {
    const place = await aPlace();
    const wrong = 'wr0ng-secret-51ab';
    const { code, stdout, stderr } = await bare(place, {
      FEISHU_APP_ID: APP.appId,
      FEISHU_APP_SECRET: wrong,
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/Feishu refuses the app with code \d+/);
    expect(stderr).toContain('FEISHU_APP_SECRET');
    expect(stdout + stderr).not.toMatch(/^\s+at /m);
    expect(stdout + stderr).not.toContain(wrong);
    expect(place.writes()).toEqual([]);
    expect(place.entries()).toEqual([]);
  });
});

describe('the address of Feishu', () => {
  it('that nobody listens on is named, with what to check', async () => {
    const place = await aPlace();
    const { code, stdout, stderr } = await place.run(['sync', PIPELINE], {
      FEISHU_BASE_URL: await unusedAddress(),
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/Feishu cannot be reached at 127\.0\.0\.1:\d+/);
    expect(stderr).toMatch(/ECONNREFUSED|refused/);
    expect(stderr).toMatch(/Check the network/);
    expect(stdout + stderr).not.toMatch(/^\s+at /m);
    expect(place.entries()).toEqual([]);
    expectNothingSent(place);
  });

  it.each([
    ['http://open.feishu.cn', /plain http is allowed for this machine only/],
    ['feishu', /is not a URL/],
    ['https://open.feishu.cn/open-apis', /leave out everything after the host/],
  ])('%s is refused', async (FEISHU_BASE_URL, reason) => {
    const place = await aPlace();
    expectAdvice(await place.run(['sync', PIPELINE], { FEISHU_BASE_URL }), 2, reason);
    expectNothingSent(place);
  });
});

/** A port that was free a moment ago. */
async function unusedAddress(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}
