import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runHere } from '../faults/in-process.ts';
import { bodyOf, type Row, someRows } from '../faults/rows.ts';
import { aStage, type Stage } from '../faults/stage.ts';

/** A stage whose pipeline looks applications up, in a table that has those of the given rows. */
async function withLookup(context: Parameters<typeof aStage>[0], rows: Row[], known: Row[]): Promise<Stage> {
  const stage = await aStage(context, { rows });
  const text = readFileSync(stage.pipelineFile, 'utf8');
  writeFileSync(
    stage.pipelineFile,
    text
      .replace('import { csv,', 'import { csv, csvLookup,')
      .replace(
        "name: 'faults',",
        "name: 'faults',\n  lookups: { application: csvLookup('applications.csv', 'no', 'feishu') },",
      )
      .replace('map: (row) =>', 'map: (row, { lookup }) =>')
      .replace('required(row.application)', "lookup('application', row.application)"),
  );
  applications(stage, known);
  return stage;
}

const applications = (stage: Stage, known: Row[]): void =>
  writeFileSync(
    join(stage.source, 'applications.csv'),
    ['no,feishu', ...new Set(known.map(({ application }) => `${application},${application}`)), ''].join('\n'),
  );

it('a row whose application is not there yet is held, with its age, and goes in when it is', async (context) => {
  const rows = someRows(6);
  const stage = await withLookup(context, rows, rows.slice(0, 3));
  const first = await runHere(stage);
  expect([first.exitCode, first.rows]).toMatchObject([3, { created: 3, held: 3, rejected: 0 }]);
  stage.sql('UPDATE waiting SET since = since - 3 * 86400000');
  const second = await stage.sync();
  expect(second.report?.rows).toMatchObject({ unchanged: 3, held: 3 });
  const held = second.report?.heldRows ?? [];
  expect(held.map(({ key }) => key)).toEqual(['R-004', 'R-005', 'R-006']);
  for (const { why } of held)
    expect(why).toMatch(/unknown yet \(since .*, 3 days\): .* is not in lookup "application"/);
  applications(stage, rows);
  const third = await runHere(stage);
  expect([third.exitCode, third.rows]).toMatchObject([0, { read: 6, created: 3, unchanged: 3, held: 0 }]);
});

it('is tried again although a later export no longer has it, unless the pipeline says otherwise', async (context) => {
  const rows = someRows(4);
  const stage = await withLookup(context, rows, rows.slice(0, 3));
  await runHere(stage);
  stage.write(rows.slice(0, 3));
  applications(stage, rows);
  const text = readFileSync(stage.pipelineFile, 'utf8');
  writeFileSync(stage.pipelineFile, text.replace("name: 'faults',", "name: 'faults', keepWaiting: false,"));
  expect((await runHere(stage)).rows).toMatchObject({ read: 3, created: 0, unchanged: 3 });
  writeFileSync(stage.pipelineFile, text);
  expect((await runHere(stage)).rows).toMatchObject({ read: 4, created: 1, unchanged: 3 });
  expect(stage.sandbox.interviews().map(({ body }) => body)).toEqual(rows.map(bodyOf));
  // It is no longer kept anywhere, and from now on missing like any other.
  expect(await runHere(stage)).toMatchObject({ missing: 1, rows: { read: 3, unchanged: 3 } });
});

it('is not forgotten by a night that a guard or Feishu stops', async (context) => {
  const rows = someRows(60);
  const waiting = rows[59]!;
  const stage = await withLookup(
    context,
    rows,
    rows.filter(({ application }) => application !== waiting.application),
  );
  await runHere(stage);
  applications(stage, rows);
  const others = rows.slice(0, 57);
  stage.write(others.map((row, i) => (i < 10 ? { ...row, verdict: '通过(待复核)' as Row['verdict'] } : row)));
  expect((await stage.sync()).exitCode).toBe(4);
  stage.sandbox.setFaults([
    { match: { endpoint: 'external_interview.create' }, fault: { kind: 'permission' } },
  ]);
  stage.write(others);
  expect((await stage.sync()).exitCode).toBe(1);
  stage.sandbox.setFaults([]);
  const last = await runHere(stage);
  expect(last.rows).toMatchObject({ read: 60, created: 3, unchanged: 57, held: 0 });
  expect(stage.entries().get(waiting.id)?.remote_id).toMatch(/^\d{19}$/);
});

it('and a second row of its key with another application: both are rejected, with all their cells', async (context) => {
  const [one, two, three] = someRows(9).filter((_, i) => i % 3 === 0);
  const rows = [one!, { ...two!, id: one!.id }, three!];
  const stage = await withLookup(context, rows, [two!, three!]);
  const ran = await stage.sync();
  expect([ran.exitCode, ran.report?.rows]).toMatchObject([3, { read: 3, created: 1, rejected: 2, held: 0 }]);
  const file = join(stage.ledgerFile, '..', 'runs', ran.report?.run ?? '', 'rejects.csv');
  const [, ...lines] = readFileSync(file, 'utf8').trim().split('\r\n');
  expect(lines.map((line) => line.split(',').slice(0, 2))).toEqual([
    [one!.id, one!.application],
    [one!.id, two!.application],
  ]);
});
