import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { type AuthSettings, createAuth } from '../../src/feishu/auth.ts';
import { aClosedPort, anHttp, aServer, json } from './server.ts';

const SECRET = 'very-s3cret-value';
const noWait = async () => {};

function anAuth(baseUrl: string, over: Partial<AuthSettings> = {}) {
  const http = anHttp(baseUrl, { headersMs: 300 });
  return createAuth({ http, baseUrl, appId: 'cli_a', appSecret: SECRET, sleep: noWait, ...over });
}

/** Hands out t-1, t-2, … with the given life in seconds. */
function aTokenServer(expire: number) {
  let count = 0;
  return aServer((_, response) => {
    count += 1;
    setTimeout(() => json(response, { code: 0, msg: 'ok', tenant_access_token: `t-${count}`, expire }), 20);
  });
}

test('one question for all who ask at once, then none until it is time', async () => {
  const server = await aTokenServer(7200);
  let now = 0;
  const auth = anAuth(server.baseUrl, { now: () => now });
  expect(await Promise.all(Array.from({ length: 8 }, () => auth.token()))).toEqual(Array(8).fill('t-1'));
  expect(server.arrived).toHaveLength(1);
  expect(server.arrived[0]).toMatchObject({
    method: 'POST',
    url: '/open-apis/auth/v3/tenant_access_token/internal',
  });
  expect(JSON.parse(server.arrived[0]?.body ?? '')).toEqual({ app_id: 'cli_a', app_secret: SECRET });

  now = (7200 - 301) * 1000;
  expect(await auth.token()).toBe('t-1');
  now = (7200 - 299) * 1000;
  expect(await auth.token()).toBe('t-2');
  expect(server.arrived).toHaveLength(2);
});

test('a short rest of life is refreshed in its last tenth', async () => {
  const server = await aTokenServer(100);
  let now = 0;
  const auth = anAuth(server.baseUrl, { now: () => now });
  await auth.token();
  now = 89_000;
  expect(await auth.token()).toBe('t-1');
  now = 91_000;
  expect(await auth.token()).toBe('t-2');
});

test('a dropped token is fetched anew once; dropping it again, or another one, does nothing', async () => {
  const server = await aTokenServer(7200);
  const auth = anAuth(server.baseUrl);
  await auth.token();
  for (let worker = 0; worker < 8; worker += 1) auth.drop('t-1');
  await Promise.all([auth.token(), auth.token()]);
  auth.drop('t-1');
  auth.drop('t-other');
  expect(await auth.token()).toBe('t-2');
  expect(server.arrived).toHaveLength(2);
});

test.each([10003, 10014, 10015, 99991543, 9499, 424242])(
  'code %i says what to check and never the secret',
  async (code) => {
    const server = await aServer((_, response) => json(response, { code, msg: `bad secret ${SECRET}` }));
    const auth = anAuth(server.baseUrl);
    const error: unknown = await auth.token().catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'FEISHU_REFUSES_APP' });
    expect(String(error)).toContain(String(code));
    expect(String(error)).toContain('FEISHU_APP_ID and FEISHU_APP_SECRET');
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(SECRET);
    expect(server.arrived).toHaveLength(1);
  },
);

test('the secret is nowhere on what createAuth returns', async () => {
  const server = await aTokenServer(7200);
  const auth = anAuth(server.baseUrl);
  await auth.token();
  expect(inspect(auth, { depth: 9, showHidden: true })).not.toContain(SECRET);
  expect(Object.keys(auth)).toEqual(['token', 'drop']);
});

test('transient failures are retried, and counted without the token', async () => {
  const replies = ['html', 'system', 'limited', 'ok'];
  const server = await aServer((_, response) => {
    const reply = replies.shift();
    if (reply === 'html') response.writeHead(502).end('<html>');
    else if (reply === 'system') json(response, { code: 2200, msg: 'Internal Error' }, 500);
    else if (reply === 'limited') json(response, { code: 99991400 }, 429, { 'x-ogw-ratelimit-reset': '3' });
    else json(response, { code: 0, tenant_access_token: 't-9', expire: 7200 });
  });
  const waits: number[] = [];
  const answers: unknown[] = [];
  const auth = anAuth(server.baseUrl, {
    sleep: async (ms) => void waits.push(ms),
    random: () => 1,
    onAnswer: (answer) => answers.push(answer),
  });
  expect(await auth.token()).toBe('t-9');
  expect(waits).toEqual([500, 1_000, 3_000]);
  expect(answers).toHaveLength(4);
  expect(JSON.stringify(answers)).not.toContain('t-9');
});

test('out of reach: bounded attempts, then the host and the cause', async () => {
  const baseUrl = await aClosedPort();
  const auth = anAuth(baseUrl);
  await expect(auth.token()).rejects.toMatchObject({
    code: 'FEISHU_UNREACHABLE',
    message: expect.stringMatching(/127\.0\.0\.1:\d+.*ECONNREFUSED.*HTTPS_PROXY/),
  });
});

test('a failed question is not remembered: the next one is asked', async () => {
  let code = 10015;
  const server = await aServer((_, response) =>
    json(response, { code, tenant_access_token: 't-1', expire: 7200 }),
  );
  const auth = anAuth(server.baseUrl);
  await expect(auth.token()).rejects.toMatchObject({ code: 'FEISHU_REFUSES_APP' });
  code = 0;
  expect(await auth.token()).toBe('t-1');
});

test('a token that lives on bridges an outage of the token endpoint', async () => {
  let down = false;
  const server = await aServer((_, response) => {
    if (down) response.writeHead(503).end();
    else json(response, { code: 0, tenant_access_token: `t-${server.arrived.length}`, expire: 7200 });
  });
  let now = 0;
  const auth = anAuth(server.baseUrl, { now: () => now });
  await auth.token();
  down = true;
  now = 7_000_000;
  expect(await auth.token()).toBe('t-1');
  const asked = server.arrived.length;
  now += 20_000;
  expect(await auth.token()).toBe('t-1');
  expect(server.arrived).toHaveLength(asked);
  down = false;
  now += 20_000;
  expect(await auth.token()).toBe(`t-${asked + 1}`);
});

test('a halt ends the waiting with its reason', async () => {
  const halt = new AbortController();
  const reason = new Error('stop');
  const auth = anAuth(await aClosedPort(), { halt: halt.signal, sleep: async () => halt.abort(reason) });
  await expect(auth.token()).rejects.toBe(reason);
});
