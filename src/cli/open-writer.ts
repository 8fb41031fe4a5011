import type { Config } from '../config.ts';
import { HireSyncError } from '../errors.ts';
import { createAuth } from '../feishu/auth.ts';
import { parseBaseUrl } from '../feishu/base-url.ts';
import { createFeishuClient } from '../feishu/client.ts';
import { createDispatcher } from '../feishu/dispatcher.ts';
import { verdictOf } from '../feishu/errors.ts';
import { createHttp } from '../feishu/http.ts';
import { nameAnswer } from '../feishu/refusal.ts';
import { sleep } from '../feishu/sleep.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Log } from '../ops/log.ts';
import type { Pipeline } from '../pipeline/define.ts';
import type { Writer } from '../pipeline/job.ts';
import { createBreaker } from '../writer/breaker.ts';
import { createCall } from '../writer/call.ts';
import { createMeter } from '../writer/meter.ts';
import { createThrottle } from '../writer/throttle.ts';
import { credentialsOf, type Environment } from './environment.ts';
import { say } from './output.ts';
import type { Signals } from './signals.ts';

/** A writer that holds connections until it is closed. */
export interface OpenWriter extends Writer {
  /** Lets nothing further start; `reason` becomes why the run stopped. */
  halt(reason: unknown): void;
  /**
   * No write leaves before a second after `lastAttemptAt` (epoch ms): a run that was killed may have sent requests a
   * moment ago which this process's throttle does not know of.
   */
  holdAfter(lastAttemptAt: number): void;
  close(): Promise<void>;
}

/** How long after the last request of an earlier run the first write of this one may leave, in ms. */
const SEAM_MS = 1_100;

/** Wires the way to Feishu for one run. @throws HireSyncError CONFIG_INVALID, CREDENTIALS_MISSING */
export function openWriter(input: {
  readonly environment: Environment;
  readonly config: Config;
  /** Only its target matters: the endpoints. */
  readonly pipeline: Pick<Pipeline, 'target'>;
  readonly signals: Signals;
  readonly log: Log;
}): OpenWriter {
  const { environment, config, pipeline, signals, log } = input;
  const baseUrl = parseBaseUrl(environment.baseUrl);
  const credentials = credentialsOf(environment);
  const halt = new AbortController();
  signals.stopping.addEventListener('abort', () => {
    halt.abort(new HireSyncError('INTERRUPTED', 'Interrupted. The next run goes on where this one stopped.'));
  });
  const dispatcher = createDispatcher({ ...environment, baseUrl });
  const http = createHttp({ baseUrl, dispatcher, log });
  const auth = createAuth({
    http,
    baseUrl,
    ...credentials,
    halt: halt.signal,
    onAnswer: (answer, attempt) => {
      // Several tries with growing waits follow: a person at the terminal should know why nothing happens.
      if (attempt === 1 && verdictOf(answer, 'read') === 'retry')
        say(`No token from ${baseUrl} yet (${nameAnswer(answer)}); trying again.`);
    },
  });
  const client = createFeishuClient({ http, auth });
  const throttle = createThrottle({ rate: config.rate });
  const meter = createMeter();
  const shared = {
    halt,
    abort: signals.aborting,
    log,
    breaker: createBreaker({ halt, now: () => performance.now() }),
  };
  const call = createCall({ ...shared, throttle });
  const callRead = createCall({ ...shared, throttle: createThrottle({ rate: config.rate }) });
  const write = meter.watch(call);
  let seam: Promise<void> = Promise.resolve();
  const resource = client[pipeline.target];
  return {
    ready: async () => void (await auth.token()),
    call: async (request) => {
      await seam;
      return write(request);
    },
    callRead: meter.watch(callRead),
    tenant: { baseUrl, appId: credentials.appId },
    endpoints: {
      create: (body, options) => resource.create(body as Parameters<typeof resource.create>[0], options),
      update: (id, body, options) =>
        resource.update(id, body as Parameters<typeof resource.update>[1], options),
      delete: (id, options) => resource.delete(id, options),
      query: (filter, options) => resource.batchQuery(filter, options),
    },
    stopping: halt.signal,
    requests: meter.counts,
    maxWritesPer1000ms: throttle.maxPer1000ms,
    halt: (reason) => halt.abort(reason),
    holdAfter(lastAttemptAt) {
      const seamMs = SEAM_MS / Math.min(1, config.rate);
      // A clock that was set back makes it more than the seam: then nobody knows, and the whole seam is waited for.
      const leftMs = Math.min(seamMs, seamMs - (Date.now() - lastAttemptAt));
      if (leftMs > 0) seam = sleep(leftMs, halt.signal);
    },
    close: () => dispatcher.close(),
  };
}

/** A typing error in the app id or the address must not claim the ledger: it is bound once the app has signed in. */
export function bindingOnSignIn(writer: OpenWriter, ledger: Pick<Ledger, 'bind'>): OpenWriter {
  const ready = async (): Promise<void> => {
    await writer.ready();
    ledger.bind(writer.tenant);
  };
  return { ...writer, ready };
}
