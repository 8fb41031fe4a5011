import { beforeEach, describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { MODES, reach, type Send, signedIn, UNLIMITED } from './client.ts';

let sandbox: Sandbox;
let send: Send;
const APPLICATION = '6949805467799537964';
const LIST = `/open-apis/hire/v1/applications/${APPLICATION}/interviews`;
const SUCCESSOR = '/open-apis/hire/v1/interviews';

const record = {
  id: '1',
  user_id: 'ou_1',
  content: '代码清楚',
  min_job_level_id: '6435',
  commit_status: 1,
  conclusion: 1,
  interview_score: { id: '9', level: 3, zh_name: '3', zh_description: '通过' },
  interviewer: { id: 'ou_1', name: { zh_cn: '王强', en_us: 'Qiang' } },
};

function aNative(index: number) {
  return {
    application_id: APPLICATION,
    begin_time: 1000 + index,
    end_time: 2000 + index,
    round: index,
    stage_id: '63',
    interview_type: 3,
    interview_record_list: [record],
  };
}

describe.each(MODES)('%s', (mode) => {
  beforeEach(async () => {
    sandbox = createSandbox(UNLIMITED);
    sandbox.seed({
      nativeInterviews: [...[0, 1, 2, 3].map(aNative), { ...aNative(4), application_id: 'other' }],
    });
    send = await signedIn(...(await reach(sandbox, mode)));
  });

  it('lists the interviews of an application in pages, with the fields of the historic document', async () => {
    const { json } = await send('GET', `${LIST}?page_size=3`);
    const { interviewer: _, ...historicRecord } = record;
    expect(json).toMatchObject({ code: 0, msg: 'success', data: { has_more: true } });
    expect(json.data.items[0]).toEqual({
      id: expect.stringMatching(/^\d{19}$/),
      begin_time: 1000,
      end_time: 2000,
      round: 0,
      stage_id: '63',
      interview_record_list: [historicRecord],
    });
    const token = encodeURIComponent(json.data.page_token);
    const rest = await send('GET', `${LIST}?page_size=3&page_token=${token}`);
    expect(rest.json.data.items.map(({ round }: { round: number }) => round)).toEqual([3]);
    expect(rest.json.data).not.toHaveProperty('page_token');
  });

  it.each(['', '?page_size=0', '?page_size=51', '?page_size=1&page_token=x', '?page_size=1&user_id_type=x'])(
    'refuses the list with 180001: %s',
    async (query) => {
      const { status, json } = await send('GET', `${LIST}${query}`);
      expect([status, json.code]).toEqual([400, 180001]);
    },
  );

  it('takes pages of 50', async () => {
    expect((await send('GET', `${LIST}?page_size=50`)).json.data.items).toHaveLength(4);
  });

  it('the successor filters by application, id and time, and has the newer fields', async () => {
    const { json } = await send('GET', `${SUCCESSOR}?application_id=${APPLICATION}`);
    const { min_job_level_id: _, ...presentRecord } = record;
    expect(json.data.items).toHaveLength(4);
    expect(json.data.items[0]).toEqual({
      ...aNative(0),
      id: expect.any(String),
      interview_record_list: [presentRecord],
    });
    const times = await send(
      'GET',
      `${SUCCESSOR}?application_id=${APPLICATION}&start_time=1001&end_time=1002`,
    );
    expect(times.json.data.items.map(({ round }: { round: number }) => round)).toEqual([1, 2]);
    const one = await send('GET', `${SUCCESSOR}?interview_id=${json.data.items[2].id}`);
    expect(one.json.data.items).toEqual([json.data.items[2]]);
  });

  it.each(['', '?page_size=10', '?application_id=1&page_size=101', '?start_time=yesterday'])(
    'refuses the successor with 1002002: %s',
    async (query) => {
      expect((await send('GET', `${SUCCESSOR}${query}`)).json.code).toBe(1002002);
    },
  );
});
