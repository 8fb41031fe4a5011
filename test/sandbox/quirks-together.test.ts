import { describe, expect, it } from 'vitest';
import type { Quirk } from '../../src/sandbox/index.ts';
import { seededRandom, shuffled } from '../../src/sandbox/random.ts';
import { aQuirkStage, TARGETS } from './quirk-stage.ts';

/** One of each, and none that makes an id unreadable or another object out of a create. */
const ALL: readonly Quirk[] = [
  { keep: [{ kind: 'trim' }, { kind: 'line-ends' }, { kind: 'cut', characters: 3 }] },
  {
    keep: [
      { kind: 'floor', toMs: 1_000 },
      { kind: 'drop', fields: ['title', 'result'] },
    ],
  },
  {
    keep: [
      { kind: 'fill', with: 'sample' },
      { kind: 'order', by: 'sorted' },
    ],
  },
  {
    show: [
      { kind: 'order', by: 'shuffled-anew' },
      { kind: 'retype', to: 'text' },
    ],
  },
  {
    show: [
      { kind: 'fill', with: 'zero' },
      { kind: 'mask', fields: ['content', 'name', 'interview_assessments'] },
    ],
  },
  {
    show: [
      { kind: 'drop', fields: ['begin_time', 'date', 'attachment_list'] },
      { kind: 'fill', with: 'null' },
    ],
  },
  { show: [{ kind: 'round-ids' }] },
  { show: [{ kind: 'retype', to: 'number', fields: ['id'] }] },
  { answer: { with: 'crossed', waitMs: 5 } },
  { answer: { with: 'other' } },
  { answer: { with: 'deleted', part: 'id' } },
  { answer: { with: 'unknown' } },
  { answer: { with: 'before' } },
  { answer: { with: 'id-only' } },
  { read: { kind: 'nothing' } },
  { read: { kind: 'others' } },
  { read: { kind: 'twice' } },
  { read: { kind: 'more', count: 3 } },
  { read: { kind: 'omit' } },
  { read: { kind: 'shift', by: 1 } },
  { read: { kind: 'empty-page' } },
  { options: { readLagMs: 2_000 } },
  { options: { assessmentIds: 'keep', repeatDeleted: 'returns' } },
];

describe.each(TARGETS)('any mix of quirks over $resource', (target) => {
  it('answers in the documents’ shape, stores what was written, and does the same again under its seed', async () => {
    async function play(seed: number): Promise<unknown[]> {
      const random = seededRandom(seed);
      const quirks = shuffled(ALL, random)
        .slice(0, 8)
        .map((quirk, index) => ({ ...quirk, match: { probability: 0.6, seed: seed * 100 + index } }));
      const stage = await aQuirkStage(target, quirks);
      const stored = () => [...stage.sandbox.interviews(), ...stage.sandbox.backgroundChecks()];
      const told: unknown[] = [];
      for (let number = 0; number < 6; number += 1) {
        const { json } = await stage.create(number, { external_id: `ats:${number}` });
        const ids = stored().map(({ id }) => id);
        told.push(json, (await stage.update(ids[0] ?? '', number)).json);
        told.push((await stage.byIds(ids)).json, (await stage.page(2)).json);
        if (number === 3) await stage.remove(ids[1] ?? '');
        stage.sandbox.clock.advance(1_000);
      }
      expect(told).toEqual(told.map(() => expect.objectContaining({ code: 0, data: expect.any(Object) })));
      expect(stored()).toHaveLength(5);
      expect(stored()[0]?.writes).toBe(7);
      expect(stage.sandbox.arrivals().flatMap(({ quirks: met }) => met).length).toBeGreaterThan(6);
      return told;
    }
    for (let seed = 1; seed <= 20; seed += 1) expect(await play(seed)).toEqual(await play(seed));
  });
});
