import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HireSyncError } from '../errors.ts';
import type { Reply } from './answers.ts';
import type { Incoming } from './app.ts';
import { epochNow } from './clock.ts';
import type { Sandbox } from './sandbox.ts';

/** Longer than any client keeps an idle connection: a reset happens when a fault says so, not by chance. */
const KEEP_ALIVE_MS = 10 * 60 * 1000;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

export interface SandboxServer {
  /** `http://127.0.0.1:41234`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Drops all connections, and resolves when the port is free and the state file is written. */
  close(): Promise<void>;
}

/**
 * Puts a sandbox on a port; transport faults happen on the socket. Port 0 takes a free one.
 * @throws HireSyncError CONFIG_INVALID when the host is not a loopback address (the control paths have no
 *   authentication), the port cannot be had, or the state file cannot be written
 */
export async function serveSandbox(
  sandbox: Sandbox,
  { port, host = '127.0.0.1' }: { readonly port: number; readonly host?: string },
): Promise<SandboxServer> {
  if (!LOOPBACK.test(host))
    throw new HireSyncError(
      'CONFIG_INVALID',
      `The sandbox has no authentication and listens on a loopback address only: use 127.0.0.1, not ${host}.`,
    );
  await sandbox.flush();

  const closing = new AbortController();
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    const arrivedAtMs = epochNow();
    void sandbox
      .handle(incomingOf(request, arrivedAtMs), closing.signal)
      .then((reply) => send(reply, request, response));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new HireSyncError(
          'CONFIG_INVALID',
          `The sandbox cannot listen on ${host}:${port} (${cause.message}): choose another port, or 0 for a free one.`,
          { cause },
        ),
      ),
    );
    server.listen(port, host, resolve);
  });

  const address = server.address() as AddressInfo;
  return {
    url: `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`,
    port: address.port,
    async close() {
      closing.abort();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await sandbox.flush();
    },
  };
}

function incomingOf(request: IncomingMessage, arrivedAtMs: number): Incoming {
  return {
    method: request.method ?? '',
    url: request.url ?? '',
    header(name) {
      const value = request.headers[name];
      return typeof value === 'string' ? value : null;
    },
    async body() {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      return Buffer.concat(chunks);
    },
    arrivedAtMs,
  };
}

function send(reply: Reply, request: IncomingMessage, response: ServerResponse): void {
  switch (reply.kind) {
    case 'answer':
      response.writeHead(reply.answer.status, reply.answer.headers).end(reply.answer.body);
      return;
    case 'cut': {
      const bytes = Buffer.from(reply.answer.body);
      response.writeHead(reply.answer.status, { ...reply.answer.headers, 'content-length': bytes.length });
      response.write(bytes.subarray(0, bytes.length / 2), () => request.socket.destroy());
      return;
    }
    case 'reset':
      request.socket.resetAndDestroy();
      return;
    case 'silence':
  }
}
