import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { TestContext } from 'vitest';
import type { Reason } from '../../src/reason.ts';
import type { Incoming } from '../../src/sandbox/app.ts';
import type { Arrival } from '../../src/sandbox/arrivals.ts';
import type { EndpointName } from '../../src/sandbox/endpoints.ts';
import {
  createSandbox,
  type Sandbox,
  type SandboxOptions,
  type SandboxServer,
  serveSandbox,
} from '../../src/sandbox/index.ts';
import { warmUp } from '../code-cache.ts';
import { ADDED_ATTACHMENT, ATTACHMENTS, BATCH_QUERY, CREATE, UPDATE } from '../target.ts';
import { type Ran, type Running, runCli, startCli } from './cli.ts';
import { csvOf, PIPELINE, type Row } from './rows.ts';

/** What a test that runs beside others cleans up by. */
export type Cleanup = Pick<TestContext, 'onTestFinished'>;

export interface LedgerRow {
  readonly key: string;
  readonly state: 'creating' | 'updating' | 'settled';
  readonly remote_id: string | null;
  /** Why it is held, as the ledger keeps it. */
  readonly held: Reason | null;
}

/** A sandbox on a port, an export, a pipeline and a ledger file, all of one test. */
export interface Stage {
  readonly sandbox: Sandbox;
  readonly url: string;
  readonly source: string;
  readonly pipelineFile: string;
  readonly ledgerFile: string;
  /** Whether the sandbox shows a write later than at once. */
  readonly lags: boolean;
  write(rows: readonly Row[]): void;
  /** `hire-sync sync` to its end. */
  sync(...flags: string[]): Promise<Ran>;
  /** `hire-sync plan`. */
  plan(...flags: string[]): Promise<Ran>;
  /** `hire-sync sync` as a process of its own, while it runs. */
  start(...flags: string[]): Running;
  /** Requests so far, of one endpoint. */
  arrivals(endpoint: EndpointName): Arrival[];
  /** What the ledger's file holds, by key; read by SQL, so that the program under test does not judge itself. */
  entries(): Map<string, LedgerRow>;
  /** The targets that the ledger's entries name. */
  targets(): string[];
  /** Changes the ledger's file by SQL, as time would. */
  sql(text: string): void;
  /** As if all objects had been made two days ago: what is not to be seen counts as gone. */
  daysLater(): void;
  /** Drops all connections and gives the port free. */
  down(): Promise<void>;
  /** The same sandbox on the same port again. */
  up(): Promise<void>;
}

export interface StageOptions {
  /** Rules and faults; the rate limits are lifted unless the test sets them. */
  readonly sandbox?: SandboxOptions;
  readonly rows: readonly Row[];
  /** Sees every request before the sandbox does; the request waits for it. */
  readonly onRequest?: (incoming: Incoming, stage: Stage) => void | Promise<void>;
  /** Folder of the ledger; one of the stage's own by default. */
  readonly ledgerFolder?: string;
  /** False: nobody listens until `up()`. */
  readonly listening?: boolean;
}

const UNLIMITED = {
  [CREATE]: null,
  [UPDATE]: null,
  [BATCH_QUERY]: null,
} as const;

export async function aStage({ onTestFinished }: Cleanup, options: StageOptions): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'hire-sync-faults-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const source = join(folder, 'export');
  mkdirSync(source);
  const pipelineFile = join(folder, 'pipeline.ts');
  writeFileSync(pipelineFile, PIPELINE);
  const home = options.ledgerFolder ?? folder;
  const ledgerFile = join(home, 'ledger.db');
  if (options.ledgerFolder === undefined) await warmUp(home, pipelineFile);

  const sandbox = createSandbox({ limits: UNLIMITED, ...options.sandbox });
  sandbox.seed({ attachments: [...ATTACHMENTS, ADDED_ATTACHMENT] });
  const served: Sandbox = {
    ...sandbox,
    handle: async (incoming, signal) => {
      await options.onRequest?.(incoming, stage);
      return sandbox.handle(incoming, signal);
    },
  };
  let server: SandboxServer | null = await serveSandbox(served, { port: 0 });
  const { url, port } = server;
  onTestFinished(() => server?.close());

  const common = [pipelineFile, '--source', source, '--ledger', ledgerFile, '--json', '--rate', '200'];
  const lags = (options.sandbox?.readLagMs ?? 0) > 0;
  const run = (command: 'sync' | 'plan', flags: readonly string[]) =>
    runCli([command, ...common, ...flags], { cwd: folder, url, lags });
  const stage: Stage = {
    sandbox,
    url,
    source,
    pipelineFile,
    ledgerFile,
    lags,
    write: (rows) => writeFileSync(join(source, 'interviews.csv'), csvOf(rows)),
    sync: (...flags) => run('sync', flags),
    plan: (...flags) => run('plan', flags),
    start: (...flags) => startCli(['sync', ...common, ...flags], { cwd: folder, url }),
    arrivals: (endpoint) => sandbox.arrivals().filter((arrival) => arrival.endpoint === endpoint),
    entries() {
      const database = new Database(ledgerFile, { readonly: true });
      const rows = database.prepare('SELECT key, state, remote_id, held_reason FROM entry').all() as (Omit<
        LedgerRow,
        'held'
      > & { held_reason: string | null })[];
      database.close();
      const parsed = rows.map(({ held_reason, ...row }): LedgerRow => {
        return { ...row, held: held_reason === null ? null : (JSON.parse(held_reason) as Reason) };
      });
      return new Map(parsed.map((row) => [row.key, row]));
    },
    targets() {
      const database = new Database(ledgerFile, { readonly: true });
      const names = database.prepare('SELECT DISTINCT target FROM entry').pluck().all() as string[];
      database.close();
      return names;
    },
    sql(text) {
      const database = new Database(ledgerFile);
      database.exec(text);
      database.close();
    },
    daysLater: () =>
      stage.sql(
        'UPDATE entry SET first_attempt_at = first_attempt_at - 2 * 86400000 WHERE remote_id IS NOT NULL',
      ),
    async down() {
      await server?.close();
      server = null;
    },
    async up() {
      server = await serveSandbox(served, { port });
    },
  };
  if (options.listening === false) await stage.down();
  stage.write(options.rows);
  return stage;
}
