import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { GuardName } from '../../src/complaint.ts';
import type { RowCounts } from '../../src/model.ts';
import type { Reason } from '../../src/reason.ts';
import type { App } from '../../src/sandbox/app.ts';
import { createSandbox, ENDPOINT_NAMES, type Sandbox, serveSandbox } from '../../src/sandbox/index.ts';
import { steppedApp } from '../crash/stepped-app.ts';
import type { Step } from '../crash/steps.ts';
import { ADDED_ATTACHMENT, ATTACHMENTS } from '../target.ts';
import type { Fate, World } from './draw.ts';
import { pipelineText, type Row } from './rows.ts';

/** What one run is told. */
export interface Orders {
  readonly kill: { readonly step: Step; readonly nth: number } | null;
  readonly allowed: readonly GuardName[];
  readonly repairDrift: boolean;
  readonly recreateMissing: boolean;
  /** Whether reads lag behind writes, so that it must really be waited for them. */
  readonly lags: boolean;
}

/** What one run came to. */
export interface Ended {
  readonly killed: boolean;
  /** Null of one that was killed. */
  readonly exitCode: number | null;
  /** Null where it stopped before it had a plan. */
  readonly rows: RowCounts | null;
  readonly held: readonly { readonly key: string; readonly reason: Reason }[];
  /** Why it stopped, as it was told. */
  readonly message: string;
}

/** How a world is played: in this process or with real ones. */
export interface Player {
  run(orders: Orders): Promise<Ended>;
  /** `hire-sync resolve PIPELINE KEY --…`. Rejects where the command does. */
  resolve(key: string, decision: Readonly<Record<string, string | true>>): Promise<void>;
  /** `hire-sync rekey PIPELINE --yes`, with a file of pairs that only a person knows if there are some. */
  rekey(pairs?: readonly { readonly was: string; readonly key: string }[]): Promise<void>;
  pass(ms: number): void;
}

/** A sandbox on a port, an export, a pipeline and a ledger file, all of one world. */
export interface Stage {
  readonly sandbox: Sandbox;
  readonly url: string;
  readonly folder: string;
  readonly source: string;
  readonly pipelineFile: string;
  readonly ledgerFile: string;
  write(rows: readonly Row[]): void;
  /** Keeps a copy of the ledger as it is, then lets happen to it what is to happen. */
  meet(fate: Fate): void;
  entries(): ReadonlyMap<
    string,
    { readonly state: string; readonly remoteId: string | null; readonly held: string | null }
  >;
  /** Told of each step at the server; a true answer means that nobody is there to be told. */
  onServerStep: (step: Step) => Promise<boolean> | boolean;
  /** Resolves when the server works on no request any more. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

export async function openStage(
  world: World,
  { now, onRequest }: { readonly now: () => number; readonly onRequest: () => void },
): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'hire-sync-world-'));
  const source = join(folder, 'export');
  mkdirSync(source);
  const pipelineFile = join(folder, 'pipeline.ts');
  writeFileSync(pipelineFile, pipelineText(world));
  const ledgerFile = join(folder, 'ledger.db');
  const limits = Object.fromEntries(ENDPOINT_NAMES.map((name) => [name, null]));
  const sandbox = createSandbox({ limits, tokenLifeSeconds: 100 * 86_400, now, ...world.repeat });
  sandbox.seed({ attachments: [...ATTACHMENTS, ADDED_ATTACHMENT] });
  let copies = 0;

  const { handle, idle } = steppedApp(sandbox, (step) => stage.onServerStep(step));
  const heard: App = (incoming, signal) => {
    onRequest();
    return handle(incoming, signal);
  };
  const server = await serveSandbox({ ...sandbox, handle: heard }, { port: 0 });
  const remove = (): void => {
    for (const suffix of ['', '-wal', '-shm']) rmSync(ledgerFile + suffix, { force: true });
  };

  const stage: Stage = {
    sandbox,
    url: server.url,
    folder,
    source,
    pipelineFile,
    ledgerFile,
    onServerStep: () => false,
    write(rows) {
      writeFileSync(join(source, 'rows.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    },
    meet(fate) {
      if (existsSync(ledgerFile)) {
        // What is in the log belongs to it.
        const database = new Database(ledgerFile);
        database.pragma('wal_checkpoint(TRUNCATE)');
        database.close();
        copyFileSync(ledgerFile, join(folder, `copy-${copies}.db`));
      }
      copies += 1;
      if (fate.is === 'kept') return;
      const copy = fate.is === 'lost' ? '' : join(folder, `copy-${copies - 1 - fate.nights}.db`);
      if (fate.is === 'put back' && !existsSync(copy)) return;
      remove();
      if (fate.is === 'put back') copyFileSync(copy, ledgerFile);
    },
    entries() {
      if (!existsSync(ledgerFile)) return new Map();
      const database = new Database(ledgerFile, { readonly: true });
      try {
        const rows = database
          .prepare('SELECT key, state, remote_id AS remoteId, held_reason AS held FROM entry')
          .all() as { key: string; state: string; remoteId: string | null; held: string | null }[];
        return new Map(rows.map(({ key, ...row }) => [key, row]));
      } finally {
        database.close();
      }
    },
    idle,
    async close() {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return stage;
}

/** A file of new keys, as `hire-sync rekey --from` takes it. */
export function pairsFile(
  folder: string,
  pairs: readonly { readonly was: string; readonly key: string }[],
): string {
  const file = join(folder, 'pairs.csv');
  writeFileSync(file, ['old,new', ...pairs.map(({ was, key }) => `${was},${key}`), ''].join('\n'));
  return file;
}
