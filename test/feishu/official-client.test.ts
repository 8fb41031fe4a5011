import * as lark from '@larksuiteoapi/node-sdk';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Answer } from '../../src/feishu/answer.ts';
import { createAuth } from '../../src/feishu/auth.ts';
import { createFeishuClient, type FeishuClient } from '../../src/feishu/client.ts';
import { createDispatcher } from '../../src/feishu/dispatcher.ts';
import type { Page } from '../../src/feishu/endpoints.ts';
import { createHttp } from '../../src/feishu/http.ts';
import { createSandbox, SANDBOX_APP, type SandboxServer, serveSandbox } from '../../src/sandbox/index.ts';
import { anInterview, tokensOfItsOwn, UNLIMITED } from '../sandbox/client.ts';

// Feishu's own client and ours, side by side on one server: each must see all that the other one does.
const APPLICATION = '6960663240925956437';
const ATTACHMENT = { id: '6987954043925432620', name: '报告.pdf', size: 1928 };
const sandbox = createSandbox(UNLIMITED);
const silent = { error() {}, warn() {}, info() {}, debug() {}, trace() {} };
let server: SandboxServer;
let dispatcher: ReturnType<typeof createDispatcher>;
let theirs: lark.Client;
let ours: FeishuClient;

beforeAll(async () => {
  server = await serveSandbox(sandbox, { port: 0 });
  const baseUrl = server.url;
  const cache = tokensOfItsOwn();
  theirs = new lark.Client({ ...SANDBOX_APP, domain: baseUrl, logger: silent, cache });
  dispatcher = createDispatcher({ baseUrl });
  const http = createHttp({ baseUrl, dispatcher });
  ours = createFeishuClient({ http, auth: createAuth({ http, baseUrl, ...SANDBOX_APP }) });
  sandbox.seed({ attachments: [ATTACHMENT] });
});
afterAll(async () => {
  await dispatcher.close();
  await server.close();
});

function dataOf<T>(answer: Answer<T>): T {
  if (answer.kind !== 'ok') throw new Error(`${answer.endpoint} answered ${answer.kind}`);
  return answer.data;
}

/** All pages of a list. */
async function allOf(ask: (pageToken: string | undefined) => Promise<Answer<Page>>): Promise<Page['items']> {
  const items: Page['items'][number][] = [];
  let token: string | undefined;
  do {
    const page = dataOf(await ask(token));
    items.push(...page.items);
    token = page.pageToken ?? undefined;
  } while (token !== undefined);
  return items;
}

/** The same, of the SDK's answers. */
async function allOfTheirs(
  ask: (page: { readonly page_token?: string }) => Promise<{
    readonly data?:
      | { readonly items?: readonly unknown[] | undefined; readonly page_token?: string | undefined }
      | undefined;
  }>,
): Promise<unknown[]> {
  const items: unknown[] = [];
  let token: string | undefined;
  do {
    const { data } = await ask(token === undefined ? {} : { page_token: token });
    items.push(...(data?.items ?? []));
    token = data?.page_token;
  } while (token !== undefined);
  return items;
}

it('external interviews', async () => {
  const { externalInterview } = theirs.hire.v1;
  const created = dataOf(
    await ours.external_interview.create({ external_id: 'ours', ...anInterview() } as never),
  );
  const other = await externalInterview.create({ data: { external_id: 'theirs', ...anInterview() } });
  expect(
    dataOf(await ours.external_interview.update(created.id, anInterview({ participate_status: 3 }) as never)),
  ).toMatchObject({ id: created.id, participate_status: 3 });
  const ids = [created.id, other.data?.external_interview?.id ?? ''];
  const byIds = await externalInterview.batchQuery({ data: { external_interview_id_list: ids } });
  expect(dataOf(await ours.external_interview.batchQuery({ ids })).items).toEqual(byIds.data?.items);

  sandbox.seed({
    interviews: Array.from({ length: 45 }, (_, n) => ({ external_application_id: '45', begin_time: n })),
  });
  const items = await allOf((pageToken) =>
    ours.external_interview.batchQuery({ applicationId: '45', pageSize: 20, pageToken }),
  );
  const params = { external_application_id: '45', page_size: 20 };
  expect(items).toHaveLength(45);
  expect(items).toEqual(
    await allOfTheirs((page) => externalInterview.batchQuery({ params: { ...params, ...page } })),
  );

  for (const id of ids) expect(dataOf(await ours.external_interview.delete(id))).toBeNull();
  const gone = await externalInterview.batchQuery({ data: { external_interview_id_list: ids } });
  expect(gone.data?.items).toEqual([]);
});

it('external background checks', async () => {
  const { externalBackgroundCheck } = theirs.hire.v1;
  const body = {
    external_application_id: APPLICATION,
    date: 1_626_602_069_393,
    name: '背调',
    result: '已通过',
    attachment_id_list: [ATTACHMENT.id],
  };
  const { id } = dataOf(await ours.external_background_check.create({ external_id: 'ours', ...body }));
  const other = await externalBackgroundCheck.create({ data: { external_id: 'theirs', ...body } });
  const replaced = dataOf(await ours.external_background_check.update(id, { ...body, result: '未通过' }));
  expect(replaced).toMatchObject({ result: '未通过', attachment_list: [ATTACHMENT] });
  const ids = [id, other.data?.external_background_check?.id ?? ''];
  const byIds = await externalBackgroundCheck.batchQuery({
    data: { external_background_check_id_list: ids },
  });
  expect(byIds.data?.items).toHaveLength(2);
  expect(dataOf(await ours.external_background_check.batchQuery({ ids })).items).toEqual(byIds.data?.items);

  sandbox.seed({
    backgroundChecks: Array.from({ length: 25 }, (_, n) => ({ external_application_id: '25', date: n })),
  });
  const items = await allOf((pageToken) =>
    ours.external_background_check.batchQuery({ applicationId: '25', pageSize: 20, pageToken }),
  );
  const params = { external_application_id: '25', page_size: 20 };
  expect(items).toHaveLength(25);
  expect(items).toEqual(
    await allOfTheirs((page) => externalBackgroundCheck.batchQuery({ params: { ...params, ...page } })),
  );

  for (const one of ids) expect(dataOf(await ours.external_background_check.delete(one))).toBeNull();
  await expect(
    externalBackgroundCheck.delete({ path: { external_background_check_id: id } }),
  ).rejects.toMatchObject({ response: { data: { code: 1002002 } } });
  expect(await ours.external_background_check.delete(id)).toMatchObject({ kind: 'error', code: 1002002 });
});

it('native interviews, by the historic list and by its successor', async () => {
  const record = {
    id: '1',
    user_id: 'ou_1',
    content: '好',
    commit_status: 1,
    conclusion: 2,
    interview_score: { id: '9', level: 3, zh_description: '通过', en_description: 'pass' },
  };
  sandbox.seed({
    nativeInterviews: Array.from({ length: 120 }, (_, round) => ({
      application_id: APPLICATION,
      begin_time: 1_618_899_376_474 + round,
      round,
      stage_id: '634324253532232',
      interview_record_list: [record],
    })),
  });
  const { applicationInterview, interview } = theirs.hire.v1;
  const filter = { applicationId: APPLICATION };
  const historic = await allOf((pageToken) =>
    ours.listApplicationInterviews({ ...filter, pageSize: 50, pageToken }),
  );
  expect(historic).toHaveLength(120);
  expect(historic).toEqual(
    await allOfTheirs((page) =>
      applicationInterview.list({
        path: { application_id: APPLICATION },
        params: { page_size: 50, ...page },
      }),
    ),
  );
  const present = await allOf((pageToken) => ours.listInterviews({ ...filter, pageSize: 100, pageToken }));
  expect(present).toHaveLength(120);
  expect(present).toEqual(
    await allOfTheirs((page) =>
      interview.list({ params: { application_id: APPLICATION, page_size: 100, ...page } }),
    ),
  );

  await expect(
    applicationInterview.list({ path: { application_id: APPLICATION }, params: { page_size: 51 } }),
  ).rejects.toMatchObject({ response: { data: { code: 180001 } } });
  expect(await ours.listApplicationInterviews({ ...filter, pageSize: 51 })).toMatchObject({
    kind: 'error',
    code: 180001,
  });
});
