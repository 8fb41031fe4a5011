import { beforeEach, describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { APPLICATION, CHECKS, MODES, reach, type Send, signedIn, UNLIMITED } from './client.ts';

let sandbox: Sandbox;
let send: Send;
const attachment = { id: '6987954043925432620', name: '报告.pdf', size: 1928 };
const check = {
  external_application_id: APPLICATION,
  date: 1_626_602_069_393,
  name: '背调',
  result: '已通过',
};

describe.each(MODES)('%s', (mode) => {
  beforeEach(async () => {
    sandbox = createSandbox(UNLIMITED);
    sandbox.seed({ attachments: [attachment] });
    send = await signedIn(...(await reach(sandbox, mode)));
  });

  it('is created, with its attachments spelt out in the answer', async () => {
    const body = { ...check, attachment_id_list: [attachment.id] };
    const { json } = await send('POST', CHECKS, { external_id: 'ats:check:1', ...body });
    const { id } = json.data.external_background_check;
    expect(json).toEqual({
      code: 0,
      msg: 'ok',
      data: { external_background_check: { id, ...check, attachment_list: [attachment] } },
    });
    expect(sandbox.backgroundChecks()).toMatchObject([{ id, externalId: 'ats:check:1', body }]);
  });

  it('is replaced whole, queried and deleted', async () => {
    const created = await send('POST', CHECKS, { ...check, attachment_id_list: [attachment.id] });
    const { id } = created.json.data.external_background_check;
    const changed = { external_application_id: APPLICATION, result: '未通过' };
    const updated = await send('PUT', `${CHECKS}/${id}`, changed);
    expect(updated.json.data).toEqual({ external_background_check: { id, ...changed } });
    for (const [query, body] of [
      [`?external_application_id=${APPLICATION}`, {}],
      ['', { external_background_check_id_list: [id] }],
    ] as const) {
      const { json } = await send('POST', `${CHECKS}/batch_query${query}`, body);
      expect(json.data).toEqual({ items: [{ id, ...changed }], has_more: false });
    }
    expect((await send('DELETE', `${CHECKS}/${id}`)).json).toEqual({ code: 0, msg: 'ok', data: {} });
    expect((await send('DELETE', `${CHECKS}/${id}`)).json.code).toBe(1002002);
    expect(sandbox.backgroundChecks()).toEqual([]);
  });

  it.each([
    [{ external_application_id: undefined }],
    [{ date: '1626602069393' }],
    [{ name: 1 }],
    [{ attachment_id_list: ['unknown'] }],
    [{ attachment_id_list: [1] }],
  ])('refuses %j', async (change) => {
    const { status, json } = await send('POST', CHECKS, { ...check, ...change });
    expect([status, json.code]).toEqual([400, 1002002]);
    expect(json.error.field_violations[0].field).toContain(Object.keys(change)[0]);
  });
});
