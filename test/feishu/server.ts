import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Dispatcher } from 'undici';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { createAuth } from '../../src/feishu/auth.ts';
import { createFeishuClient, type FeishuClient } from '../../src/feishu/client.ts';
import { createDispatcher } from '../../src/feishu/dispatcher.ts';
import { createHttp, type Http, type HttpRequest } from '../../src/feishu/http.ts';
import type { WireLimits } from '../../src/feishu/transport.ts';

/** A request as it arrived. `at` in ms on this process's monotonic clock. */
export interface Arrived {
  readonly at: number;
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly socket: Socket;
}

export interface TestServer {
  readonly baseUrl: string;
  readonly arrived: Arrived[];
  /** Those that are not for the token endpoint. */
  writes(): Arrived[];
  /** From now on connections to it are refused. */
  close(): Promise<void>;
}

type Reply = (request: Arrived, response: ServerResponse) => void;

/** A real server on a port of its own, gone after the test. */
export async function aServer(reply: Reply): Promise<TestServer> {
  const arrived: Arrived[] = [];
  const server = createServer((request, response) => {
    const at = performance.now();
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers, socket } = request;
      const one = { at, method, url, headers, socket, body: Buffer.concat(chunks).toString() };
      arrived.push(one);
      reply(one, response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    if (!server.listening) return;
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  onTestFinished(close);
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { baseUrl, arrived, writes: () => arrived.filter(({ url }) => !url.includes('/auth/v3/')), close };
}

/** An address of this machine where nobody listens. */
export async function aClosedPort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}`;
}

/** A server that hands out the token `t-1` and leaves all else to `reply`. */
export function aFeishu(reply: Reply): Promise<TestServer> {
  return aServer((request, response) => {
    if (request.url.includes('/auth/v3/'))
      json(response, { code: 0, tenant_access_token: 't-1', expire: 7200 });
    else reply(request, response);
  });
}

export function json(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** The answer to a create or an update that was taken. */
export function taken(response: ServerResponse, id = '6960663240925956436'): void {
  json(response, { code: 0, msg: 'ok', data: { external_interview: { id } } });
}

export function aDispatcher(baseUrl: string, connectTimeoutMs?: number): Dispatcher {
  const dispatcher = createDispatcher({ baseUrl, connectTimeoutMs });
  onTestFinished(() => dispatcher.destroy());
  return dispatcher;
}

/** The real client parts against a server; limits in ms. */
export function anHttp(baseUrl: string, limits: Partial<WireLimits> = {}): Http {
  return createHttp({ baseUrl, dispatcher: aDispatcher(baseUrl), limits });
}

export function aClient(baseUrl: string, limits: Partial<WireLimits> = {}): FeishuClient {
  const http = anHttp(baseUrl, limits);
  return createFeishuClient({
    http,
    auth: createAuth({ http, baseUrl, appId: 'cli_a', appSecret: 's3cret' }),
  });
}

/** A POST that is promised an id. */
export const aRequest: HttpRequest<{ id: string }> = {
  endpoint: 'external_interview.create',
  method: 'POST',
  path: '/open-apis/hire/v1/external_interviews',
  body: { external_application_id: '6960663240925956437' },
  token: 't-1',
  schema: z
    .looseObject({ data: z.looseObject({ external_interview: z.looseObject({ id: z.string() }) }) })
    .transform(({ data }) => ({ id: data.external_interview.id })),
};
