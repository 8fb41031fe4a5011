import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aWorld, edits, feishuEdit, POLICIES, sourceEdit } from '../drift/two-sides.ts';
import { createInFeishu, deleteInFeishu } from '../faults/feishu-user.ts';
import { bodyOf, someRows } from '../faults/rows.ts';
import type { Cleanup } from '../faults/stage.ts';
import { objectsIn } from '../target.ts';

type Mix = readonly { readonly source: string; readonly feishu: string }[];
type Flags = { readonly repairDrift: true; readonly recreateMissing: boolean };

/** A world after one night, with edits on both sides, two new rows, and the content of one of them there already. */
async function edited(context: Cleanup, mix: Mix) {
  const all = someRows(mix.length + 2);
  const rows = all.slice(0, mix.length);
  const world = await aWorld(context, rows);
  const source = rows.map((row, i) => sourceEdit(row, mix[i]!.source));
  for (const [i, row] of rows.entries()) {
    const { feishu } = mix[i]!;
    if (feishu === 'deleted') await deleteInFeishu(world.stage.sandbox, world.idOf(row.id));
    else if (feishu !== 'none') await world.edit(row, feishuEdit(row, source[i]!, feishu));
  }
  await createInFeishu(world.stage.sandbox, bodyOf(all.at(-1)!));
  world.stage.write([...source, ...all.slice(mix.length)]);
  const outcome = () => ({
    feishu: objectsIn(world.stage.sandbox)
      .map(({ body }) => JSON.stringify(body))
      .sort(),
    ledger: [...world.stage.entries().values()].map(({ key, state, remote_id, held }) => [
      key,
      state,
      held?.code,
      JSON.stringify(objectsIn(world.stage.sandbox).find(({ id }) => id === remote_id)?.body),
    ]),
  });
  return { ...world, outcome };
}

describe('plan --remote --out and sync --plan', { concurrent: true, timeout: 120_000 }, () => {
  it.for(POLICIES)('come to what a sync would have come to: %s', async (onDrift, context) => {
    const runs = fc.array(edits, { minLength: 6, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(runs, fc.boolean(), async (mix, recreateMissing) => {
        const flags: Flags = { repairDrift: true, recreateMissing };
        const [one, two] = [await edited(context, mix), await edited(context, mix)];
        const file = join(one.stage.source, 'night.plan');
        const planned = await one.go({ drift: { onDrift, ...flags }, planOnly: true, out: file });
        const applied = await one.go({ saved: file });
        const synced = await two.sync(onDrift, flags);
        expect(applied.kinds).toEqual(planned.kinds);
        expect(applied.kinds).toEqual(synced.kinds);
        expect(applied.report.rows).toEqual(synced.report.rows);
        expect(applied.report.noted).toEqual(synced.report.noted);
        expect(one.outcome()).toEqual(two.outcome());
        await expect(one.go({ saved: file })).rejects.toMatchObject({ code: 'PLAN_STALE' });
      }),
      { numRuns: 5 },
    );
  });
});
