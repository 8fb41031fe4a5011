import { expect, test } from 'vitest';
import { createHttp } from '../../src/feishu/http.ts';
import { aClosedPort, aDispatcher, anHttp, aRequest, aServer, json, taken } from './server.ts';

const ID = '6960663240925956436';

test('sends one JSON request with the token and returns the promised data with the log id', async () => {
  const server = await aServer((_, response) => {
    json(response, { code: 0, data: { external_interview: { id: ID } } }, 200, { 'X-Tt-Logid': 'log-1' });
  });
  const answer = await anHttp(server.baseUrl)({
    ...aRequest,
    query: { page_token: 'a=/+', none: undefined },
  });
  expect(answer).toMatchObject({ kind: 'ok', status: 200, data: { id: ID }, logId: 'log-1' });
  expect(answer.durationMs).toBeGreaterThanOrEqual(0);
  expect(server.arrived).toHaveLength(1);
  expect(server.arrived[0]).toMatchObject({
    method: 'POST',
    url: '/open-apis/hire/v1/external_interviews?page_token=a%3D%2F%2B',
    body: '{"external_application_id":"6960663240925956437"}',
  });
  expect(server.arrived[0]?.headers).toMatchObject({
    authorization: 'Bearer t-1',
    'content-type': 'application/json; charset=utf-8',
  });
});

test.each([200, 400, 500])('decides on the code, not on HTTP %i', async (status) => {
  const server = await aServer((_, response) => {
    const error = {
      log_id: 'log-body',
      permission_violations: [{ type: 'action_scope_required', subject: 'hire:external_application' }],
      helps: [{ url: 'https://open.feishu.cn/app/cli_a/auth', description: 'apply' }],
      field_violations: [{ field: 'begin_time', value: '张三', description: 'must be a number' }],
    };
    json(response, { code: 99991672, msg: 'Access denied', error }, status);
  });
  const answer = await anHttp(server.baseUrl)(aRequest);
  expect(answer).toMatchObject({
    kind: 'error',
    status,
    code: 99991672,
    msg: 'Access denied',
    logId: 'log-body',
    scopes: ['hire:external_application'],
    helps: ['https://open.feishu.cn/app/cli_a/auth'],
    fields: [{ field: 'begin_time', description: 'must be a number' }],
    resetMs: null,
  });
  expect(JSON.stringify(answer)).not.toContain('张三');
});

test('reads `message` and `logid`, and code 0 also behind an HTTP error status', async () => {
  const server = await aServer((request, response) => {
    if (request.url.includes('error')) json(response, { code: 1, message: 'no', error: { logid: 'l' } }, 400);
    else json(response, { code: 0, data: { external_interview: { id: ID } } }, 500);
  });
  const http = anHttp(server.baseUrl);
  expect(await http({ ...aRequest, path: '/error' })).toMatchObject({ kind: 'error', msg: 'no', logId: 'l' });
  expect(await http(aRequest)).toMatchObject({ kind: 'ok', status: 500 });
});

test.each([
  ['429', 429, 2_500],
  ['400', 400, 2_500],
  ['200', 200, 2_500],
])('"rate limited" with HTTP %s carries the reset time', async (_, status, resetMs) => {
  const server = await aServer((_request, response) => {
    json(response, { code: 99991400, msg: 'limit' }, status, { 'x-ogw-ratelimit-reset': '2.5' });
  });
  expect(await anHttp(server.baseUrl)(aRequest)).toMatchObject({
    kind: 'error',
    code: 99991400,
    status,
    resetMs,
  });
});

test.each([
  ['gateway HTML', 502, 'text/html', '<html>Bad Gateway</html>', /not JSON/],
  ['no JSON with 200', 200, 'text/html', '<html>log in</html>', /not JSON/],
  ['an empty body', 200, 'application/json', '', /empty body/],
  ['an array', 200, 'application/json', '[]', /not an object/],
  ['no code', 200, 'application/json', '{"data":{}}', /without a numeric "code"/],
  ['code as text', 200, 'application/json', '{"code":"0"}', /without a numeric "code"/],
  [
    'code 0 without data',
    200,
    'application/json',
    '{"code":0,"msg":"ok"}',
    /code 0 without the promised data/,
  ],
  [
    'a number as id',
    200,
    'application/json',
    '{"code":0,"data":{"external_interview":{"id":7}}}',
    /external_interview\.id/,
  ],
  ['broken UTF-8', 200, 'application/json', Buffer.from([0x7b, 0xff, 0x7d]), /not JSON/],
])('%s is unreadable, and not quoted', async (_, status, type, body, what) => {
  const server = await aServer((_request, response) => {
    response.writeHead(status, { 'content-type': type });
    response.end(body);
  });
  const answer = await anHttp(server.baseUrl)(aRequest);
  expect(answer).toMatchObject({ kind: 'unreadable', status, what: expect.stringMatching(what) });
  expect(JSON.stringify(answer)).not.toContain('html');
});

test('an id sent as a number keeps all its digits', async () => {
  const server = await aServer((_, response) => {
    json(response, '{"code":0,"data":{"external_interview":{"id":6960663240925956437}}}');
  });
  expect(await anHttp(server.baseUrl)(aRequest)).toMatchObject({
    kind: 'ok',
    data: { id: '6960663240925956437' },
  });
});

test('a body cut off is unreadable with its status', async () => {
  const server = await aServer((request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' });
    response.write('{"code":0,"data":');
    setTimeout(() => request.socket.destroy(), 20);
  });
  expect(await anHttp(server.baseUrl)(aRequest)).toMatchObject({
    kind: 'unreadable',
    status: 200,
    what: expect.stringContaining('after 17 bytes'),
  });
});

test('a body beyond the limit is not read to its end', async () => {
  const server = await aServer((_, response) => {
    response.writeHead(200);
    const flood = setInterval(() => response.write('x'.repeat(64 * 1024)), 1);
    response.on('close', () => clearInterval(flood));
  });
  expect(await anHttp(server.baseUrl, { maxBodyBytes: 100_000 })(aRequest)).toMatchObject({
    kind: 'unreadable',
    what: expect.stringContaining('larger than 100000 bytes'),
  });
});

test('a reset connection, a closed one and a black hole are "maybe", each sent once and not again', async () => {
  const server = await aServer((request) => {
    if (request.url === '/reset') request.socket.resetAndDestroy();
    if (request.url === '/close') request.socket.destroy();
  });
  const http = anHttp(server.baseUrl, { headersMs: 200 });
  for (const path of ['/reset', '/close', '/black-hole']) {
    let sent = 0;
    const answer = await http({ ...aRequest, path }, { onSent: () => (sent += 1) });
    expect(answer).toMatchObject({ kind: 'no-answer', sent: 'maybe' });
    expect(sent).toBe(1);
  }
  expect(server.arrived.map(({ url }) => url)).toEqual(['/reset', '/close', '/black-hole']);
});

test('a body that stops, and one that trickles for ever, end at their limits', async () => {
  const server = await aServer((request, response) => {
    response.writeHead(200);
    const trickle = setInterval(() => response.write(' '), request.url === '/trickle' ? 20 : 60_000);
    response.write(' ');
    response.on('close', () => clearInterval(trickle));
  });
  const http = anHttp(server.baseUrl, { bodyMs: 300, totalMs: 2_500 });
  const [stopped, trickling] = await Promise.all([
    http({ ...aRequest, path: '/stop' }),
    http({ ...aRequest, path: '/trickle' }),
  ]);
  expect(stopped).toMatchObject({
    kind: 'unreadable',
    what: expect.stringContaining('UND_ERR_BODY_TIMEOUT'),
  });
  expect(trickling).toMatchObject({ kind: 'unreadable', what: expect.stringContaining('within 2500 ms') });
});

test('slow headers are waited for', async () => {
  const server = await aServer((_, response) => setTimeout(() => taken(response), 300));
  expect(await anHttp(server.baseUrl)(aRequest)).toMatchObject({ kind: 'ok' });
});

test('an aborted request is "maybe" once sent and "never" before', async () => {
  const server = await aServer(() => {});
  const http = anHttp(server.baseUrl);
  const abort = new AbortController();
  const inFlight = http(aRequest, {
    signal: abort.signal,
    onSent: () => setTimeout(() => abort.abort(), 20),
  });
  expect(await inFlight).toMatchObject({ kind: 'no-answer', sent: 'maybe', what: 'aborted' });
  expect(await http(aRequest, { signal: abort.signal })).toMatchObject({ sent: 'never' });
  expect(server.arrived).toHaveLength(1);
});

test('over a fetch: the same answers, onSent before it is called', async () => {
  const seen: string[] = [];
  const http = createHttp({
    baseUrl: 'https://open.feishu.cn',
    fetch: async (request) => {
      seen.push(`${request.method} ${request.url} ${await request.text()}`);
      return Response.json({ code: 1002002, msg: 'bad' }, { status: 400, headers: { 'x-request-id': 'r' } });
    },
  });
  const answer = await http(aRequest, { onSent: () => seen.push('sent') });
  expect(answer).toMatchObject({ kind: 'error', code: 1002002, logId: 'r' });
  expect(seen).toEqual([
    'sent',
    'POST https://open.feishu.cn/open-apis/hire/v1/external_interviews {"external_application_id":"6960663240925956437"}',
  ]);
});

test('over the global fetch: refused is "never", reset is "maybe", a redirect is not followed', async () => {
  const server = await aServer((request, response) => {
    if (request.url !== '/redirect') return request.socket.resetAndDestroy();
    response.writeHead(302, { location: '/elsewhere' });
    response.end();
  });
  const over = (baseUrl: string) => createHttp({ baseUrl, fetch: globalThis.fetch });
  expect(await over(await aClosedPort())(aRequest)).toMatchObject({ kind: 'no-answer', sent: 'never' });
  expect(await over(server.baseUrl)(aRequest)).toMatchObject({ kind: 'no-answer', sent: 'maybe' });
  const redirected = await over(server.baseUrl)({ ...aRequest, path: '/redirect' });
  expect(redirected).toMatchObject({ kind: 'unreadable', status: 302 });
  expect(server.arrived).toHaveLength(2);
});

test('64 requests at once travel side by side', async () => {
  const server = await aServer((_, response) => {
    // Answered only when all are there: with fewer connections this would never end.
    waiting.push(() => taken(response));
    if (waiting.length === 64) for (const answer of waiting) answer();
  });
  const waiting: (() => void)[] = [];
  const http = createHttp({
    baseUrl: server.baseUrl,
    dispatcher: aDispatcher(server.baseUrl),
    limits: { headersMs: 5_000 },
  });
  const answers = await Promise.all(Array.from({ length: 64 }, () => http(aRequest)));
  expect(answers.every(({ kind }) => kind === 'ok')).toBe(true);
});
