import { beforeEach, describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import {
  APPLICATION,
  anInterview,
  INTERVIEWS,
  MODES,
  reach,
  type Send,
  signedIn,
  UNLIMITED,
} from './client.ts';

let sandbox: Sandbox;
let send: Send;
let ids: readonly string[];
const QUERY = `${INTERVIEWS}/batch_query`;
const OTHER = '7003247299220982060';

describe.each(MODES)('%s', (mode) => {
  beforeEach(async () => {
    sandbox = createSandbox(UNLIMITED);
    send = await signedIn(...(await reach(sandbox, mode)));
    const interviews = Array.from({ length: 25 }, (_, index) => ({
      external_id: `ats:${index}`,
      external_application_id: index < 23 ? APPLICATION : OTHER,
      begin_time: index,
    }));
    ids = sandbox.seed({ interviews }).interviews;
  });

  function idsOf(json: { data: { items: { id: string }[] } }): string[] {
    return json.data.items.map(({ id }) => id);
  }

  describe('by application', () => {
    it('gives pages of 10 unless told otherwise, and a page token only while there is more', async () => {
      const query = `${QUERY}?external_application_id=${APPLICATION}`;
      const first = await send('POST', query, {});
      expect(first.json.data).toEqual({
        items: expect.any(Array),
        has_more: true,
        page_token: expect.any(String),
      });
      const second = await send(
        'POST',
        `${query}&page_token=${encodeURIComponent(first.json.data.page_token)}`,
        {},
      );
      const third = await send(
        'POST',
        `${query}&page_size=20&page_token=${encodeURIComponent(second.json.data.page_token)}`,
      );
      expect(third.json.data.has_more).toBe(false);
      expect(third.json.data).not.toHaveProperty('page_token');
      expect([first, second, third].map(({ json }) => idsOf(json).length)).toEqual([10, 10, 3]);
      expect([first, second, third].flatMap(({ json }) => idsOf(json))).toEqual(ids.slice(0, 23));
    });

    it('shows the documented fields, never the external_id', async () => {
      const { json } = await send('POST', `${QUERY}?external_application_id=${OTHER}`, {});
      expect(json.data.items).toEqual([
        { external_application_id: OTHER, id: ids[23], begin_time: 23 },
        { external_application_id: OTHER, id: ids[24], begin_time: 24 },
      ]);
      expect(json.data.has_more).toBe(false);
    });

    it('gives nothing for an application without interviews', async () => {
      const { json } = await send('POST', `${QUERY}?external_application_id=1`, {});
      expect(json).toEqual({ code: 0, msg: 'ok', data: { items: [], has_more: false } });
    });
  });

  describe('by id', () => {
    it('the id list wins over the application; unknown ids are simply missing', async () => {
      const wanted = [ids[24], '6900000000000000001', ids[0]];
      const { json } = await send('POST', `${QUERY}?external_application_id=${OTHER}`, {
        external_interview_id_list: wanted,
      });
      expect(idsOf(json)).toEqual([ids[0], ids[24]]);
    });

    it('an empty list is no condition', async () => {
      const { json } = await send('POST', `${QUERY}?external_application_id=${OTHER}`, {
        external_interview_id_list: [],
      });
      expect(idsOf(json)).toEqual(ids.slice(23));
    });

    it('takes 20 ids, gives them in pages too, and refuses 21', async () => {
      const list = { external_interview_id_list: ids.slice(0, 20) };
      expect((await send('POST', `${QUERY}?page_size=20`, list)).json.data.items).toHaveLength(20);
      const { json } = await send('POST', QUERY, list);
      expect([json.data.items.length, json.data.has_more]).toEqual([10, true]);
      const tooMany = await send('POST', QUERY, { external_interview_id_list: ids.slice(0, 21) });
      expect([tooMany.status, tooMany.json.code]).toEqual([400, 1002002]);
    });
  });

  it.each([
    'page_size=0',
    'page_size=21',
    'page_size=ten',
    'page_size=',
    'page_token=xx',
    'page_token=e30%3D',
  ])('refuses %s', async (query) => {
    const { status, json } = await send('POST', `${QUERY}?${query}`, {});
    expect([status, json.code]).toEqual([400, 1002002]);
  });

  it('refuses the page token of another query', async () => {
    const { json } = await send('POST', `${QUERY}?external_application_id=${APPLICATION}`, {});
    const token = encodeURIComponent(json.data.page_token);
    const got = await send('POST', `${QUERY}?external_application_id=${OTHER}&page_token=${token}`, {});
    expect(got.json.code).toBe(1002002);
  });

  it.each([[{ external_interview_id_list: [1] }], [{ external_interview_id_list: 'x' }], ['x']])(
    'refuses the body %j',
    async (body) => {
      expect((await send('POST', QUERY, body)).json.code).toBe(1002002);
    },
  );

  it('without any condition gives all, or refuses, as told', async () => {
    expect((await send('POST', `${QUERY}?page_size=20`)).json.data.items).toHaveLength(20);
    sandbox.setRules({ unfilteredQuery: 'refuses' });
    expect((await send('POST', QUERY, {})).json.code).toBe(1002002);
  });

  it('lags behind creates, updates and deletes by readLagMs', async () => {
    let now = 1_700_000_000_000;
    sandbox = createSandbox({ ...UNLIMITED, readLagMs: 500, now: () => now });
    send = await signedIn(...(await reach(sandbox, mode)));
    const visible = async () =>
      (await send('POST', `${QUERY}?external_application_id=${APPLICATION}`, {})).json.data.items;
    const { json } = await send('POST', INTERVIEWS, anInterview({ begin_time: 1 }));
    const path = `${INTERVIEWS}/${json.data.external_interview.id}`;
    now += 499;
    expect(await visible()).toEqual([]);
    now += 1;
    expect(await visible()).toMatchObject([{ begin_time: 1 }]);
    await send('PUT', path, anInterview({ begin_time: 2 }));
    expect(await visible()).toMatchObject([{ begin_time: 1 }]);
    now += 500;
    expect(await visible()).toMatchObject([{ begin_time: 2 }]);
    await send('DELETE', path);
    expect(await visible()).toMatchObject([{ begin_time: 2 }]);
    expect(sandbox.interviews()).toEqual([]);
    now += 500;
    expect(await visible()).toEqual([]);
  });
});
