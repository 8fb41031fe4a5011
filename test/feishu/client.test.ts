import { expect, test } from 'vitest';
import { aClient, aFeishu, json, taken } from './server.ts';

const ID = '6960663240925956436';
const APPLICATION = '6960663240925956437';

test('create, update and delete: method, path and body of the documents, with the token', async () => {
  const server = await aFeishu((request, response) => {
    if (request.method === 'DELETE') json(response, { code: 0, msg: 'success' });
    else taken(response, ID);
  });
  const client = aClient(server.baseUrl).external_interview;
  const body = {
    external_application_id: APPLICATION,
    participate_status: 2,
    begin_time: 1_618_500_278_638,
  } as const;
  expect(await client.create({ external_id: 'k1', ...body })).toMatchObject({ kind: 'ok', data: { id: ID } });
  expect(await client.update(ID, body)).toMatchObject({ kind: 'ok', data: { id: ID } });
  expect(await client.delete(ID)).toMatchObject({ kind: 'ok', data: null });
  const seen = server.writes().map(({ method, url, body: text }) => [method, url, text && JSON.parse(text)]);
  expect(seen).toEqual([
    ['POST', '/open-apis/hire/v1/external_interviews', { external_id: 'k1', ...body }],
    ['PUT', `/open-apis/hire/v1/external_interviews/${ID}`, body],
    ['DELETE', `/open-apis/hire/v1/external_interviews/${ID}`, ''],
  ]);
  expect(server.writes().every(({ headers }) => headers.authorization === 'Bearer t-1')).toBe(true);
});

test('batch query: ids in the body, an application in the query, pages with unknown fields kept', async () => {
  const server = await aFeishu((_, response) => {
    const item = { id: ID, external_application_id: APPLICATION, begin_time: 1, something_new: [1] };
    json(response, { code: 0, data: { items: [item], has_more: true, page_token: 'p=2' } });
  });
  const client = aClient(server.baseUrl).external_interview;
  const answer = await client.batchQuery({ ids: [ID] });
  expect(answer).toMatchObject({
    kind: 'ok',
    data: { items: [{ id: ID, something_new: [1] }], pageToken: 'p=2' },
  });
  await client.batchQuery({ applicationId: APPLICATION, pageSize: 20, pageToken: 'p=2' });
  const path = '/open-apis/hire/v1/external_interviews/batch_query';
  expect(server.writes().map(({ url, body }) => [url, body])).toEqual([
    [`${path}?page_size=20`, `{"external_interview_id_list":["${ID}"]}`],
    [`${path}?external_application_id=${APPLICATION}&page_size=20&page_token=p%3D2`, '{}'],
  ]);
});

test.each([
  ['items absent', {}, []],
  ['items null', { items: null, has_more: false, page_token: '' }, []],
])('an empty page: %s', async (_, data, items) => {
  const server = await aFeishu((_request, response) => json(response, { code: 0, data }));
  const answer = await aClient(server.baseUrl).external_interview.batchQuery({ applicationId: APPLICATION });
  expect(answer).toMatchObject({ kind: 'ok', data: { items, pageToken: null } });
});

test('a page with a token and no word about more pages is not the last one', async () => {
  const server = await aFeishu((_, response) =>
    json(response, { code: 0, data: { items: [], page_token: 'p=2' } }),
  );
  const answer = await aClient(server.baseUrl).external_interview.batchQuery({ applicationId: APPLICATION });
  expect(answer).toMatchObject({ kind: 'ok', data: { pageToken: 'p=2' } });
});

test.each([
  ['more pages without a token', { items: [], has_more: true }, 'page_token'],
  ['an item without an id', { items: [{ begin_time: 1 }] }, 'data.items.0.id'],
  ['an id that is none', { items: [{ id: 'abc' }] }, 'data.items.0.id'],
])('%s is unreadable', async (_, data, path) => {
  const server = await aFeishu((_request, response) => json(response, { code: 0, data }));
  const answer = await aClient(server.baseUrl).external_interview.batchQuery({ applicationId: APPLICATION });
  expect(answer).toMatchObject({ kind: 'unreadable', what: expect.stringContaining(path) });
});

test('background checks go the same way under their own names', async () => {
  const server = await aFeishu((request, response) => {
    if (request.url.includes('batch_query'))
      json(response, { code: 0, data: { items: [{ id: ID }], has_more: false } });
    else json(response, { code: 0, data: { external_background_check: { id: ID } } });
  });
  const client = aClient(server.baseUrl).external_background_check;
  const body = { external_application_id: APPLICATION, name: '背调' };
  expect(await client.create({ external_id: 'b1', ...body })).toMatchObject({ kind: 'ok', data: { id: ID } });
  expect(await client.update(ID, body)).toMatchObject({
    endpoint: 'external_background_check.update',
    kind: 'ok',
  });
  expect(await client.batchQuery({ ids: [ID] })).toMatchObject({ data: { items: [{ id: ID }] } });
  const path = '/open-apis/hire/v1/external_background_checks';
  expect(server.writes().map(({ url }) => url)).toEqual([
    path,
    `${path}/${ID}`,
    `${path}/batch_query?page_size=20`,
  ]);
  expect(server.writes().at(-1)?.body).toBe(`{"external_background_check_id_list":["${ID}"]}`);
});

test('interviews of an application', async () => {
  const server = await aFeishu((_, response) =>
    json(response, { code: 0, data: { items: [{ id: ID, round: 0 }] } }),
  );
  const client = aClient(server.baseUrl);
  const answer = await client.listApplicationInterviews({ applicationId: APPLICATION, pageSize: 50 });
  expect(answer).toMatchObject({ kind: 'ok', data: { items: [{ id: ID, round: 0 }], pageToken: null } });
  expect(server.writes()[0]).toMatchObject({
    method: 'GET',
    url: `/open-apis/hire/v1/applications/${APPLICATION}/interviews?page_size=50`,
    body: '',
  });
});

test('what cannot be an id never becomes part of a path, and a query takes 1 to 20', async () => {
  const server = await aFeishu((_, response) => taken(response));
  const client = aClient(server.baseUrl).external_interview;
  expect(() => client.update('../x', { external_application_id: APPLICATION })).toThrow('is not a Feishu id');
  expect(() => client.delete('')).toThrow('is not a Feishu id');
  expect(() => client.batchQuery({ ids: [] })).toThrow('1 to 20 ids');
  expect(() => client.batchQuery({ ids: Array(21).fill(ID) })).toThrow('1 to 20 ids');
  expect(server.arrived).toHaveLength(0);
});

test('a token called dead is dropped: the next request brings another, nothing is sent twice', async () => {
  const server = await aFeishu((_, response) =>
    json(response, { code: 99991663, msg: 'Invalid access token' }),
  );
  const client = aClient(server.baseUrl).external_interview;
  const body = { external_id: 'k1', external_application_id: APPLICATION };
  expect(await client.create(body)).toMatchObject({ kind: 'error', code: 99991663 });
  expect(server.arrived).toHaveLength(2);
  await client.create(body);
  expect(server.arrived.filter(({ url }) => url.includes('/auth/'))).toHaveLength(2);
});
