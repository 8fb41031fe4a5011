import type { Dispatcher } from 'undici';
import { HireSyncError } from '../errors.ts';
import { lazily } from '../lazily.ts';

const undici = lazily<typeof import('undici')>('undici');

/** What a dispatcher is made of; `cli/` reads the proxy settings from the environment. */
export interface DispatcherSettings {
  /** As from `parseBaseUrl`. A plain http address is on this machine and is never reached through a proxy. */
  readonly baseUrl: string;
  readonly httpProxy?: string | undefined;
  readonly httpsProxy?: string | undefined;
  /** Hosts that are reached directly, as in NO_PROXY. */
  readonly noProxy?: string | undefined;
  /** Time for DNS, TCP and TLS together. Default 10 000 ms. */
  readonly connectTimeoutMs?: number | undefined;
}

// 64 writes in flight and a few reads; HTTP/1.1 carries one request per connection at a time.
const CONNECTIONS = 128;
// Below the 5 s after which common servers drop an idle connection: a request that meets such a drop has no answer.
const KEEP_ALIVE_MS = 4_000;
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * The connections to Feishu: keep-alive, HTTP/1.1 without pipelining, through the proxy the settings name.
 * To be closed with `close()`.
 * @throws HireSyncError CONFIG_INVALID if a proxy's address cannot be used
 */
export function createDispatcher(settings: DispatcherSettings): Dispatcher {
  const { EnvHttpProxyAgent } = undici();
  const timeout = settings.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
  const direct = new URL(settings.baseUrl).protocol === 'http:';
  try {
    return new EnvHttpProxyAgent({
      // An empty text, not `undefined`: undici would else look into process.env itself.
      httpProxy: direct ? '' : (settings.httpProxy ?? ''),
      httpsProxy: direct ? '' : (settings.httpsProxy ?? ''),
      noProxy: settings.noProxy ?? '',
      // Over HTTP/2 undici may send a request again by itself when a stream is refused.
      allowH2: false,
      pipelining: 1,
      connections: CONNECTIONS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: 60_000,
      connectTimeout: timeout,
      // The tunnel through a proxy has connectors of its own, which do not take `allowH2` from above.
      requestTls: { allowH2: false },
      proxyTls: { allowH2: false },
    });
  } catch (cause) {
    // The address is not repeated: it may hold the proxy's password.
    const message =
      'The proxy address in HTTPS_PROXY or HTTP_PROXY cannot be used: write it like http://proxy.example.com:8080, or remove it.';
    throw new HireSyncError('CONFIG_INVALID', message, {
      cause: new Error(cause instanceof Error ? cause.name : 'unknown'),
    });
  }
}
