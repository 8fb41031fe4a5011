import { HireSyncError } from '../errors.ts';
import { createAuth } from '../feishu/auth.ts';
import { parseBaseUrl } from '../feishu/base-url.ts';
import { createFeishuClient, type FeishuClient } from '../feishu/client.ts';
import { createDispatcher } from '../feishu/dispatcher.ts';
import { verdictOf } from '../feishu/errors.ts';
import { createHttp, type Http, type HttpSettings } from '../feishu/http.ts';
import { nameAnswer } from '../feishu/refusal.ts';
import { sleep } from '../feishu/sleep.ts';
import type { Tenant } from '../ledger/tenant.ts';
import type { Log } from '../ops/log.ts';
import { createBreaker } from '../writer/breaker.ts';
import { createCall } from '../writer/call.ts';
import type { Call } from '../writer/contract.ts';
import { createThrottle } from '../writer/throttle.ts';
import { credentialsOf, type Environment } from './environment.ts';
import { say } from './output.ts';
import type { Signals } from './signals.ts';

/** The way to Feishu for one command: one sign-in, one budget of writes, one of reads, however many pipelines use it. */
export interface OpenFeishu {
  readonly client: FeishuClient;
  readonly http: Http;
  readonly tenant: Tenant;
  /** Signs in. @throws HireSyncError when the app is refused or Feishu cannot be reached */
  ready(): Promise<void>;
  readonly call: Call;
  readonly callRead: Call;
  /** Aborted: nothing further starts. Its reason is why. */
  readonly stopping: AbortSignal;
  /** Lets nothing further start; `reason` becomes why the run stopped. */
  halt(reason: unknown): void;
  /**
   * No write leaves before a second after `lastAttemptAt` (epoch ms): a run that was killed may have sent requests a
   * moment ago which this process's throttle does not know of.
   */
  holdAfter(lastAttemptAt: number): void;
  /** A further budget that a stop does not end: for tidying up after one. */
  afterStop(): Call;
  maxWritesPer1000ms(): number;
  close(): Promise<void>;
}

/** How long after the last request of an earlier run the first write of this one may leave, in ms. */
const SEAM_MS = 1_100;

/** Wires the way to Feishu. @throws HireSyncError CONFIG_INVALID, CREDENTIALS_MISSING */
export function openFeishu(input: {
  readonly environment: Environment;
  /** Requests per second of each budget. */
  readonly rate: number;
  readonly signals: Signals;
  readonly log: Log;
  readonly onResponse?: HttpSettings['onResponse'];
}): OpenFeishu {
  const { environment, rate, signals, log, onResponse } = input;
  const baseUrl = parseBaseUrl(environment.baseUrl);
  const credentials = credentialsOf(environment);
  const halt = new AbortController();
  signals.stopping.addEventListener('abort', () => {
    halt.abort(new HireSyncError('INTERRUPTED', 'Interrupted. The next run goes on where this one stopped.'));
  });
  const dispatcher = createDispatcher({ ...environment, baseUrl });
  const http = createHttp({ baseUrl, dispatcher, log, ...(onResponse === undefined ? {} : { onResponse }) });
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
  const throttle = createThrottle({ rate });
  const now = () => performance.now();
  const shared = { halt, abort: signals.aborting, log, breaker: createBreaker({ halt, now }) };
  const write = createCall({ ...shared, throttle });
  let seam: Promise<void> = Promise.resolve();
  return {
    client: createFeishuClient({ http, auth }),
    http,
    tenant: { baseUrl, appId: credentials.appId },
    ready: async () => void (await auth.token()),
    call: async (request) => {
      await seam;
      return write(request);
    },
    callRead: createCall({ ...shared, throttle: createThrottle({ rate }) }),
    stopping: halt.signal,
    halt: (reason) => halt.abort(reason),
    holdAfter(lastAttemptAt) {
      const seamMs = SEAM_MS / Math.min(1, rate);
      // A clock that was set back makes it more than the seam: then nobody knows, and the whole seam is waited for.
      const leftMs = Math.min(seamMs, seamMs - (Date.now() - lastAttemptAt));
      if (leftMs > 0) seam = sleep(leftMs, halt.signal);
    },
    afterStop: () =>
      createCall({
        halt: new AbortController(),
        abort: signals.aborting,
        log,
        throttle: createThrottle({ rate }),
      }),
    maxWritesPer1000ms: throttle.maxPer1000ms,
    close: () => dispatcher.close(),
  };
}
