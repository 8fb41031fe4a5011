import { expect, it, onTestFinished } from 'vitest';
import { openLedger } from '../../src/ledger/ledger.ts';
import type { SourceRecord } from '../../src/model.ts';
import type { Mapped } from '../../src/plan/mapped.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { openPlanStore } from '../../src/plan/plan-store.ts';
import { aFolder, anIntent, aPayload } from '../builders.ts';
import { BY, mapped, plan } from './planned.ts';

it.each<[string, [string | null, Partial<Mapped>][], string[]]>([
  [
    'nothing',
    [
      ['A', {}],
      ['B', {}],
      ['C', {}],
    ],
    [],
  ],
  [
    'what is not there, where as many are new',
    [
      ['A', {}],
      ['N', {}],
      ['C', {}],
    ],
    ['B'],
  ],
  [
    'what is not there, where a row stands twice',
    [
      ['A', {}],
      ['C', {}],
      ['A', {}],
    ],
    ['B'],
  ],
  [
    'what is not there, where two rows disagree',
    [
      ['A', {}],
      ['C', {}],
      ['A', mapped({ participate_status: 3 })],
    ],
    ['B'],
  ],
  ['nothing where all changed', ['A', 'B', 'C'].map((key) => [key, mapped({ participate_status: 3 })]), []],
  [
    'nothing where a rejected row has its key',
    [
      ['A', {}],
      ['B', { kind: 'rejected', problems: [] }],
      ['C', {}],
    ],
    [],
  ],
  [
    'all that a row without a key may be',
    [
      ['A', {}],
      [null, { kind: 'rejected', problems: [] }],
      ['C', {}],
    ],
    ['B'],
  ],
  ['everything', [], ['A', 'B', 'C']],
])('finds missing %s', async (_what, rows, missing) => {
  const { store } = await plan(rows, { A: {}, B: {}, C: {} }, true);
  expect(store.missing('', 10).map(({ key }) => key)).toEqual(missing);
});

it('finds missing what is not there also while a run beside the plan takes a record back', async () => {
  const file = `${aFolder()}/ledger.db`;
  const now = () => 1_700_000_000_000;
  const running = openLedger({ file, mode: 'write', now });
  running.leases.acquire('run-1');
  const result = { outcome: 'done', code: 0, logId: '' };
  for (const [key, id] of [
    ['A', '7000000000000000001'],
    ['GONE', '7000000000000000002'],
  ] as const) {
    const intent = anIntent({ key });
    running.settle(running.begin(intent), intent, id, result);
  }
  const open = anIntent({ key: 'B' });
  const attempt = running.begin(open);
  const ledger = openLedger({ file, mode: 'read', now });
  const store = openPlanStore();
  onTestFinished(() => {
    store.close();
    ledger.close();
    running.close();
  });
  async function* records(): AsyncGenerator<readonly SourceRecord[]> {
    const record = (line: number) => ({ origin: { file: 'a.csv', line }, values: {}, children: {} });
    yield [record(2), record(3)];
    running.takeBack(attempt, open, { ...result, outcome: 'refused' });
  }
  const transform = ({ origin }: SourceRecord): Mapped => ({
    kind: 'mapped',
    key: origin.line === 2 ? 'A' : 'B',
    origin,
    payload: aPayload(),
  });
  await makePlan({ pipeline: 'legacy-ats', records: records(), transform, ledger, store, now, ...BY });
  expect(store.missing('', 10).map(({ key }) => key)).toEqual(['GONE']);
});
