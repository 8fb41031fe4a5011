import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Change, ChangeKind } from '../../src/model.ts';
import { fingerprintOf } from '../../src/plan/canonical.ts';
import { settleDuplicate } from '../../src/plan/duplicates.ts';
import type { Mapped } from '../../src/plan/mapped.ts';
import { eachChange, openPlanStore, type PlanStore } from '../../src/plan/plan-store.ts';

interface Row {
  readonly key: number;
  readonly content: number;
  readonly isGood: boolean;
}

/** As `makePlan` does it with a ledger that knows nothing. */
function fill(store: PlanStore, rows: readonly Row[]): void {
  for (const [at, { key: number, content, isGood }] of rows.entries()) {
    const key = `IV-${number}`;
    const origin = { file: content === 2 ? 'b.csv' : 'a.csv', line: at + 2 };
    const json = JSON.stringify({ content });
    const payload = { json, fingerprint: fingerprintOf(json) };
    const problems = [{ code: 'VALUE_MISSING', field: 'x', value: '', message: 'is empty' }] as const;
    const mapped: Mapped = isGood
      ? { kind: 'mapped', key, origin, payload }
      : { kind: 'rejected', key, origin, problems };
    const sameness = isGood ? payload.fingerprint : `rejected ${content}`;
    const seen = store.seen(key);
    const first: Change = mapped.kind === 'mapped' ? { ...mapped, kind: 'create' } : (mapped as Change);
    const change =
      seen === undefined ? first : settleDuplicate(mapped, sameness, seen, { store, keepCells: true });
    store.add(change, '{}', sameness);
  }
}

const KINDS: readonly ChangeKind[] = ['create', 'skipped', 'rejected'];

function told(store: PlanStore) {
  const byFile = store.countByFile().map(({ file, kind, rows }) => `${file} ${kind} ${rows}`);
  return {
    counts: KINDS.map((kind) => store.count(kind)),
    byFile: byFile.filter((line) => !line.endsWith(' 0')).sort(),
    listed: [...eachChange(store, ['skipped', 'rejected'], 3)].map(({ seq, change }) => ({ seq, change })),
  };
}

it('tells of repeats and faults what a plan with all rows on disk tells', () => {
  const row = fc.record({ key: fc.nat(8), content: fc.nat(2), isGood: fc.boolean() });
  const [lean, full] = [openPlanStore({ lean: true }), openPlanStore()];
  try {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), (rows) => {
        for (const store of [lean, full]) {
          store.clear();
          fill(store, rows);
        }
        expect(told(lean)).toEqual(told(full));
      }),
    );
  } finally {
    lean.close();
    full.close();
  }
});
