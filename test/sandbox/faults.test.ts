import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  createSandbox,
  type Fault,
  type FaultRule,
  type Fetch,
  type Sandbox,
  type SandboxServer,
  serveSandbox,
} from '../../src/sandbox/index.ts';
import { anInterview, INTERVIEWS, type Send, signedIn, UNLIMITED } from './client.ts';

let server: SandboxServer;
const served = createSandbox(UNLIMITED);
beforeAll(async () => {
  server = await serveSandbox(served, { port: 0 });
});
afterAll(() => server.close());

// The same suite on real sockets and in fetch mode: a test may rely on either.
describe.each(['socket', 'fetch'] as const)('faults (%s)', (mode) => {
  const sandbox: Sandbox = mode === 'socket' ? served : createSandbox(UNLIMITED);
  const doFetch: Fetch = mode === 'socket' ? fetch : sandbox.fetch;
  let send: Send;
  let url: string;

  beforeEach(async () => {
    sandbox.reset();
    url = mode === 'socket' ? server.url : 'http://sandbox';
    send = await signedIn(doFetch, url);
  });

  const create = (more: object = {}, signal?: AbortSignal) =>
    send('POST', INTERVIEWS, anInterview(more), signal === undefined ? {} : { signal });
  const script = (fault: Fault, rule: Omit<FaultRule, 'fault'> = {}) =>
    sandbox.setFaults([{ ...rule, fault }]);
  const failure = (promise: Promise<unknown>) =>
    promise.then(
      () => null,
      (error: Error & { cause?: { code?: string } }) => error,
    );

  it.each([
    [{ kind: 'reset-before' }, 0],
    [{ kind: 'reset-after' }, 1],
  ] as const)('%j: no answer, the connection is reset', async (fault, written) => {
    script(fault);
    const error = await failure(create());
    expect(error).toBeInstanceOf(TypeError);
    expect(error?.message).toBe('fetch failed');
    expect(error?.cause?.code).toBe('ECONNRESET');
    expect(sandbox.interviews()).toHaveLength(written);
    expect(sandbox.arrivals().at(-1)).toMatchObject({ status: null, code: null, fault: fault.kind });
  });

  it.each([
    [{ kind: 'black-hole' }, 0],
    [{ kind: 'black-hole', committed: true }, 1],
  ] as const)('%j: never answers, until the client gives up', async (fault, written) => {
    script(fault);
    const startMs = performance.now();
    const error = await failure(create({}, AbortSignal.timeout(150)));
    expect(error?.name).toBe('TimeoutError');
    expect(performance.now() - startMs).toBeGreaterThan(140);
    expect(sandbox.interviews()).toHaveLength(written);
  });

  it('cut-body: a 200 that breaks off, committed', async () => {
    script({ kind: 'cut-body' }, { match: { endpoint: 'external_interview.create' } });
    const error = await failure(create());
    expect(error).toBeInstanceOf(TypeError);
    expect(error?.message).toBe('terminated');
    expect(sandbox.interviews()).toHaveLength(1);
  });

  it.each([
    [{ kind: 'html' }, 502, 'text/html', 0],
    [{ kind: 'html', committed: true }, 502, 'text/html', 1],
    [{ kind: 'not-json' }, 200, 'text/plain; charset=utf-8', 1],
  ] as const)('%j: an answer that is not JSON', async (fault, status, type, written) => {
    script(fault, { times: 1 });
    const error = await failure(create());
    expect(error).toBeInstanceOf(SyntaxError);
    expect(sandbox.interviews()).toHaveLength(written);
    expect(sandbox.arrivals().at(-1)).toMatchObject({ status, code: null });
    script(fault);
    const response = await doFetch(`${url}/open-apis/auth/v3/tenant_access_token/internal`, {
      method: 'POST',
      body: JSON.stringify({ app_id: 'cli_sandbox', app_secret: 'sandbox-secret' }),
      headers: { 'content-type': 'application/json' },
    });
    expect([response.status, response.headers.get('content-type')]).toEqual([status, type]);
    expect(response.headers.get('x-tt-logid')).not.toBeNull();
  });

  it('no-data: code 0 and nothing else, committed', async () => {
    script({ kind: 'no-data' });
    const { status, json } = await create();
    expect([status, json]).toEqual([200, { code: 0, msg: 'ok' }]);
    expect(sandbox.interviews()).toHaveLength(1);
  });

  it.each([
    [false, 0],
    [true, 1],
  ])('error: any status, code and headers; committed: %s', async (committed, written) => {
    const headers = { 'retry-after': '3' };
    script({ kind: 'error', status: 503, code: 1002001, msg: 'busy', headers, committed });
    const got = await create();
    expect(got.status).toBe(503);
    expect(got.json).toMatchObject({ code: 1002001, msg: 'busy', error: { log_id: expect.any(String) } });
    expect(got.headers.get('retry-after')).toBe('3');
    expect(sandbox.interviews()).toHaveLength(written);
  });

  it('delay: the work is done at once and the answer comes late', async () => {
    script({ kind: 'delay', ms: 150 });
    const pending = create();
    await sleep(75);
    expect(sandbox.interviews()).toHaveLength(1);
    expect((await pending).json.code).toBe(0);
  });

  it('delay, not committed: the work is done late, even when the client has given up', async () => {
    script({ kind: 'delay', ms: 150, committed: false });
    const error = await failure(create({}, AbortSignal.timeout(50)));
    expect(error?.name).toBe('TimeoutError');
    expect(sandbox.interviews()).toHaveLength(0);
    await sleep(170);
    expect(sandbox.interviews()).toHaveLength(1);
  });

  it.each([
    [{ kind: 'limited' }, 429, '1'],
    [{ kind: 'limited', status: 400, resetSeconds: 0.25 }, 400, '0.25'],
    [{ kind: 'limited', status: 200, resetSeconds: null }, 200, null],
  ] as const)('%j', async (fault, status, reset) => {
    script(fault);
    const got = await create();
    expect([got.status, got.json.code, got.headers.get('x-ogw-ratelimit-reset')]).toEqual([
      status,
      99991400,
      reset,
    ]);
    expect(sandbox.interviews()).toHaveLength(0);
  });

  it('token-dead: 99991663, and only a new token is good again', async () => {
    script({ kind: 'token-dead' }, { times: 1 });
    expect((await create()).json.code).toBe(99991663);
    expect((await create()).json.code).toBe(99991663);
    send = await signedIn(doFetch, url);
    expect((await create()).json.code).toBe(0);
  });

  it('permission: names the scope and where to ask for it', async () => {
    script({ kind: 'permission' });
    const { status, json } = await create();
    expect(status).toBe(400);
    expect(json).toMatchObject({
      code: 99991672,
      error: {
        permission_violations: [{ type: 'action_scope_required', subject: 'hire:external_application' }],
        helps: [{ url: expect.stringContaining('/app/cli_sandbox/auth') }],
      },
    });
  });

  it('latency holds up every answer', async () => {
    sandbox.setRules({ latency: { meanMs: 100, jitter: 0.5 } });
    const startMs = performance.now();
    await create();
    expect(performance.now() - startMs).toBeGreaterThan(48);
  });
});
