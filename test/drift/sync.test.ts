import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BackgroundCheckBody, InterviewBody } from '../../src/sandbox/bodies.ts';
import { createInFeishu, deleteInFeishu, editInFeishu } from '../faults/feishu-user.ts';
import { bodyOf, DATE, otherwise, type Row, someRows } from '../faults/rows.ts';
import type { Stage } from '../faults/stage.ts';
import { BATCH_QUERY, objectsIn, SHORT, TARGET, UPDATE } from '../target.ts';
import { aWorld, edits, feishuEdit, MINUTE, POLICIES, sourceEdit } from './two-sides.ts';

const commented = (row: Row, comment: string): Row => ({ ...row, comment });
const writes = (stage: Stage): number =>
  stage.sandbox.arrivals().filter(({ endpoint }) => /\.(create|update|delete)$/.test(endpoint ?? '')).length;

describe('what somebody changed in Feishu', { concurrent: true }, () => {
  it.for(SHORT ? (['keep'] as const) : POLICIES)(
    'beside a change of the source: %s',
    async (policy, context) => {
      const rows = someRows(3);
      const world = await aWorld(context, rows);
      const [first] = rows as [Row, ...Row[]];
      await world.edit(first, otherwise());
      const source = commented(first, '改过');
      world.stage.write([source, ...rows.slice(1)]);
      const planned = await world.plan(policy);
      const ran = await world.sync(policy);
      expect(ran.kinds).toEqual(planned.kinds);
      expect(world.held('R-001')).toEqual(
        {
          overwrite: bodyOf(source),
          keep: { ...bodyOf(source), ...otherwise() },
          hold: { ...bodyOf(first), ...otherwise() },
        }[policy],
      );
      expect(ran.report.rows).toMatchObject(policy === 'hold' ? { held: 1 } : { updated: 1, unchanged: 2 });
      // The next night has nothing to do, and kept values stay.
      const before = writes(world.stage);
      const next = await world.sync(policy);
      expect(next.report.rows).toMatchObject(policy === 'hold' ? { held: 1 } : { unchanged: 3 });
      expect(writes(world.stage)).toBe(before);
    },
  );

  it.skipIf(SHORT)(
    'on a record that the source did not change: reported, and repaired only when asked',
    async (context) => {
      const rows = someRows(3);
      const world = await aWorld(context, rows);
      await world.edit(rows[1]!, otherwise('two'));
      expect((await world.plan('overwrite')).report.noted).toEqual({ adopted: 0, recorded: 0, drifted: 1 });
      const reads = () => world.stage.arrivals(BATCH_QUERY).length;
      const before = [writes(world.stage), reads()];
      await world.sync('overwrite');
      // A sync that has nothing to change asks for nothing.
      expect([writes(world.stage), reads()]).toEqual(before);
      const repaired = await world.sync('overwrite', { repairDrift: true });
      expect(repaired.report.rows).toMatchObject({ updated: 1, unchanged: 2 });
      expect(world.held('R-002')).toEqual(bodyOf(rows[1]!));
    },
  );

  it.skipIf(SHORT)(
    'of more records than a page of Feishu holds: each is seen, twenty by a request',
    async (context) => {
      const rows = someRows(45);
      const world = await aWorld(context, rows);
      await world.edit(rows[44]!, otherwise('two'));
      const reads = () => world.stage.arrivals(BATCH_QUERY).length;
      const before = reads();
      const planned = await world.plan('overwrite', { repairDrift: true });
      expect(planned.report.rows).toMatchObject({ unchanged: 44, updated: 1 });
      expect(reads() - before).toBe(3);
      expect((await world.sync('overwrite', { repairDrift: true })).kinds).toEqual(planned.kinds);
      expect(reads() - before).toBe(6);
    },
  );

  it.skipIf(SHORT)(
    'gone in Feishu: held by name, and created again only when asked, under a new key',
    async (context) => {
      const rows = someRows(3);
      const world = await aWorld(context, rows);
      const id = world.idOf('R-003');
      await deleteInFeishu(world.stage.sandbox, id);
      expect((await world.plan('overwrite')).kinds).toContain('held R-003');
      const changed = [...rows.slice(0, 2), commented(rows[2]!, '改过')];
      world.stage.write(changed);
      const ran = await world.sync('overwrite');
      expect(ran.report.rows).toMatchObject({ held: 1, unchanged: 2 });
      expect(world.stage.arrivals(UPDATE)).toHaveLength(0);
      expect(world.stage.entries().get('R-003')?.held).toEqual({
        code: 'missing-in-feishu',
        remoteId: id,
      });
      const anew = await world.sync('overwrite', { recreateMissing: true });
      expect(anew.report.rows).toMatchObject({ created: 1, unchanged: 2 });
      expect(world.idOf('R-003')).not.toBe(id);
      expect(world.held('R-003')).toEqual(bodyOf(changed[2]!));
      expect((await world.plan('overwrite')).report.rows).toMatchObject({ unchanged: 3, held: 0 });
    },
  );

  it.skipIf(SHORT)('the source’s own new content: noted, not sent', async (context) => {
    const rows = someRows(2);
    const world = await aWorld(context, rows);
    const source = commented(rows[0]!, '改过');
    await editInFeishu(world.stage.sandbox, world.idOf('R-001'), bodyOf(source));
    world.stage.write([source, rows[1]!]);
    const ran = await world.sync('hold');
    expect(ran.report).toMatchObject({ rows: { unchanged: 2, updated: 0 }, noted: { recorded: 1 } });
    // The one that somebody made.
    expect(world.stage.arrivals(UPDATE)).toHaveLength(1);
    expect((await world.sync('hold')).report.noted.recorded).toBe(0);
  });

  it.skipIf(SHORT)('the source comes to say what was kept: noted once, not sent', async (context) => {
    const rows = someRows(2);
    const world = await aWorld(context, rows);
    const [first, second] = rows as [Row, Row];
    const beginMs = first.beginMs + MINUTE;
    await world.edit(first, { [DATE]: beginMs });
    const source = commented(first, '改过');
    world.stage.write([source, second]);
    expect((await world.sync('keep')).report.rows).toMatchObject({ updated: 1, unchanged: 1 });
    world.stage.write([{ ...source, beginMs }, second]);
    expect((await world.plan('keep')).report.noted.recorded).toBe(1);
    const before = writes(world.stage);
    expect((await world.sync('keep')).report.noted.recorded).toBe(1);
    expect((await world.sync('keep')).report.noted.recorded).toBe(0);
    expect(writes(world.stage)).toBe(before);
    expect(world.held('R-001')).toEqual(bodyOf({ ...source, beginMs }));
  });

  it.skipIf(SHORT)(
    'content that is there already, without an owner: adopted once, also by two equal rows',
    async (context) => {
      const [first, second, ...rest] = someRows(5);
      const world = await aWorld(context, rest);
      const twin = { ...first!, id: 'R-001-twin' };
      const stranger = await createInFeishu(world.stage.sandbox, bodyOf(first!));
      world.stage.write([first!, twin, second!, ...rest]);
      expect((await world.plan('overwrite')).kinds).toEqual(
        expect.arrayContaining(['adopt R-001', 'create R-001-twin', 'create R-002']),
      );
      const ran = await world.sync('overwrite');
      expect(ran.report).toMatchObject({ rows: { created: 2, unchanged: 4 }, noted: { adopted: 1 } });
      expect(world.idOf('R-001')).toBe(stranger);
      expect(objectsIn(world.stage.sandbox)).toHaveLength(6);
      // It is the record's from now on.
      world.stage.write([commented(first!, '改过'), twin, second!, ...rest]);
      expect((await world.sync('hold')).report.rows).toMatchObject({ updated: 1, unchanged: 5 });
      expect(world.held('R-001')).toEqual(bodyOf(commented(first!, '改过')));
    },
  );
});

describe.skipIf(SHORT)('any mix of edits on both sides', { concurrent: true, timeout: 120_000 }, () => {
  it.for(POLICIES)('after a sync with repair there is nothing left to do: %s', async (policy, context) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(edits, { minLength: 5, maxLength: 5 }),
        fc.boolean(),
        async (mix, repairDrift) => {
          const rows = someRows(mix.length);
          const world = await aWorld(context, rows);
          const source = rows.map((row, i) => sourceEdit(row, mix[i]!.source));
          for (const [i, row] of rows.entries()) {
            const { feishu } = mix[i]!;
            if (feishu === 'deleted') await deleteInFeishu(world.stage.sandbox, world.idOf(row.id));
            else if (feishu !== 'none') await world.edit(row, feishuEdit(row, source[i]!, feishu));
          }
          const before = rows.map(({ id }) => world.held(id));
          world.stage.write(source);
          const flags = { repairDrift, recreateMissing: true };
          const planned = await world.plan(policy, flags);
          const ran = await world.sync(policy, flags);
          // A deleted object whose row did not change is nothing that a plain sync looks at.
          if (repairDrift) expect(ran.kinds).toEqual(planned.kinds);
          const after = await world.plan(policy, { ...flags, repairDrift: false });
          const due = after.kinds.filter((kind) => !/^(unchanged|held|drifted) /.test(kind));
          if (repairDrift) expect(due).toEqual([]);
          else expect(due.every((kind) => kind.startsWith('create '))).toBe(true);
          if (policy !== 'hold') expect(after.report.rows.held).toBe(0);
          if (repairDrift && policy !== 'hold') expect(after.report.noted.drifted).toBe(0);
          // Under `hold` the rows that are held stay held, and the exit code says so.
          expect(after.report.exitCode).toBe(after.report.rows.held > 0 ? 3 : 0);
          for (const [i, row] of rows.entries()) {
            const { source: ours, feishu: theirs } = mix[i]!;
            const held = world.held(row.id);
            if (theirs === 'deleted') continue;
            if (policy === 'overwrite' && repairDrift) expect(held).toEqual(bodyOf(source[i]!));
            if (policy === 'hold' && theirs !== 'none') expect(held).toEqual(before[i]);
            if (policy === 'keep' && theirs === 'status') expect(held).toMatchObject(otherwise());
            if (theirs === 'none' && ours !== 'none') expect(held).toEqual(bodyOf(source[i]!));
            expect(verdicts(held)).toEqual(verdicts(bodyOf(row)));
          }
        },
      ),
      { numRuns: 6 },
    );
  });
});

/** Who passed whom: no policy and no edit of this test changes a verdict. */
function verdicts(body: InterviewBody | undefined): string[] {
  if (TARGET === 'external_background_check') {
    const { result } = (body ?? {}) as Partial<BackgroundCheckBody>;
    return result === undefined ? [] : [result.split('：')[0]!];
  }
  return (body?.interview_assessments ?? [])
    .filter(({ conclusion }) => conclusion !== undefined)
    .map(({ username, conclusion }) => `${username} ${conclusion}`);
}
