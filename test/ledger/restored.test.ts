import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectExactlyOnce } from '../faults/expect.ts';
import { createInFeishu } from '../faults/feishu-user.ts';
import { bodyOf, otherwise, type Row, someRows } from '../faults/rows.ts';
import { aStage, type Cleanup, type Stage } from '../faults/stage.ts';
import { CREATE, objectsIn, UPDATE } from '../target.ts';
import { command } from './command.ts';

/** Six rows of two applications, no two of them alike. */
const ROWS = someRows(12).slice(6);
const edited = (row: Row): Row => ({ ...row, comment: `${row.comment}，补充` });
const writes = (stage: Stage): number => stage.arrivals(CREATE).length + stage.arrivals(UPDATE).length;

/** A stage after a first night with all rows. */
async function aNightAfter(context: Cleanup, rows: readonly Row[] = ROWS): Promise<Stage> {
  const stage = await aStage(context, { rows });
  stage.write(rows);
  const first = await stage.sync();
  expect([first.exitCode, first.stderr]).toEqual([
    0,
    expect.stringContaining(`New ledger: ${stage.ledgerFile}`),
  ]);
  return stage;
}

describe.concurrent('an older ledger', () => {
  it('that is put back stops the run by naming the runs it does not know; allowed, it doubles nothing', async (context) => {
    const [one, two, three, four, five, six] = ROWS as [Row, Row, Row, Row, Row, Row];
    const stage = await aNightAfter(context, [one, two, three, four]);
    const yesterday = `${stage.ledgerFile}.yesterday`;
    copyFileSync(stage.ledgerFile, yesterday);
    stage.write([edited(one), two, three, four, five, six]);
    const lost = await stage.sync();
    expect(lost.report?.rows).toMatchObject({ created: 2, updated: 1 });
    copyFileSync(yesterday, stage.ledgerFile);
    // Five has been changed since, six has not.
    const now = [edited(one), two, three, four, edited(five), six];
    stage.write(now);

    const before = writes(stage);
    for (const stopped of [await stage.plan(), await stage.sync(), await stage.sync()]) {
      expect(stopped.exitCode).toBe(4);
      expect(stopped.stderr).toMatch(/guard restored.*is older than what was written with it/);
      expect(stopped.stderr).toContain(lost.report?.run);
      expect(stopped.stderr).toContain('--allow restored');
    }
    const undone = await command(stage, 'undo', '--run', 'x');
    expect(undone.code).toBe(2);
    expect(writes(stage)).toBe(before);

    const allowed = await stage.sync('--allow', 'restored');
    expect(allowed.report?.rows).toMatchObject({ created: 0, held: 1 });
    expect(allowed.report?.noted).toMatchObject({ adopted: 1 });
    expect([allowed.exitCode, allowed.stderr]).toEqual([3, expect.stringContaining('is trusted again')]);
    expect(objectsIn(stage.sandbox)).toHaveLength(6);

    // What is held stays held in a ledger that is trusted, until somebody says which object it is.
    const again = await stage.sync();
    expect([again.exitCode, again.report?.rows]).toMatchObject([3, { created: 0, held: 1, unchanged: 5 }]);
    const object = objectsIn(stage.sandbox).find(({ externalId }) => externalId === `faults:${five.id}`);
    const adopt = [stage.pipelineFile, five.id, '--adopt', object?.id ?? ''];
    expect((await command(stage, 'resolve', ...adopt)).code).toBe(0);
    const last = await stage.sync();
    expect([last.exitCode, last.report?.rows]).toMatchObject([0, { updated: 1, unchanged: 5 }]);
    expectExactlyOnce(stage, now);
  });

  it('--allow restored that is stopped on the way does not make it a ledger to trust', async (context) => {
    const stage = await aNightAfter(context, ROWS.slice(0, 3));
    const yesterday = `${stage.ledgerFile}.yesterday`;
    copyFileSync(stage.ledgerFile, yesterday);
    stage.write(ROWS);
    expect((await stage.sync()).exitCode).toBe(0);
    copyFileSync(yesterday, stage.ledgerFile);
    const more = [
      ...ROWS,
      ...someRows(15)
        .slice(12)
        .map((row) => ({ ...row, application: `7${row.application.slice(1)}` })),
    ];
    stage.write(more);
    const canary = await stage.sync('--allow', 'restored', '--canary', '1');
    expect(canary.stderr).not.toContain('trusted again');
    stage.sandbox.setFaults([{ match: { endpoint: CREATE }, fault: { kind: 'permission' } }]);
    const stopped = await stage.sync('--allow', 'restored');
    expect([stopped.exitCode, stopped.stderr]).toEqual([1, expect.not.stringContaining('trusted again')]);
    stage.sandbox.setFaults([]);
    expect((await stage.sync()).exitCode).toBe(4);
    const through = await stage.sync('--allow', 'restored');
    expect([through.exitCode, through.stderr]).toEqual([0, expect.stringContaining('trusted again')]);
    expect((await stage.sync()).exitCode).toBe(0);
    expectExactlyOnce(stage, more);
  });

  it('lets no create in doubt be sent anew beside what it may have become', async (context) => {
    const [row] = ROWS as [Row];
    const stage = await aStage(context, {
      rows: [row],
      sandbox: { faults: [{ match: { endpoint: CREATE }, fault: { kind: 'reset-before' } }] },
    });
    stage.write([row]);
    expect((await stage.sync()).exitCode).toBe(3);
    const yesterday = `${stage.ledgerFile}.yesterday`;
    copyFileSync(stage.ledgerFile, yesterday);
    stage.sandbox.setFaults([]);
    expect((await stage.sync()).exitCode).toBe(0);
    stage.write([edited(row)]);
    expect((await stage.sync()).report?.rows).toMatchObject({ updated: 1 });
    copyFileSync(yesterday, stage.ledgerFile);
    stage.sandbox.clock.advance(25 * 3_600_000);
    stage.sql(
      'UPDATE entry SET first_attempt_at = first_attempt_at - 90000000, last_attempt_at = last_attempt_at - 90000000',
    );
    expect((await stage.sync()).exitCode).toBe(4);
    const allowed = await stage.sync('--allow', 'restored');
    expect([allowed.exitCode, allowed.report?.rows]).toMatchObject([3, { held: 1 }]);
    expect(objectsIn(stage.sandbox)).toHaveLength(1);
  });

  it('made by `ledger backup` knows that it is a copy wherever it lies', async (context) => {
    const stage = await aNightAfter(context);
    const folder = join(dirname(stage.ledgerFile), 'another host');
    mkdirSync(folder);
    const copy = join(folder, 'ledger.db');
    expect((await command(stage, 'ledger', 'backup', copy)).code).toBe(0);
    expect((await command(stage, 'ledger', 'check', '--ledger', copy)).code).toBe(0);
    const stopped = await stage.sync('--ledger', copy);
    expect([stopped.exitCode, stopped.stderr]).toEqual([4, expect.stringContaining('is a copy')]);
    const allowed = await stage.sync('--ledger', copy, '--allow', 'restored');
    expect([allowed.exitCode, allowed.report?.rows]).toMatchObject([0, { unchanged: 6 }]);
    expect((await stage.sync('--ledger', copy)).exitCode).toBe(0);
    // The ledger itself is none.
    expect((await stage.sync()).exitCode).toBe(0);
    expectExactlyOnce(stage, ROWS);
  });

  it('stops a saved plan as well, and an undo until it is allowed', async (context) => {
    const stage = await aNightAfter(context);
    const yesterday = `${stage.ledgerFile}.yesterday`;
    copyFileSync(stage.ledgerFile, yesterday);
    const [first] = (await command(stage, 'runs', '--json')).out.match(/\d{8}-\d{6}-[0-9a-f]{6}/) ?? [];
    stage.write(ROWS.map(edited));
    const plan = join(stage.source, 'night.plan');
    expect((await stage.plan('--out', plan, '--allow', 'changed', '--allow', 'field')).exitCode).toBe(0);
    expect((await stage.sync('--allow', 'field')).report?.rows).toMatchObject({ updated: 6 });
    copyFileSync(yesterday, stage.ledgerFile);
    const before = writes(stage);
    const applied = await stage.sync('--plan', plan);
    expect([applied.exitCode, applied.stderr]).toEqual([4, expect.stringContaining('make it anew')]);
    const undone = await command(stage, 'undo', '--run', first ?? '', '--yes');
    expect([undone.code, undone.err]).toEqual([4, expect.stringContaining('guard restored')]);
    expect(writes(stage)).toBe(before);
    const allowed = await command(stage, 'undo', '--run', first ?? '', '--yes', '--allow', 'restored');
    // All were edited since, as far as this ledger knows by somebody.
    expect([allowed.code, objectsIn(stage.sandbox).length]).toEqual([3, 6]);
    expect((await stage.sync('--allow', 'field')).exitCode).toBe(4);
  });
});

describe.concurrent('a lost ledger', () => {
  it('is not begun anew in its place: the runs of the pipeline are there', async (context) => {
    const stage = await aNightAfter(context);
    rmSync(stage.ledgerFile);
    const planned = await stage.plan();
    expect([planned.exitCode, planned.stderr]).toEqual([4, expect.stringContaining('No ledger yet: ')]);
    expect(existsSync(stage.ledgerFile)).toBe(false);
    const stopped = await stage.sync();
    expect(stopped.exitCode).toBe(4);
    expect(stopped.stderr).toContain(`New ledger: ${stage.ledgerFile}`);
    expect(stopped.stderr).toMatch(/is new, and earlier runs have written/);
    const again = await stage.sync();
    expect([again.exitCode, again.stderr]).toEqual([4, expect.not.stringContaining('New ledger')]);
    expect(stage.arrivals(CREATE)).toHaveLength(6);
    // Somebody allows it: every row finds its object.
    const allowed = await stage.sync('--allow', 'restored');
    expect([allowed.exitCode, allowed.report?.noted]).toMatchObject([0, { adopted: 6 }]);
    expect((await stage.sync()).exitCode).toBe(0);
    expectExactlyOnce(stage, ROWS);
  });

  it('is noticed by its head alone, and by the markers alone', async (context) => {
    const stage = await aNightAfter(context);
    const folder = dirname(stage.ledgerFile);
    rmSync(stage.ledgerFile);
    rmSync(join(folder, 'runs'), { recursive: true });
    expect((await stage.sync()).exitCode).toBe(4);
    rmSync(stage.ledgerFile);
    rmSync(join(folder, 'ledger.head'));
    // Nothing that tells of it is left: the objects in Feishu do.
    const stopped = await stage.sync();
    expect([stopped.exitCode, stopped.stderr]).toEqual([4, expect.stringContaining('existing-content')]);
    expect(stage.arrivals(CREATE)).toHaveLength(6);
  });

  it('a typing error in --ledger is one', async (context) => {
    const stage = await aNightAfter(context);
    const typo = stage.ledgerFile.replace('ledger', 'legder');
    const stopped = await stage.sync('--ledger', typo);
    expect([stopped.exitCode, stopped.stderr]).toEqual([4, expect.stringContaining(`New ledger: ${typo}`)]);
    expect(stopped.stderr).toContain('guard restored');
    expect((await stage.sync()).exitCode).toBe(0);
    expect(stage.arrivals(CREATE)).toHaveLength(6);
  });

  it('another working folder is one, and plan --remote sees it too; its reads are part of the cost', async (context) => {
    const stage = await aNightAfter(context);
    const elsewhere = join(stage.source, 'elsewhere', 'ledger.db');
    for (const stopped of [
      await stage.plan('--remote', '--ledger', elsewhere),
      await stage.sync('--ledger', elsewhere),
    ]) {
      expect([stopped.exitCode, stopped.stderr]).toEqual([4, expect.stringContaining('already holds 6')]);
      // Two applications, read as a sample and read for the creates.
      const reads = Object.entries(stopped.report?.cost?.endpoints ?? {});
      expect(reads.find(([name]) => name.endsWith('batch_query'))?.[1]).toBe(4);
    }
    expect(stage.arrivals(CREATE)).toHaveLength(6);
  });

  it('another app may begin one in the same place', async (context) => {
    const stage = await aNightAfter(context);
    const head = join(dirname(stage.ledgerFile), 'ledger.head');
    const other = (text: string): string => text.replaceAll(/"appId":"[^"]*"/g, '"appId":"cli_other"');
    writeFileSync(head, other(readFileSync(head, 'utf8')));
    rmSync(join(dirname(stage.ledgerFile), 'runs'), { recursive: true });
    rmSync(stage.ledgerFile);
    const started = await stage.sync('--allow', 'existing-content');
    expect([started.exitCode, started.report?.noted]).toMatchObject([0, { adopted: 6 }]);
  });
});

describe.concurrent('existing-content', () => {
  it.for([
    { equal: 2, near: 0, exit: 0 },
    { equal: 3, near: 0, exit: 0 },
    { equal: 2, near: 1, exit: 3 },
    { equal: 3, near: 1, exit: 4 },
    { equal: 4, near: 0, exit: 4 },
  ])('of nine creates $equal are there already, $near nearly: exit $exit', async (sketch, context) => {
    const { equal, near, exit } = sketch;
    const rows = someRows(21).slice(6, 15);
    const stage = await aStage(context, { rows });
    stage.write(rows);
    for (const row of rows.slice(0, equal)) await createInFeishu(stage.sandbox, bodyOf(row));
    for (const row of rows.slice(9 - near))
      await createInFeishu(stage.sandbox, { ...bodyOf(row), ...otherwise() });
    const { exitCode, report, stderr } = await stage.sync();
    expect(exitCode, stderr).toBe(exit);
    const made = { rows: { created: 9 - equal - near, held: near }, noted: { adopted: equal } };
    if (exit === 4) expect(objectsIn(stage.sandbox)).toHaveLength(equal + near);
    else expect(report).toMatchObject(made);
  });

  it('a pipeline of another name is told by the owner of its objects, and renamed in the ledger', async (context) => {
    const stage = await aNightAfter(context);
    const text = readFileSync(stage.pipelineFile, 'utf8');
    writeFileSync(stage.pipelineFile, text.replace("name: 'faults'", "name: 'interviews'"));
    const stopped = await stage.sync();
    expect(stopped.exitCode).toBe(4);
    const way = /`hire-sync (ledger rename-pipeline faults interviews)`/.exec(stopped.stderr)?.[1] ?? '';
    const renamed = await command(stage, ...way.split(' '));
    expect([renamed.code, renamed.err]).toEqual([
      0,
      expect.stringContaining('6 records of pipeline "faults"'),
    ]);
    const synced = await stage.sync();
    expect([synced.exitCode, synced.report?.rows]).toMatchObject([0, { unchanged: 6, created: 0 }]);
    expect((await command(stage, 'ledger', 'check')).code).toBe(0);
    expectExactlyOnce(stage, ROWS);

    for (const [args, said] of [
      [['faults', 'other'], 'knows no pipeline "faults"; there is: interviews'],
      [['interviews', 'Other Name'], 'is no name for a pipeline'],
      [['interviews', 'interviews'], 'has records of a pipeline "interviews" already'],
    ] as const) {
      const refused = await command(stage, 'ledger', 'rename-pipeline', ...args);
      expect([refused.code, refused.err]).toEqual([2, expect.stringContaining(said)]);
    }
  });
});
