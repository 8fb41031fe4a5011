import { type Answer, envelope, invalidToken, missingToken, rateLimited } from './answers.ts';
import { type Checked, checkBody, tokenBody } from './bodies.ts';
import type { EndpointName } from './endpoints.ts';
import type { Limiter } from './limiter.ts';
import type { Rules } from './rules.ts';
import type { Tokens } from './tokens.ts';

/** Whose request it is, or the answer that turns it away. */
export type Admission =
  | { readonly kind: 'admitted'; readonly appId: string }
  | { readonly kind: 'turned-away'; readonly answer: Answer };

export interface Gate {
  /** A request for a token: readable, and within the rate limit. */
  admitTokenRequest(body: Checked<unknown>, atMs: number): Admission;
  /** Any other request: a valid token first (a limit needs an app to count for), then the rate limit. */
  admitHireRequest(endpoint: EndpointName, authorization: string | null, atMs: number): Admission;
  /** The answer to an admitted request for a token: always HTTP 200 and flat, without `data` or error block. */
  issueToken(body: Checked<unknown>): Answer;
}

export function createGate({
  apps,
  rules,
  tokens,
  limiter,
}: {
  /** App id → app secret. */
  readonly apps: ReadonlyMap<string, string>;
  readonly rules: () => Rules;
  readonly tokens: Tokens;
  readonly limiter: Limiter;
}): Gate {
  function withinLimit(endpoint: EndpointName, appId: string, atMs: number): Admission {
    const { limits, limitedStatus, limitedReset } = rules();
    const perSecond = limits[endpoint];
    const resetMs = limiter.take(`${endpoint} ${appId}`, atMs, perSecond);
    if (resetMs === null || perSecond === null) return { kind: 'admitted', appId };
    const seconds = resetMs / 1000;
    const header = { seconds: String(Math.ceil(seconds)), fractional: seconds.toFixed(3), absent: null };
    return turnedAway(rateLimited(limitedStatus, perSecond, header[limitedReset]));
  }

  return {
    admitTokenRequest(body, atMs) {
      const given = readCredentials(body);
      return given === null ? turnedAway(invalidCredentials()) : withinLimit('token', given.app_id, atMs);
    },

    admitHireRequest(endpoint, authorization, atMs) {
      const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
      if (token === undefined) return turnedAway(missingToken(rules().tokenErrorStatus));
      const appId = tokens.appOf(token);
      if (appId === null) return turnedAway(invalidToken(rules().tokenErrorStatus));
      return withinLimit(endpoint, appId, atMs);
    },

    issueToken(body) {
      const given = readCredentials(body);
      if (given === null) return invalidCredentials();
      if (!apps.has(given.app_id)) return envelope(200, { code: 10014, msg: 'app id not exists' });
      if (apps.get(given.app_id) !== given.app_secret)
        return envelope(200, { code: 10015, msg: 'app secret invalid' });
      const { token, expireSeconds } = tokens.issue(given.app_id, rules().tokenLifeSeconds);
      return envelope(200, { code: 0, msg: 'ok', tenant_access_token: token, expire: expireSeconds });
    },
  };
}

function readCredentials(body: Checked<unknown>) {
  const checked = body.ok ? checkBody(tokenBody, body.value) : body;
  return checked.ok ? checked.value : null;
}

function invalidCredentials(): Answer {
  return envelope(200, { code: 10003, msg: 'invalid param' });
}

function turnedAway(answer: Answer): Admission {
  return { kind: 'turned-away', answer };
}
