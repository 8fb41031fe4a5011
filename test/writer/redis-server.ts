import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** A real redis-server of a test's own. */
export interface RedisServer {
  readonly port: number;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** Sends one command line. Returns the first piece of its answer, as it comes over the wire. */
  ask(command: string): Promise<string>;
  /** Stores what it holds, as Debian's configuration does now and then. */
  snapshot(): Promise<void>;
  /** Starts it again: empty, unless a snapshot was taken. */
  start(): Promise<void>;
  /** Lets it stand still, and go on. */
  pause(): void;
  resume(): void;
  close(): Promise<void>;
}

export const HAS_REDIS = spawnSync('redis-server', ['--version']).status === 0;
export const NO_REDIS = 'redis-server is not installed (Debian: apt-get install redis-server)';

/** On a free port of this machine only. `options` as on the command line of redis-server. */
export async function startRedis(...options: readonly string[]): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'hire-sync-redis-'));
  const port = await freePort();
  let child: ChildProcess;

  async function start(): Promise<void> {
    const flags = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
    child = spawn('redis-server', [...flags, '--enable-debug-command', 'no', ...options], {
      stdio: 'ignore',
    });
    while (!(await answers(port))) await setTimeout(20);
  }

  async function kill(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  await start();
  return {
    port,
    start,
    kill,
    ask: (command) => say(port, command),
    snapshot: async () => void (await say(port, 'SAVE')),
    pause: () => child.kill('SIGSTOP'),
    resume: () => child.kill('SIGCONT'),
    async close() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answers(port: number): Promise<boolean> {
  // With a password set it answers -NOAUTH, which is an answer.
  return say(port, 'PING').then(
    (text) => /^[+-]/.test(text) && !text.startsWith('-LOADING'),
    () => false,
  );
}

async function say(port: number, command: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(`${command}\r\n`);
  try {
    const [data] = (await once(socket, 'data')) as [Buffer];
    return data.toString();
  } finally {
    socket.destroy();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
