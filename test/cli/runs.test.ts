import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXPECTED } from './exports.ts';
import { aPlace, type JsonRun, openPlace, type Place } from './place.ts';

describe('after two runs', () => {
  let place: Place;
  let first: JsonRun;
  let second: JsonRun;
  beforeAll(async () => {
    place = await openPlace();
    first = await place.sync();
    second = await place.sync();
  });
  afterAll(() => place.close());

  it('--json is one object with the documented fields and nothing else on stdout', () => {
    expect(first.stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(first.report).toMatchObject({
      run: expect.stringMatching(/^\d{8}-\d{6}-[0-9a-f]{6}$/) as string,
      pipeline: 'legacy-ats',
      mode: 'sync',
      exitCode: 3,
      missing: 0,
      startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      durationMs: expect.any(Number) as number,
      maxWritesPer1000ms: expect.any(Number) as number,
      requests: { 'external_interview.create': { sent: 115, retried: 0, limited: 0 } },
    });
    expect(Object.keys(first.report.rows)).toEqual([
      'read',
      'created',
      'updated',
      'unchanged',
      'skipped',
      'rejected',
      'held',
      'failed',
      'inDoubt',
    ]);
    for (const { key, file, line, problems } of first.report.rejects) {
      expect(key === null || typeof key === 'string').toBe(true);
      expect([file, line]).toEqual([expect.any(String), expect.any(Number)]);
      for (const problem of problems)
        for (const name of ['code', 'field', 'value', 'message'] as const)
          expect(problem[name]).toBeTypeOf('string');
    }
  });

  it('runs lists them, newest first', async () => {
    const { code, stdout, stderr } = await place.run(['runs']);
    const [, ...lines] = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(
      new RegExp(`^${second.report.run} +legacy-ats +finished +3 +132 read: 115 unchanged`),
    );
    expect(lines[1]).toMatch(
      new RegExp(`^${first.report.run} +legacy-ats +finished +3 +132 read: 115 created`),
    );
    expect([code, stderr]).toEqual([0, '']);
    expect((await place.run(['runs', '--limit', '1'])).stdout.trimEnd().split('\n')).toHaveLength(2);
  });

  it('runs RUN shows one with its files, requests and what did not go through', async () => {
    const { code, stdout } = await place.run(['runs', first.report.run]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/file +interviews\.csv: 132 rows, sha256 [0-9a-f]{64}/);
    expect(stdout).toContain('external_interview.create: 115 sent, 0 retries, 0 limited');
    for (const { key, file, line, code, field } of EXPECTED.rejected)
      expect(stdout).toMatch(
        new RegExp(`rejected +${key ?? '\\(no key\\)'} +${file}:${line} .*${escaped(field)} ${code}`),
      );
  });

  it('runs --json has both', async () => {
    const list = JSON.parse((await place.run(['runs', '--json'])).stdout) as {
      runs: { id: string; report: object }[];
    };
    expect(list.runs.map(({ id }) => id)).toEqual([second.report.run, first.report.run]);
    const one = JSON.parse((await place.run(['runs', first.report.run, '--json'])).stdout) as object;
    expect(one).toMatchObject({
      id: first.report.run,
      state: 'finished',
      exitCode: 3,
      report: { rows: first.report.rows },
      issues: EXPECTED.rejected
        .toSorted((a, b) => a.line - b.line)
        .map(({ key, file, line, code, field }) => ({ kind: 'rejected', key, file, line, code, field })),
    });
  });

  it('runs of a run that is not there says how to list them', async () => {
    const { code, stdout, stderr } = await place.run(['runs', '20260101-000000-aaaaaa']);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/has no run 20260101-000000-aaaaaa\. `hire-sync runs` lists them/);
  });
});

it('runs without a ledger says that there are none, and makes none', async () => {
  const place = await aPlace();
  const stderr = expect.stringContaining(`No ledger yet: ${place.ledgerFile}`) as string;
  expect(await place.run(['runs'])).toMatchObject({ code: 0, stdout: 'No runs yet.\n', stderr });
  expect(() => place.entries()).toThrow(/unable to open|directory does not exist/);
});

describe('the sandbox command', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'prints settings that a sync can use, and ends on %s with 0',
    async (signal) => {
      const place = await aPlace();
      const server = place.start(['sandbox', '--state', 'sandbox.json']);
      await server.printed('stderr', /Ctrl-C ends it/);
      const settings = Object.fromEntries(await settingsOf(server));
      expect(Object.keys(settings)).toEqual(['FEISHU_BASE_URL', 'FEISHU_APP_ID', 'FEISHU_APP_SECRET']);
      const state = await fetch(`${settings.FEISHU_BASE_URL}/_sandbox/state`);
      expect(await state.json()).toMatchObject({ interviews: [] });
      server.child.kill(signal);
      expect((await server.ended).code).toBe(0);
    },
  );

  it('that has no port to listen on says so', async () => {
    const place = await aPlace();
    const { code, stderr } = await place.run(['sandbox', '--port', String(place.server.port)]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/cannot listen on .*choose another port/);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('keeps its objects in the state file', async () => {
    const place = await aPlace();
    const args = ['sandbox', '--state', 'sandbox.json'];
    for (const before of [0, 1]) {
      const server = place.start(args);
      const { FEISHU_BASE_URL: url } = Object.fromEntries(await settingsOf(server));
      const state = (await (await fetch(`${url}/_sandbox/state`)).json()) as { interviews: object[] };
      expect(state.interviews).toHaveLength(before);
      if (before === 0) {
        const seed = {
          interviews: [{ external_application_id: '6960663240925956437', begin_time: 1_709_600_700_000 }],
        };
        await fetch(`${url}/_sandbox/seed`, { method: 'POST', body: JSON.stringify(seed) });
      }
      server.child.kill('SIGTERM');
      await once(server.child, 'close');
    }
  });
});

/** The `export NAME=value` lines a sandbox prints. */
async function settingsOf(server: ReturnType<Place['start']>): Promise<[string, string][]> {
  const text = await server.printed('stdout', /FEISHU_APP_SECRET=.*\n/);
  return [...text.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name, value]) => [name!, value!]);
}

const escaped = (text: string) => text.replaceAll(/[[\].]/g, '\\$&');
