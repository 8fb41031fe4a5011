import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TARGETS } from '../../src/feishu/targets.ts';
import type { Entry } from '../../src/ledger/entries.ts';
import type { Change, DriftPolicy, Payload } from '../../src/model.ts';
import { canonicalJson, createCheck, fingerprintOf } from '../../src/plan/canonical.ts';
import { diffPayloads } from '../../src/plan/diff.ts';
import { openPlanStore } from '../../src/plan/plan-store.ts';
import { decide } from '../../src/plan/three-way.ts';
import { itemised } from '../../src/report/text.ts';
import { aReport, modelOf } from '../report/plan-of.ts';

/** Attachments of a background check: a set, which is merged as a whole or not at all. */
const target = TARGETS.external_background_check;
const check = createCheck(target);
const REMOTE = '7000000000000000000';
const LIST = 'attachment_id_list';

function of(ids: readonly string[], result = '通过'): Payload {
  const checked = check({
    external_application_id: '6960663240925956437',
    date: 1_709_600_700_000,
    name: '背调',
    result,
    [LIST]: ids,
  });
  if (!checked.ok) throw new Error(checked.problems.map(({ message }) => message).join('; '));
  return checked.payload;
}

/** The same as Feishu shows it: with names and sizes, in the order it likes. */
function shown(ids: readonly string[], result?: string): Payload {
  const { [LIST]: _, ...rest } = JSON.parse(of(ids, result).json) as Record<string, unknown>;
  const list = ids.map((id) => ({ id, name: `${id}.pdf`, size: 1 }));
  const json = canonicalJson(target.shape, target.readBack({ id: REMOTE, ...rest, attachment_list: list }));
  return { json, fingerprint: fingerprintOf(json) };
}

function decided(applied: Payload, payload: Payload, found: Payload, onDrift: DriftPolicy): Change {
  const entry: Entry = {
    key: 'BC-1',
    target: target.name,
    externalId: 'x',
    remoteId: REMOTE,
    state: 'settled',
    applied,
    intent: null,
    appliedSource: null,
    intentSource: null,
    shown: null,
    firstAttemptAt: 0,
    lastAttemptAt: 0,
    held: null,
    decision: null,
  };
  const sides = { key: 'BC-1', origin: { file: 'a.csv', line: 2 }, remoteId: REMOTE, payload, entry, found };
  return decide(sides, { onDrift, repairDrift: false, recreateMissing: false }, target);
}

const before = of(['70', '71']);

describe('an attachment that the source adds, and another one in Feishu', () => {
  const source = of(['70', '71', '72']);
  const feishu = shown(['73', '71', '70']);

  it.each<[DriftPolicy, Change['kind'], Payload | null]>([
    ['overwrite', 'update', source],
    // Feishu's stays: neither list is made of both.
    ['keep', 'record', feishu],
    ['hold', 'held', null],
  ])('%s: a conflict of the list as a whole', (policy, kind, sent) => {
    const change = decided(before, source, feishu, policy);
    expect(change.kind).toBe(kind);
    expect('payload' in change ? change.payload : null).toEqual(sent);
    expect(change).toMatchObject({ drift: { found: feishu, conflicts: [LIST] } });
  });

  it('both the same one: nothing to send', () => {
    const change = decided(before, source, shown(['72', '70', '71']), 'hold');
    expect(change).toMatchObject({ kind: 'record', payload: source });
    expect(change).not.toHaveProperty('drift.conflicts.0');
  });
});

describe('what a report shows of attachments', () => {
  const linesOf = (change: Change): string[] => {
    const store = openPlanStore();
    try {
      store.add(change, null, '');
      const options = { language: 'en', redact: false, limit: 0 } as const;
      return [...itemised(modelOf(aReport({ mode: 'plan' }), store, target), options)].map((line) =>
        line.trim().replace(/ +/g, ' '),
      );
    } finally {
      store.close();
    }
  };

  it('those that have come and those that are gone, not places that have moved up', () => {
    expect(
      linesOf(decided(of(['70', '71', '72']), of(['71', '72', '73']), shown(['70', '71', '72']), 'hold')),
    ).toEqual(['~ update BC-1 a.csv:2', 'attachment 1: 70 → absent', 'attachment 4: absent → 73']);
  });

  it('an edit of the list that the source changed as well is a conflict, in each of its lines', () => {
    expect(linesOf(decided(before, of(['70', '71', '72']), shown(['71', '69']), 'overwrite'))).toEqual([
      '~ update BC-1 a.csv:2',
      'attachment 1: 69 → absent',
      'attachment 3: absent → 70',
      'attachment 4: absent → 72',
      'edited in Feishu: attachment 1: 70 → absent (conflict; the source wins over the edit in Feishu)',
      'edited in Feishu: attachment 3: absent → 69 (conflict; the source wins over the edit in Feishu)',
    ]);
  });

  it('there is a line if and only if the sets differ, and no two of one place', () => {
    const ids = fc.array(fc.constantFrom('1', '2', '3', '4', '5'), { maxLength: 5 });
    fc.assert(
      fc.property(ids, ids, (one, two) => {
        const [a, b] = [of(one), of(two)];
        const fields = diffPayloads(a.json, b.json, target.shape);
        expect(fields.length === 0).toBe(a.json === b.json);
        expect(new Set(fields.map(({ path }) => path)).size).toBe(fields.length);
      }),
    );
  });
});

describe('attachments beside another field', () => {
  it('keep: the source changes the result, Feishu the attachments: both go in', () => {
    const change = decided(before, of(['70', '71'], '未通过'), shown(['71']), 'keep');
    expect(change).toMatchObject({ kind: 'update', payload: of(['71'], '未通过'), drift: { conflicts: [] } });
  });

  it('overwrite: the source adds one, Feishu changes the result: a full replace by the source', () => {
    const source = of(['70', '71', '72']);
    const change = decided(before, source, shown(['70', '71'], '待定'), 'overwrite');
    expect(change).toMatchObject({ kind: 'update', payload: source, drift: { conflicts: [] } });
  });
});

it.each<DriftPolicy>(['overwrite', 'keep', 'hold'])('in another order, or twice: no drift (%s)', (policy) => {
  for (const ids of [
    ['71', '70'],
    ['70', '71', '70'],
  ]) {
    expect(decided(before, of(ids), shown(ids), policy)).toMatchObject({ kind: 'unchanged' });
    expect(decided(before, of(ids), shown(['70', '71']), policy)).not.toHaveProperty('drift');
  }
});
