import { expect, it } from 'vitest';
import type { DriftPolicy } from '../../src/model.ts';
import { createInFeishu, deleteInFeishu } from '../faults/feishu-user.ts';
import { runHere } from '../faults/in-process.ts';
import { bodyOf, otherwise, someRows } from '../faults/rows.ts';
import { UPDATE } from '../target.ts';
import { anUndoStage } from './undo-stage.ts';

const policyOf = (onDrift: DriftPolicy) => ({ onDrift, repairDrift: false, recreateMissing: false });

it('what an object that was named by hand had held is kept, comes back with the undo, and is known for what it is', async (context) => {
  const rows = someRows(3);
  const stage = await anUndoStage(context, { rows });
  await stage.night(rows);
  await deleteInFeishu(stage.sandbox, stage.id('R-001'));
  const source = { ...rows[0]!, comment: '改过' };
  stage.write([source, ...rows.slice(1)]);
  stage.aMinuteLater();
  expect((await runHere(stage)).rows).toMatchObject({ held: 1 });

  // Somebody has entered it anew, with more than the source says.
  const theirs = { ...bodyOf(rows[0]!), ...otherwise() };
  const id = await createInFeishu(stage.sandbox, theirs);
  const named = await stage.cli(['resolve', 'faults', 'R-001', '--adopt', id]);
  expect(named.exitCode, named.stderr).toBe(0);
  const before = stage.bodies();
  const puts = () => stage.arrivals(UPDATE).length;

  for (const onDrift of ['keep', 'hold'] as const) {
    const held = await runHere(stage, { drift: policyOf(onDrift) });
    expect(held.rows).toMatchObject({ held: 1, updated: 0, unchanged: 2 });
    expect([puts(), stage.bodies()]).toEqual([0, before]);
  }

  const ran = await runHere(stage, { drift: policyOf('overwrite') });
  expect(ran.rows).toMatchObject({ updated: 1, unchanged: 2 });
  expect(stage.bodies().get(id)).toEqual(bodyOf(source));

  const undone = await stage.undo(ran.run);
  expect(undone.exitCode, JSON.stringify(undone)).toBe(0);
  expect(undone.changes).toMatchObject([{ kind: 'restored', key: 'R-001', id }]);
  expect(stage.bodies()).toEqual(before);
  expect((await stage.verify()).exitCode).toBe(0);

  // It is still not known who entered what: the same policies hold it, and the source wins again only when it may.
  for (const onDrift of ['keep', 'hold'] as const)
    expect((await runHere(stage, { drift: policyOf(onDrift) })).rows).toMatchObject({ held: 1, updated: 0 });
  expect((await runHere(stage)).rows).toMatchObject({ updated: 1 });
  expect(stage.bodies().get(id)).toEqual(bodyOf(source));
});

it('a version that an older hire-sync did not keep is left alone, by name', async (context) => {
  const rows = someRows(2);
  const stage = await anUndoStage(context, { rows });
  await stage.night(rows);
  const run = await stage.night(rows.map((row) => ({ ...row, comment: '改过' })));
  const before = stage.bodies();
  stage.sql("UPDATE version SET before_payload = '{}', found_payload = NULL WHERE key = 'R-001'");
  const undone = await stage.undo(run);
  expect(undone.exitCode).toBe(3);
  expect(undone.changes).toMatchObject([
    { kind: 'left', key: 'R-001', why: expect.stringMatching(/^what Feishu held before it is not known/) },
    { kind: 'restored', key: 'R-002' },
  ]);
  expect(stage.bodies().get(stage.id('R-001'))).toEqual(before.get(stage.id('R-001')));
});
