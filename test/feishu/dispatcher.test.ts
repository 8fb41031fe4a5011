import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createDispatcher, type DispatcherSettings } from '../../src/feishu/dispatcher.ts';
import { createHttp } from '../../src/feishu/http.ts';
import { aFolder } from '../builders.ts';
import { aRequest } from './server.ts';

function httpWith(settings: DispatcherSettings) {
  const dispatcher = createDispatcher(settings);
  onTestFinished(() => dispatcher.destroy());
  return createHttp({ baseUrl: settings.baseUrl, dispatcher });
}

async function portOf(server: Pick<Server, 'listen' | 'address' | 'close' | 'once'>): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server as Server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

test('a refused connection and an unknown host are "never", and nobody is told "sent"', async () => {
  for (const baseUrl of ['http://127.0.0.1:1', 'https://no-such-host.invalid']) {
    let sent = 0;
    const answer = await httpWith({ baseUrl })(aRequest, { onSent: () => (sent += 1) });
    expect(answer).toMatchObject({
      kind: 'no-answer',
      sent: 'never',
      what: expect.stringMatching(/ECONNREFUSED|ENOTFOUND|EAI_AGAIN/),
    });
    expect(sent).toBe(0);
  }
});

test('a connect that takes too long is "never"', async () => {
  // Takes the TCP connection and never says a word of TLS.
  const port = await portOf(createTcpServer(() => {}) as unknown as Server);
  const answer = await httpWith({ baseUrl: `https://127.0.0.1:${port}`, connectTimeoutMs: 200 })(aRequest);
  expect(answer).toMatchObject({ sent: 'never', what: expect.stringContaining('UND_ERR_CONNECT_TIMEOUT') });
});

test('a certificate that is not trusted is "never"', async () => {
  const folder = aFolder();
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const algorithm = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  execFileSync('openssl', ['req', '-x509', ...algorithm, '-keyout', key, '-out', cert, ...subject], {
    stdio: 'pipe',
  });
  let arrived = 0;
  const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, () => (arrived += 1));
  const port = await portOf(server);
  const answer = await httpWith({ baseUrl: `https://127.0.0.1:${port}` })(aRequest);
  expect(answer).toMatchObject({ sent: 'never', what: expect.stringContaining('SELF_SIGNED') });
  expect(arrived).toBe(0);
});

test('https goes through the proxy of the settings; a tunnel that is refused or broken is "never"', async () => {
  const asked: string[] = [];
  const proxy = createServer();
  proxy.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    if (asked.length === 1) socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    else socket.destroy();
  });
  const port = await portOf(proxy);
  const settings = { baseUrl: 'https://feishu.invalid', httpsProxy: `http://127.0.0.1:${port}` };
  expect(await httpWith(settings)(aRequest)).toMatchObject({
    sent: 'never',
    what: expect.stringContaining('407'),
  });
  expect(await httpWith(settings)(aRequest)).toMatchObject({ sent: 'never' });
  expect(asked).toEqual(['feishu.invalid:443', 'feishu.invalid:443']);
  const direct = await httpWith({ ...settings, noProxy: 'feishu.invalid' })(aRequest);
  expect(direct).toMatchObject({ sent: 'never', what: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/) });
  expect(asked).toHaveLength(2);
});

test('the tunnel through a proxy speaks HTTP/1.1 only', async () => {
  const hello = Promise.withResolvers<string>();
  const upstream = createTcpServer((socket) =>
    socket.once('data', (data) => {
      hello.resolve(data.toString('latin1'));
      socket.destroy();
    }),
  );
  const upstreamPort = await portOf(upstream as unknown as Server);
  const proxy = createServer();
  proxy.on('connect', (_, socket) => {
    const through = connect(upstreamPort, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    through.pipe(socket).pipe(through);
    socket.on('error', () => {});
    through.on('error', () => {});
  });
  const httpsProxy = `http://127.0.0.1:${await portOf(proxy)}`;
  const answer = await httpWith({ baseUrl: 'https://feishu.invalid', httpsProxy })(aRequest);
  expect(answer).toMatchObject({ sent: 'never' });
  // The names of the offered protocols stand in clear in the TLS hello.
  const offered = await hello.promise;
  expect(offered).toContain('http/1.1');
  expect(offered).not.toContain('\x02h2');
});

test('a plain http address on this machine never goes through a proxy, whatever the environment says', async () => {
  const before = process.env.http_proxy;
  process.env.http_proxy = 'http://127.0.0.1:1';
  onTestFinished(() => {
    if (before === undefined) delete process.env.http_proxy;
    else process.env.http_proxy = before;
  });
  const server = createServer((_, response) => response.end('{"code":7,"msg":"here"}'));
  const baseUrl = `http://127.0.0.1:${await portOf(server)}`;
  const answer = await httpWith({ baseUrl, httpProxy: 'http://127.0.0.1:1' })(aRequest);
  expect(answer).toMatchObject({ kind: 'error', code: 7 });
});

test('a proxy address that cannot be used is refused without repeating its password', () => {
  const settings = { baseUrl: 'https://open.feishu.cn', httpsProxy: 'proxy:hunter2@:8080' };
  expect(() => createDispatcher(settings)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  expect(() => createDispatcher(settings)).not.toThrow('hunter2');
});
