import { EventEmitter, once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { onTestFinished, type TestContext } from 'vitest';
import {
  type Arrival,
  createSandbox,
  ENDPOINT_NAMES,
  type Sandbox,
  type SandboxOptions,
  type SandboxServer,
  serveSandbox,
} from '../../src/sandbox/index.ts';
import { warmUp } from '../code-cache.ts';
import { type Ended, hireSync, ROOT, type Started, start } from './child.ts';

export const APP = { appId: 'cli_e2e', appSecret: 'e2e-S3cret-93f1c7' };
export const PIPELINE = join(ROOT, 'pipelines/legacy-ats.ts');
/** Above what the child reaches: only the tests of the rate itself run at the real pace. */
const FAST = ['--rate', '200'];
const UNLIMITED = Object.fromEntries(ENDPOINT_NAMES.map((name) => [name, null]));

/** An entry of the ledger, read from its file without hire-sync. */
export interface LedgerRow {
  readonly key: string;
  readonly external_id: string;
  readonly remote_id: string | null;
  readonly state: string;
  readonly applied_payload: string | null;
  readonly applied_fingerprint: string | null;
}

/** A working folder with a sandbox on a port: all that the CLI touches in one test. */
export interface Place {
  readonly folder: string;
  readonly sandbox: Sandbox;
  readonly server: SandboxServer;
  /** Address and credentials of the sandbox. */
  readonly env: Readonly<Record<string, string>>;
  readonly ledgerFile: string;
  /** One command line in the folder. */
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>;
  start(args: readonly string[], env?: Readonly<Record<string, string>>): Started;
  /** `hire-sync sync <pipeline> --json`, as fast as the machine can. */
  sync(...args: readonly string[]): Promise<JsonRun>;
  /** `hire-sync plan <pipeline> --json`. */
  plan(...args: readonly string[]): Promise<JsonRun>;
  entries(): LedgerRow[];
  /** Write requests that reached the sandbox, by time. */
  writes(): Arrival[];
  /** Resolves when that many write requests have arrived, answered or not. */
  arrived(count: number): Promise<void>;
  close(): Promise<void>;
}

/** What `--json` documents. */
export interface JsonReport {
  readonly run: string;
  readonly exitCode: number;
  readonly rows: Readonly<Record<string, number>>;
  readonly missing: number;
  readonly missingKeys: readonly string[];
  readonly maxWritesPer1000ms: number;
  readonly requests: Readonly<Record<string, Readonly<Record<'sent' | 'retried' | 'limited', number>>>>;
  readonly rejects: readonly JsonReject[];
  readonly changes: readonly JsonChange[];
}

export interface JsonReject {
  readonly key: string | null;
  readonly file: string;
  readonly line: number;
  readonly problems: readonly (Readonly<Record<'code' | 'field' | 'value' | 'message', string>> & {
    readonly allowed?: readonly string[];
    readonly file?: string;
    readonly line?: number;
  })[];
}

export interface JsonChange {
  readonly kind: 'create' | 'update';
  readonly key: string;
  readonly fingerprint: string;
  readonly fields?: readonly string[];
}

export interface JsonRun extends Ended {
  readonly report: JsonReport;
}

/** A place for one test, gone afterwards. A test that runs beside others gives its own context to clean up by. */
export async function aPlace(
  options: SandboxOptions = {},
  context: Pick<TestContext, 'onTestFinished'> = { onTestFinished },
): Promise<Place> {
  const place = await openPlace(options);
  context.onTestFinished(place.close);
  return place;
}

/** A place for several tests; the caller closes it. */
export async function openPlace(options: SandboxOptions = {}): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'hire-sync-cli-'));
  const sandbox = createSandbox({ apps: [APP], limits: UNLIMITED, ...options });
  const arrivals = new EventEmitter();
  const handle: Sandbox['handle'] = (incoming, signal) => {
    const reply = sandbox.handle(incoming, signal);
    arrivals.emit('one');
    return reply;
  };
  const server = await serveSandbox({ ...sandbox, handle }, { port: 0 });
  const env = {
    FEISHU_BASE_URL: server.url,
    FEISHU_APP_ID: APP.appId,
    FEISHU_APP_SECRET: APP.appSecret,
  };
  const ledgerFile = join(folder, '.hire-sync/ledger.db');
  mkdirSync(dirname(ledgerFile), { mode: 0o700 });
  await warmUp(dirname(ledgerFile), PIPELINE);
  const surroundings = (over: Readonly<Record<string, string>> = {}) => ({
    cwd: folder,
    env: { ...env, ...over },
  });
  const json = async (command: string, pipeline: readonly string[]): Promise<JsonRun> => {
    const file = pipeline[0]?.endsWith('.ts') ? [] : [PIPELINE];
    const ended = await hireSync([command, ...file, ...pipeline, '--json', ...FAST], surroundings());
    if (!ended.stdout.startsWith('{')) throw new Error(`${command} printed no JSON: ${ended.stderr}`);
    return { ...ended, report: JSON.parse(ended.stdout) as JsonReport };
  };
  const writes = () =>
    sandbox.arrivals().filter(({ endpoint }) => /\.(create|update|delete)$/.test(endpoint));
  return {
    folder,
    sandbox,
    server,
    env,
    ledgerFile,
    run: (args, over) => hireSync(args, surroundings(over)),
    start: (args, over) => start(args, surroundings(over)),
    sync: (...args) => json('sync', args),
    plan: (...args) => json('plan', args),
    entries: () => entriesOf(ledgerFile),
    writes,
    arrived: async (count) => {
      while (writes().length < count) await once(arrivals, 'one');
    },
    close: async () => {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function entriesOf(file: string): LedgerRow[] {
  const database = new Database(file, { readonly: true, fileMustExist: true });
  try {
    return database.prepare('SELECT * FROM entry ORDER BY key').all() as LedgerRow[];
  } finally {
    database.close();
  }
}
