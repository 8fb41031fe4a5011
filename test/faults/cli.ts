import type { Report } from '../../src/result/report.ts';
import { sandboxEnv } from '../child-env.ts';
import { hireSync, start } from '../cli/child.ts';

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
  const { code, stdout, stderr } = await hireSync(args, { cwd, lags, env: sandboxEnv(url) });
  return ranOf(code, stdout, stderr);
}

/** One run in a process of its own, to be killed or told something while it runs. */
export function startCli(args: readonly string[], { cwd, url }: { cwd: string; url: string }): Running {
  const { child, ended, printed } = start(args, { cwd, env: sandboxEnv(url) });
  return {
    pid: child.pid,
    ended: ended.then(({ code, stdout, stderr }) => ranOf(code, stdout, stderr)),
    said: async (pattern, times = 1) => {
      await printed('stderr', new RegExp(`(?:(?:${pattern.source})[^]*){${times}}`, pattern.flags));
    },
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
