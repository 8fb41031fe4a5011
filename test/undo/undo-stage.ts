import { dirname } from 'node:path';
import { expect } from 'vitest';
import { openLedger } from '../../src/ledger/ledger.ts';
import type { UndoReport } from '../../src/result/undo.ts';
import type { VerifyReport } from '../../src/result/verify.ts';
import { ENDPOINT_NAMES } from '../../src/sandbox/index.ts';
import { sandboxEnv } from '../child-env.ts';
import { hireSync, start } from '../cli/child.ts';
import { runHere } from '../faults/in-process.ts';
import type { Row } from '../faults/rows.ts';
import { aStage, type Cleanup, type Stage, type StageOptions } from '../faults/stage.ts';
import { objectsIn } from '../target.ts';
import { undoHere, verifyHere } from './here.ts';
import type { UndoStep } from './steps.ts';

const PRELOAD = new URL('kill-at.ts', import.meta.url).pathname;
const UNLIMITED = Object.fromEntries(ENDPOINT_NAMES.map((name) => [name, null]));

export interface Change {
  readonly kind: string;
  readonly key: string;
  readonly id: string | null;
  readonly why?: string;
  readonly fields?: readonly string[];
}

export interface Ended<Json> {
  readonly exitCode: number | null;
  readonly killed: boolean;
  readonly stdout: string;
  readonly stderr: string;
  /** What it printed with --json; fails when that is not one object. */
  readonly json: Json;
}

export type UndoJson = UndoReport & { readonly changes: readonly Change[] };
export type VerifyJson = VerifyReport & {
  readonly changed: readonly {
    readonly key: string;
    readonly id: string;
    readonly fields: readonly string[];
  }[];
  readonly missing: readonly { readonly key: string; readonly id: string }[];
  readonly unknownObjects: readonly {
    readonly id: string;
    readonly application: string;
    readonly why?: string;
  }[];
  readonly open: readonly { readonly key: string; readonly id: string | null; readonly why: string }[];
};

/** A stage of its own, with the commands that come after a sync. */
export interface UndoStage extends Stage {
  /** A sync, in this process; the id of its run. Fails unless it ends with 0. */
  night(rows: readonly Row[]): Promise<string>;
  /** One command line with this ledger. */
  cli<Json>(
    args: readonly string[],
    kill?: { readonly step: UndoStep; readonly nth: number },
  ): Promise<Ended<Json>>;
  /** `hire-sync undo --run RUN --yes --json`, killed when it reaches the step for the first time. */
  killed(run: string, step: UndoStep): Promise<Ended<UndoJson>>;
  /** The same, in this process and to its end. */
  undo(run: string): Promise<UndoJson>;
  /** `hire-sync verify faults --json`, in this process. */
  verify(options?: { readonly knownOnly?: boolean }): Promise<VerifyJson>;
  /** Feishu's id of a record. */
  id(key: string): string;
  /** What Feishu holds, by id. */
  bodies(): Map<string, object>;
  /** What is wrong with the ledger; empty when it is sound. */
  check(): readonly string[];
  /** As if the last writes were a minute old: what is then not as expected was no lag of the read-back. */
  aMinuteLater(): void;
}

export async function anUndoStage(context: Cleanup, options: StageOptions): Promise<UndoStage> {
  const sandbox = { ...options.sandbox, limits: { ...UNLIMITED, ...options.sandbox?.limits } };
  const stage = await aStage(context, { ...options, sandbox });
  const { ledgerFile, url } = stage;

  async function cli<Json>(
    args: readonly string[],
    kill?: { readonly step: UndoStep; readonly nth: number },
  ): Promise<Ended<Json>> {
    const rate = args[0] === 'undo' || args[0] === 'verify' ? ['--rate', '200'] : [];
    const env = {
      ...sandboxEnv(url),
      ...(kill && { HIRE_SYNC_KILL_STEP: kill.step, HIRE_SYNC_KILL_NTH: String(kill.nth) }),
    };
    const line = [...args, '--ledger', ledgerFile, ...rate];
    const options = { cwd: dirname(ledgerFile), env };
    const { code, signal, stdout, stderr } =
      kill === undefined
        ? await hireSync(line, options)
        : await start(line, { ...options, preload: PRELOAD }).ended;
    return {
      exitCode: code,
      killed: signal === 'SIGKILL',
      stdout,
      stderr,
      get json() {
        if (!stdout.startsWith('{')) throw new Error(`no JSON: ${stdout}${stderr}`);
        return JSON.parse(stdout) as Json;
      },
    };
  }

  return {
    ...stage,
    cli,
    async night(rows) {
      stage.write(rows);
      const report = await runHere(stage);
      expect(report.exitCode, report.stopped?.message).toBe(0);
      return report.run;
    },
    killed: (run, step) => cli(['undo', '--run', run, '--yes', '--json'], { step, nth: 1 }),
    undo: async (run) => JSON.parse(await undoHere(stage, run)) as UndoJson,
    verify: async ({ knownOnly = false } = {}) =>
      JSON.parse(await verifyHere(stage, knownOnly)) as VerifyJson,
    id: (key) => {
      const id = stage.entries().get(key)?.remote_id;
      if (!id) throw new Error(`the ledger has no Feishu id of ${key}`);
      return id;
    },
    bodies: () => new Map(objectsIn(stage.sandbox).map(({ id, body }) => [id, body])),
    check: () => {
      const ledger = openLedger({ file: ledgerFile, mode: 'read', now: Date.now });
      try {
        return ledger.upkeep.check();
      } finally {
        ledger.close();
      }
    },
    aMinuteLater: () =>
      stage.sql(
        'UPDATE entry SET last_attempt_at = last_attempt_at - 60000, first_attempt_at = first_attempt_at - 60000',
      ),
  };
}
