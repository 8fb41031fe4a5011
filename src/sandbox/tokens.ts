import { randomBytes } from 'node:crypto';
import type { Clock } from './clock.ts';

/** With less than this left, asking again gives a new token; before that, the same one. */
const RENEW_BELOW_MS = 30 * 60 * 1000;

export interface Tokens {
  /** The app's current token, or a new one. `expireSeconds` is what is left of its life, rounded down. */
  issue(appId: string, lifeSeconds: number): { readonly token: string; readonly expireSeconds: number };
  /** The app a token belongs to, or null when it was never issued, has expired or was revoked. */
  appOf(token: string): string | null;
  /** Makes every token issued so far invalid. */
  revokeAll(): void;
}

/** Tenant access tokens as `tenant_access_token/internal` documents them. Not kept across restarts. */
export function createTokens(clock: Clock): Tokens {
  const issued = new Map<string, { readonly appId: string; readonly expiresAtMs: number }>();
  const newest = new Map<string, string>();

  return {
    issue(appId, lifeSeconds) {
      const nowMs = clock.now();
      const current = newest.get(appId) ?? '';
      const leftMs = (issued.get(current)?.expiresAtMs ?? 0) - nowMs;
      if (leftMs >= RENEW_BELOW_MS) return { token: current, expireSeconds: Math.floor(leftMs / 1000) };
      const token = `t-${randomBytes(16).toString('hex')}`;
      issued.set(token, { appId, expiresAtMs: nowMs + lifeSeconds * 1000 });
      newest.set(appId, token);
      return { token, expireSeconds: lifeSeconds };
    },
    appOf(token) {
      const known = issued.get(token);
      return known !== undefined && known.expiresAtMs > clock.now() ? known.appId : null;
    },
    revokeAll() {
      issued.clear();
      newest.clear();
    },
  };
}
