import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { hireSync } from '../cli/child.ts';
import { runHere } from '../faults/in-process.ts';
import { csvOf, defaultGuards, type Row, someRows } from '../faults/rows.ts';
import { aStage, type Stage } from '../faults/stage.ts';

const ROWS = someRows(80);

/** A first good night, so that the guards know what is usual. */
async function afterGoodNight(context: Parameters<typeof aStage>[0]): Promise<Stage> {
  const stage = await aStage(context, { rows: ROWS });
  writeFileSync(stage.pipelineFile, defaultGuards(readFileSync(stage.pipelineFile, 'utf8')));
  const first = await runHere(stage);
  expect([first.exitCode, first.rows.created]).toEqual([0, ROWS.length]);
  return stage;
}

const writes = (stage: Stage): number =>
  stage.arrivals('external_interview.create').length + stage.arrivals('external_interview.update').length;

/** The bad night is stopped with the numbers, nothing is asked, and the next normal night runs by itself. */
async function expectStopped(stage: Stage, guard: string, says: string | RegExp): Promise<void> {
  const before = stage.sandbox.arrivals().length;
  const [planned, synced] = await Promise.all([stage.plan(), stage.sync()]);
  for (const stopped of [planned, synced]) {
    expect(stopped.stderr).toContain(`${guard}: `);
    expect(stopped.stderr).toMatch(says);
    expect(stopped.stderr).toContain(`--allow ${guard}`);
    expect(stopped.exitCode).toBe(4);
  }
  expect(stage.sandbox.arrivals()).toHaveLength(before);
  expect(synced.report?.rows).toMatchObject({ created: 0, updated: 0 });
  const normal = ROWS.map((row, i) => (i === 0 ? { ...row, comment: '次日补充' } : row));
  stage.write(normal);
  const next = await runHere(stage);
  expect([next.exitCode, next.rows.updated]).toEqual([0, 1]);
}

const changed = (count: number, over: Partial<Row>): Row[] =>
  ROWS.map((row, i) => (i < count ? { ...row, ...over } : row));

it('empty: a header and nothing else', async (context) => {
  const stage = await afterGoodNight(context);
  stage.write([]);
  await expectStopped(stage, 'empty', 'no rows at all');
});

it('truncated: no line end where there was one', async (context) => {
  const stage = await afterGoodNight(context);
  writeFileSync(join(stage.source, 'interviews.csv'), csvOf(ROWS).trimEnd());
  await expectStopped(stage, 'truncated', 'interviews.csv does not end with a line end');
});

it('shrunk: more than a fifth of the rows is gone', async (context) => {
  const stage = await afterGoodNight(context);
  stage.write(ROWS.slice(0, 60));
  await expectStopped(stage, 'shrunk', '60 rows, last time 80: 25 % fewer (guards.shrunk allows 20 %)');
});

it('changed: more than three in ten known records change at once', async (context) => {
  const stage = await afterGoodNight(context);
  stage.write(changed(30, { comment: '全部重写' }));
  await expectStopped(stage, 'changed', '30 of 80 known records would change at once: 37.5 %');
});

it('field: one field becomes empty in most of them', async (context) => {
  const stage = await afterGoodNight(context);
  stage.write(changed(50, { comment: '' }));
  await expectStopped(stage, 'field', '`interview_assessments.content` becomes empty in 62.5 %');
});

it('rejected: more than one in twenty rows', async (context) => {
  const stage = await afterGoodNight(context);
  stage.write(changed(5, { verdict: '通过(待复核)' as Row['verdict'] }));
  await expectStopped(stage, 'rejected', '5 of 80 rows are rejected: 6.3 %');
});

it("older: the newest date is older than last time's", async (context) => {
  const stage = await afterGoodNight(context);
  stage.write(ROWS.slice(0, 70));
  await expectStopped(
    stage,
    'older',
    /is 2024-03-05 \d\d:\d\d, last time it was 2024-03-05 \d\d:\d\d: this may be an old file/,
  );
});

it('older: a date to come is not the newest, and a newest row that is rejected tonight makes no old file', async (context) => {
  const rows = someRows(78);
  const last = rows.at(-1)!;
  const others = rows.slice(0, -1);
  const stage = await aStage(context, {
    rows: [...others, { ...last, beginMs: Date.parse('2099-01-01T00:00Z') }],
  });
  expect((await runHere(stage)).exitCode).toBe(0);
  stage.write(rows);
  const corrected = await stage.sync();
  expect([corrected.exitCode, corrected.stderr]).toEqual([0, '']);
  expect([corrected.report?.newestKey, corrected.report?.rows.updated]).toEqual([last.id, 1]);
  stage.write([...others, { ...last, verdict: 'Pass' as Row['verdict'] }]);
  const rejected = await runHere(stage);
  expect([rejected.exitCode, rejected.rows.rejected]).toEqual([3, 1]);
  stage.write(rows);
  expect((await runHere(stage)).exitCode).toBe(0);
});

it('--allow lifts a guard for one run, which is recorded and told by runs', async (context) => {
  const stage = await afterGoodNight(context);
  stage.write(changed(30, { comment: '全部重写' }));
  const lifted = await stage.sync('--allow', 'changed');
  expect([lifted.exitCode, lifted.report?.rows.updated]).toEqual([0, 30]);
  expect(lifted.report?.allowed).toEqual(['changed']);
  const told = await hireSync(['runs', lifted.report?.run ?? '', '--ledger', stage.ledgerFile], {
    cwd: stage.source,
  });
  expect(told.stdout).toMatch(/^allowed {3}changed$/m);
  stage.write(changed(30, { comment: '又重写' }));
  const stopped = await stage.sync('--allow', 'shrunk');
  expect(stopped.exitCode).toBe(4);
});

it('thresholds are settings of the pipeline', async (context) => {
  const stage = await afterGoodNight(context);
  const text = readFileSync(stage.pipelineFile, 'utf8');
  writeFileSync(
    stage.pipelineFile,
    text.replace("name: 'faults',", "name: 'faults', guards: { changed: 0.4 },"),
  );
  stage.write(changed(30, { comment: '全部重写' }));
  expect((await runHere(stage)).rows.updated).toBe(30);
  writeFileSync(
    stage.pipelineFile,
    text.replace("name: 'faults',", "name: 'faults', guards: { changed: 40 },"),
  );
  const wrong = await stage.sync();
  expect([wrong.exitCode, wrong.stderr]).toEqual([
    2,
    expect.stringContaining('"guards.changed" must be a share from 0 to 1'),
  ]);
});

it('a key that comes back under another application is held, both shown', async (context) => {
  const stage = await afterGoodNight(context);
  const before = writes(stage);
  stage.write(changed(1, { application: '6960663240925956000' }));
  const held = await runHere(stage);
  expect([held.exitCode, held.rows.held, writes(stage)]).toEqual([3, 1, before]);
});

it('a JSON export without its end stops the run as well', async (context) => {
  const stage = await aStage(context, { rows: ROWS });
  const text = readFileSync(stage.pipelineFile, 'utf8');
  const json = text
    .replace('import { csv,', 'import { json,')
    .replace(/csv\('interviews.csv', \{[^}]*\}\)/, "json('interviews.json')");
  writeFileSync(stage.pipelineFile, json);
  const rows = ROWS.map(({ id, application, interviewer, verdict, comment, beginMs }) => ({
    id,
    application,
    interviewer,
    verdict,
    comment,
    begin_ms: beginMs,
  }));
  const whole = JSON.stringify(rows, null, 1);
  writeFileSync(join(stage.source, 'interviews.json'), whole.slice(0, whole.length / 2));
  const stopped = await stage.sync();
  expect([stopped.exitCode, writes(stage)]).toEqual([4, 0]);
  expect(stopped.stderr).toContain('interviews.json');
  writeFileSync(join(stage.source, 'interviews.json'), `${whole}\n`);
  expect((await runHere(stage)).rows.created).toBe(ROWS.length);
  // Its closing bracket is its end, whatever follows.
  writeFileSync(join(stage.source, 'interviews.json'), whole);
  const again = await runHere(stage);
  expect([again.exitCode, again.rows.unchanged]).toEqual([0, ROWS.length]);
});

it('an emptied child file stops the run: it would erase what its rows had brought', async (context) => {
  const stage = await aStage(context, { rows: ROWS });
  const text = readFileSync(stage.pipelineFile, 'utf8');
  const joined = text
    .replace('import { csv,', 'import { csv, join, many,')
    .replace(
      /source: (csv\('interviews.csv', \{[^}]*\}\))/,
      "source: join($1, { notes: many(csv('notes.csv', { columns: ['id', 'note'] }), 'id') })",
    )
    .replace('content: row.comment', "content: row.comment + row.notes.map(({ note }) => note).join('')");
  writeFileSync(stage.pipelineFile, joined);
  const notes = (count: number): void =>
    writeFileSync(
      join(stage.source, 'notes.csv'),
      ['id,note', ...ROWS.slice(0, count).map(({ id }) => `${id},补充`), ''].join('\n'),
    );
  notes(80);
  expect((await runHere(stage)).rows.created).toBe(80);
  const before = writes(stage);
  for (const [count, guard] of [
    [0, 'empty: notes.csv has no rows, last time 80'],
    [60, 'shrunk: notes.csv has 60 rows, last time 80: 25 % fewer'],
  ] as const) {
    notes(count);
    const stopped = await stage.sync();
    expect([stopped.exitCode, stopped.stderr]).toEqual([4, expect.stringContaining(guard)]);
  }
  expect(writes(stage)).toBe(before);
  notes(80);
  expect((await runHere(stage)).rows.unchanged).toBe(80);
});

it('an update that would drop an assessment is held while child rows have no parent', async (context) => {
  const stage = await aStage(context, { rows: someRows(3) });
  const text = readFileSync(stage.pipelineFile, 'utf8');
  writeFileSync(
    stage.pipelineFile,
    text
      .replace('import { csv,', 'import { csv, join, many,')
      .replace(
        /source: (csv\('interviews.csv', \{[^}]*\}\))/,
        "source: join($1, { more: many(csv('more.csv', { columns: ['id', 'who', 'verdict'] }), 'id') })",
      )
      .replace(
        'interview_assessments: [',
        'interview_assessments: [\n      ...row.more.map((one) => ({ username: one.who, conclusion: verdict(one.verdict) })),',
      ),
  );
  const more = (keys: string[]): void =>
    writeFileSync(
      join(stage.source, 'more.csv'),
      ['id,who,verdict', ...keys.map((key) => `${key},赵六,不通过`), ''].join('\n'),
    );
  more(['R-001', 'R-002', 'R-003']);
  expect((await runHere(stage)).rows.created).toBe(3);
  more(['R-001', 'R-002', 'R-003x']);
  const held = await runHere(stage);
  expect([held.exitCode, held.rows]).toMatchObject([3, { held: 1, updated: 0, unchanged: 2 }]);
  expect(stage.arrivals('external_interview.update')).toHaveLength(0);
  // Really gone, with nothing left over: then it is an update.
  more(['R-001', 'R-002']);
  expect((await runHere(stage)).rows).toMatchObject({ held: 0, updated: 1, unchanged: 2 });
});

it('a first sign-in that fails does not claim the ledger', async (context) => {
  const stage = await aStage(context, { rows: someRows(2) });
  const tenants = (): number => {
    const ledger = new Database(stage.ledgerFile, { readonly: true });
    const count = ledger.prepare("SELECT count(*) FROM meta WHERE name = 'tenant'").pluck().get() as number;
    ledger.close();
    return count;
  };
  await stage.down();
  expect([(await stage.sync()).exitCode, tenants()]).toEqual([1, 0]);
  await stage.up();
  expect([(await stage.sync()).exitCode, tenants()]).toEqual([0, 1]);
});
