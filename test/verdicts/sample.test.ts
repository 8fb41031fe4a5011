import { expect, it } from 'vitest';
import { TARGETS } from '../../src/feishu/targets.ts';
import { drawSample } from '../../src/plan/acceptance.ts';
import { canonicalJson, fingerprintOf } from '../../src/plan/canonical.ts';
import { openPlanStore } from '../../src/plan/plan-store.ts';

const { shape } = TARGETS.external_interview;

function sampleOf(payloads: readonly object[], most = 99) {
  const store = openPlanStore();
  for (const [i, payload] of payloads.entries()) {
    const json = canonicalJson(shape, { external_application_id: '1', ...payload });
    const fingerprint = fingerprintOf(json);
    const origin = { file: 'i.csv', line: i + 2 };
    store.add({ kind: 'create', key: `K${i}`, origin, payload: { json, fingerprint } }, null, fingerprint);
  }
  const sample = drawSample({ store, shape, verdicts: null, kinds: ['create', 'update'], most });
  store.close();
  return sample;
}

const said = (conclusion: number | undefined, over: object = {}) => ({
  participate_status: 2,
  interview_assessments: [{ username: '王强', conclusion, ...over }],
});
const FULL = {
  ...{ begin_time: 1_709_602_200_000, end_time: 1_709_605_800_000 },
  ...said(2, {
    content: '好',
    assessment_dimension_list: [
      { assessment_type: 1, title: 'a', description: 'b', score: 3 },
      { assessment_type: 2, option: 'x' },
      { assessment_type: 3, content: 'y' },
      { assessment_type: 4, options: ['z'] },
    ],
  }),
};

it('has the fewest records that show every value, kind of dimension and field, present and absent', () => {
  const dull = Array.from({ length: 50 }, () => said(2));
  const { records, traits, shown, of } = sampleOf([
    ...dull,
    FULL,
    {},
    said(1),
    said(1),
    said(3),
    said(undefined),
  ]);
  expect(records.map(({ key }) => key)).toEqual(['K50', 'K52', 'K51', 'K54', 'K55']);
  expect([shown, of]).toEqual([traits, 56]);
  expect(records[1]?.shows).toContainEqual({
    kind: 'value',
    path: 'interview_assessments.conclusion',
    value: 1,
  });
  expect(records[2]?.shows).toEqual([
    { kind: 'absent', path: 'participate_status' },
    { kind: 'absent', path: 'interview_assessments' },
  ]);
});

it('is bounded, and says how much it leaves out', () => {
  const { records, traits, shown } = sampleOf([FULL, {}, said(1), said(3)], 2);
  expect(records).toHaveLength(2);
  expect(shown).toBeLessThan(traits);
});

it('is empty where nothing is written', () => {
  expect(sampleOf([])).toMatchObject({ records: [], traits: 0, shown: 0, of: 0 });
});
