import { describe, expect, it } from 'vitest';
import { TARGETS } from '../../src/feishu/targets.ts';
import type { Change } from '../../src/model.ts';
import { createLabels, itemsOf, quotas } from '../../src/report/page/items.ts';
import { segmentsOf } from '../../src/report/page/notes.ts';
import { aPayload } from '../builders.ts';
import { aReport, at, modelOf, planOf, theOptions } from './plan-of.ts';

const options = theOptions();
const { shape } = TARGETS.external_interview;
const payload = aPayload();
const create = (i: number): Change => ({ kind: 'create', key: `c${i}`, origin: at(i), payload });
const skip = (i: number): Change => ({
  kind: 'skipped',
  key: `s${i}`,
  origin: at(i),
  reason: { code: 'decided-skip' },
});
const many = <T>(count: number, make: (i: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, i) => make(i));

describe('the sample of a page', () => {
  it('is everything while that fits', () => {
    const store = planOf([...many(30, create), ...many(5, skip)]);
    expect(Object.fromEntries([...quotas(store, 35)].filter(([, n]) => n > 0))).toEqual({
      create: 30,
      skipped: 5,
    });
  });

  it('has some of every kind, most of what stands first, and never more than asked for', () => {
    const store = planOf([...many(300, create), ...many(50, skip)]);
    const shares = quotas(store, 90);
    expect(shares.get('create')).toBe(80);
    expect(shares.get('skipped')).toBe(10);
  });

  it('ends before the page becomes too large', () => {
    const store = planOf(many(100, create));
    const items = [...itemsOf(modelOf(aReport(), store), options, createLabels(shape), 5_000)];
    expect(items.length).toBeGreaterThan(5);
    expect(JSON.stringify(items).length).toBeLessThan(5_200);
  });

  it('holds no text of more than 4,000 characters, and never half a character', () => {
    const long = aPayload({ interview_assessments: [{ content: `a${'👍'.repeat(3_000)}` }] });
    const store = planOf([{ kind: 'create', key: 'a', origin: at(2), payload: long }]);
    const [item] = [...itemsOf(modelOf(aReport(), store), options, createLabels(shape))];
    const text = String(item?.r?.at(-1)?.[2]);
    expect(text.length).toBeLessThan(4_050);
    expect(text.isWellFormed()).toBe(true);
    expect(text).not.toContain('\uFFFD');
    expect(text).toMatch(/… \(\+2002, CSV\)$/);
  });
});

describe('the difference of two notes', () => {
  it.each([
    ['沟通顺畅，基础扎实，推荐进入下一轮。', '沟通顺畅，基础一般，推荐进入下一轮。'],
    ['Explains trade-offs well.', 'Explains  trade-offs well.\n'],
    ['👨‍👩‍👧‍👦 打断两次，候选人处理得很得体', '👨‍👩‍👧 打断两次，候选人处理得很得体'],
  ])('puts both sides together again: %j, %j', (before, after) => {
    const segments = segmentsOf(before, after) ?? [];
    const side = (which: 1 | -1) =>
      segments.flatMap(([kind, text]) => (kind === 0 || kind === which ? [text] : [])).join('');
    expect([side(-1), side(1)]).toEqual([before, after]);
    expect(segments.length).toBeGreaterThan(1);
  });

  it.each([
    ['short', 'shorter'],
    ['候选人基础扎实，沟通顺畅，可以录用。', 'Nothing of this is the same as before at all.'],
    ['x'.repeat(30_000), 'y'.repeat(30_000)],
  ])('is not shown where it tells nothing', (before, after) => expect(segmentsOf(before, after)).toBeNull());
});
