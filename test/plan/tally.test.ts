import { expect, it, onTestFinished } from 'vitest';
import { TARGETS } from '../../src/feishu/targets.ts';
import { openLedger } from '../../src/ledger/ledger.ts';
import type { SourceRecord } from '../../src/model.ts';
import { makePlan, type PlanTally } from '../../src/plan/plan.ts';
import { openPlanStore } from '../../src/plan/plan-store.ts';
import { DEFAULT_POLICY } from '../../src/plan/three-way.ts';
import { aFolder, aPayload } from '../builders.ts';

const NOW = Date.parse('2026-11-21T00:00Z');
const aRecord = (key: string, date: string, file = 'a.csv'): SourceRecord => ({
  origin: { file, line: 2 },
  values: { key, date },
  children: {},
});

/** The tally of an export, and of rows that waited and are not in it. */
async function tallyOf(rows: readonly SourceRecord[], waiting: readonly SourceRecord[]): Promise<PlanTally> {
  const ledger = openLedger({ file: `${aFolder()}/ledger.db`, mode: 'write', now: () => NOW });
  const store = openPlanStore();
  onTestFinished(() => {
    store.close();
    ledger.close();
  });
  ledger.leases.acquire('run-1');
  ledger.waiting.keep(
    'test',
    waiting.map((record) => ({
      key: String(record.values.key),
      record: JSON.stringify(record),
      since: NOW - 1,
    })),
  );
  async function* records(): AsyncGenerator<SourceRecord> {
    yield* rows;
  }
  return makePlan({
    pipeline: 'test',
    records: records(),
    transform: ({ origin, values: { key, date } }) => ({
      kind: 'mapped',
      key: String(key),
      origin,
      payload: aPayload(),
      dateMs: Date.parse(String(date)),
    }),
    ledger,
    policy: DEFAULT_POLICY,
    target: TARGETS.external_interview,
    store,
    now: () => NOW,
  });
}

it('takes the newest date from the export itself, and none that is still to come', async () => {
  const { newest, read, retried, byFile } = await tallyOf(
    [
      aRecord('old', '2026-01-01'),
      aRecord('newest', '2026-11-20'),
      aRecord('planned', '2026-11-22'),
      aRecord('typo', '2099-01-01', 'b.csv'),
    ],
    [aRecord('waited', '2026-11-21'), aRecord('waited too', '2026-11-20T01:00Z', 'c.csv')],
  );
  expect(newest).toEqual({ ms: Date.parse('2026-11-20'), key: 'newest' });
  expect([read, retried]).toEqual([6, 2]);
  expect(Object.fromEntries(byFile)).toEqual({
    'a.csv': { read: 4, retried: 1 },
    'b.csv': { read: 1, retried: 0 },
    'c.csv': { read: 1, retried: 1 },
  });
});

it('has no newest date where every date is to come', async () => {
  expect((await tallyOf([aRecord('planned', '2026-11-22')], [])).newest).toBe(null);
});
