import { describe, expect, it } from 'vitest';
import { createSandbox, type SandboxOptions } from '../../src/sandbox/index.ts';
import {
  APPLICATION,
  anInterview,
  asked,
  CHECKS,
  clientOf,
  getToken,
  INTERVIEWS,
  MODES,
  reach,
  signedIn,
  UNLIMITED,
} from './client.ts';

const DAY = 24 * 60 * 60 * 1000;

describe.each(MODES)('%s', (mode) => {
  async function setUp(options: SandboxOptions = {}) {
    const sandbox = createSandbox({
      ...UNLIMITED,
      now: () => 1_700_000_000_000,
      tokenLifeSeconds: 10 * DAY,
      ...options,
    });
    return { sandbox, send: await signedIn(...(await reach(sandbox, mode))) };
  }

  const body = (externalId: string, changes: object = {}) => ({
    external_id: externalId,
    ...anInterview(changes),
  });

  describe('the same external_id within 24 hours', () => {
    it('returns the existing object, unchanged by the second body', async () => {
      const { sandbox, send } = await setUp();
      const first = await send('POST', INTERVIEWS, body('ats:1'));
      sandbox.clock.advance(DAY - 1);
      const second = await send('POST', INTERVIEWS, body('ats:1', { begin_time: 5 }));
      expect(second.json.data).toEqual(first.json.data);
      expect(sandbox.interviews()).toMatchObject([{ body: anInterview(), writes: 1 }]);
      expect(sandbox.state().writes).toEqual({ 'external_interview.create': 1 });
    });

    it.each([
      [{}, 1002002],
      [{ repeatCode: 1002999 }, 1002999],
    ])('is refused where the rule says so: %j', async (more, code) => {
      const { sandbox, send } = await setUp({ repeat: 'refuses', ...more });
      await send('POST', INTERVIEWS, body('ats:1'));
      const { status, json } = await send('POST', INTERVIEWS, body('ats:1'));
      expect([status, json.code]).toEqual([400, code]);
      expect(sandbox.interviews()).toHaveLength(1);
    });

    it('is refused once its object is deleted', async () => {
      const { sandbox, send } = await setUp();
      const { json } = await send('POST', INTERVIEWS, body('ats:1'));
      await send('DELETE', `${INTERVIEWS}/${json.data.external_interview.id}`);
      expect((await send('POST', INTERVIEWS, body('ats:1'))).json.code).toBe(1002002);
      expect(sandbox.interviews()).toEqual([]);
    });

    it('makes one object of two creates at the same time', async () => {
      const { sandbox, send } = await setUp();
      const [one, two] = await Promise.all([1, 2].map(() => send('POST', INTERVIEWS, body('ats:1'))));
      expect(one?.json.data.external_interview.id).toBe(two?.json.data.external_interview.id);
      expect(sandbox.interviews()).toHaveLength(1);
    });
  });

  it('makes a second object when the 24 hours are over, and the window begins anew', async () => {
    const { sandbox, send } = await setUp();
    const ids: string[] = [];
    for (const ms of [0, DAY, DAY - 1]) {
      sandbox.clock.advance(ms);
      ids.push((await send('POST', INTERVIEWS, body('ats:1'))).json.data.external_interview.id);
    }
    expect(ids[1]).not.toBe(ids[0]);
    expect(ids[2]).toBe(ids[1]);
    expect(sandbox.interviews()).toHaveLength(2);
  });

  it('begins the window with the first success: a refused create does not use the key', async () => {
    const { sandbox, send } = await setUp({ repeat: 'refuses' });
    await send('POST', INTERVIEWS, body('ats:1', { participate_status: 9 }));
    sandbox.setFaults([{ times: 1, fault: { kind: 'error', status: 500, code: 1002001 } }]);
    expect((await send('POST', INTERVIEWS, body('ats:1'))).json.code).toBe(1002001);
    expect((await send('POST', INTERVIEWS, body('ats:1'))).json.code).toBe(0);
  });

  it('does not check creates without an external_id, or with an empty one', async () => {
    const { sandbox, send } = await setUp({ repeat: 'refuses' });
    for (const externalId of [undefined, undefined, '', ''])
      await send('POST', INTERVIEWS, { ...anInterview(), external_id: externalId });
    expect(sandbox.interviews().map(({ externalId }) => externalId)).toEqual([null, null, null, null]);
  });

  it('keeps a window per resource type and per app', async () => {
    const apps = [
      { appId: 'cli_one', appSecret: '1' },
      { appId: 'cli_two', appSecret: '2' },
    ] as const;
    const sandbox = createSandbox({ ...UNLIMITED, apps, repeat: 'refuses' });
    const [doFetch, url] = await reach(sandbox, mode);
    for (const app of apps) {
      const { json } = await getToken(doFetch, url, asked(app));
      const send = clientOf(doFetch, url, json.tenant_access_token);
      for (const path of [INTERVIEWS, CHECKS]) {
        const given = { external_id: 'ats:1', external_application_id: APPLICATION };
        expect((await send('POST', path, given)).json.code).toBe(0);
        expect((await send('POST', path, given)).json.code).toBe(1002002);
      }
    }
    expect(sandbox.interviews()).toHaveLength(2);
    expect(sandbox.backgroundChecks()).toHaveLength(2);
  });
});
