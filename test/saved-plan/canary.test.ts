import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FaultRule, InterviewBody } from '../../src/sandbox/index.ts';
import { bodyOf, DATE, otherwise, type Row, STEADY, someRows } from '../faults/rows.ts';
import { CREATE, objectsIn } from '../target.ts';
import { aScene, commented, expectExactlyOnce } from './scene.ts';

const KINDS = (writes: readonly { readonly endpoint: string }[]) =>
  writes.map(({ endpoint }) => endpoint.split('.')[1]).sort();

describe('a canary', { concurrent: true, timeout: 60_000 }, () => {
  it('carries out a few changes of each kind, reads them back, and stops; the next sync does the rest', async (context) => {
    const scene = await aScene(context);
    const rows = someRows(12);
    scene.write(rows.slice(0, 5));
    await scene.here();
    scene.age();
    const night = rows.map((row, i) => (i < 3 ? commented(row) : row));
    scene.write(night);
    const before = scene.writes().length;
    const reads = () => scene.sandbox.arrivals().filter(({ endpoint }) => endpoint?.endsWith('batch_query'));
    const readBefore = reads().length;
    const first = await scene.go(['sync', '--canary', '4']);
    expect(first.code, first.stderr).toBe(0);
    expect(KINDS(scene.writes().slice(before))).toEqual(['create', 'create', 'update', 'update']);
    // One question by id and one per application before the writes, one after them: not one per row of the plan.
    expect(reads().length - readBefore).toBeLessThanOrEqual(4);
    expect(first.stdout).toContain(
      'Canary: 4 changes written and read back, 4 of them equal to what was sent.',
    );
    expect(first.stdout).toMatch(/^ {2}equal +R-001\n {2}equal +R-002\n/m);
    expect(first.stdout).toContain(
      '2 created, 2 updated, 2 unchanged, 0 skipped, 0 rejected, 0 held, 6 not begun',
    );
    const next = await scene.here();
    expect(next).toMatchObject({ exitCode: 0, canary: null, rows: { created: 5, updated: 1, unchanged: 6 } });
    expectExactlyOnce(scene, night);
  });

  it('of a saved plan leaves the rest to the same plan, and needs no request for what is there already', async (context) => {
    const scene = await aScene(context);
    const rows = someRows(6);
    scene.write(rows.slice(0, 2));
    await scene.here();
    scene.age();
    await scene.enter(rows[5]!);
    scene.write(rows);
    const file = join(scene.folder, 'night.plan');
    await scene.here({ planOnly: true, out: file });
    const canary = await scene.json(['sync', '--plan', file, '--canary', '1']);
    expect([canary.code, canary.writes]).toEqual([0, 1]);
    expect(canary.report).toMatchObject({ notAttempted: 2, noted: { adopted: 1 }, canary: { equal: 1 } });
    expect(canary.report.canary?.rows).toEqual([{ key: 'R-003', is: 'equal', fields: [] }]);
    expect(canary.stderr).toContain(
      `night.plan is not done yet (rows: 2 not begun); the same command goes on with it: hire-sync sync ${basename(scene.pipelineFile)} --plan ${file}`,
    );
    expect((await scene.here({ saved: file })).rows).toMatchObject({ created: 2, unchanged: 4, held: 0 });
    expectExactlyOnce(scene, rows);
    await expect(scene.here({ saved: file })).rejects.toMatchObject({ code: 'PLAN_STALE' });
  });

  it('that reads back otherwise than it was sent is told by key and field, and exits 3', async (context) => {
    const scene = await aScene(context);
    const rows = someRows(4) as [Row, ...Row[]];
    scene.write(rows);
    // Somebody is quicker than the read-back: it waits for this answer, by a timer of this very process.
    const slow = {
      match: { endpoint: CREATE, nth: 3 },
      fault: { kind: 'delay', ms: 1_000 },
    };
    scene.sandbox.setFaults([slow as FaultRule]);
    const edited = scene.arrived(1).then(async () => {
      // Its answer is on its way: the entry is there a moment later.
      const { id } = await until(() => objectsIn(scene.sandbox).find(({ body }) => sameAs(rows[0], body)));
      await until(() => scene.entries().find(({ remote_id }) => remote_id === id));
      await scene.edit('R-001', { ...bodyOf(rows[0]), ...otherwise() });
    });
    const canary = await scene.json(['sync', '--canary', '3']);
    await edited;
    expect(canary.code, canary.stderr).toBe(3);
    expect(canary.report.canary).toEqual({
      rows: [
        { key: 'R-001', is: 'different', fields: [STEADY] },
        { key: 'R-002', is: 'equal', fields: [] },
        { key: 'R-003', is: 'equal', fields: [] },
      ],
      equal: 2,
    });
    expect(canary.report.notAttempted).toBe(1);
  });
});

function sameAs(row: Row, body: InterviewBody): boolean {
  return (body as Readonly<Record<string, unknown>>)[DATE] === row.beginMs;
}

async function until<T>(look: () => T | undefined): Promise<T> {
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
