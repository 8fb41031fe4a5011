import { onTestFinished } from 'vitest';
import { TARGETS } from '../../src/feishu/targets.ts';
import { openLedger } from '../../src/ledger/ledger.ts';
import type { SourceRecord } from '../../src/model.ts';
import type { Mapped } from '../../src/plan/mapped.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { eachChange, openPlanStore } from '../../src/plan/plan-store.ts';
import { DEFAULT_POLICY } from '../../src/plan/three-way.ts';
import { aFolder, anIntent, aPayload } from '../builders.ts';

export const BY = { policy: DEFAULT_POLICY, target: TARGETS.external_interview };

/** Rows as `[key, what the mapping makes of it]`, on lines 2, 3, …; the ledger holds `known`. */
export async function plan(
  rows: [string | null, Partial<Mapped>][],
  known: Record<string, object> = {},
  keepCells = false,
) {
  const ledger = openLedger({ file: `${aFolder()}/ledger.db`, mode: 'write', now: () => 1_700_000_000_000 });
  const store = openPlanStore();
  onTestFinished(() => {
    store.close();
    ledger.close();
  });
  ledger.leases.acquire('run-1');
  for (const [i, [key, over]] of Object.entries(known).entries()) {
    const intent = anIntent({ key, payload: aPayload(over) });
    ledger.settle(ledger.begin(intent), intent, `700000000000000000${i}`, {
      outcome: 'done',
      code: 0,
      logId: '',
    });
  }
  async function* records(): AsyncGenerator<SourceRecord> {
    for (const [i] of rows.entries()) {
      yield { origin: { file: 'a.csv', line: i + 2 }, values: { id: rows[i]![0] }, children: {} };
    }
  }
  const transform = ({ origin }: SourceRecord): Mapped => {
    const [key, over] = rows[origin.line - 2]!;
    return { kind: 'mapped', key, origin, payload: aPayload(), ...over } as Mapped;
  };
  const { read } = await makePlan({
    pipeline: 'legacy-ats',
    records: records(),
    transform,
    ledger,
    store,
    now: Date.now,
    keepCells,
    ...BY,
  });
  const changes = [...eachChange(store, ['create', 'update', 'unchanged', 'skipped', 'held', 'rejected'])];
  return { read, ledger, store, changes: changes.map(({ change }) => change) };
}

export const mapped = (over: object): Partial<Mapped> => ({ kind: 'mapped', payload: aPayload(over) });
