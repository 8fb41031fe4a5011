import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createSandbox, maxInWindow, type SandboxOptions } from '../../src/sandbox/index.ts';
import { createLimiter } from '../../src/sandbox/limiter.ts';
import {
  anInterview,
  asked,
  CHECKS,
  clientOf,
  getToken,
  INTERVIEWS,
  MODES,
  reach,
  signedIn,
} from './client.ts';

describe.each(MODES)('%s', (mode) => {
  async function setUp(changes: SandboxOptions = {}) {
    const sandbox = createSandbox(changes);
    const [doFetch, url] = await reach(sandbox, mode);
    const send = await signedIn(doFetch, url);
    const codes = async (count: number, method: string, path: string) =>
      (
        await Promise.all(
          Array.from({ length: count }, () =>
            send(method, path, method === 'GET' ? undefined : anInterview()),
          ),
        )
      ).map(({ json }) => json.code);
    return { sandbox, send, codes, doFetch, url };
  }

  describe('the rate limit', () => {
    it('lets 10 requests in within 1000 ms and refuses the 11th with 429 and the time to wait', async () => {
      const { sandbox, send, codes } = await setUp({ limitedReset: 'fractional' });
      expect(await codes(10, 'POST', INTERVIEWS)).toEqual(Array(10).fill(0));
      const { status, json, headers } = await send('POST', INTERVIEWS, anInterview());
      expect(status).toBe(429);
      expect(json).toMatchObject({ code: 99991400, error: { log_id: headers.get('x-tt-logid') } });
      expect(headers.get('x-ogw-ratelimit-limit')).toBe('10');
      const seconds = Number(headers.get('x-ogw-ratelimit-reset'));
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThanOrEqual(1);
      expect(sandbox.interviews()).toHaveLength(10);
      await sleep(seconds * 1000 + 5);
      expect(await codes(1, 'POST', INTERVIEWS)).toEqual([0]);
    });

    it('counts each endpoint for itself, as documented: 10/s, creates of background checks 20/s', async () => {
      // The clock stands still: on a busy machine 21 requests take more than a second.
      const now = Date.now();
      const { codes } = await setUp({ now: () => now });
      expect(await codes(10, 'POST', INTERVIEWS)).not.toContain(99991400);
      for (const [method, path, limit] of [
        ['PUT', `${INTERVIEWS}/1`, 10],
        ['DELETE', `${INTERVIEWS}/1`, 10],
        ['POST', `${INTERVIEWS}/batch_query`, 10],
        ['POST', CHECKS, 20],
        ['GET', '/open-apis/hire/v1/applications/1/interviews', 10],
      ] as const) {
        const got = await codes(limit + 1, method, path);
        expect(got.filter((code) => code === 99991400)).toHaveLength(1);
      }
    });

    it('counts each app for itself', async () => {
      const apps = [
        { appId: 'cli_one', appSecret: '1' },
        { appId: 'cli_two', appSecret: '2' },
      ] as const;
      const sandbox = createSandbox({ apps, limits: { 'external_interview.create': 1 } });
      const [doFetch, url] = await reach(sandbox, mode);
      for (const app of apps) {
        const { json } = await getToken(doFetch, url, asked(app));
        const send = clientOf(doFetch, url, json.tenant_access_token);
        expect((await send('POST', INTERVIEWS, anInterview())).json.code).toBe(0);
        expect((await send('POST', INTERVIEWS, anInterview())).json.code).toBe(99991400);
      }
    });

    it.each([
      [{ limitedStatus: 400 }, 400, '1'],
      [{ limitedStatus: 200, limitedReset: 'absent' }, 200, null],
    ] as const)('has other spellings: %j', async (changes, status, reset) => {
      const { send } = await setUp({ limits: { 'external_interview.create': 1 }, ...changes });
      await send('POST', INTERVIEWS, anInterview());
      const got = await send('POST', INTERVIEWS, anInterview());
      expect([got.status, got.json.code, got.headers.get('x-ogw-ratelimit-reset')]).toEqual([
        status,
        99991400,
        reset,
      ]);
    });

    it('holds for the token too, and does not go by the movable clock', async () => {
      const { sandbox, doFetch, url } = await setUp({ limits: { token: 1 } });
      sandbox.clock.advance(3_600_000);
      expect((await getToken(doFetch, url)).json.code).toBe(99991400);
    });
  });
});

describe('the limiter', () => {
  it('slides: wherever the 1000 ms begin, no more than the limit is let in', () => {
    const limiter = createLimiter();
    const admitted = [];
    for (let atMs = 0; atMs < 5000; atMs += 37) if (limiter.take('a', atMs, 10) === null) admitted.push(atMs);
    expect(maxInWindow(admitted, 1000)).toBe(10);
    expect(admitted.length).toBeGreaterThanOrEqual(50);
  });

  it('says how long to wait, and lets in at that very moment', () => {
    const limiter = createLimiter();
    expect([0, 300, 600].map((atMs) => limiter.take('a', atMs, 2))).toEqual([null, null, 400]);
    expect(limiter.take('a', 999.9, 2)).toBeCloseTo(0.1);
    expect(limiter.take('a', 1000, 2)).toBeNull();
    expect(limiter.take('b', 1000, 2)).toBeNull();
  });
});

describe('maxInWindow', () => {
  it.each([
    [[], 0],
    [[5], 1],
    [[0, 999.9, 1000], 2],
    [[2000, 0, 1000], 1],
    [[0, 0, 0, 1500, 1600, 1700, 1800], 4],
  ])('%j → %i', (times, highest) => {
    expect(maxInWindow(times, 1000)).toBe(highest);
  });
});
