import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bodyOf, type Row, someRows } from '../faults/rows.ts';
import { aStage, type Stage } from '../faults/stage.ts';
import { command } from '../ledger/command.ts';
import { CREATE, objectsIn, SHORT, TARGET } from '../target.ts';

const ROWS = someRows(SHORT ? 6 : 12).map((row, index) => ({
  ...row,
  id: `IV${String(index + 1).padStart(5, '0')}`,
}));

function seed(stage: Stage, rows: readonly Row[]): void {
  const bodies = rows.map(bodyOf);
  stage.sandbox.seed(
    TARGET === 'external_interview' ? { interviews: bodies } : ({ backgroundChecks: bodies } as never),
  );
}

function turned(row: Row): Row {
  return { ...row, verdict: row.verdict === '通过' ? '不通过' : '通过' };
}

describe.concurrent('keys that are spelt otherwise are taken over', () => {
  it('by content: the next sync changes nothing, and undo and ledger know the records still', async (context) => {
    const stage = await aStage(context, { rows: ROWS });
    const first = await stage.sync();
    const before = stage.entries();
    stage.write(ROWS.map((row) => ({ ...row, id: row.id.replace('IV', 'iv-') })));
    expect((await stage.sync()).exitCode).toBe(4);
    const asked = await command(stage, 'rekey', stage.pipelineFile, '--source', stage.source);
    expect([asked.code, asked.err]).toEqual([2, expect.stringContaining('--yes')]);
    expect(asked.out).toContain('IV00001');
    const done = await command(stage, 'rekey', stage.pipelineFile, '--source', stage.source, '--yes');
    expect([done.code, done.err]).toEqual([0, expect.stringContaining(`Took over ${ROWS.length} keys`)]);
    const copy = /as it was: (.*)$/m.exec(done.err)?.[1] ?? '';
    expect(existsSync(copy)).toBe(true);
    expect([...stage.entries().values()].map(({ key, remote_id }) => [key, remote_id])).toEqual(
      [...before.values()].map(({ key, remote_id }) => [key.replace('IV', 'iv-'), remote_id]),
    );
    const next = await stage.sync();
    expect(next.exitCode).toBe(0);
    expect(next.report?.rows).toMatchObject({ unchanged: ROWS.length, created: 0, held: 0 });
    expect(stage.arrivals(CREATE)).toHaveLength(ROWS.length);
    expect((await command(stage, 'ledger', 'check')).code).toBe(0);
    const undone = await command(stage, 'undo', '--run', first.report?.run ?? '', '--yes', '--rate', '200');
    expect(undone.code).toBe(0);
    expect(objectsIn(stage.sandbox)).toHaveLength(0);
  });

  it('by their keys, where the content changed as well: that goes in as an update', async (context) => {
    const stage = await aStage(context, { rows: ROWS });
    expect((await stage.sync()).exitCode).toBe(0);
    stage.write(ROWS.map((row, index) => ({ ...(index === 0 ? turned(row) : row), id: row.id.slice(2) })));
    const done = await command(stage, 'rekey', stage.pipelineFile, '--source', stage.source, '--yes');
    expect(done.code).toBe(0);
    expect(done.out).toMatch(/IV00001 +→ 00001 +like key; differs in /);
    const next = await stage.sync();
    expect(next.exitCode).toBe(0);
    expect(next.report?.rows).toMatchObject({ updated: 1, unchanged: ROWS.length - 1, created: 0 });
    const bodies = objectsIn(stage.sandbox).map(({ body }) => body);
    expect(bodies).toContainEqual(bodyOf(turned(ROWS[0]!)));
    expect(bodies).toHaveLength(ROWS.length);
  });

  it('from 1.0, as an earlier version or a file of pandas had them, to what they were', async (context) => {
    const numbered = ROWS.map((row, index) => ({ ...row, id: String(index + 1) }));
    const stage = await aStage(context, { rows: numbered });
    expect((await stage.sync()).exitCode).toBe(0);
    stage.sql("UPDATE entry SET key = key || '.0'");
    // The export still has them so: refused, with what to do.
    stage.write(numbered.map((row) => ({ ...row, id: `${row.id}.0` })));
    const refused = await stage.sync();
    expect(refused.exitCode).toBe(4);
    const message = refused.report?.rejects[0]?.problems[0]?.message;
    expect(message).toMatch(
      /^"1\.0" cannot be a key: it .*dtype=str.*then `hire-sync rekey` with this pipeline/,
    );
    // As it says: exported as text, one of them corrected on the way.
    stage.write([turned(numbered[0]!), ...numbered.slice(1)]);
    expect((await stage.sync()).exitCode).toBe(4);
    const done = await command(stage, 'rekey', stage.pipelineFile, '--source', stage.source, '--yes');
    expect([done.code, done.err]).toEqual([0, expect.stringContaining(`Took over ${ROWS.length} keys`)]);
    const next = await stage.sync();
    expect(next.exitCode).toBe(0);
    expect(next.report?.rows).toMatchObject({ updated: 1, unchanged: ROWS.length - 1, created: 0 });
    expect(objectsIn(stage.sandbox)).toHaveLength(ROWS.length);
  });

  it('from a file: all lines or none, and what is wrong is named', async (context) => {
    const stage = await aStage(context, { rows: ROWS });
    expect((await stage.sync()).exitCode).toBe(0);
    const [one, two, ...rest] = ROWS;
    stage.write([{ ...turned(one!), id: 'Z-9' }, { ...turned(two!), id: 'Z-8' }, ...rest]);
    const file = join(dirname(stage.pipelineFile), 'pairs.csv');
    const from = () =>
      command(stage, 'rekey', stage.pipelineFile, '--source', stage.source, '--from', file, '--yes');
    writeFileSync(file, `old,new\nIV00001,Z-9\nIV00003,Z-8\nIV7,Z-8\nIV00002,nothing\n`);
    const refused = await from();
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('line 3, column old: "IV00003" is still in the export');
    expect(refused.err).toContain('line 4, column new: "Z-8" stands in line 3 already');
    expect(refused.err).toContain('line 4, column old: "IV7" is no record that the ledger knows');
    expect(refused.err).toContain('line 5, column new: "nothing" is no key in the export');
    expect([...stage.entries().keys()]).toEqual(ROWS.map(({ id }) => id));
    writeFileSync(file, `old,new\nIV00001,Z-9\nIV00002,Z-8\n`);
    expect((await from()).code).toBe(0);
    const next = await stage.sync();
    expect(next.report?.rows).toMatchObject({ updated: 2, created: 0 });
    expect(objectsIn(stage.sandbox)).toHaveLength(ROWS.length);
  });
});

describe.concurrent('a create that is held beside a stranger ends by what its report names', () => {
  it('adopt: the object that HR typed is the record, and gets its content', async (context) => {
    const stage = await aStage(context, { rows: ROWS });
    seed(stage, [turned(ROWS[0]!)]);
    const held = await stage.sync();
    expect(held.exitCode).toBe(3);
    const [{ key }] = held.report!.heldRows as unknown as [{ key: string }];
    const id = objectsIn(stage.sandbox).find(({ externalId }) => externalId === null)!.id;
    const decided = await command(stage, 'resolve', stage.pipelineFile, key, '--adopt', id);
    expect([decided.code, decided.out]).toEqual([0, expect.stringContaining('adopted')]);
    const next = await stage.sync();
    expect(next.exitCode).toBe(0);
    expect(next.report?.rows).toMatchObject({ updated: 1, created: 0, held: 0 });
    expect(objectsIn(stage.sandbox).map(({ body }) => body)).toContainEqual(bodyOf(ROWS[0]!));
    expect(objectsIn(stage.sandbox)).toHaveLength(ROWS.length);
  });

  it('create: it is another one, and that is asked once', async (context) => {
    const stage = await aStage(context, { rows: ROWS });
    seed(stage, [turned(ROWS[0]!)]);
    expect((await stage.sync()).exitCode).toBe(3);
    expect((await command(stage, 'resolve', stage.pipelineFile, ROWS[0]!.id, '--create')).code).toBe(0);
    const next = await stage.sync();
    expect(next.exitCode).toBe(0);
    expect(next.report?.rows).toMatchObject({ created: 1, held: 0 });
    expect(objectsIn(stage.sandbox)).toHaveLength(ROWS.length + 1);
    expect((await stage.sync()).report?.rows).toMatchObject({ created: 0, unchanged: ROWS.length });
  });

  it('skip, of a record that only a plan has held', async (context) => {
    const stage = await aStage(context, { rows: ROWS.slice(1) });
    expect((await stage.sync()).exitCode).toBe(0);
    stage.write(ROWS);
    seed(stage, [turned(ROWS[0]!)]);
    const planned = await stage.plan('--remote');
    expect(planned.report?.heldRows.map(({ key }) => key)).toEqual([ROWS[0]!.id]);
    const decided = await command(stage, 'resolve', stage.pipelineFile, ROWS[0]!.id, '--skip');
    expect([decided.code, decided.out]).toEqual([0, expect.stringContaining('does not know it yet')]);
    const done = await stage.sync();
    expect(done.exitCode).toBe(0);
    expect(done.report?.rows).toMatchObject({ skipped: 1, unchanged: ROWS.length - 1, created: 0, held: 0 });
  });

  it('a key that came again under another name, and is another record: create', async (context) => {
    const stage = await aStage(context, { rows: ROWS });
    expect((await stage.sync()).exitCode).toBe(0);
    const [first, ...others] = ROWS;
    stage.write([{ ...first!, id: 'NEW-1' }, ...others]);
    const held = await stage.sync();
    expect(held.exitCode).toBe(3);
    const taken = stage.entries().get(first!.id)?.remote_id ?? '';
    const refused = await command(stage, 'resolve', stage.pipelineFile, 'NEW-1', '--adopt', taken);
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('hire-sync rekey')]);
    expect((await command(stage, 'resolve', stage.pipelineFile, 'NEW-1', '--create')).code).toBe(0);
    const next = await stage.sync();
    expect(next.exitCode).toBe(0);
    expect(objectsIn(stage.sandbox)).toHaveLength(ROWS.length + 1);
  });
});

it('a rebuild lists what is near, takes nothing for it, and the next sync holds it', async (context) => {
  const stage = await aStage(context, { rows: ROWS });
  const [one, ...others] = ROWS;
  seed(stage, [turned(one!), ...others]);
  const rebuild = ['ledger', 'rebuild', stage.pipelineFile, '--source', stage.source, '--rate', '200'];
  const rebuilt = await command(stage, ...rebuild);
  expect(rebuilt.code).toBe(3);
  expect(rebuilt.out).toMatch(new RegExp(`near +${one!.id} +\\d{19}`));
  expect(rebuilt.out).toContain(`${others.length} matched, 1 near, 0 unmatched`);
  const held = await stage.sync();
  expect(held.exitCode).toBe(3);
  expect(held.report?.rows).toMatchObject({ held: 1, unchanged: others.length, created: 0 });
  expect(stage.arrivals(CREATE)).toHaveLength(0);
});

it('a lost ledger and corrected rows: the guard counts what is near, too', async (context) => {
  const rows = someRows(120);
  const stage = await aStage(context, { rows });
  seed(stage, rows.map(turned));
  const stopped = await stage.sync();
  expect([stopped.exitCode, stopped.stderr]).toEqual([4, expect.stringContaining('existing-content')]);
  expect(stage.arrivals(CREATE)).toHaveLength(0);
});
