import { describe, expect, it } from 'vitest';
import { withoutProgress } from './child.ts';
import { NIGHT_1, type Row, rowsOf } from './exports.ts';
import { APP, aPlace, PIPELINE, type Place } from './place.ts';

/** Texts of the export that must stay out of a terminal and a log: names, comments, notes. */
function candidateTexts(): Set<string> {
  const cells = (rows: readonly Row[], ...columns: readonly string[]) =>
    rows.flatMap((row) => columns.map((column) => row[column] ?? ''));
  const texts = [
    ...cells(rowsOf(NIGHT_1, 'interviews'), 'candidate_name', 'recruiter', 'note_html'),
    ...cells(rowsOf(NIGHT_1, 'assessments'), 'interviewer', 'comment'),
    ...rowsOf(NIGHT_1, 'scores')
      .filter(({ type }) => type === '描述')
      .map(({ value }) => value!),
  ];
  // Notes and comments come in parts: no sentence of one may appear either.
  const parts = texts.flatMap((text) => [text, ...text.split(/[\n。；<>]/)]).map((text) => text.trim());
  return new Set(parts.filter((text) => [...text].length >= 2 && /\p{Script=Han}|@/u.test(text)));
}

const leaks = (output: string) => [...candidateTexts()].filter((text) => output.includes(text));

async function tokenOf({ server }: Place): Promise<string> {
  const response = await fetch(`${server.url}/open-apis/auth/v3/tenant_access_token/internal`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ app_id: APP.appId, app_secret: APP.appSecret }),
  });
  return ((await response.json()) as { tenant_access_token: string }).tenant_access_token;
}

describe('logs', () => {
  it('are searched for texts that do reach Feishu', async () => {
    const place = await aPlace();
    await place.sync();
    expect(leaks(JSON.stringify(place.sandbox.interviews())).length).toBeGreaterThan(100);
  });

  it('as JSON stand on stderr, one object a line, and hold no secret and no candidate', async () => {
    const place = await aPlace({
      faults: [
        {
          match: { endpoint: 'external_interview.create', nth: 3 },
          fault: { kind: 'limited', resetSeconds: 1 },
        },
        { match: { endpoint: 'external_interview.create', nth: 5 }, fault: { kind: 'reset-after' } },
        // Feishu may echo a row in its msg.
        {
          match: { endpoint: 'external_interview.create', nth: 7 },
          fault: { kind: 'error', status: 400, code: 1002002, msg: '候选人 范雨桐 不合适' },
        },
        { match: { endpoint: 'external_interview.create', nth: 9 }, fault: { kind: 'token-dead' } },
      ],
    });
    const token = await tokenOf(place);
    const args = ['sync', PIPELINE, '--rate', '200', '--log-level', 'debug', '--log-format', 'json'];
    const { code, stdout, stderr } = await place.run(args);
    expect(code).toBe(3);
    const lines = withoutProgress(stderr).trimEnd().split('\n');
    const logged = lines
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.filter((line) => !line.startsWith('{'))).toEqual([
      expect.stringMatching(/^New ledger: /) as string,
      expect.stringMatching(/^First write to app cli_e2e at http:/) as string,
      expect.stringMatching(/^Rejected rows, to be corrected: \.hire-sync\/runs\//) as string,
    ]);
    const requests = logged.filter(({ msg }) => msg === 'request');
    expect(
      requests.filter(({ endpoint }) => endpoint === 'external_interview.create').length,
    ).toBeGreaterThan(115);
    for (const line of requests) {
      expect(line).toMatchObject({
        level: 20,
        endpoint: expect.any(String) as string,
        durationMs: expect.any(Number) as number,
      });
    }
    expect(logged).toContainEqual(expect.objectContaining({ msg: 'run finished', code: 3, count: 132 }));
    expect(stdout).not.toMatch(/^\{/m);
    expect(leaks(stderr)).toEqual([]);
    for (const secret of [APP.appSecret, token, await tokenOf(place), 'Bearer'])
      expect((stdout + stderr).includes(secret), secret).toBe(false);
  });

  it('in the pretty form are one line each, on stderr too', async () => {
    const place = await aPlace();
    const args = ['sync', PIPELINE, '--rate', '200', '--log-level', 'debug', '--log-format', 'pretty'];
    const { stdout, stderr } = await place.run(args);
    const lines = stderr.trimEnd().split('\n');
    expect(lines.filter((line) => line.includes('DEBUG')).length).toBeGreaterThan(115);
    expect(stdout).not.toContain('DEBUG');
    expect(leaks(stderr)).toEqual([]);
    expect(stderr).not.toContain(APP.appSecret);
    expect(stderr).not.toContain(await tokenOf(place));
  });

  it('are silent by default, and so is what a sync prints about candidates', async () => {
    const place = await aPlace();
    const { stdout, stderr } = await place.run(['sync', PIPELINE, '--rate', '200']);
    expect(withoutProgress(stderr)).toMatch(
      /^New ledger: \S+\nFirst write to app .*\nRejected rows, to be corrected: \S+ \(of their children: .*\)\n$/,
    );
    expect(leaks(stdout)).toEqual([]);
    const update = await place.run([
      'plan',
      PIPELINE,
      '--source',
      NIGHT_1.replace(/$/, '-night-2'),
      '--limit',
      '0',
    ]);
    expect(update.stdout).toContain('~ update');
    expect(leaks(update.stdout)).toEqual([]);
  });
});
