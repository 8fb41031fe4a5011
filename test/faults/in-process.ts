import { writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { version } from '../../src/cli/version.ts';
import type { GuardName } from '../../src/complaint.ts';
import { createAuth } from '../../src/feishu/auth.ts';
import { createFeishuClient } from '../../src/feishu/client.ts';
import { createDispatcher } from '../../src/feishu/dispatcher.ts';
import { createHttp } from '../../src/feishu/http.ts';
import type { Sleep } from '../../src/feishu/sleep.ts';
import type { WireLimits } from '../../src/feishu/transport.ts';
import * as self from '../../src/index.ts';
import { type Ledger, openLedger } from '../../src/ledger/ledger.ts';
import { entryState, runSaved } from '../../src/pipeline/applying.ts';
import { codeCacheIn } from '../../src/pipeline/code-cache.ts';
import type { Pipeline } from '../../src/pipeline/define.ts';
import type { Writer } from '../../src/pipeline/job.ts';
import { loadPipeline } from '../../src/pipeline/load.ts';
import { openSavedPlan, planLines } from '../../src/pipeline/plan-file.ts';
import { run } from '../../src/pipeline/run.ts';
import { openPlanStore, type PlanStore } from '../../src/plan/plan-store.ts';
import { DEFAULT_POLICY, type Policy } from '../../src/plan/three-way.ts';
import type { Report } from '../../src/result/report.ts';
import { type Fetch, SANDBOX_APP } from '../../src/sandbox/index.ts';
import { createCall } from '../../src/writer/call.ts';
import { createMeter } from '../../src/writer/meter.ts';
import type { RetryPolicy } from '../../src/writer/retry.ts';
import { createThrottle } from '../../src/writer/throttle.ts';
import { readBackWaits } from '../read-back-waits.ts';
import { TARGET } from '../target.ts';
import type { Stage } from './stage.ts';

export interface HereOptions {
  /** Shortened time-outs: those of the CLI are 30 s and more. */
  readonly limits?: Partial<WireLimits>;
  readonly policy?: RetryPolicy;
  readonly rate?: number;
  /** The client's clock; the real one by default. */
  readonly now?: () => number;
  /** How the client waits; in real time by default. */
  readonly sleep?: Sleep;
  readonly halt?: AbortController;
  readonly allowed?: readonly GuardName[];
  /** The waits of the read-back, as a probe would have found them; by default a tenth of the usual ones, unless reads lag. */
  readonly readBackWaitsMs?: readonly number[];
  /** What is done about what was changed in Feishu. */
  readonly drift?: Policy;
  /** Compares with Feishu and writes nothing: `plan --remote`. */
  readonly planOnly?: boolean;
  /** Writes the plan to this file, as `plan --out` does. */
  readonly out?: string;
  /** Carries out the plan in this file: `sync --plan`; `drift` is then the flags beside it. */
  readonly saved?: string;
  /** Sees the plan as the run leaves it. */
  readonly onEnd?: (store: PlanStore) => void;
  /** In place of the stage's own. */
  readonly pipeline?: Pipeline;
  /** In place of sockets. */
  readonly fetch?: Fetch;
}

let runs = 0;

/** A ledger and a way to Feishu in this process, under the lease of a run. */
export interface Here {
  readonly id: string;
  readonly ledger: Ledger;
  readonly writer: Writer;
  close(): Promise<void>;
  /** As a SIGKILL would: from now on nothing of it reaches the ledger or Feishu, and its lease is left behind. */
  die(): void;
}

export function openHere(stage: Pick<Stage, 'url' | 'ledgerFile' | 'lags'>, options: HereOptions = {}): Here {
  const { readBackWaitsMs = readBackWaits(stage.lags) } = options;
  const { limits = {}, rate = 200, now = Date.now, halt = new AbortController() } = options;
  const policy = options.policy === undefined ? {} : { policy: options.policy };
  const waits = options.sleep === undefined ? {} : { sleep: options.sleep };
  const id = `run-here-${++runs}`;
  const baseUrl = stage.url;
  const dispatcher = createDispatcher({ baseUrl });
  const ledger = openLedger({ file: stage.ledgerFile, mode: 'write', now });
  const edge = options.fetch === undefined ? { dispatcher } : { fetch: options.fetch };
  const http = createHttp({ baseUrl, ...edge, limits });
  const auth = createAuth({ http, baseUrl, ...SANDBOX_APP, now, halt: halt.signal, ...waits });
  const resource = createFeishuClient({ http, auth }).resource(options.pipeline?.target.name ?? TARGET);
  const throttle = createThrottle({ rate });
  const meter = createMeter();
  const writer: Writer = {
    ready: async () => void (await auth.token()),
    call: meter.watch(createCall({ halt, throttle, ...policy, ...waits })),
    callRead: meter.watch(createCall({ halt, throttle: createThrottle({ rate }), ...policy, ...waits })),
    tenant: { baseUrl, appId: SANDBOX_APP.appId },
    learned: { readBackWaitsMs, repeatCreates: false },
    endpoints: {
      create: (body, given) => resource.create(body as { readonly external_id: string }, given),
      update: (remoteId, body, given) => resource.update(remoteId, body, given),
      delete: (remoteId, given) => resource.delete(remoteId, given),
      query: (filter, given) => resource.batchQuery(filter, given),
    },
    stopping: halt.signal,
    ...waits,
    requests: meter.counts,
    maxWritesPer1000ms: throttle.maxPer1000ms,
  };
  return {
    id,
    ledger,
    writer,
    async close() {
      ledger.leases.release(id);
      ledger.close();
      await dispatcher.close();
    },
    die() {
      halt.abort(new Error('killed'));
      void dispatcher.destroy();
      ledger.close();
    },
  };
}

/** The run of `hire-sync sync` in this process, over real sockets, where a test needs what no flag sets. */
export async function runHere(
  stage: Pick<Stage, 'pipelineFile' | 'ledgerFile' | 'source' | 'url' | 'lags'>,
  options: HereOptions = {},
): Promise<Report> {
  const { rate = 200, now = Date.now } = options;
  const loaded = await loadPipeline(stage.pipelineFile, self, codeCacheIn(dirname(stage.ledgerFile)));
  const { pipeline = loaded.pipeline } = options;
  const code = loaded.sha256;
  const { id, ledger, writer, close } = openHere(stage, options);
  const store = openPlanStore();
  try {
    ledger.leases.acquire(id);
    ledger.bind(writer.tenant);
    if (options.planOnly !== true)
      ledger.runs.start({ id, pipeline: pipeline.name, mode: 'sync', startedAt: now() });
    const { allowed = [], drift: policy } = options;
    const job = { run: id, pipeline, folder: stage.source, allowed, policy };
    const way = options.planOnly === true ? { writer: null, remote: writer } : { writer };
    const deps = { ledger, store, ...way, rate, now };
    const at = { hireSync: version(), pipeline: pipeline.name, code, tenant: writer.tenant };
    const report =
      options.saved === undefined
        ? await run(job, deps)
        : await runSaved(job, writer, deps, {
            file: options.saved,
            plan: await openSavedPlan(options.saved),
            now: at,
            flags: options.drift ?? {},
          });
    if (options.out !== undefined) {
      const settings = { ...(options.drift ?? DEFAULT_POLICY), allowed: job.allowed };
      const bound = { ...at, settings, files: report.files, remote: options.planOnly === true };
      const stateOf = (key: string): string | null => entryState(ledger.find(pipeline.name, key));
      writeFileSync(options.out, [...planLines({ bound, report }, store, stateOf)].join(''));
    }
    options.onEnd?.(store);
    // What the next night is compared with.
    if (options.planOnly !== true) {
      const { exitCode, stopped } = report;
      const state = stopped === null ? 'finished' : 'stopped';
      ledger.runs.finish({ id, state, finishedAt: now(), exitCode, summary: JSON.stringify(report) });
    }
    return report;
  } finally {
    store.close();
    await close();
  }
}
