import { describe, expect, it } from 'vitest';
import { withoutProgress } from '../cli/child.ts';
import { bodyOf, someRows } from '../faults/rows.ts';
import { aScene, type Scene } from '../saved-plan/scene.ts';
import { FEISHU_EDITS, feishuEdit, POLICIES, SOURCE_EDITS, sourceEdit } from './two-sides.ts';

const MIXES = SOURCE_EDITS.flatMap((source) => FEISHU_EDITS.map((feishu) => ({ source, feishu })));

/** A night on which each row is edited in another way: every way of the source with every way of Feishu. */
async function everyMix(scene: Scene): Promise<void> {
  const rows = someRows(MIXES.length);
  scene.write(rows);
  expect((await scene.here()).exitCode).toBe(0);
  const night = rows.map((row, i) => sourceEdit(row, MIXES[i]!.source));
  for (const [i, row] of rows.entries()) {
    const { feishu } = MIXES[i]!;
    if (feishu === 'deleted') await scene.remove(row.id);
    else if (feishu !== 'none')
      await scene.edit(row.id, { ...bodyOf(row), ...feishuEdit(row, night[i]!, feishu) });
  }
  scene.write(night);
  scene.age();
}

describe('after a sync', { concurrent: true }, () => {
  it.for(POLICIES)(
    'plan --remote is empty and exits 0, whatever was edited on both sides: %s',
    async (onDrift, context) => {
      const scene = await aScene(context);
      await everyMix(scene);
      const policy = ['--on-drift', onDrift];
      const synced = await scene.go(['sync', ...policy]);
      // What is missing is held under every policy; nothing fails.
      // What is missing is looked for several times, so that a busy machine may tell of its progress.
      expect([synced.code, withoutProgress(synced.stderr)]).toEqual([3, '']);
      scene.age();
      const planned = await scene.go(['plan', '--remote', '--detailed-exitcode', ...policy]);
      expect([planned.code, planned.writes]).toEqual([0, 0]);
      expect(planned.stdout).toMatch(/^Plan: 0 to create, 0 to update, \d+ unchanged/m);
      // Listed is only what a plain sync leaves: drift of rows that the source did not change, and what is held.
      expect(planned.items).not.toMatch(/^ {2}[+~=!] /m);

      const flags = { onDrift, repairDrift: true, recreateMissing: true };
      const repaired = await scene.here({ drift: flags });
      expect([repaired.rows.failed, repaired.rows.inDoubt, repaired.rows.rejected]).toEqual([0, 0, 0]);
      scene.age();
      const after = await scene.go(['plan', '--remote', '--repair-drift', ...policy]);
      expect(after.writes).toBe(0);
      const { held } = repaired.rows;
      expect(after.stdout).toContain(
        `Plan: 0 to create, 0 to update, ${MIXES.length - held} unchanged, 0 skipped, 0 rejected, ${held} held = ${MIXES.length} rows read.`,
      );
      // Only `hold` leaves something to a person, and says so.
      expect([held > 0, after.code]).toEqual(onDrift === 'hold' ? [true, 3] : [false, 0]);
      if (onDrift !== 'hold')
        expect(after.stdout).toMatch(/^What becomes of each verdict:\n(?: {2}.*\n)+\n\nPlan: /);
    },
  );
});
