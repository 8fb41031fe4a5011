import { expect, test } from 'vitest';
import { createBreaker } from '../../src/writer/breaker.ts';
import { createCall } from '../../src/writer/call.ts';
import { createThrottle } from '../../src/writer/throttle.ts';
import { aClient, aFeishu, json, taken } from '../feishu/server.ts';

const content = { external_application_id: '6960663240925956437' };

test('twenty calls in a row that fail for good end the run; no outcome is lost', async () => {
  const server = await aFeishu((_, response) => void response.writeHead(503).end('<html>'));
  const client = aClient(server.baseUrl).external_interview;
  const halt = new AbortController();
  const policy = { attempts: 1, baseMs: 1, capMs: 1 };
  const call = createCall({ throttle: createThrottle({ rate: 200 }), halt, policy });
  const send = () =>
    call({ effect: 'create', send: (options) => client.create({ external_id: 'k', ...content }, options) });
  for (let count = 0; count < 20; count += 1) expect(await send()).toMatchObject({ kind: 'in-doubt' });
  await expect(send()).rejects.toMatchObject({
    code: 'TOO_MANY_FAILURES',
    message: expect.stringMatching(/20 changes in a row.*HTTP 503/),
  });
  expect(server.writes()).toHaveLength(20);
});

test('a success starts the count anew, a refusal does not touch it', async () => {
  const server = await aFeishu((_, response) => {
    const count = server.writes().length;
    if (count % 4 === 0) taken(response);
    else if (count % 2 === 0) json(response, { code: 1002002 }, 400);
    else response.writeHead(503).end();
  });
  const client = aClient(server.baseUrl).external_interview;
  const halt = new AbortController();
  const breaker = createBreaker({ halt, maxFailures: 3, now: () => performance.now() });
  const policy = { attempts: 1, baseMs: 1, capMs: 1 };
  const call = createCall({ throttle: createThrottle({ rate: 200 }), halt, policy, breaker });
  for (let count = 0; count < 16; count += 1) {
    await call({
      effect: 'create',
      send: (options) => client.create({ external_id: 'k', ...content }, options),
    });
  }
  expect(halt.signal.aborted).toBe(false);
});

test('reads that succeed in between do not hide that all changes fail', () => {
  const halt = new AbortController();
  const breaker = createBreaker({ halt, maxFailures: 3, now: () => 0 });
  const one = () => {
    breaker.failed('create', 'HTTP 503');
    breaker.succeeded('read');
  };
  one();
  one();
  breaker.succeeded('replace');
  one();
  one();
  expect(halt.signal.aborted).toBe(false);
  one();
  expect(halt.signal.reason).toMatchObject({
    code: 'TOO_MANY_FAILURES',
    message: expect.stringMatching(/^3 changes in a row failed for good, the last with HTTP 503/),
  });
});

test('failed reads count with failed changes', () => {
  const halt = new AbortController();
  const breaker = createBreaker({ halt, maxFailures: 3, now: () => 0 });
  breaker.failed('create', 'HTTP 503');
  breaker.failed('read', 'HTTP 503');
  expect(halt.signal.aborted).toBe(false);
  breaker.failed('read', 'HTTP 502');
  expect(halt.signal.reason).toMatchObject({
    code: 'TOO_MANY_FAILURES',
    message: expect.stringMatching(/^3 requests in a row failed for good, the last with HTTP 502/),
  });
});

test('nothing but "rate limited" for half an hour ends the run, one other answer in between does not', () => {
  const halt = new AbortController();
  let now = 0;
  const breaker = createBreaker({ halt, now: () => now });
  for (; now < 29 * 60_000; now += 60_000) breaker.limited();
  breaker.notLimited();
  breaker.limited();
  now += 29 * 60_000;
  breaker.limited();
  expect(halt.signal.aborted).toBe(false);
  now += 60_000;
  breaker.limited();
  expect(halt.signal.reason).toMatchObject({
    code: 'TOO_MANY_FAILURES',
    message: expect.stringContaining('30 minutes'),
  });
});
