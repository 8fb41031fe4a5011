import { expect, it } from 'vitest';
import { hasKey, withoutKey } from '../src/without-key.ts';

it('takes a key out of what holds keys and sentences, and leaves dates, numbers and payloads as they are', () => {
  const summary = {
    pipeline: 'legacy-ats',
    newest: '2026-11-17T09:00:00.000Z',
    newestKey: '17',
    rows: { read: 17 },
    verdicts: { tables: [{ words: [{ word: '17', examples: ['16', '17', '170'] }] }] },
    stopped: { message: 'row 17 of 170 is wrong', complaints: [{ was: '17', key: '017' }] },
    payload: { json: '{"score":"17"}' },
  };
  expect(withoutKey(summary, '17')).toEqual({
    ...summary,
    newestKey: null,
    verdicts: { tables: [{ words: [{ word: '17', examples: ['16', '(forgotten)', '170'] }] }] },
    stopped: { message: 'row (forgotten) of 170 is wrong', complaints: [{ was: '(forgotten)', key: '017' }] },
  });
});

it('knows a key as a word of its own, whatever it is made of', () => {
  expect(hasKey('a,IV-1.$2(x),b', 'IV-1.$2(x)')).toBe(true);
  expect([
    hasKey('IV-12', 'IV-1'),
    hasKey('XIV-1', 'IV-1'),
    hasKey('面试17', '17'),
    hasKey('#17#', '17'),
  ]).toEqual([false, false, false, true]);
});
