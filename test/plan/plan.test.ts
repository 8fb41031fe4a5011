import { describe, expect, it } from 'vitest';
import type { Change, SourceRecord } from '../../src/model.ts';
import { CellsNeeded } from '../../src/plan/duplicates.ts';
import type { Mapped } from '../../src/plan/mapped.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { eachChange, openPlanStore } from '../../src/plan/plan-store.ts';
import { anIntent, aPayload } from '../builders.ts';
import { BY, mapped, plan } from './planned.ts';

const NO_PROBLEM = { field: 'result', value: '?', message: 'result is "?"' } as const;
const summary = (changes: readonly Change[]) => changes.map(({ kind, key }) => `${kind} ${key}`);

describe('makePlan', () => {
  it('compares each record with the ledger', async () => {
    const { changes, store, read } = await plan(
      [
        ['same', {}],
        ['changed', mapped({ participate_status: 3 })],
        ['new', {}],
        ['gone-by-rule', { kind: 'skipped', reason: { code: 'skipped-by-pipeline', words: 'cancelled' } }],
        ['bad', { kind: 'rejected', problems: [{ ...NO_PROBLEM, code: 'VALUE_UNKNOWN' }] }],
        [null, { kind: 'rejected', problems: [{ ...NO_PROBLEM, code: 'KEY_MISSING' }] }],
      ],
      { same: {}, changed: {}, vanished: {}, bad: {} },
    );
    expect(summary(changes)).toEqual([
      'unchanged same',
      'update changed',
      'create new',
      'skipped gone-by-rule',
      'rejected bad',
      'rejected null',
    ]);
    expect(changes[1]).toMatchObject({ fields: [{ path: 'participate_status', before: 2, after: 3 }] });
    expect(store.missing('', 10).map(({ key }) => key)).toEqual(['vanished']);
    expect(read).toBe(6);
  });

  it('collapses a second row with the same key and content', async () => {
    const { changes } = await plan([
      ['K', {}],
      ['K', {}],
    ]);
    expect(summary(changes)).toEqual(['create K', 'skipped K']);
    expect(changes[1]).toMatchObject({ reason: { code: 'duplicate-row', file: 'a.csv', line: 2 } });
  });

  it.each([0, 1])(
    'rejects both rows of a key with different content, whatever the order (%i)',
    async (first) => {
      const rows: [string, Partial<Mapped>][] = [
        ['K', {}],
        ['K', mapped({ participate_status: 3 })],
      ];
      const { changes, store } = await plan(first === 0 ? rows : rows.toReversed(), { K: {} }, true);
      for (const { original } of eachChange(store, ['rejected'])) expect(original).toContain('"id":"K"');
      expect(summary(changes)).toEqual(['rejected K', 'rejected K']);
      for (const [i, change] of changes.entries()) {
        expect(change).toMatchObject({ problems: [{ code: 'KEY_DUPLICATE' }] });
        expect(JSON.stringify(change)).toContain(`a.csv:${i === 0 ? 3 : 2} with other content`);
      }
    },
  );

  it('keeps no cells of unchanged rows, and asks for them when another row of the key says something else', async () => {
    const { store } = await plan([['K', {}]], { K: {} });
    expect([...eachChange(store, ['unchanged'])].map(({ original }) => original)).toEqual([null]);
    const other = mapped({ participate_status: 3 });
    await expect(
      plan(
        [
          ['K', {}],
          ['K', other],
        ],
        { K: {} },
      ),
    ).rejects.toThrow(CellsNeeded);
  });

  it('rejects a third row of a key whose first two disagreed', async () => {
    const { changes } = await plan([
      ['K', {}],
      ['K', mapped({ participate_status: 3 })],
      ['K', {}],
    ]);
    expect(summary(changes)).toEqual(['rejected K', 'rejected K', 'rejected K']);
  });

  it('leaves alone a record whose create is in doubt', async () => {
    const { ledger } = await plan([]);
    ledger.begin(anIntent({ key: 'K' }));
    const store = openPlanStore();
    async function* one(): AsyncGenerator<SourceRecord> {
      yield { origin: { file: 'a.csv', line: 2 }, values: {}, children: {} };
    }
    const transform = ({ origin }: SourceRecord): Mapped => ({
      kind: 'mapped',
      key: 'K',
      origin,
      payload: aPayload(),
    });
    await makePlan({
      pipeline: 'legacy-ats',
      records: one(),
      transform,
      ledger,
      store,
      now: Date.now,
      ...BY,
    });
    expect(store.page(['in-doubt'], 0, 10).map(({ change }) => change)).toMatchObject([
      { kind: 'in-doubt', key: 'K', reason: { code: 'create-in-doubt' } },
    ]);
    store.close();
  });

  it('sends an update again that was sent without an answer, also when the source went back', async () => {
    const { ledger } = await plan([], { K: {} });
    ledger.begin(anIntent({ key: 'K', action: 'update', payload: aPayload({ participate_status: 3 }) }));
    for (const [source, before, after] of [
      [3, 2, 3],
      [2, 3, 2],
    ]) {
      const store = openPlanStore();
      async function* one(): AsyncGenerator<SourceRecord> {
        yield { origin: { file: 'a.csv', line: 2 }, values: {}, children: {} };
      }
      const payload = aPayload({ participate_status: source });
      const transform = ({ origin }: SourceRecord): Mapped => ({ kind: 'mapped', key: 'K', origin, payload });
      await makePlan({
        pipeline: 'legacy-ats',
        records: one(),
        transform,
        ledger,
        store,
        now: Date.now,
        ...BY,
      });
      const [planned] = store.page(['update'], 0, 10);
      expect(planned?.change).toMatchObject({ fields: [{ path: 'participate_status', before, after }] });
      store.close();
    }
  });
});

it('sends an update although nothing differs, when two in a row lost their answers', async () => {
  const { ledger } = await plan([], { K: {} });
  ledger.begin(anIntent({ key: 'K', action: 'update', payload: aPayload({ participate_status: 3 }) }));
  ledger.begin(anIntent({ key: 'K', action: 'update', payload: aPayload() }));
  const store = openPlanStore();
  async function* one(): AsyncGenerator<SourceRecord> {
    yield { origin: { file: 'a.csv', line: 2 }, values: {}, children: {} };
  }
  const transform = ({ origin }: SourceRecord): Mapped => ({
    kind: 'mapped',
    key: 'K',
    origin,
    payload: aPayload(),
  });
  await makePlan({ pipeline: 'legacy-ats', records: one(), transform, ledger, store, now: Date.now, ...BY });
  const [planned] = store.page(['update'], 0, 10);
  expect(planned?.change.kind === 'update' && planned.change.fields.length).toBeGreaterThan(0);
  store.close();
});

describe('the store', () => {
  it('pages through more changes than one page holds, in plan order', () => {
    const store = openPlanStore();
    store.batch(() => {
      for (let i = 0; i < 1000; i++) {
        const origin = { file: 'a.csv', line: i + 2 };
        const kind = i % 3 === 0 ? 'skipped' : 'held';
        store.add(
          { kind, key: `K${i}`, origin, reason: { code: 'skipped-by-pipeline', words: String(i) } },
          null,
          '',
        );
      }
    });
    const lines = [...eachChange(store, ['held'], 7)].map(({ change }) => change.origin.line);
    expect(lines).toHaveLength(666);
    expect(lines).toEqual(lines.toSorted((a, b) => a - b));
    expect(store.count('skipped')).toBe(334);
    store.close();
  });
});

it('every payload field has a place in the canonical form', () => {
  // A field in the schema that the shape forgets would be dropped silently from what is sent.
  const full = {
    external_application_id: '6960663240925956437',
    participate_status: 2,
    begin_time: 1_709_600_700_000,
    end_time: 1_709_604_300_000,
    interview_assessments: [
      {
        username: '王强',
        conclusion: 1,
        content: 'c',
        assessment_dimension_list: [
          { assessment_type: 1, title: 't', description: 'd', score: 5 },
          { assessment_type: 2, option: 'o' },
          { assessment_type: 3, content: 'c' },
          { assessment_type: 4, options: ['a', 'b'] },
        ],
      },
    ],
  };
  expect(JSON.parse(aPayload(full).json)).toEqual(full);
});
