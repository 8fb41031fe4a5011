import { performance } from 'node:perf_hooks';
import type { Dispatcher } from 'undici';
import type { z } from 'zod';
import type { Log } from '../ops/log.ts';
import type { Answer, CallOptions, EndpointName } from './answer.ts';
import { type Envelope, readEnvelope } from './envelope.ts';
import {
  type Exchange,
  type Fetch,
  overDispatcher,
  overFetch,
  type ReadHeader,
  type WireLimits,
} from './transport.ts';

/** Either real connections, or a `fetch` such as the sandbox's. */
export type HttpEdge =
  | { readonly dispatcher: Dispatcher; readonly fetch?: never }
  | { readonly fetch: Fetch; readonly dispatcher?: never };

export type HttpSettings = HttpEdge & {
  /** As from `parseBaseUrl`. */
  readonly baseUrl: string;
  /** Milliseconds on a clock that never jumps; default `performance.now`. */
  readonly now?: () => number;
  /** Defaults: headers 30 s, silence in the body 30 s, the whole exchange 120 s, a body of 32 MB. */
  readonly limits?: Partial<WireLimits>;
  readonly log?: Log | undefined;
  /** Told of every response: what a header says beyond what an `Answer` keeps of it. */
  readonly onResponse?: (endpoint: EndpointName, status: number, header: ReadHeader) => void;
};

export interface HttpRequest<T> {
  readonly endpoint: EndpointName;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** From `/open-apis` on, encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: object;
  readonly token?: string;
  /** What the whole body must look like when `code` is 0; turns it into the promised data. */
  readonly schema: z.ZodType<T>;
}

/** One request → one answer. Never throws for anything the network or the server does. */
export type Http = <T>(request: HttpRequest<T>, options?: CallOptions) => Promise<Answer<T>>;

const DEFAULT_LIMITS: WireLimits = {
  headersMs: 30_000,
  bodyMs: 30_000,
  totalMs: 120_000,
  maxBodyBytes: 32 * 1024 * 1024,
};

/**
 * The only place that talks to Feishu. Sends each request once and says what came of it, decided on the envelope's
 * `code` for every HTTP status (platform.md §3 to §5).
 */
export function createHttp(settings: HttpSettings): Http {
  const { baseUrl, log, now = () => performance.now() } = settings;
  const limits = { ...DEFAULT_LIMITS, ...settings.limits };
  const transport =
    settings.dispatcher === undefined
      ? overFetch(settings.fetch, limits)
      : overDispatcher(settings.dispatcher, limits);

  return async (request, options = {}) => {
    const started = now();
    const exchange = await transport(
      {
        origin: baseUrl,
        path: request.path + queryText(request.query),
        method: request.method,
        headers: headersOf(request),
        body: request.body === undefined ? null : JSON.stringify(request.body),
      },
      options,
    );
    if (exchange.kind === 'response')
      settings.onResponse?.(request.endpoint, exchange.status, exchange.header);
    const answer = answerOf(request, exchange, Math.round(now() - started));
    log?.debug('request', {
      key: options.key,
      endpoint: answer.endpoint,
      outcome: answer.kind,
      status: 'status' in answer ? answer.status : undefined,
      code: answer.kind === 'error' ? answer.code : undefined,
      logId: answer.logId,
      durationMs: answer.durationMs,
    });
    return answer;
  };
}

function headersOf(request: HttpRequest<unknown>): Record<string, string> {
  return {
    accept: 'application/json',
    'accept-encoding': 'identity',
    'user-agent': 'hire-sync',
    ...(request.body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
    ...(request.token === undefined ? {} : { authorization: `Bearer ${request.token}` }),
  };
}

function queryText(query: HttpRequest<unknown>['query'] = {}): string {
  const pairs = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`;
}

function answerOf<T>(request: HttpRequest<T>, exchange: Exchange, durationMs: number): Answer<T> {
  const { endpoint } = request;
  if (exchange.kind === 'none') {
    return { kind: 'no-answer', endpoint, durationMs, logId: '', sent: exchange.sent, what: exchange.what };
  }
  const { status, header } = exchange;
  const resetMs = resetOf(header);
  const meta = { endpoint, durationMs, logId: header('x-tt-logid') || header('x-request-id') };
  if (exchange.kind === 'cut') return { ...meta, kind: 'unreadable', status, resetMs, what: exchange.what };

  const envelope = readEnvelope(exchange.body);
  if ('problem' in envelope) return { ...meta, kind: 'unreadable', status, resetMs, what: envelope.problem };
  const logId = meta.logId || envelope.logId;
  if (envelope.code !== 0) return { ...meta, logId, kind: 'error', status, resetMs, ...detailsOf(envelope) };

  const data = request.schema.safeParse(envelope.body);
  if (data.success) return { ...meta, logId, kind: 'ok', status, data: data.data };
  const paths = data.error.issues.map(({ path }) => path.join('.') || '(body)');
  return {
    ...meta,
    logId,
    kind: 'unreadable',
    status,
    resetMs,
    what: `code 0 without the promised ${paths.join(', ')}`,
  };
}

function detailsOf({ code, msg, scopes, helps, fields }: Envelope) {
  return { code, msg, scopes, helps, fields };
}

// Seconds, by the documents an integer; other clients of Feishu have met fractions.
function resetOf(header: ReadHeader): number | null {
  const text = header('x-ogw-ratelimit-reset').trim();
  return /^\d{1,9}(\.\d+)?$/.test(text) ? Number(text) * 1000 : null;
}
