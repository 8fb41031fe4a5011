import { expect, it } from 'vitest';
import { deliver } from '../../src/ops/deliver.ts';
import { botMessage } from '../../src/ops/feishu-bot.ts';

const card = { title: 'hire-sync sync: failed', colour: 'red', lines: ['one', 'two'] } as const;

it('signs a card as the documentation of the bot does', () => {
  // A vector of the documented algorithm (HMAC-SHA256 of nothing under `timestamp\nsecret`).
  expect(JSON.parse(botMessage(card, 'demo', 1_599_360_473))).toEqual({
    timestamp: '1599360473',
    sign: 'l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=',
    msg_type: 'interactive',
    card: {
      schema: '2.0',
      header: { title: { tag: 'plain_text', content: card.title }, template: 'red' },
      body: { elements: [{ tag: 'markdown', content: 'one\ntwo' }] },
    },
  });
  expect(Object.keys(JSON.parse(botMessage(card, undefined, 0)) as object)).toEqual(['msg_type', 'card']);
});

it.each([
  ['taken', [{ status: 200, text: '{"code":0}' }], true, null, 1],
  ['any answer of a webhook', [{ status: 204, text: '' }], false, null, 1],
  ['refused with HTTP 200', [{ status: 200, text: '{"code":19024}' }], true, 'code 19024', 1],
  ['not the answer of a bot', [{ status: 200, text: '<html>' }], true, 'HTTP 200', 1],
  ['sent elsewhere', [{ status: 302, text: '' }], false, 'HTTP 302', 1],
  ['no answer: it may have arrived', [null], false, 'no answer', 1],
  [
    'limited, then taken',
    [
      { status: 200, text: '{"code":11232}' },
      { status: 200, text: '{"code":0}' },
    ],
    true,
    null,
    2,
  ],
] as const)('%s', async (_, answers, isBot, what, tries) => {
  let n = 0;
  const post = async () => answers[n++] ?? null;
  expect(await deliver(post, new URL('http://127.0.0.1/s3cret'), { body: () => '{}', isBot })).toBe(what);
  expect(n).toBe(tries);
});
