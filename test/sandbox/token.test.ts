import { describe, expect, it } from 'vitest';
import { createSandbox, type RuleChanges } from '../../src/sandbox/index.ts';
import {
  APPLICATION,
  asked,
  clientOf,
  getToken,
  INTERVIEWS,
  MODES,
  reach,
  signedIn,
  TOKEN_PATH,
} from './client.ts';

const MINUTE = 60_000;

function aSandbox(changes: RuleChanges = {}) {
  // A clock that stands still unless it is moved: remaining lives are then exact.
  return createSandbox({ now: () => 1_700_000_000_000, ...changes });
}

describe.each(MODES)('%s', (mode) => {
  describe('tenant_access_token', () => {
    it('is a flat answer with the remaining life in seconds', async () => {
      const { status, json, headers } = await getToken(...(await reach(aSandbox(), mode)));
      expect(status).toBe(200);
      expect(json).toEqual({
        code: 0,
        msg: 'ok',
        tenant_access_token: expect.stringMatching(/^t-\S{20,}$/),
        expire: 7200,
      });
      expect(headers.get('x-tt-logid')).toMatch(/^\w{30,}$/);
    });

    it('is the same one until less than 30 minutes are left, then a new one, and both are valid', async () => {
      const sandbox = aSandbox();
      const [doFetch, url] = await reach(sandbox, mode);
      const first = (await getToken(doFetch, url)).json;
      sandbox.clock.advance(90 * MINUTE);
      const second = (await getToken(doFetch, url)).json;
      expect(second).toMatchObject({ tenant_access_token: first.tenant_access_token, expire: 1800 });

      sandbox.clock.advance(1);
      const third = (await getToken(doFetch, url)).json;
      expect(third.expire).toBe(7200);
      expect(third.tenant_access_token).not.toBe(first.tenant_access_token);
      for (const token of [first, third].map((json) => json.tenant_access_token)) {
        const { json } = await clientOf(doFetch, url, token)('POST', `${INTERVIEWS}/batch_query`, {});
        expect(json.code).toBe(0);
      }
    });

    it('expires by the movable clock', async () => {
      const sandbox = aSandbox();
      const [doFetch, url] = await reach(sandbox, mode);
      const send = await signedIn(doFetch, url);
      sandbox.clock.advance(120 * MINUTE - 1);
      expect((await send('POST', `${INTERVIEWS}/batch_query`, {})).json.code).toBe(0);
      sandbox.clock.advance(1);
      expect((await send('POST', `${INTERVIEWS}/batch_query`, {})).json.code).toBe(99991663);
    });

    it.each([
      ['an unknown app', { app_id: 'cli_other', app_secret: 'x' }, 10014],
      ['a wrong secret', { app_id: 'cli_sandbox', app_secret: 'x' }, 10015],
      ['a missing secret', { app_id: 'cli_sandbox' }, 10003],
      ['an empty app id', { app_id: '', app_secret: 'x' }, 10003],
      ['a number', { app_id: 1, app_secret: 'x' }, 10003],
      ['no object', [], 10003],
    ])('refuses %s, with HTTP 200', async (_, body, code) => {
      const { status, json } = await getToken(...(await reach(aSandbox(), mode)), body);
      expect(status).toBe(200);
      expect(json).toEqual({ code, msg: expect.any(String) });
    });

    it('refuses a body that is not JSON with 10003', async () => {
      const { json } = await clientOf(...(await reach(aSandbox(), mode)))('POST', TOKEN_PATH, undefined, {
        raw: '{"app_id"',
      });
      expect(json.code).toBe(10003);
    });

    it('belongs to its app: each of several apps has its own token', async () => {
      const apps = [
        { appId: 'cli_one', appSecret: '1' },
        { appId: 'cli_two', appSecret: '2' },
      ] as const;
      const sandbox = createSandbox({ apps });
      const [doFetch, url] = await reach(sandbox, mode);
      const [one, two] = await Promise.all(apps.map((app) => getToken(doFetch, url, asked(app))));
      expect(one?.json.tenant_access_token).not.toBe(two?.json.tenant_access_token);
      const send = clientOf(doFetch, url, two?.json.tenant_access_token);
      await send('POST', INTERVIEWS, { external_application_id: APPLICATION });
      expect(sandbox.interviews()[0]?.appId).toBe('cli_two');
    });
  });

  describe('authorization', () => {
    it.each([
      ['no header', {}, 99991661],
      ['another scheme', { authorization: 'Basic abc' }, 99991661],
      ['an empty token', { authorization: 'Bearer ' }, 99991661],
      ['an unknown token', { authorization: 'Bearer t-unknown' }, 99991663],
    ])('refuses %s', async (_, headers, code) => {
      const sandbox = aSandbox();
      const [doFetch, url] = await reach(sandbox, mode);
      const {
        status,
        json,
        headers: sent,
      } = await clientOf(doFetch, url)('DELETE', `${INTERVIEWS}/1`, undefined, {
        headers,
      });
      expect(status).toBe(400);
      expect(json).toMatchObject({ code, error: { log_id: sent.get('x-tt-logid') } });
    });

    it('answers with HTTP 200 where it is told to', async () => {
      const [doFetch, url] = await reach(aSandbox({ tokenErrorStatus: 200 }), mode);
      const { status, json } = await clientOf(doFetch, url, 't-x')('DELETE', `${INTERVIEWS}/1`);
      expect([status, json.code]).toEqual([200, 99991663]);
    });
  });

  describe('paths', () => {
    it.each([
      ['POST', '/open-apis/hire/v1/nothing', 404, 99991201],
      ['POST', `${INTERVIEWS}/`, 404, 99991201],
      ['PUT', `${INTERVIEWS}/%ff`, 404, 99991201],
      ['PUT', INTERVIEWS, 405, 99991301],
      ['GET', `${INTERVIEWS}/batch_query`, 405, 99991301],
      ['POST', '/open-apis/hire/v1/applications/1/interviews', 405, 99991301],
    ])('%s %s is refused', async (method, path, status, code) => {
      const sandbox = aSandbox();
      const [doFetch, url] = await reach(sandbox, mode);
      const got = await clientOf(doFetch, url)(method, path);
      expect([got.status, got.json.code]).toEqual([status, code]);
      expect(sandbox.arrivals()).toMatchObject([{ endpoint: 'unknown', method, path, status, code }]);
    });
  });
});
