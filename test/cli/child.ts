import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { CHILD_ENV } from '../child-env.ts';
import { runWarm } from './warm.ts';

export const ROOT = join(import.meta.dirname, '../..');
export const BIN = join(ROOT, 'dist/cli/bin.js');
/** A child that hangs is ended, so that the test fails by what it printed; not by SIGKILL, which tests themselves send. */
const HANGS_MS = 60_000;
/** Variables that Node heeds when a process starts. */
const AT_START = ['NODE_OPTIONS', 'TZ'];

export interface Ended {
  readonly code: number | null;
  /** What ended it from outside. */
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves with the text so far when it matches; rejects when the process ends without it. */
  printed(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<string>;
}

export interface ChildOptions {
  readonly cwd: string;
  /** Besides PATH: the child sees nothing of this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default: the Node of this process. */
  readonly node?: string;
  /** Default: the built one. */
  readonly bin?: string;
  /** Whether the sandbox shows a write later than at once. Default: no. */
  readonly lags?: boolean;
  /** A module that is loaded before it. */
  readonly preload?: string;
  /** The user, and the group, that it runs as; only root may say. */
  readonly uid?: number | undefined;
}

/** Starts the built CLI. Never the synchronous way: the sandbox answers from this process. */
export function start(
  args: readonly string[],
  { cwd, env = {}, node = process.execPath, bin = BIN, preload, uid }: ChildOptions,
): Started {
  const child = spawn(node, [...(preload === undefined ? [] : ['--import', preload]), bin, ...args], {
    cwd,
    env: { ...CHILD_ENV, HOME: cwd, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid !== undefined && { uid, gid: uid }),
    timeout: HANGS_MS,
    killSignal: 'SIGABRT',
  });
  const text = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (piece: string) => {
      text[name] += piece;
      for (const watcher of watchers) watcher();
    });
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, ...text }));
  });
  return {
    child,
    ended,
    printed: (stream, pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!pattern.test(text[stream])) return;
          watchers.delete(look);
          resolve(text[stream]);
        };
        watchers.add(look);
        look();
        void ended.then(
          () => reject(new Error(`no ${pattern} on ${stream}: ${text.stdout}${text.stderr}`)),
          reject,
        );
      }),
  };
}

/** Runs the built CLI to its end. */
export function hireSync(args: readonly string[], options: ChildOptions): Promise<Ended> {
  const { cwd, env = {}, node, bin, lags = false } = options;
  const needsItsOwn = node !== undefined || bin !== undefined || AT_START.some((name) => name in env);
  if (needsItsOwn) return start(args, options).ended;
  return runWarm(args, { cwd, lags, env: { ...CHILD_ENV, HOME: cwd, ...env } });
}

/** stderr without the lines that say, every ten seconds, how far a run is: on a busy machine there is one more. */
export function withoutProgress(stderr: string): string {
  return stderr.replaceAll(/^(?:\d+ of \d+ written|reading|comparing|asking|writing).*\n/gm, '');
}
