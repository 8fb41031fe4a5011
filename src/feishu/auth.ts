import { z } from 'zod';
import { HireSyncError } from '../errors.ts';
import type { Answer } from './answer.ts';
import { verdictOf } from './errors.ts';
import type { Http } from './http.ts';
import { nameAnswer, refusalOf } from './refusal.ts';
import { sleep as realSleep, type Sleep } from './sleep.ts';

/** Gives out the tenant_access_token, one for all who ask. */
export interface Auth {
  /**
   * A token that is good for a while yet.
   * @throws HireSyncError FEISHU_REFUSES_APP (id, secret or app are wrong), FEISHU_UNREACHABLE, or the halt's reason
   */
  token(): Promise<string>;
  /** To be told of a token Feishu called invalid: the next `token()` fetches anew, once however many report it. */
  drop(token: string): void;
}

export interface AuthSettings {
  readonly http: Http;
  /** As given to `createHttp`; named in errors. */
  readonly baseUrl: string;
  readonly appId: string;
  readonly appSecret: string;
  /** Ends the waiting between attempts; its reason is thrown. */
  readonly halt?: AbortSignal;
  /** Told of every answer of the token endpoint, without the token. */
  readonly onAnswer?: (answer: Answer<null>, attempt: number) => void;
  /** Milliseconds since 1970; default `Date.now`. */
  readonly now?: () => number;
  readonly sleep?: Sleep;
  readonly random?: () => number;
}

interface Held {
  readonly token: string;
  /** When to ask for the next one, and when this one dies; ms since 1970. */
  readonly refreshAt: number;
  readonly diesAt: number;
}

const ATTEMPTS = 6;
const BASE_MS = 500;
const CAP_MS = 8_000;
const EARLY_MS = 5 * 60_000;

const FIX_UNKNOWN =
  'check FEISHU_APP_ID and FEISHU_APP_SECRET against the developer console, Credentials & Basic Info';

// Flat, not under `data`; `expire` is the rest of the token's life in seconds, far below 7200 for one issued earlier.
const schema = z
  .looseObject({ tenant_access_token: z.string().regex(/^[\x21-\x7e]+$/), expire: z.number().positive() })
  .transform((body) => ({ token: body.tenant_access_token, lifeMs: body.expire * 1000 }));

/** Signs the app in (tenant_access_token_internal). The secret stays in this closure and in the request's body. */
export function createAuth(settings: AuthSettings): Auth {
  const { http, baseUrl, appId, appSecret, halt, onAnswer } = settings;
  const { now = Date.now, sleep = realSleep, random = Math.random } = settings;
  let held: Held | null = null;
  let fetching: Promise<Held> | null = null;

  async function ask(attempt: number): Promise<Answer<{ token: string; lifeMs: number }>> {
    const answer = await http({
      endpoint: 'token',
      method: 'POST',
      path: '/open-apis/auth/v3/tenant_access_token/internal',
      body: { app_id: appId, app_secret: appSecret },
      schema,
    });
    onAnswer?.(answer.kind === 'ok' ? { ...answer, data: null } : answer, attempt);
    return answer;
  }

  async function fetchToken(): Promise<Held> {
    for (let attempt = 1; ; attempt += 1) {
      const askedAt = now();
      const answer = await ask(attempt);
      if (answer.kind === 'ok') {
        const { token, lifeMs } = answer.data;
        // Counted from the question, not from the answer: the life runs since Feishu wrote it.
        return {
          token,
          diesAt: askedAt + lifeMs,
          refreshAt: askedAt + lifeMs - Math.min(EARLY_MS, lifeMs / 10),
        };
      }
      const verdict = verdictOf(answer, 'read');
      // Here no row is at stake: whatever is not transient means that the app cannot sign in.
      if (answer.kind === 'error' && verdict !== 'retry' && verdict !== 'pause')
        throw refusal(answer, appSecret);
      if (attempt === ATTEMPTS) throw unreachable(answer, baseUrl);
      await sleep(waitAfter(answer, attempt, random()), halt);
      halt?.throwIfAborted();
    }
  }

  async function fetchOrKeep(): Promise<Held> {
    try {
      return await fetchToken();
    } catch (error) {
      // A token that lives on bridges an outage of the token endpoint.
      const usable = held !== null && held.diesAt - now() > 10_000 ? held : null;
      if (usable === null || !HireSyncError.is(error) || error.code !== 'FEISHU_UNREACHABLE') throw error;
      return { ...usable, refreshAt: now() + 30_000 };
    }
  }

  return Object.freeze({
    async token() {
      if (held !== null && now() < held.refreshAt) return held.token;
      fetching ??= fetchOrKeep()
        .then((fetched) => {
          held = fetched;
          return fetched;
        })
        .finally(() => {
          fetching = null;
        });
      return (await fetching).token;
    },
    drop(token: string) {
      if (held?.token === token) held = null;
    },
  });
}

function waitAfter(answer: Answer<unknown>, attempt: number, jitter: number): number {
  const full = Math.min(CAP_MS, BASE_MS * 2 ** (attempt - 1));
  const asked = 'resetMs' in answer ? (answer.resetMs ?? 0) : 0;
  return Math.max(Math.min(asked, 60_000), full / 2 + (full / 2) * jitter);
}

function refusal(answer: Extract<Answer<unknown>, { kind: 'error' }>, secret: string): HireSyncError {
  // Feishu does not echo the secret as far as is known; if it did, it would end up in a terminal.
  const msg = answer.msg.includes(secret) ? '' : answer.msg;
  const known = verdictOf(answer, 'read') === 'stop';
  return known ? refusalOf({ ...answer, msg }) : refusalOf({ ...answer, msg }, FIX_UNKNOWN);
}

function unreachable(answer: Answer<unknown>, baseUrl: string): HireSyncError {
  const advice =
    'Check the network, the proxy settings (HTTPS_PROXY, NO_PROXY) and the base URL, then run again; without a token no request can be sent.';
  return new HireSyncError(
    'FEISHU_UNREACHABLE',
    `Feishu cannot be reached at ${new URL(baseUrl).host}, ${ATTEMPTS} attempts to sign in failed, the last with ${nameAnswer(answer)}. ${advice}`,
  );
}
