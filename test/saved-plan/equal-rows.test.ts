import { join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { bodyOf, type Row, someRows } from '../faults/rows.ts';
import { objectsIn } from '../target.ts';
import { aScene } from './scene.ts';

/** What somebody typed before the first run, and the plan of it carried out. */
async function planAndSync(context: TestContext, rows: readonly Row[], typed: Row) {
  const scene = await aScene(context);
  await scene.enter(typed);
  scene.write(rows);
  const saved = join(scene.folder, 'night.plan');
  const planned = await scene.here({ planOnly: true, out: saved });
  const synced = await scene.here({ saved });
  return { scene, planned, synced };
}

// More than the rows of a page, so that the rows in question are compared apart.
const FAR = 45;
/** Three rows of each application, of which the last comes last. */
const spread = (rows: readonly Row[]): readonly Row[] => [...rows.slice(0, 2), ...rows.slice(3), rows[2]!];

describe('a saved plan, where one object in Feishu may be that of two rows', () => {
  it.for([
    ['side by side', 6],
    ['pages apart', FAR],
  ] as const)('the first of two equal rows has it again: %s', async ([, count], context) => {
    const some = someRows(count);
    const rows = spread(some.map((row, i) => (i === 2 ? { ...some[0]!, id: row.id } : row)));
    const { scene, planned, synced } = await planAndSync(context, rows, some[0]!);
    expect(planned.rows).toMatchObject({ created: count - 1, unchanged: 1 });
    expect(synced).toMatchObject({ exitCode: 0, rows: { created: count - 1, unchanged: 1 } });
    expect(objectsIn(scene.sandbox)).toHaveLength(count);
    for (const row of rows) expect(scene.held(row.id), row.id).toEqual(bodyOf(row));
  });

  it('a row that equals it has it again, also before a row that is only alike', async (context) => {
    const some = someRows(FAR);
    const alike = { ...some[0]!, comment: `${some[0]!.comment}。` };
    const rows = spread(
      some.map((row, i) => (i === 0 ? alike : i === 2 ? { ...some[0]!, id: row.id } : row)),
    );
    const { scene, synced } = await planAndSync(context, rows, some[0]!);
    expect(synced).toMatchObject({ exitCode: 0, rows: { created: FAR - 1, unchanged: 1 } });
    for (const row of rows) expect(scene.held(row.id), row.id).toEqual(bodyOf(row));
  });

  it('the second of two rows near it is created, as planned', async (context) => {
    const some = someRows(6);
    const rows = some.map((row, i) => (i === 1 ? { ...some[0]!, id: row.id, comment: '另一轮' } : row));
    const { scene, planned, synced } = await planAndSync(context, rows, { ...some[0]!, comment: '手写' });
    expect(planned.rows).toMatchObject({ created: 5, held: 1 });
    expect(synced.rows).toMatchObject({ created: 5, held: 1 });
    expect(objectsIn(scene.sandbox)).toHaveLength(6);
  });
});
