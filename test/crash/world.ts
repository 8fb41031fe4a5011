import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { GUARDS } from '../../src/plan/guard.ts';
import type { Report } from '../../src/result/report.ts';
import {
  createSandbox,
  ENDPOINT_NAMES,
  type Sandbox,
  type SandboxOptions,
  serveSandbox,
} from '../../src/sandbox/index.ts';
import { CHILD_ENV, sandboxEnv } from '../child-env.ts';
import { ATTACHMENTS, TARGET } from '../target.ts';
import type { Row } from './rows.ts';
import { steppedApp } from './stepped-app.ts';
import { isServerStep, type ServerStep, type Step } from './steps.ts';

const BIN = new URL('../../dist/cli/bin.js', import.meta.url).pathname;
const PIPELINES = { external_interview: 'pipeline.ts', external_background_check: 'pipeline-checks.ts' };
const PIPELINE = new URL(PIPELINES[TARGET], import.meta.url).pathname;
const PRELOAD = new URL('kill-at.ts', import.meta.url).pathname;

/** When a child is killed: at the nth time of a step, or some ms after so many writes have arrived. */
export type Kill =
  | { readonly step: Step; readonly nth: number }
  | { readonly afterWrites: number; readonly delayMs: number };

export interface Ended {
  readonly pid: number | undefined;
  readonly exitCode: number | null;
  /** Whether it was killed; false when it ended before its moment came. */
  readonly killed: boolean;
  /** What it printed, when it came to its end. */
  readonly report: Report | null;
  readonly stderr: string;
  readonly ms: number;
}

/** A folder with a source and a ledger, and a sandbox on a port in this process. */
export interface World {
  readonly sandbox: Sandbox;
  readonly ledgerFile: string;
  write(rows: readonly Row[]): void;
  /** Starts the real CLI and waits for its end. */
  run(options?: { readonly kill?: Kill | undefined; readonly rate?: number | undefined }): Promise<Ended>;
  /** Whether there is a ledger with its tables. */
  hasEntries(): boolean;
  /** Runs `sql` with `@ms` on the ledger: only between runs. */
  alter(sql: string, ms: number): void;
  /** Resolves when the server works on no request any more. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

export const UNLIMITED: SandboxOptions = {
  limits: Object.fromEntries(ENDPOINT_NAMES.map((name) => [name, null])),
};

export async function createWorld(options: SandboxOptions = {}): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'hire-sync-crash-'));
  const ledgerFile = join(folder, 'ledger.db');
  const sandbox = createSandbox({ ...UNLIMITED, ...options });
  sandbox.seed({ attachments: ATTACHMENTS });
  let onStep: (step: ServerStep) => Promise<boolean> = async () => false;
  const { handle, idle } = steppedApp(sandbox, (step) => onStep(step));
  const server = await serveSandbox({ ...sandbox, handle }, { port: 0 });

  return {
    sandbox,
    ledgerFile,
    write(rows) {
      writeFileSync(join(folder, 'rows.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    },

    async run({ kill, rate = 200 } = {}) {
      const startedAt = performance.now();
      const inside = kill !== undefined && 'step' in kill && !isServerStep(kill.step) ? kill : null;
      const child = spawn(
        process.execPath,
        [
          ...(inside === null ? [] : ['--import', PRELOAD]),
          ...[BIN, 'sync', PIPELINE, '--source', folder, '--ledger', ledgerFile],
          ...['--json', '--rate', String(rate), '--log-level', 'silent'],
          // Half of the rows changed, or none left: that is what these tests are about.
          ...GUARDS.flatMap((guard) => ['--allow', guard]),
        ],
        {
          cwd: folder,
          stdio: ['ignore', 'pipe', 'pipe'],
          // One that hangs must not pass for one that was killed.
          timeout: 120_000,
          killSignal: 'SIGABRT',
          env: {
            ...CHILD_ENV,
            ...sandboxEnv(server.url),
            ...(inside && { HIRE_SYNC_KILL_STEP: inside.step, HIRE_SYNC_KILL_NTH: String(inside.nth) }),
          },
        },
      );
      const ended = new Promise<NodeJS.Signals | null>((resolve) => {
        child.once('close', (_, signal) => resolve(signal));
      });
      let stdout = '';
      let stderr = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        stdout += text;
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
      });
      const killNow = async (): Promise<void> => {
        child.kill('SIGKILL');
        await ended;
      };
      if (kill !== undefined && inside === null) onStep = atServer(kill, killNow);
      // A kill before the first write has no event at the server to begin with.
      if (kill !== undefined && 'afterWrites' in kill && kill.afterWrites === 0)
        void sleep(kill.delayMs).then(killNow);
      const signal = await ended;
      onStep = async () => false;
      const exitCode = child.exitCode;
      const report = exitCode === null || stdout === '' ? null : (JSON.parse(stdout) as Report);
      return {
        pid: child.pid,
        exitCode,
        killed: signal === 'SIGKILL',
        report,
        stderr,
        ms: performance.now() - startedAt,
      };
    },

    hasEntries() {
      if (!existsSync(ledgerFile)) return false;
      const database = new Database(ledgerFile, { readonly: true });
      try {
        return database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'entry'").get() !== undefined;
      } finally {
        database.close();
      }
    },

    alter(sql, ms) {
      const database = new Database(ledgerFile);
      database.prepare(sql).run({ ms });
      database.close();
    },

    idle,

    async close() {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Kills from the server's side. */
function atServer(kill: Kill, killNow: () => Promise<void>) {
  let seen = 0;
  let killing = false;
  return async (step: ServerStep): Promise<boolean> => {
    if ('step' in kill) {
      // Whatever else arrives while the process dies is not of the moment that is tested: it is worked on.
      if (kill.step !== step || killing) return false;
      seen += 1;
      if (seen < kill.nth) return false;
      killing = true;
      await killNow();
      return true;
    }
    if (step.endsWith(':committed') || killing) return false;
    seen += 1;
    if (seen < kill.afterWrites || kill.afterWrites === 0) return false;
    killing = true;
    void sleep(kill.delayMs).then(killNow);
    return false;
  };
}
