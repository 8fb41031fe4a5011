import { expect, test } from 'vitest';
import type { Answer, Effect } from '../../src/feishu/answer.ts';
import { type AnswerVerdict, fixOf, isRowCode, mayBeProcessed, verdictOf } from '../../src/feishu/errors.ts';
import { refusalOf, refusedRequest } from '../../src/feishu/refusal.ts';

const meta = { endpoint: 'external_interview.create', durationMs: 1, logId: 'log-1' } as const;
const anError = (code: number, status = 200) =>
  ({
    ...meta,
    kind: 'error',
    status,
    code,
    msg: 'no',
    resetMs: null,
    scopes: [],
    helps: [],
    fields: [],
  }) as const;
const unreadable = (status: number): Answer<never> => ({
  ...meta,
  kind: 'unreadable',
  status,
  what: 'html',
  resetMs: null,
});
const noAnswer = (sent: 'never' | 'maybe'): Answer<never> => ({
  ...meta,
  kind: 'no-answer',
  sent,
  what: 'x',
});

test.each<[string, Answer<unknown>, AnswerVerdict, AnswerVerdict]>([
  // answer, verdict for a create, verdict for a replace, a delete and a read
  ['taken', { ...meta, kind: 'ok', status: 200, data: {} }, 'done', 'done'],
  ['never sent', noAnswer('never'), 'retry', 'retry'],
  ['no answer', noAnswer('maybe'), 'in-doubt', 'retry'],
  ['200 not JSON', unreadable(200), 'in-doubt', 'retry'],
  ['204', unreadable(204), 'in-doubt', 'retry'],
  ['302 to a login page', unreadable(302), 'retry', 'retry'],
  ['404 page', unreadable(404), 'retry', 'retry'],
  ['502 page', unreadable(502), 'retry', 'retry'],
  ['429 page', unreadable(429), 'pause', 'pause'],
  ['limited, 429', anError(99991400, 429), 'pause', 'pause'],
  ['limited, 400', anError(99991400, 400), 'pause', 'pause'],
  ['limited, 200', anError(99991400, 200), 'pause', 'pause'],
  ['429 with another code', anError(11232, 429), 'pause', 'pause'],
  ['monthly quota, 429', anError(99991403, 429), 'stop', 'stop'],
  ['package used up, 429', anError(99991406, 429), 'stop', 'stop'],
  ['system error', anError(1002001, 500), 'retry', 'retry'],
  ['system error with 200', anError(1002001, 200), 'retry', 'retry'],
  ['unknown code with 500', anError(424242, 500), 'retry', 'retry'],
  ['unknown code', anError(424242, 400), 'refused', 'refused'],
  ['unknown Hire code', anError(1002777, 200), 'refused', 'refused'],
  ['unknown Hire code with 500', anError(1002777, 500), 'refused', 'refused'],
  ['parameters', anError(1002002, 400), 'refused', 'refused'],
  ['parameters with 500', anError(1002002, 500), 'refused', 'refused'],
  ['field validation', anError(99992402, 400), 'refused', 'refused'],
  ['bad request', anError(9499, 400), 'refused', 'refused'],
])('%s: %s', (_, answer, create, others) => {
  expect(verdictOf(answer, 'create')).toBe(create);
  for (const effect of ['replace', 'delete', 'read'] satisfies Effect[])
    expect(verdictOf(answer, effect)).toBe(others);
});

test.each([1500, 1663, 1668, 2200, 5000, 1000004, 1000005])('%i is transient', (code) => {
  expect(verdictOf(anError(code, 400), 'create')).toBe('retry');
});

test.each([99991663, 99991664, 99991671])('%i asks for a fresh token with any status', (code) => {
  for (const status of [200, 400, 401, 500])
    expect(verdictOf(anError(code, status), 'create')).toBe('refresh-token');
});

test.each([
  99991672, 99991661, 99991662, 99991665, 99991668, 99991673, 99991676, 99991401, 99991403, 99991406,
  99991543, 99991201, 99991301, 10003, 10012, 10013, 10014, 10015, 11207, 11209, 11210, 20009,
])('%i stops the run with any status and says what to fix', (code) => {
  for (const status of [200, 400, 429, 500]) expect(verdictOf(anError(code, status), 'read')).toBe('stop');
  const fix = fixOf(code) ?? '';
  expect(fix.length).toBeGreaterThan(20);
  expect(refusalOf(anError(code))).toMatchObject({
    code: 'FEISHU_REFUSES_APP',
    message: expect.stringContaining(fix),
  });
});

test('a missing scope is named, with the page that adds it', () => {
  const helps = ['https://open.feishu.cn/app/cli_a/auth'];
  const { message } = refusalOf({ ...anError(99991672, 400), scopes: ['hire:external_application'], helps });
  expect(message).toContain('Missing: hire:external_application.');
  expect(message).toContain(helps[0]);
  expect(message).toContain('log-1');
});

test('may have been processed: whatever is not proven otherwise', () => {
  const processed = (answer: Answer<unknown>) => mayBeProcessed(answer, verdictOf(answer, 'create'));
  for (const answer of [
    noAnswer('maybe'),
    unreadable(200),
    unreadable(502),
    anError(1002001, 500),
    anError(424242, 503),
  ]) {
    expect(processed(answer)).toBe(true);
  }
  for (const answer of [
    noAnswer('never'),
    unreadable(429),
    anError(99991400, 400),
    anError(1002002),
    anError(99991663),
  ]) {
    expect(processed(answer)).toBe(false);
  }
});

test.each<[number, boolean]>([
  [1002002, true],
  [1002100, true],
  [1002999, true],
  [99992402, true],
  [9499, true],
  [1002001, false],
  [1002003, false],
  [1003000, false],
  [99991672, false],
  [99991679, false],
  [424242, false],
])('code %i is about the row: %s', (code, is) => expect(isRowCode(code)).toBe(is));

test('leaves out of what Feishu says whatever was sent, also cut, joined or in another case', () => {
  const answer = anError(424242, 400);
  const sent = JSON.stringify({ username: 'Anna Smith', content: '候选人表现很好，电话 13800138000' });
  const said = (msg: string) =>
    /code 424242 "(.*?)" \(/.exec(refusedRequest({ ...answer, msg }, sent).message)?.[1];
  expect(said('no permission for field content')).toBe('no permission for field content');
  expect(said('ANNA SMITH, AnnaSmith, 1380013')).toBe('… …, …, …');
  expect(said('“候选人表现很…” 没有权限')).toBe('“……” 没有权限');
  expect(said('bad \\u5019')).toBe('…');
  expect(said('手机号13800138000无效，用户Anna不存在')).toBe('手机号…无效，用户…不存在');
  expect(said('tel8613800138000, userSmith')).toBe('tel…, …');
});
