import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
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
  const first = await stage.sync();
  expect([first.exitCode, first.report?.rows]).toMatchObject([3, { created: 3, held: 3, rejected: 0 }]);
  stage.sql('UPDATE waiting SET since = since - 3 * 86400000');
  const second = await stage.sync();
  expect(second.report?.rows).toMatchObject({ unchanged: 3, held: 3 });
  const held = (second.report as unknown as { heldRows: { key: string; why: string }[] }).heldRows;
  expect(held.map(({ key }) => key)).toEqual(['R-004', 'R-005', 'R-006']);
  for (const { why } of held)
    expect(why).toMatch(/unknown yet \(since .*, 3 days\): .* is not in lookup "application"/);
  applications(stage, rows);
  const third = await stage.sync();
  expect([third.exitCode, third.report?.rows]).toMatchObject([
    0,
    { read: 6, created: 3, unchanged: 3, held: 0 },
  ]);
});

it('is tried again although a later export no longer has it, unless the pipeline says otherwise', async (context) => {
  const rows = someRows(4);
  const stage = await withLookup(context, rows, rows.slice(0, 3));
  await stage.sync();
  stage.write(rows.slice(0, 3));
  applications(stage, rows);
  const text = readFileSync(stage.pipelineFile, 'utf8');
  writeFileSync(stage.pipelineFile, text.replace("name: 'faults',", "name: 'faults', keepWaiting: false,"));
  expect((await stage.sync()).report?.rows).toMatchObject({ read: 3, created: 0, unchanged: 3 });
  writeFileSync(stage.pipelineFile, text);
  expect((await stage.sync()).report?.rows).toMatchObject({ read: 4, created: 1, unchanged: 3 });
  expect(stage.sandbox.interviews().map(({ body }) => body)).toEqual(rows.map(bodyOf));
  // It is no longer kept anywhere, and from now on missing like any other.
  expect((await stage.sync()).report).toMatchObject({ missing: 1, rows: { read: 3, unchanged: 3 } });
});
