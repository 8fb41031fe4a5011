import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { HireSyncError } from '../../src/errors.ts';
import type { Answer, Effect } from '../../src/feishu/answer.ts';
import { type CallSettings, createCall } from '../../src/writer/call.ts';
import { createThrottle } from '../../src/writer/throttle.ts';
import { type Arrived, aClient, aFeishu, aServer, json, taken } from '../feishu/server.ts';

const ID = '6960663240925956436';
const content = { external_application_id: '6960663240925956437' };
const policy = { attempts: 3, baseMs: 10, capMs: 50 };

type Reply = (response: ServerResponse, request: Arrived) => void;

const replies = {
  ok: (response) => taken(response, ID),
  system: (response) => json(response, { code: 1002001, msg: 'system error' }, 500),
  html: (response) => void response.writeHead(502).end('<html>'),
  notJson: (response) => void response.writeHead(200).end('<html>'),
  noId: (response) => json(response, { code: 0, data: {} }),
  refused: (response) => json(response, { code: 1002002, msg: 'param error' }, 400),
  reset: (_, request) => request.socket.resetAndDestroy(),
  cut: (response, request) => {
    response.writeHead(200, { 'content-length': '99' });
    response.write('{"code":0');
    setTimeout(() => request.socket.destroy(), 10);
  },
  silence: () => {},
  scope: (response) => json(response, { code: 99991672, msg: 'Access denied' }, 400),
} satisfies Record<string, Reply>;

type Name = keyof typeof replies;

/** A call to a server that answers with the named replies one after the other, the last one for ever. */
async function aCall(names: readonly Name[], effect: Effect = 'create', over: Partial<CallSettings> = {}) {
  let count = 0;
  const server = await aFeishu((request, response) => {
    const name = names[Math.min(count, names.length - 1)] ?? 'ok';
    count += 1;
    replies[name](response, request);
  });
  const client = aClient(server.baseUrl, { headersMs: 200 }).external_interview;
  const halt = new AbortController();
  const call = createCall({ throttle: createThrottle({ rate: 100 }), halt, policy, ...over });
  const told: [string, number][] = [];
  const retried: number[] = [];
  const run = () =>
    call<unknown>({
      effect,
      send: (options): Promise<Answer<unknown>> => {
        if (effect === 'create') return client.create({ external_id: 'k1', ...content }, options);
        if (effect === 'replace') return client.update(ID, content, options);
        if (effect === 'delete') return client.delete(ID, options);
        return client.batchQuery({ ids: [ID] }, options);
      },
      onAnswer: (answer, attempt) => told.push([answer.kind, attempt]),
      onRetry: (_, attempt) => retried.push(attempt),
    });
  return { run, server, halt, told, retried };
}

test.each<[Effect, Name[], string, number]>([
  ['create', ['ok'], 'done', 1],
  ['create', ['system', 'ok'], 'done', 2],
  ['create', ['html', 'system', 'ok'], 'done', 3],
  ['create', ['system'], 'in-doubt', 3],
  ['create', ['system', 'refused'], 'in-doubt', 2],
  ['create', ['refused'], 'refused', 1],
  ['create', ['reset'], 'in-doubt', 1],
  ['create', ['silence'], 'in-doubt', 1],
  ['create', ['cut'], 'in-doubt', 1],
  ['create', ['notJson'], 'in-doubt', 1],
  ['create', ['noId'], 'in-doubt', 1],
  ['create', ['system', 'reset'], 'in-doubt', 2],
  ['replace', ['reset', 'cut', 'ok'], 'done', 3],
  ['replace', ['notJson', 'noId', 'ok'], 'done', 3],
  ['replace', ['silence', 'ok'], 'done', 2],
  ['replace', ['system'], 'in-doubt', 3],
  ['replace', ['system', 'refused'], 'refused', 2],
  ['delete', ['reset', 'refused'], 'in-doubt', 2],
  ['read', ['reset'], 'failed', 3],
  ['read', ['system', 'refused'], 'refused', 2],
])('%s answered %j: %s after %i requests', async (effect, names, kind, requests) => {
  const { run, server, told, retried } = await aCall(names, effect);
  expect(await run()).toMatchObject({ kind, attempts: requests });
  expect(server.writes()).toHaveLength(requests);
  expect(told.map(([, attempt]) => attempt)).toEqual(
    Array.from({ length: requests }, (_, index) => index + 1),
  );
  expect(retried).toHaveLength(requests - 1);
  // Every repetition is the same request, byte by byte: same body, same external_id.
  expect(new Set(server.writes().map(({ body }) => body)).size).toBe(1);
});

test('a refusal keeps code, words and log id; a doubt after a refusal says why', async () => {
  const server = await aFeishu((_, response) => {
    const first = server.writes().length === 1;
    if (first) json(response, { code: 1002001, msg: 'system error' }, 500);
    else json(response, { code: 60012, msg: 'exists' }, 400, { 'x-tt-logid': 'log-2' });
  });
  const client = aClient(server.baseUrl).external_interview;
  const call = createCall({ throttle: createThrottle({ rate: 100 }), halt: new AbortController(), policy });
  const result = await call({
    effect: 'create',
    send: (options) => client.create({ external_id: 'k', ...content }, options),
  });
  expect(result).toMatchObject({ kind: 'in-doubt', code: 60012, logId: 'log-2' });
  expect(result.kind === 'in-doubt' && result.message).toMatch(/earlier request \(code 1002001.*exists/);
});

test('a connection that is refused is tried again, then the call has failed and nothing was written', async () => {
  const { run, server, told } = await aCall(['ok']);
  await run();
  await server.close();
  expect(await run()).toMatchObject({
    kind: 'failed',
    code: null,
    attempts: 3,
    message: expect.stringMatching(/nothing was written.*ECONNREFUSED/),
  });
  expect(told.slice(1).map(([kind]) => kind)).toEqual(['no-answer', 'no-answer', 'no-answer']);
});

test('"rate limited" uses up no attempt and fails no row, however often and however it is spelt', async () => {
  const spellings = [429, 400, 200];
  const server = await aServer((request, response) => {
    if (request.url.includes('/auth/'))
      return json(response, { code: 0, tenant_access_token: 't-1', expire: 7200 });
    const status = spellings[server.writes().length - 1];
    if (status === undefined) return taken(response);
    json(response, { code: 99991400, msg: 'limit' }, status, { 'x-ogw-ratelimit-reset': '0.1' });
  });
  const client = aClient(server.baseUrl).external_interview;
  const call = createCall({
    throttle: createThrottle({ rate: 100 }),
    halt: new AbortController(),
    policy: { ...policy, attempts: 1 },
  });
  const result = await call({
    effect: 'create',
    send: (options) => client.create({ external_id: 'k', ...content }, options),
  });
  expect(result).toMatchObject({ kind: 'done', attempts: 4 });
  const times = server.writes().map(({ at }) => at);
  for (const [index, at] of times.slice(1).entries())
    expect(at - (times[index] ?? 0)).toBeGreaterThanOrEqual(990);
});

test('a token dead for 8 workers at once: one fresh one, each request replayed once', async () => {
  let tokens = 0;
  const server = await aServer((request, response) => {
    if (request.url.includes('/auth/')) {
      tokens += 1;
      const token = `t-${tokens}`;
      setTimeout(() => json(response, { code: 0, tenant_access_token: token, expire: 7200 }), 50);
    } else if (request.headers.authorization === 'Bearer t-1') {
      setTimeout(() => json(response, { code: 99991663, msg: 'Invalid access token' }, 400), 100);
    } else taken(response, ID);
  });
  const client = aClient(server.baseUrl).external_interview;
  const call = createCall({ throttle: createThrottle({ rate: 100 }), halt: new AbortController(), policy });
  const workers = Array.from({ length: 8 }, (_, index) =>
    call({
      effect: 'create',
      send: (options) => client.create({ external_id: `k${index}`, ...content }, options),
    }),
  );
  const results = await Promise.all(workers);
  expect(results.map(({ kind, attempts }) => [kind, attempts])).toEqual(Array(8).fill(['done', 2]));
  expect(tokens).toBe(2);
  expect(server.writes()).toHaveLength(16);
});

test('a fresh token that is refused too stops the run', async () => {
  const server = await aFeishu((_, response) =>
    json(response, { code: 99991663, msg: 'Invalid access token' }),
  );
  const client = aClient(server.baseUrl).external_interview;
  const halt = new AbortController();
  const call = createCall({ throttle: createThrottle({ rate: 100 }), halt, policy });
  const request = call({
    effect: 'create',
    send: (options) => client.create({ external_id: 'k', ...content }, options),
  });
  await expect(request).rejects.toMatchObject({
    code: 'FEISHU_REFUSES_APP',
    message: expect.stringContaining('fresh token'),
  });
  expect(server.writes()).toHaveLength(2);
  expect(HireSyncError.is(halt.signal.reason)).toBe(true);
});

test('a code that stops the run: this call throws, those that wait throw the same, no request more', async () => {
  const { run, server, halt } = await aCall(['scope'], 'create', { throttle: createThrottle({ rate: 5 }) });
  const ends = await Promise.allSettled([run(), run(), run(), run()]);
  for (const end of ends)
    expect(end).toMatchObject({ status: 'rejected', reason: { code: 'FEISHU_REFUSES_APP' } });
  expect(halt.signal.reason).toMatchObject({ code: 'FEISHU_REFUSES_APP' });
  expect(server.writes().length).toBeLessThanOrEqual(2);
});

test('a stop that meets a create which may have been processed leaves it in doubt', async () => {
  const { run, halt } = await aCall(['system', 'scope']);
  expect(await run()).toMatchObject({ kind: 'in-doubt', code: 99991672 });
  expect(halt.signal.reason).toMatchObject({ code: 'FEISHU_REFUSES_APP' });
});

test('an interruption: throws before anything was sent, ends what waits for its next attempt', async () => {
  const reason = new HireSyncError('INTERRUPTED', 'Ctrl-C');
  const sleeping = await aCall(['system'], 'create', {
    policy: { attempts: 3, baseMs: 60_000, capMs: 60_000 },
    random: () => 1,
  });
  const first = sleeping.run();
  setTimeout(() => sleeping.halt.abort(reason), 200);
  expect(await first).toMatchObject({ kind: 'in-doubt', attempts: 1 });
  await expect(sleeping.run()).rejects.toBe(reason);
  expect(sleeping.server.writes()).toHaveLength(1);
});

test('no token to be had: throws, and the run is halted', async () => {
  const server = await aServer((_, response) => json(response, { code: 10015, msg: 'app secret invalid' }));
  const client = aClient(server.baseUrl).external_interview;
  const halt = new AbortController();
  const call = createCall({ throttle: createThrottle({ rate: 100 }), halt, policy });
  const request = call({
    effect: 'create',
    send: (options) => client.create({ external_id: 'k', ...content }, options),
  });
  await expect(request).rejects.toMatchObject({ code: 'FEISHU_REFUSES_APP' });
  expect(halt.signal.aborted).toBe(true);
});
