import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { TestContext } from 'vitest';
import { createAuth } from '../../src/feishu/auth.ts';
import { createFeishuClient } from '../../src/feishu/client.ts';
import { createHttp } from '../../src/feishu/http.ts';
import { type Ledger, openLedger } from '../../src/ledger/ledger.ts';
import type { Payload } from '../../src/model.ts';
import { definePipeline } from '../../src/pipeline/define.ts';
import type { Writer } from '../../src/pipeline/job.ts';
import { recoverJob } from '../../src/pipeline/recovery.ts';
import { csv } from '../../src/readers/csv.ts';
import { createSandbox, SANDBOX_APP, type Sandbox, type SandboxOptions } from '../../src/sandbox/index.ts';
import { createCall } from '../../src/writer/call.ts';
import type { Fate } from '../../src/writer/recover.ts';
import { createThrottle } from '../../src/writer/throttle.ts';
import { anIntent } from '../builders.ts';
import { readBackWaits } from '../read-back-waits.ts';

export const APPLICATION = '6960663240925956437';
const BASE_URL = 'http://127.0.0.1:9';
const RUN = 'run-1';

const pipeline = definePipeline({
  name: 'legacy-ats',
  target: 'external_interview',
  source: csv('interviews.csv', { columns: ['id'] }),
  key: (row) => row.id,
  map: () => ({ external_application_id: APPLICATION }),
});

/** A ledger file, a sandbox behind its `fetch`, and what recovery needs between them. */
export interface World {
  readonly sandbox: Sandbox;
  readonly ledger: Ledger;
  readonly writer: Writer;
  readonly halt: AbortController;
  /** The fates that were told, by key. */
  readonly fates: Map<string, Fate>;
  /** A create was sent, and no answer came: `arrived` tells whether Feishu carried it out. Returns the object's id. */
  lose(key: string, payload: Payload, arrived: boolean): Promise<string | null>;
  /** Somebody else creates an interview in Feishu. */
  somebodyCreates(payload: Payload, externalId?: string): Promise<string>;
  /** Another record owns the object. */
  own(key: string, payload: Payload, remoteId: string): void;
  /** Both clocks go on: the sandbox's, and the ledger's times back. */
  pass(ms: number): void;
  /** This machine's clock was set back: what the ledger noted lies in the future now. The sandbox's goes as it went. */
  setBack(ms: number): void;
  recover(): ReturnType<typeof recoverJob>;
  /** How many creates the sandbox was asked for since the last call. */
  creates(): number;
}

export function aWorld(
  { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
  options: SandboxOptions = {},
  learned: Writer['learned'] = {
    readBackWaitsMs: readBackWaits((options.readLagMs ?? 0) > 0),
    repeatCreates: false,
  },
): World {
  const sandbox = createSandbox({
    limits: { 'external_interview.create': null, 'external_interview.batch_query': null },
    ...options,
  });
  const folder = mkdtempSync(join(tmpdir(), 'hire-sync-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'ledger.db');
  const ledger = openLedger({ file, mode: 'write', now: Date.now });
  onTestFinished(() => ledger.close());
  ledger.leases.acquire(RUN);
  const http = createHttp({ baseUrl: BASE_URL, fetch: sandbox.fetch });
  const auth = createAuth({ http, baseUrl: BASE_URL, ...SANDBOX_APP });
  const { external_interview: resource } = createFeishuClient({ http, auth });
  const halt = new AbortController();
  const policy = { attempts: 2, baseMs: 1, capMs: 2 };
  const createBody = (payload: Payload, externalId?: string) => ({
    ...(externalId === undefined ? {} : { external_id: externalId }),
    ...(JSON.parse(payload.json) as object),
  });
  const create = async (body: object): Promise<string> => {
    const answer = await resource.create(body as Parameters<typeof resource.create>[0]);
    if (answer.kind !== 'ok') throw new Error(`not created: ${JSON.stringify(answer)}`);
    return answer.data.id;
  };
  let seen = 0;
  const fates = new Map<string, Fate>();
  const writer: Writer = {
    ready: async () => void (await auth.token()),
    call: createCall({ halt, throttle: createThrottle({ rate: 500 }), policy }),
    callRead: createCall({ halt, throttle: createThrottle({ rate: 500 }), policy }),
    tenant: { baseUrl: BASE_URL, appId: SANDBOX_APP.appId },
    endpoints: {
      create: (body, given) => resource.create(body as Parameters<typeof resource.create>[0], given),
      update: (id, body, given) => resource.update(id, body as Parameters<typeof resource.update>[1], given),
      delete: (id, given) => resource.delete(id, given),
      query: (filter, given) => resource.batchQuery(filter, given),
    },
    stopping: halt.signal,
    learned,
    requests: () => ({}),
    maxWritesPer1000ms: () => 0,
  };
  return {
    sandbox,
    ledger,
    writer,
    halt,
    fates,
    async lose(key, payload, arrived) {
      const intent = anIntent({ run: RUN, key, payload });
      const attempt = ledger.begin(intent);
      const id = arrived ? await create(createBody(payload, intent.externalId)) : null;
      ledger.doubt(attempt, { outcome: 'in-doubt', code: null, logId: '' });
      return id;
    },
    somebodyCreates: (payload, externalId) => create(createBody(payload, externalId)),
    own(key, payload, remoteId) {
      const intent = anIntent({ run: RUN, key, payload });
      ledger.settle(ledger.begin(intent), intent, remoteId, { outcome: 'done', code: 0, logId: '' });
    },
    pass(ms) {
      sandbox.clock.advance(ms);
      shift(file, -ms);
    },
    setBack: (ms) => shift(file, ms),
    recover: () =>
      recoverJob(
        { run: RUN, pipeline, folder: '', allowed: [] },
        writer,
        { ledger, store: { isMissing: () => false }, now: Date.now },
        {
          onFate: (key, fate) => {
            fates.set(key, fate);
          },
          onShown: () => {},
        },
      ),
    creates() {
      const all = sandbox
        .arrivals()
        .filter(({ endpoint }) => endpoint === 'external_interview.create').length;
      const fresh = all - seen;
      seen = all;
      return fresh;
    },
  };
}

function shift(file: string, ms: number): void {
  const database = new Database(file);
  database
    .prepare(
      'UPDATE entry SET first_attempt_at = first_attempt_at + @ms, last_attempt_at = last_attempt_at + @ms',
    )
    .run({ ms });
  database.close();
}

/** What the ledger has of a record: its id in Feishu, or why it is held, or that it is open. */
export function stateOf({ ledger }: World, key: string): string {
  const entry = ledger.find('legacy-ats', key);
  if (entry === undefined) return 'unknown';
  return entry.held?.code ?? entry.remoteId ?? 'open';
}

export const HOUR = 3_600_000;
