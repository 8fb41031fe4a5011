import type * as lark from '@larksuiteoapi/node-sdk';
import { onTestFinished } from 'vitest';
import {
  ENDPOINT_NAMES,
  type Fetch,
  type RuleChanges,
  SANDBOX_APP,
  type Sandbox,
  serveSandbox,
} from '../../src/sandbox/index.ts';

/** Every rule is tested over real sockets, and with the sandbox passed as `fetch`. */
export const MODES = ['socket', 'fetch'] as const;

/** How to reach a sandbox in this mode; a server is closed after the test. */
export async function reach(sandbox: Sandbox, mode: (typeof MODES)[number]): Promise<[Fetch, string]> {
  if (mode === 'fetch') return [sandbox.fetch, 'http://sandbox'];
  const server = await serveSandbox(sandbox, { port: 0 });
  onTestFinished(() => server.close());
  return [fetch, server.url];
}

/** For Feishu's own client, which else keeps one token per app id for all of a process's clients. */
export function tokensOfItsOwn(): NonNullable<ConstructorParameters<typeof lark.Client>[0]['cache']> {
  const tokens = new Map<unknown, unknown>();
  return {
    get: async (key) => tokens.get(key),
    set: async (key, value) => tokens.set(key, value).has(key),
  };
}

/** Rules for tests that are not about the rate limit. */
export const UNLIMITED: RuleChanges = {
  limits: Object.fromEntries(ENDPOINT_NAMES.map((name) => [name, null])),
};
export const TOKEN_PATH = '/open-apis/auth/v3/tenant_access_token/internal';
export const INTERVIEWS = '/open-apis/hire/v1/external_interviews';
export const CHECKS = '/open-apis/hire/v1/external_background_checks';
export const APPLICATION = '6960663240925956437';

export interface Got {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: answers of any shape, right or wrong, are looked into
  readonly json: any;
}

export type Send = (
  method: string,
  path: string,
  body?: unknown,
  extra?: { readonly headers?: Record<string, string>; readonly signal?: AbortSignal; readonly raw?: string },
) => Promise<Got>;

/** Asks for a token with the sandbox's own app, or the one given. */
export async function getToken(fetch: Fetch, url: string, credentials: object = asked()): Promise<Got> {
  return clientOf(fetch, url)('POST', TOKEN_PATH, credentials);
}

export function asked(app = SANDBOX_APP): object {
  return { app_id: app.appId, app_secret: app.appSecret };
}

/** A plain client, independent of hire-sync's own: sends what it is told, reads the answer as JSON. */
export function clientOf(fetch: Fetch, url: string, token?: string): Send {
  return async (method, path, body, { headers = {}, signal, raw } = {}) => {
    const text = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(text === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
        ...headers,
      },
      ...(text === undefined ? {} : { body: text }),
      ...(signal === undefined ? {} : { signal }),
    });
    return { status: response.status, headers: response.headers, json: await response.json() };
  };
}

/** The same with a token of its own. */
export async function signedIn(fetch: Fetch, url: string): Promise<Send> {
  const { json } = await getToken(fetch, url);
  return clientOf(fetch, url, json.tenant_access_token);
}

/** A complete body of POST external_interviews. */
export function anInterview(changes: object = {}) {
  return {
    external_application_id: APPLICATION,
    participate_status: 2,
    begin_time: 1_709_600_700_000,
    end_time: 1_709_604_300_000,
    interview_assessments: [
      {
        username: '王强',
        conclusion: 2,
        assessment_dimension_list: [
          { score: 4, assessment_type: 1, title: '沟通', description: '1–5' },
          { option: '高级', assessment_type: 2, title: '定级' },
          { content: '思路清楚', assessment_type: 3, title: '点评' },
          { options: ['Go', 'SQL'], assessment_type: 4, title: '技能' },
        ],
        content: '建议录用',
      },
      { username: '刘芳', conclusion: 1 },
    ],
    ...changes,
  };
}
