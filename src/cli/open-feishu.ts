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
import { learnFrom } from '../probe/learn.ts';
import { w } from '../report/sentences.ts';
import { createBreaker } from '../writer/breaker.ts';
import { createCall } from '../writer/call.ts';
import type { Call } from '../writer/contract.ts';
import type { Learned } from '../writer/learned.ts';
import type { LimiterAddress } from '../writer/limiter-link.ts';
import { createRedisLimiter, type RedisLimiter, type RedisLimiterSettings } from '../writer/redis-limiter.ts';
import { createThrottle } from '../writer/throttle.ts';
import { credentialsOf, type Environment } from './environment.ts';
import { say } from './output.ts';
import { pipelineFailure } from './process-end.ts';
import type { Signals } from './signals.ts';

/** The way to Feishu for one command: one sign-in, one budget of writes, one of reads, however many pipelines use it. */
export interface OpenFeishu {
  readonly client: FeishuClient;
  readonly http: Http;
  readonly tenant: Tenant;
  /** What a probe found out about the tenant; undefined without one. */
  readonly learned: Learned | undefined;
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
  /** The Redis in which processes share the budgets; none by default. */
  readonly limiter?: LimiterAddress | undefined;
  readonly signals: Signals;
  readonly log: Log;
  readonly onResponse?: HttpSettings['onResponse'];
  /** Where a probe may have left what it found. */
  readonly probeFile?: string;
}): OpenFeishu {
  const { environment, rate, signals, log, onResponse, probeFile } = input;
  const baseUrl = parseBaseUrl(environment.baseUrl);
  const credentials = credentialsOf(environment);
  const tenant = { baseUrl, appId: credentials.appId };
  const learned = probeFile === undefined ? undefined : learnedFrom(probeFile, tenant);
  const halt = new AbortController();
  signals.stopping.addEventListener('abort', () => {
    halt.abort(
      new HireSyncError(
        'INTERRUPTED',
        w('已中断。下一次运行会从这里继续。', 'Interrupted. The next run goes on where this one stopped.'),
      ),
    );
  });
  pipelineFailure.addEventListener('abort', () => halt.abort(pipelineFailure.reason));
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
        say(
          w(
            `还没有从 ${baseUrl} 得到访问令牌（${nameAnswer(answer)}）；正在重试。`,
            `No token from ${baseUrl} yet (${nameAnswer(answer)}); trying again.`,
          ),
        );
    },
  });
  const limiters = openLimiters(input.limiter, rate, tenant);
  const throttle = createThrottle({ rate, shared: limiters?.writes.budget });
  const throttleReads = createThrottle({ rate, shared: limiters?.reads.budget });
  const now = () => performance.now();
  const shared = { halt, abort: signals.aborting, log, breaker: createBreaker({ halt, now }) };
  const write = createCall({ ...shared, throttle, repeatCreates: learned?.repeatCreates });
  let seam: Promise<void> = Promise.resolve();
  return {
    client: createFeishuClient({ http, auth }),
    http,
    tenant,
    learned,
    async ready() {
      await limiters?.writes.ready(halt.signal);
      await auth.token();
    },
    call: async (request) => {
      await seam;
      return write(request);
    },
    callRead: createCall({ ...shared, throttle: throttleReads }),
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
    async close() {
      limiters?.writes.close();
      limiters?.reads.close();
      await dispatcher.close();
    },
  };
}

function learnedFrom(file: string, tenant: Tenant): Learned | undefined {
  const learning = learnFrom(file, tenant);
  switch (learning.kind) {
    case 'learned':
      return learning.learned;
    case 'none':
      return undefined;
    case 'other-tenant': {
      const { appId, baseUrl } = learning.tenant;
      say(
        w(
          `${file} 说的是 ${baseUrl} 的应用 ${appId}，不是这一个：按默认值处理。`,
          `${file} is about app ${appId} at ${baseUrl}, not about this one: the defaults count.`,
        ),
      );
      return undefined;
    }
  }
}

/** Writes share one budget with the other processes, reads another, as within a process. */
function openLimiters(
  address: LimiterAddress | undefined,
  rate: number,
  tenant: RedisLimiterSettings['tenant'],
): Record<'writes' | 'reads', RedisLimiter> | undefined {
  if (address === undefined) return undefined;
  let last = '';
  // Both have a connection to the same Redis: what happens to it is told once.
  const tell = (line: string): void => {
    if (line !== last) say(line);
    last = line;
  };
  const open = (kind: 'writes' | 'reads') => createRedisLimiter({ address, rate, tenant, kind, tell });
  return { writes: open('writes'), reads: open('reads') };
}
