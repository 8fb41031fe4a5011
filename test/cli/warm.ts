import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { CHILD_ENV } from '../child-env.ts';
import type { Ended } from './child.ts';
import type { Done, Order } from './warm-process.ts';

/** A command that hangs ends its process, so that the test fails by what it printed. */
const HANGS_MS = 60_000;
const idle: ChildProcess[] = [];

/**
 * Runs one command line of the built CLI in a process that has run others before: the same code, pipes, files and
 * exit codes as `start`, four times as fast. For a test that needs a process of its own (signals, kills, memory, the
 * code of a pipeline that misbehaves), there is `start`.
 * @param order `env` is all of what the command sees of the environment
 */
export async function runWarm(
  args: readonly string[],
  order: Pick<Order, 'cwd' | 'env' | 'lags'>,
): Promise<Ended> {
  const child = idle.pop() ?? begun();
  const end = `\0${randomUUID()}\0`;
  child.ref();
  const [stdout, stderr] = [child.stdout, child.stderr].map((stream) => textUntil(stream!, end, child));
  const answered = once(child, 'message') as Promise<[Done]>;
  const died = once(child, 'exit').then(() => undefined);
  const hangs = setTimeout(() => child.kill('SIGABRT'), HANGS_MS);
  child.send({ ...order, args, end } satisfies Order);
  const [out, err] = await Promise.all([stdout!, stderr!]);
  const answer = await Promise.race([answered, died]);
  clearTimeout(hangs);
  if (answer === undefined)
    return { code: child.exitCode, signal: child.signalCode, stdout: out, stderr: err };
  const [{ code, isReusable }] = answer;
  if (isReusable) {
    // `once` has added one for errors to each.
    for (const event of ['exit', 'error']) child.removeAllListeners(event);
    rest(child);
  } else child.disconnect();
  return { code, signal: null, stdout: out, stderr: err };
}

function begun(): ChildProcess {
  return fork(join(import.meta.dirname, 'warm-process.ts'), {
    env: CHILD_ENV,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

/** Waits for the next order without keeping this process alive. */
function rest(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdout, child.stderr, child.channel]) {
    if (stream && 'unref' in stream) (stream as { unref(): void }).unref();
  }
  idle.push(child);
}

/** What the child writes before `end`, or until it closes the pipe. */
function textUntil(stream: NodeJS.ReadableStream, end: string, child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const stop = (whole: string) => {
      stream.off('data', read).off('close', close);
      resolve(whole);
    };
    const read = (piece: string) => {
      text += piece;
      if (text.endsWith(end)) stop(text.slice(0, -end.length));
    };
    const close = () => stop(text);
    stream.setEncoding('utf8').on('data', read).on('close', close);
    if (child.exitCode !== null) close();
  });
}
