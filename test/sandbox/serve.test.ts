import { once } from 'node:events';
import { mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createSandbox,
  epochNow,
  type SandboxOptions,
  type SandboxServer,
  serveSandbox,
} from '../../src/sandbox/index.ts';
import { anInterview, clientOf, getToken, INTERVIEWS, signedIn, UNLIMITED } from './client.ts';

const open: SandboxServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function serve(options: SandboxOptions = {}) {
  const sandbox = createSandbox({ ...UNLIMITED, ...options });
  const server = await serveSandbox(sandbox, { port: 0 });
  open.push(server);
  return { sandbox, server, control: clientOf(fetch, `${server.url}/_sandbox`) };
}

describe('the server', () => {
  it('refuses to listen beyond this machine', async () => {
    for (const host of ['0.0.0.0', '192.168.0.1', '::', 'example.com'])
      await expect(serveSandbox(createSandbox(), { port: 0, host })).rejects.toThrow(/loopback/);
  });

  it('says so when the port is taken', async () => {
    const { server } = await serve();
    await expect(serveSandbox(createSandbox(), { port: server.port })).rejects.toThrow(/another port/);
  });

  it('closes at once, whatever is pending, and frees its port', async () => {
    const { server, sandbox } = await serve();
    const send = await signedIn(fetch, server.url);
    sandbox.setFaults([
      { times: 1, fault: { kind: 'black-hole' } },
      { fault: { kind: 'delay', ms: 60_000, committed: false } },
    ]);
    const pending = [1, 2].map(() => send('POST', INTERVIEWS, anInterview()).catch((error) => error.message));
    while (sandbox.arrivals().length < 3) await sleep(5);
    await open.pop()?.close();
    expect(await Promise.all(pending)).toEqual(['fetch failed', 'fetch failed']);
    const again = await serveSandbox(createSandbox(), { port: server.port });
    await again.close();
    expect(sandbox.interviews()).toEqual([]);
  });

  it.each(['GET // HTTP/1.1', 'GET http://%zz/ HTTP/1.1', 'OPTIONS * HTTP/1.1'])(
    'answers a strange request target: %s',
    async (line) => {
      const { server } = await serve();
      const socket = connect(server.port, '127.0.0.1');
      socket.end(`${line}\r\nHost: x\r\nConnection: close\r\n\r\n`);
      let answer = '';
      socket.on('data', (chunk) => {
        answer += chunk;
      });
      await once(socket, 'close');
      expect(answer).toContain('99991201');
    },
  );

  it('ignores a body sent with GET, as the official client does', async () => {
    const { server } = await serve();
    const { json } = await getToken(fetch, server.url);
    const request = httpRequest(`${server.url}/open-apis/hire/v1/applications/1/interviews?page_size=5`, {
      method: 'GET',
      headers: { authorization: `Bearer ${json.tenant_access_token}`, 'content-length': 2 },
    });
    request.end('{}');
    const [response] = await once(request, 'response');
    expect(JSON.parse(Buffer.concat(await response.toArray()).toString())).toMatchObject({ code: 0 });
  });

  it('survives a client that leaves in the middle of its body', async () => {
    const { server, sandbox } = await serve();
    const { json } = await getToken(fetch, server.url);
    const socket = connect(server.port, '127.0.0.1');
    socket.write(
      `POST ${INTERVIEWS} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${json.tenant_access_token}\r\nContent-Length: 999\r\n\r\n{"ext`,
    );
    while (sandbox.arrivals().length < 2) await sleep(5);
    socket.destroy();
    await sleep(20);
    expect((await getToken(fetch, server.url)).json.code).toBe(0);
    expect(sandbox.arrivals()[1]).toMatchObject({ endpoint: 'external_interview.create', code: null });
  });

  it('logs arrivals by a clock that other processes share', async () => {
    const { server, sandbox } = await serve();
    const before = epochNow();
    await getToken(fetch, server.url);
    const after = epochNow();
    const [arrival] = sandbox.arrivals();
    expect(arrival?.atMs).toBeGreaterThan(before);
    expect(arrival?.atMs).toBeLessThan(after);
    expect(JSON.stringify(arrival)).not.toContain('secret');
  });
});

describe('the control paths', () => {
  it('show the log, without tokens and without themselves', async () => {
    const { server, control } = await serve();
    const send = await signedIn(fetch, server.url);
    await send('POST', INTERVIEWS, { external_id: 'ats:1', ...anInterview() });
    await send('PUT', `${INTERVIEWS}/7?x=1`, {});
    const { json } = await control('GET', '/log');
    expect(json.arrivals).toMatchObject([
      { endpoint: 'token', code: 0, key: null },
      { endpoint: 'external_interview.create', method: 'POST', path: INTERVIEWS, code: 0, key: 'ats:1' },
      {
        endpoint: 'external_interview.update',
        path: `${INTERVIEWS}/7`,
        status: 400,
        code: 1002002,
        key: '7',
      },
    ]);
    expect(json.maxIn1000ms).toMatchObject({
      'external_interview.create': 1,
      'external_interview.delete': 0,
    });
    expect(JSON.stringify(json)).not.toContain('t-');
  });

  it('change faults, options, clock and objects, and put all back', async () => {
    const { server, control } = await serve();
    const send = await signedIn(fetch, server.url);
    await control('POST', '/faults', [{ times: 1, fault: { kind: 'error', status: 500, code: 1002001 } }]);
    expect((await send('POST', INTERVIEWS, anInterview())).json.code).toBe(1002001);
    const options = await control('POST', '/options', { repeat: 'refuses' });
    expect(options.json).toMatchObject({ repeat: 'refuses', limitedStatus: 429 });
    const seeded = await control('POST', '/seed', {
      interviews: [{ external_id: 'ats:1', ...anInterview() }],
    });
    const before = (await control('GET', '/state')).json;
    expect(before).toMatchObject({
      rules: { repeat: 'refuses' },
      writes: {},
      interviews: [{ id: seeded.json.interviews[0], externalId: 'ats:1', body: anInterview(), writes: 1 }],
    });
    const { json } = await control('POST', '/clock', { advanceMs: 86_400_000 });
    expect(json.nowMs - before.nowMs).toBeGreaterThanOrEqual(86_400_000);

    await control('POST', '/reset');
    const after = (await control('GET', '/state')).json;
    expect(after).toMatchObject({ rules: { repeat: 'returns-existing' }, interviews: [], writes: {} });
    expect(after.nowMs).toBeGreaterThanOrEqual(json.nowMs);
    expect((await control('GET', '/log')).json.arrivals).toEqual([]);
  });

  it('change quirks, tell which were met, and put back those of the start', async () => {
    const { server, control } = await serve({ quirks: [{ keep: [{ kind: 'trim' }] }] });
    const send = await signedIn(fetch, server.url);
    const met = async () => {
      await send('POST', INTERVIEWS, anInterview());
      return (await control('GET', '/log')).json.arrivals.at(-1).quirks;
    };
    expect(await met()).toEqual(['keep trim']);
    const quirks = [
      { times: 1, show: [{ kind: 'mask', fields: ['conclusion'] }] },
      { answer: { with: 'unknown' } },
    ];
    expect((await control('POST', '/quirks', quirks)).json).toEqual({});
    expect(await met()).toEqual(['answer unknown', 'show mask']);
    expect(await met()).toEqual(['answer unknown']);
    await control('POST', '/quirks', []);
    expect(await met()).toEqual([]);
    await control('POST', '/reset');
    expect(await met()).toEqual(['keep trim']);
  });

  it.each([
    ['GET', '/nothing', undefined, 404],
    ['POST', '/log', undefined, 404],
    ['POST', '/clock', { advanceMs: 'x' }, 400],
    ['POST', '/faults', [{ fault: {} }], 400],
    ['POST', '/quirks', [{ keep: [{ kind: 'trimm' }] }], 400],
    ['POST', '/by-hand', { remove: ['1'] }, 400],
    ['POST', '/seed', { interviews: [{}] }, 400],
  ])('%s %s %j → %i with the reason', async (method, path, body, status) => {
    const { control } = await serve();
    const got = await control(method, path, body);
    expect(got.status).toBe(status);
    expect(got.json.error).toMatch(/\w+/);
  });
});

describe('the state file', () => {
  const aFile = async () => join(await mkdtemp(join(tmpdir(), 'sandbox-')), 'state.json');

  it('keeps objects, keys, clock and ids over a restart', async () => {
    const stateFile = await aFile();
    const first = await serve({ stateFile });
    const send = await signedIn(fetch, first.server.url);
    const created = await send('POST', INTERVIEWS, { external_id: 'ats:1', ...anInterview() });
    first.sandbox.seed({
      nativeInterviews: [{ application_id: '1' }],
      attachments: [{ id: '5', name: 'a.pdf', size: 3 }],
    });
    first.sandbox.byHand({ removeApplications: ['7'] });
    first.sandbox.clock.advance(3_600_000);
    await open.pop()?.close();

    const { sandbox, server } = await serve({ stateFile, seed: 2 });
    const { interviews, nativeInterviews, attachments } = sandbox.state();
    expect({ interviews, nativeInterviews, attachments }).toEqual({
      interviews: first.sandbox.interviews(),
      nativeInterviews: first.sandbox.state().nativeInterviews,
      attachments: [{ id: '5', name: 'a.pdf', size: 3 }],
    });
    expect(sandbox.clock.offsetMs()).toBe(3_600_000);
    expect(sandbox.state().removedApplications).toEqual(['7']);
    const sendAgain = await signedIn(fetch, server.url);
    const repeated = await sendAgain('POST', INTERVIEWS, { external_id: 'ats:1', ...anInterview() });
    expect(repeated.json.data).toEqual(created.json.data);
    const next = await sendAgain('POST', INTERVIEWS, anInterview());
    expect(next.json.data.external_interview.id > nativeInterviews[0]!.id!).toBe(true);
  });

  it('is written within 100 ms, whole, for this user only, and nothing else is left', async () => {
    const stateFile = await aFile();
    const { server } = await serve({ stateFile });
    const send = await signedIn(fetch, server.url);
    await send('POST', INTERVIEWS, anInterview());
    await sleep(200);
    expect(JSON.parse(await readFile(stateFile, 'utf8')).state.interviews.entries).toHaveLength(1);
    expect((await stat(stateFile)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(stateFile, '..'))).toEqual(['state.json']);
  });

  it('that is none is refused, with advice', async () => {
    const stateFile = await aFile();
    await writeFile(stateFile, '{"version":1}');
    expect(() => createSandbox({ stateFile })).toThrow(/Delete it/);
  });

  it('that cannot be written is refused at the start', async () => {
    const sandbox = createSandbox({ stateFile: '/nowhere/at/all/state.json' });
    await expect(serveSandbox(sandbox, { port: 0 })).rejects.toThrow(/state file/);
  });
});

it('sandboxes of different seeds give different ids', async () => {
  const idsOf = (seed: number) =>
    createSandbox({ seed }).seed({ interviews: Array(50).fill(anInterview()) }).interviews;
  const all = [0, 1, 2, 99_999_999].flatMap(idsOf);
  expect(new Set(all).size).toBe(200);
  for (const id of all) expect(id).toMatch(/^[1-9]\d{18}$/);
});
