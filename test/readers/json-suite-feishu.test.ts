import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createHttp, type HttpRequest } from '../../src/feishu/http.ts';
import { conformance } from './reading.ts';

const folder = conformance('JSONTestSuite');
const namesIn = (kind: string) => (folder === undefined ? [] : readdirSync(path.join(folder, kind)));
const bytesOf = (kind: string, name: string) => readFileSync(path.join(folder ?? '.', kind, name));

const REQUEST: HttpRequest<unknown> = {
  endpoint: 'external_interview.create',
  method: 'POST',
  path: '/open-apis/hire/v1/external_interviews',
  body: {},
  schema: z.looseObject({ code: z.literal(0) }).transform((body) => body.case),
};

/** The answer to a request whose response has exactly these bytes as its body. */
function answerTo(body: Uint8Array) {
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  const fetch = async () => new Response(Uint8Array.from(body), { status: 200, headers });
  return createHttp({ baseUrl: 'https://open.feishu.cn', fetch })(REQUEST);
}

const inEnvelope = (bytes: Uint8Array) =>
  answerTo(Buffer.concat([Buffer.from('{"code":0,"msg":"success","case":'), bytes, Buffer.from('}')]));

describe.skipIf(folder === undefined)('JSONTestSuite as the body of an answer of Feishu', () => {
  const cases = namesIn('test_parsing');

  test('is complete', () => expect(cases.length).toBe(318));

  test.each(cases.filter((name) => name.startsWith('y_')))('%s is accepted', async (name) => {
    const bytes = bytesOf('test_parsing', name);
    const answer = await inEnvelope(bytes);
    const expected = JSON.parse(bytes.toString('utf8'), (_key, value, context?: { source?: string }) =>
      typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
        ? context?.source
        : value,
    );
    expect(answer).toMatchObject({ kind: 'ok', status: 200 });
    expect(answer.kind === 'ok' && answer.data).toEqual(expected);
  });

  test.each(cases.filter((name) => name.startsWith('n_')))('%s is unreadable', async (name) => {
    const bytes = bytesOf('test_parsing', name);
    for (const answer of [await inEnvelope(bytes), await answerTo(bytes)]) {
      // Unreadable, so that a create stays in doubt: whether Feishu did it is unknown.
      expect(answer).toMatchObject({ kind: 'unreadable', status: 200 });
    }
  });

  test.each(cases.filter((name) => !name.startsWith('n_')))('%s alone is no envelope', async (name) => {
    expect(await answerTo(bytesOf('test_parsing', name))).toMatchObject({ kind: 'unreadable' });
  });

  test.each(cases.filter((name) => name.startsWith('i_')))('%s never crashes', async (name) => {
    const { kind } = await inEnvelope(bytesOf('test_parsing', name));
    expect(['ok', 'unreadable']).toContain(kind);
  });

  test.each(namesIn('test_transform'))('%s: no whole number loses its digits', async (name) => {
    const bytes = bytesOf('test_transform', name);
    const answer = await inEnvelope(bytes);
    expect(['ok', 'unreadable']).toContain(answer.kind);
    const [digits] = /^\[(-?\d{17,})\]\s*$/.exec(bytes.toString('utf8'))?.slice(1) ?? [];
    if (digits !== undefined && answer.kind === 'ok') expect(answer.data).toEqual([digits]);
  });
});
