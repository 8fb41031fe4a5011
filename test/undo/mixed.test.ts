import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/model.ts';
import { eachChange, type PlanStore } from '../../src/plan/plan-store.ts';
import { createInFeishu, deleteInFeishu, editInFeishu } from '../faults/feishu-user.ts';
import { type HereOptions, runHere } from '../faults/in-process.ts';
import { bodyOf, otherwise, type Row, STEADY, someRows } from '../faults/rows.ts';
import { CREATE } from '../target.ts';
import { anUndoStage } from './undo-stage.ts';

const KINDS = ['create', 'update', 'adopt', 'record', 'drifted', 'held', 'unchanged'] as const;
const policy = (recreateMissing: boolean) => ({
  onDrift: 'overwrite' as const,
  repairDrift: true,
  recreateMissing,
});

/**
 * A night of everything: change in the source, R-003 there and in Feishu, R-004 in Feishu only, R-005 comes to
 * the same on both sides, R-006 and R-007 are deleted in Feishu, R-008 stays; are new, R-011 is in Feishu
 * already.
 */
async function aMixedNight(context: Parameters<typeof anUndoStage>[0]) {
  const all = someRows(11);
  const stage = await anUndoStage(context, { rows: all.slice(0, 8) });
  await stage.night(all.slice(0, 8));
  const changed = (row: Row): Row => ({ ...row, comment: '改过' });
  const night = all.map((row) =>
    ['R-001', 'R-002', 'R-003', 'R-005', 'R-006'].includes(row.id) ? changed(row) : row,
  );
  const row = (key: string): Row => night.find(({ id }) => id === key)!;
  for (const key of ['R-003', 'R-004'])
    await editInFeishu(stage.sandbox, stage.id(key), {
      ...bodyOf(all.find(({ id }) => id === key)!),
      ...otherwise(),
    });
  await editInFeishu(stage.sandbox, stage.id('R-005'), bodyOf(row('R-005')));
  for (const key of ['R-006', 'R-007']) await deleteInFeishu(stage.sandbox, stage.id(key));
  await createInFeishu(stage.sandbox, bodyOf(row('R-011')));
  stage.write(night);
  stage.daysLater();
  stage.aMinuteLater();
  const kinds = async (options: HereOptions): Promise<{ run: string; kinds: readonly string[] }> => {
    let changes: Change[] = [];
    const onEnd = (store: PlanStore): void => {
      changes = [...eachChange(store, KINDS)].map(({ change }) => change);
    };
    const { run } = await runHere(stage, { ...options, onEnd });
    return { run, kinds: changes.map(({ kind, key }) => `${kind} ${key}`).sort() };
  };
  return {
    ...stage,
    row,
    plan: async (recreateMissing = false) =>
      (await kinds({ drift: policy(recreateMissing), planOnly: true })).kinds,
    sync: () => kinds({ drift: policy(true) }),
  };
}

const BEFORE = [
  'adopt R-011',
  'create R-009',
  'create R-010',
  'held R-006',
  'held R-007',
  'record R-005',
  'unchanged R-008',
  'update R-001',
  'update R-002',
  'update R-003',
  'update R-004',
];

/** The ledger says what Feishu holds: an edit that was overwritten without a change of the source counts as kept now. */
const kept = (kinds: readonly string[]): string[] =>
  kinds.map((kind) => (kind === 'update R-004' ? 'unchanged R-004' : kind)).sort();

describe.concurrent('undo of a run of everything', { timeout: 120_000 }, () => {
  it('leaves Feishu exactly as it was, and the next plan says what it said before', async (context) => {
    const stage = await aMixedNight(context);
    const before = stage.bodies();
    expect(await stage.plan()).toEqual(BEFORE);
    const deleted = ['R-006', 'R-007'].map(stage.id);
    const planned = await stage.plan(true);
    expect(planned).toEqual(expect.arrayContaining(['create R-006', 'create R-007']));
    const ran = await stage.sync();
    expect(ran.kinds).toEqual(planned);
    expect(stage.bodies().size).toBe(before.size + 4);
    expect(stage.bodies().get(stage.id('R-003'))).toEqual(bodyOf(stage.row('R-003')));

    stage.aMinuteLater();
    const undone = await stage.undo(ran.run);
    expect(undone.exitCode, JSON.stringify(undone)).toBe(0);
    expect(undone.rows).toMatchObject({ read: 10, restored: 4, deleted: 4, ledger: 2, left: 0 });
    expect(stage.bodies()).toEqual(before);
    expect(stage.check()).toEqual([]);
    // The ledger is back as well: what is missing is missing under its old id, and not created a second time.
    expect(['R-006', 'R-007'].map(stage.id)).toEqual(deleted);
    expect(stage.entries().get('R-007')?.held).toEqual({
      code: 'missing-in-feishu',
      remoteId: deleted[1],
    });
    expect(await stage.plan()).toEqual(kept(BEFORE));
    const verified = await stage.verify({ knownOnly: true });
    expect(verified.records).toMatchObject({ read: 8, equal: 6, open: 2 });
    // And the same night can be carried out again, and taken back again.
    const again = await stage.sync();
    expect(again.kinds).toEqual(kept(planned));
    stage.aMinuteLater();
    expect((await stage.undo(again.run)).exitCode).toBe(0);
    expect(stage.bodies()).toEqual(before);
  });

  it('but for what was edited since, which it names', async (context) => {
    const stage = await aMixedNight(context);
    const before = stage.bodies();
    const ran = await stage.sync();
    stage.aMinuteLater();
    // One of each: updated, overwritten, created, created anew, and adopted, which undo does not touch anyway.
    const keys = ['R-001', 'R-003', 'R-006', 'R-009', 'R-011'];
    const byHand = new Map<string, object>();
    for (const key of keys) {
      const body = { ...bodyOf(stage.row(key)), ...otherwise() };
      byHand.set(stage.id(key), body);
      await editInFeishu(stage.sandbox, stage.id(key), body);
    }
    const undone = await stage.undo(ran.run);
    expect(undone.exitCode).toBe(3);
    expect(undone.changes.filter(({ kind }) => kind === 'left')).toEqual(
      keys.slice(0, 4).map((key) => ({
        kind: 'left',
        key,
        id: stage.id(key),
        reason: { code: 'undo-edited-since' },
        why: 'edited in Feishu since',
        fields: [STEADY],
      })),
    );
    expect(stage.bodies()).toEqual(new Map([...before, ...byHand]));
  });

  it('a create anew that Feishu refuses leaves the record held under its old id', async (context) => {
    const stage = await aMixedNight(context);
    const deleted = stage.id('R-006');
    const fault = { kind: 'error', status: 400, code: 1002999 } as const;
    stage.sandbox.setFaults([{ match: { endpoint: CREATE, key: 'R-006#2' }, fault }]);
    await stage.sync();
    stage.sandbox.setFaults([]);
    expect(stage.id('R-006')).toBe(deleted);
    expect(stage.id('R-007')).not.toBe(deleted);
    expect(await stage.plan()).toContain('held R-006');
    expect(stage.check()).toEqual([]);
    // And the next one that is asked to creates it, under a key that is new again.
    expect((await stage.sync()).kinds).toContain('create R-006');
    expect(stage.id('R-006')).not.toBe(deleted);
  });
});
