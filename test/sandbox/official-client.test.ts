import * as lark from '@larksuiteoapi/node-sdk';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSandbox, SANDBOX_APP, type SandboxServer, serveSandbox } from '../../src/sandbox/index.ts';
import {
  APPLICATION,
  anInterview,
  CHECKS,
  INTERVIEWS,
  type Send,
  signedIn,
  tokensOfItsOwn,
  UNLIMITED,
} from './client.ts';

// Feishu's own client, as published, is the independent opinion on whether the sandbox speaks the protocol.
const sandbox = createSandbox(UNLIMITED);
const silent = { error() {}, warn() {}, info() {}, debug() {}, trace() {} };
let server: SandboxServer;
let client: lark.Client;
let send: Send;

beforeAll(async () => {
  server = await serveSandbox(sandbox, { port: 0 });
  const cache = tokensOfItsOwn();
  client = new lark.Client({ ...SANDBOX_APP, domain: server.url, logger: silent, cache });
  send = await signedIn(fetch, server.url);
});
afterAll(() => server.close());

it('creates, updates, queries and deletes external interviews, and sees what plain fetch sees', async () => {
  const { externalInterview } = client.hire.v1;
  const created = await externalInterview.create({ data: { external_id: 'sdk:1', ...anInterview() } });
  expect(created.code).toBe(0);
  const id = created.data?.external_interview?.id ?? '';
  expect(id).toMatch(/^\d{19}$/);

  const changed = anInterview({
    participate_status: 3,
    interview_assessments: [{ username: '陈', conclusion: 3 }],
  });
  const updated = await externalInterview.update({ path: { external_interview_id: id }, data: changed });
  expect(updated.data?.external_interview).toMatchObject(changed);

  const queried = await externalInterview.batchQuery({
    data: { external_interview_id_list: [id] },
    params: { page_size: 20 },
  });
  const plain = await send('POST', `${INTERVIEWS}/batch_query`, { external_interview_id_list: [id] });
  expect(queried).toEqual(plain.json);
  expect(queried.data?.items).toMatchObject([{ id, ...changed }]);

  expect(await externalInterview.delete({ path: { external_interview_id: id } })).toEqual({
    code: 0,
    msg: 'ok',
    data: {},
  });
  expect(sandbox.interviews()).toEqual([]);
});

it('creates, updates, queries and deletes external background checks', async () => {
  const { externalBackgroundCheck } = client.hire.v1;
  sandbox.seed({ attachments: [{ id: '5', name: 'a.pdf', size: 3 }] });
  const body = { external_application_id: APPLICATION, date: 1_626_602_069_393, name: '背调' };
  const created = await externalBackgroundCheck.create({
    data: { external_id: 'sdk:check:1', ...body, attachment_id_list: ['5'] },
  });
  const id = created.data?.external_background_check?.id ?? '';
  expect(created.data?.external_background_check).toEqual({
    id,
    ...body,
    attachment_list: [{ id: '5', name: 'a.pdf', size: 3 }],
  });
  const path = { external_background_check_id: id };
  const updated = await externalBackgroundCheck.update({ path, data: { ...body, result: '通过' } });
  expect(updated.data?.external_background_check).toEqual({ id, ...body, result: '通过' });
  const queried = await externalBackgroundCheck.batchQuery({
    params: { external_application_id: APPLICATION },
  });
  expect(queried).toEqual(
    (await send('POST', `${CHECKS}/batch_query?external_application_id=${APPLICATION}`)).json,
  );
  expect(queried.data?.items).toEqual([{ id, ...body, result: '通过' }]);
  expect((await externalBackgroundCheck.delete({ path })).code).toBe(0);
  expect(sandbox.backgroundChecks()).toEqual([]);
});

it('pages through an application with its iterators', async () => {
  const given = Array.from({ length: 45 }, (_, begin_time) => ({
    external_application_id: 'paged',
    begin_time,
  }));
  sandbox.seed({
    interviews: given,
    backgroundChecks: given.map(({ begin_time }) => ({ external_application_id: 'paged', date: begin_time })),
    nativeInterviews: given.map(({ begin_time }) => ({ application_id: 'paged', round: begin_time })),
  });
  const params = { external_application_id: 'paged', page_size: 20 };
  const interviews = [];
  for await (const page of await client.hire.v1.externalInterview.batchQueryWithIterator({ params }))
    interviews.push(...(page?.items ?? []));
  expect(interviews.map(({ begin_time }) => begin_time)).toEqual([...Array(45).keys()]);

  const checks = [];
  for await (const page of await client.hire.v1.externalBackgroundCheck.batchQueryWithIterator({ params }))
    checks.push(...(page?.items ?? []));
  expect(checks.map(({ date }) => date)).toEqual([...Array(45).keys()]);

  const rounds = [];
  let token: string | undefined;
  do {
    const { data } = await client.hire.v1.applicationInterview.list({
      path: { application_id: 'paged' },
      params: { page_size: 20, ...(token === undefined ? {} : { page_token: token }) },
    });
    rounds.push(...(data?.items ?? []).map(({ round }) => round));
    token = data?.page_token;
  } while (token !== undefined);
  expect(rounds).toEqual([...Array(45).keys()]);

  const listed = await client.hire.v1.interview.list({ params: { application_id: 'paged', page_size: 100 } });
  expect(listed.data?.items).toHaveLength(45);
});

it('gets errors as it expects them', async () => {
  await expect(
    client.hire.v1.externalInterview.delete({ path: { external_interview_id: '1' } }),
  ).rejects.toMatchObject({ response: { status: 400, data: { code: 1002002 } } });
  const stranger = new lark.Client({
    appId: 'cli_other',
    appSecret: 'x',
    domain: server.url,
    logger: silent,
  });
  await expect(stranger.hire.v1.externalInterview.batchQuery({})).rejects.toThrow(/10014/);
});
