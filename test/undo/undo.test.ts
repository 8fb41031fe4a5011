import { describe, expect, it } from 'vitest';
import { TARGETS } from '../../src/feishu/targets.ts';
import { canonicalJson } from '../../src/plan/canonical.ts';
import type { FaultRule } from '../../src/sandbox/index.ts';
import { deleteInFeishu, editInFeishu } from '../faults/feishu-user.ts';
import { bodyOf, otherwise, type Row, STEADY, someRows } from '../faults/rows.ts';
import { CREATE, DELETE, objectsIn, TARGET, UPDATE } from '../target.ts';
import { UNDO_STEPS } from './steps.ts';
import { anUndoStage, type UndoJson, type UndoStage } from './undo-stage.ts';

const TIMEOUT = { timeout: 120_000 };
/** Each kill is a child of its own: `npm run test:undo` takes them all. */
const STEPS =
  process.env.HIRE_SYNC_ALL_STEPS === undefined
    ? UNDO_STEPS.filter((step) => /intent|answer|settling/.test(step))
    : UNDO_STEPS;

const edited = (rows: readonly Row[], ...ids: string[]): Row[] =>
  rows.map((row) => (ids.includes(row.id) ? { ...row, comment: '改过' } : row));

/** Night one brings R-001 … R-008. Night two changes 1, 2 and 3, and brings 9 … 14, of which two lose their answers. */
async function twoNights(context: Parameters<typeof anUndoStage>[0]) {
  const all = someRows(14);
  const one = all.slice(0, 8);
  const stage = await anUndoStage(context, { rows: one });
  const first = await stage.night(one);
  const before = stage.bodies();
  const lost = ['R-010', 'R-011'].map((key): FaultRule => {
    return { match: { endpoint: CREATE, key }, times: 1, fault: { kind: 'cut-body' } };
  });
  stage.sandbox.setFaults(lost);
  const two = edited(all, 'R-001', 'R-002', 'R-003');
  const second = await stage.night(two);
  stage.sandbox.setFaults([]);
  expect(stage.bodies().size).toBe(14);
  return { stage, all, one, two, first, second, before };
}

function kindsOf(
  changes: readonly { readonly kind: string; readonly key: string }[],
): Record<string, string[]> {
  const groups = Map.groupBy(changes, ({ kind }) => kind);
  return Object.fromEntries([...groups].map(([kind, list]) => [kind, list.map(({ key }) => key)]));
}

/** Feishu holds what it did, under the ids it had, and the ledger says the same. */
async function expectAllBack(stage: UndoStage, before: Map<string, object>): Promise<void> {
  expect(stage.bodies()).toEqual(before);
  const verified = await stage.verify();
  expect(verified.exitCode, JSON.stringify(verified)).toBe(0);
  expect(verified.records).toMatchObject({ read: before.size, equal: before.size });
  expect(stage.check()).toEqual([]);
}

describe.concurrent('undo', TIMEOUT, () => {
  it('brings back exactly what was there before a mixed run, but for what was edited since, which it names', async (context) => {
    const { stage, two, second, before } = await twoNights(context);
    stage.aMinuteLater();
    const [updated, created] = [stage.id('R-002'), stage.id('R-012')];
    const byHand = { ...bodyOf(two[1]!), ...otherwise() };
    await editInFeishu(stage.sandbox, updated, byHand);
    await editInFeishu(stage.sandbox, created, { ...bodyOf(two[11]!), ...otherwise() });
    const writes = stage.sandbox.state().writes;

    const plan = await stage.cli<{ changes: []; rows: object }>([
      'undo',
      '--run',
      second,
      '--plan',
      '--json',
    ]);
    expect(plan.exitCode, plan.stderr).toBe(3);
    expect(plan.json.rows).toMatchObject({ read: 9, restored: 2, deleted: 5, left: 2, ledger: 0 });
    expect(stage.sandbox.state().writes).toEqual(writes);

    const ran = await stage.undo(second);
    expect(ran.exitCode, JSON.stringify(ran)).toBe(3);
    expect(kindsOf(ran.changes)).toEqual({
      left: ['R-002', 'R-012'],
      restored: ['R-001', 'R-003'],
      deleted: ['R-009', 'R-010', 'R-011', 'R-013', 'R-014'],
    });
    for (const { why, fields } of ran.changes.filter(({ kind }) => kind === 'left'))
      expect([why, fields]).toEqual(['edited in Feishu since', [STEADY]]);
    const expected = new Map(before);
    expected.set(updated, byHand);
    expected.set(created, { ...bodyOf(two[11]!), ...otherwise() });
    expect(stage.bodies()).toEqual(expected);

    // Once the edits are taken back by hand, the same command takes the rest back.
    await editInFeishu(stage.sandbox, updated, bodyOf(two[1]!));
    await editInFeishu(stage.sandbox, created, bodyOf(two[11]!));
    const again = await stage.undo(second);
    expect(again.exitCode, JSON.stringify(again)).toBe(0);
    expect(kindsOf(again.changes)).toEqual({ restored: ['R-002'], deleted: ['R-012'] });
    await expectAllBack(stage, before);
    const nothing = await stage.undo(second);
    expect([nothing.exitCode, nothing.rows.read]).toEqual([0, 0]);

    // The next night shows the same changes again, and gets new objects for what was deleted.
    const third = await stage.night(two);
    expect(objectsIn(stage.sandbox).map(({ body }) => body)).toEqual(expect.arrayContaining(two.map(bodyOf)));
    expect(stage.bodies().size).toBe(14);
    const last = await stage.undo(third);
    expect(last.exitCode, JSON.stringify(last)).toBe(0);
    await expectAllBack(stage, before);
  });

  it('killed at any step, the same command goes on, and all is back', async (context) => {
    // A record or two go with each kill.
    const all = someRows(40);
    const one = all.slice(0, 20);
    const stage = await anUndoStage(context, { rows: one });
    await stage.night(one);
    const before = stage.bodies();
    const second = await stage.night(edited(all, ...one.map(({ id }) => id)));
    for (const step of STEPS) {
      const killed = await stage.killed(second, step);
      expect(killed.killed, `${step}: ${killed.stderr}`).toBe(true);
    }
    const ran = await stage.undo(second);
    expect(ran.exitCode, JSON.stringify(ran)).toBe(0);
    await expectAllBack(stage, before);
  });

  it('settles lost answers by looking: what is back is back, what is gone is gone', async (context) => {
    const { stage, second, before } = await twoNights(context);
    const rules: readonly (readonly [string, FaultRule['fault']])[] = [
      ['R-001', { kind: 'reset-after' }],
      ['R-002', { kind: 'html', committed: true }],
      ['R-003', { kind: 'reset-before' }],
      ['R-009', { kind: 'reset-after' }],
      ['R-010', { kind: 'cut-body' }],
      ['R-011', { kind: 'no-data' }],
      ['R-012', { kind: 'error', status: 500, code: 1002001, committed: true }],
      ['R-013', { kind: 'reset-before' }],
    ];
    stage.sandbox.setFaults(
      rules.map(([key, fault]) => ({
        match: { endpoint: key < 'R-009' ? UPDATE : DELETE, key: stage.id(key) },
        times: 1,
        fault,
      })),
    );
    const ran = await stage.undo(second);
    expect(ran.exitCode, JSON.stringify(ran)).toBe(0);
    expect(ran.rows).toMatchObject({ read: 9, restored: 3, deleted: 6 });
    stage.sandbox.setFaults([]);
    await expectAllBack(stage, before);
  });

  it('leaves alone what a later run changed, until that run is undone', async (context) => {
    const { stage, all, first, second, before } = await twoNights(context);
    stage.aMinuteLater();
    const ran = await stage.undo(first);
    expect(ran.exitCode, JSON.stringify(ran)).toBe(3);
    const { left, deleted } = kindsOf(ran.changes);
    expect(left).toEqual(['R-001', 'R-002', 'R-003']);
    expect(ran.changes.find(({ key }) => key === 'R-001')?.why).toContain(`run ${second} changed it since`);
    expect(deleted).toEqual(all.slice(3, 8).map(({ id }) => id));

    expect((await stage.undo(second)).exitCode).toBe(0);
    const rest = await stage.undo(first);
    expect(rest.exitCode, JSON.stringify(rest)).toBe(0);
    expect(kindsOf(rest.changes)).toEqual({ deleted: ['R-001', 'R-002', 'R-003'] });
    expect(before.size).toBe(8);
    expect(stage.bodies().size).toBe(0);
    expect(stage.entries().size).toBe(0);

    // With the pipeline's file, also a pipeline without records can be verified.
    const empty = await stage.cli<{ records: object }>(['verify', stage.pipelineFile, '--json']);
    expect([empty.exitCode, empty.json.records]).toEqual([0, expect.objectContaining({ read: 0 })]);
  });

  it('gives back what Feishu held, not what was applied, and only forgets what the run only noted', async (context) => {
    const rows = someRows(4);
    const stage = await anUndoStage(context, { rows });
    await stage.night(rows);
    const changed = edited(rows, 'R-001');
    const run = await stage.night(changed);
    // What a drift, an adoption and a record leave in the ledger.
    const byHand = { ...bodyOf(rows[0]!), ...otherwise() };
    const json = canonicalJson(TARGETS[TARGET].shape, byHand);
    stage.sql(`UPDATE version SET found_payload = '${json}' WHERE key = 'R-001'`);
    stage.sql(`INSERT INTO version (run, pipeline, key, action, remote_id, after_fingerprint, at)
               SELECT '${run}', pipeline, key, 'adopt', remote_id, applied_fingerprint, ${Date.now()}
               FROM entry WHERE key = 'R-002'`);
    stage.sql(`INSERT INTO version (run, pipeline, key, action, remote_id, before_payload, found_payload,
                                    after_fingerprint, at)
               SELECT '${run}', pipeline, key, 'record', remote_id, '{"external_application_id":"1"}', applied_payload,
                      applied_fingerprint, ${Date.now()} FROM entry WHERE key = 'R-003'`);
    const [first, second] = [stage.id('R-001'), stage.id('R-002')];
    const writes = stage.sandbox.state().writes;
    const ran = await stage.undo(run);
    expect(ran.exitCode, JSON.stringify(ran)).toBe(0);
    expect(kindsOf(ran.changes)).toEqual({ restored: ['R-001'], relinked: ['R-002', 'R-003'] });
    expect(stage.sandbox.state().writes[UPDATE]).toBe((writes[UPDATE] ?? 0) + 1);
    expect(stage.sandbox.state().writes[DELETE]).toBe(writes[DELETE]);
    expect(stage.bodies().get(first)).toEqual(byHand);
    expect(stage.entries().has('R-002')).toBe(false);
    const verified = await stage.verify({ knownOnly: true });
    expect([verified.exitCode, verified.records.equal]).toEqual([0, 3]);
    const unknown = await stage.verify();
    expect([unknown.exitCode, unknown.unknownObjects.map(({ id }) => id)]).toEqual([10, [second]]);
  });

  it('sends nothing without a yes, and refuses by name what cannot be undone', async (context) => {
    const { stage, second } = await twoNights(context);
    stage.aMinuteLater();
    await deleteInFeishu(stage.sandbox, stage.id('R-014'));
    await deleteInFeishu(stage.sandbox, stage.id('R-003'));
    const writes = stage.sandbox.state().writes;
    const asked = await stage.cli(['undo', '--run', second, '--limit', '2']);
    expect(asked.exitCode).toBe(2);
    expect(asked.stderr).toMatch(/--yes/);
    expect(asked.stdout).toContain(' ? leave    R-003 ');
    expect(asked.stdout).toMatch(
      /~ restore {2}R-001 .*\n {6}(assessment 1 · comment: text of 2 characters → text of 5|result: text of 5 characters → text of 8) characters/,
    );
    // Whether it is gone, the answer to its delete tells.
    expect(asked.stdout).toContain('… and 4 more delete');
    expect(asked.stdout).toContain(
      '2 to restore, 6 to delete, 0 in the ledger only, 1 left alone = 9 records.',
    );
    expect(asked.stdout).not.toMatch(/改过|王强|李娜/);
    expect((await stage.cli(['undo', '--run', 'nonsense', '--yes'])).stderr).toMatch(/no run nonsense/);
    expect(stage.sandbox.state().writes).toEqual(writes);

    const { json: ran } = await stage.cli<UndoJson>(['undo', '--run', second, '--yes', '--json']);
    expect(ran.exitCode).toBe(3);
    expect(kindsOf(ran.changes)).toMatchObject({ left: ['R-003'], relinked: ['R-014'] });
    const undone = await stage.cli(['undo', '--run', ran.run, '--yes']);
    expect([undone.exitCode, undone.stderr]).toEqual([2, expect.stringContaining('is an undo itself')]);
    const shown = await stage.cli(['runs', ran.run]);
    expect(shown.stdout).toMatch(/totals +9 read: 2 restored, 5 deleted, 1 in the ledger only, 1 left alone/);
    expect(shown.stdout).toMatch(/held +R-003 +missing in Feishu/);
  });
});
