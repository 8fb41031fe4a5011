import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Report } from '../../src/result/report.ts';
import { SANDBOX_APP } from '../../src/sandbox/index.ts';
import { CHILD_ENV } from '../child-env.ts';
import { hireSync } from '../cli/child.ts';

const BIN = fileURLToPath(new URL('../../dist/cli/bin.js', import.meta.url));

/** `--json` of a sync. */
export type JsonReport = Report & {
  readonly rejects: readonly {
    readonly key: string | null;
    readonly problems: readonly { readonly code: string; readonly message: string }[];
  }[];
  readonly heldRows: readonly { readonly key: string; readonly why: string }[];
};

/** One run of the CLI that has ended. */
export interface Ran {
  readonly exitCode: number | null;
  /** Null when it printed none: it stopped before the plan. */
  readonly report: JsonReport | null;
  /** Without the log: what a person reads. */
  readonly stderr: string;
}

/** One run of the CLI that goes on. */
export interface Running {
  readonly pid: number | undefined;
  readonly ended: Promise<Ran>;
  /** Resolves when stderr, log included, has had `times` matches. Rejects when the run ends before. */
  said(pattern: RegExp, times?: number): Promise<void>;
}

/** One run to its end, in a process that has run others before. */
export async function runCli(
  args: readonly string[],
  { cwd, url, lags = false }: { cwd: string; url: string; lags?: boolean },
): Promise<Ran> {
  const { code, stdout, stderr } = await hireSync(args, { cwd, lags, env: environmentOf(url) });
  return ranOf(code, stdout, stderr);
}

/** One run in a process of its own, to be killed or told something while it runs. */
export function startCli(args: readonly string[], { cwd, url }: { cwd: string; url: string }): Running {
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd,
    env: { ...CHILD_ENV, ...environmentOf(url) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    out += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    err += chunk;
  });
  const ended = once(child, 'close').then(([exitCode]) => ranOf(exitCode as number | null, out, err));
  return {
    pid: child.pid,
    ended,
    said: (pattern, times = 1) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (err.split(pattern).length > times) resolve();
        };
        child.stderr.on('data', look);
        child.once('close', () => reject(new Error(`It ended without saying ${pattern}: ${err}`)));
        look();
      }),
  };
}

function environmentOf(url: string): Record<string, string> {
  return {
    FEISHU_BASE_URL: url,
    FEISHU_APP_ID: SANDBOX_APP.appId,
    FEISHU_APP_SECRET: SANDBOX_APP.appSecret,
  };
}

function ranOf(exitCode: number | null, out: string, err: string): Ran {
  const lines = err.split('\n').filter((line) => !line.startsWith('{'));
  return {
    exitCode,
    report: out === '' ? null : (JSON.parse(out) as JsonReport),
    stderr: lines.join('\n').trim(),
  };
}
