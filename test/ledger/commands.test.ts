import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { SANDBOX_APP } from '../../src/sandbox/index.ts';
import { deleteInFeishu } from '../faults/feishu-user.ts';
import { bodyOf, someRows } from '../faults/rows.ts';
import { aStage, type Stage } from '../faults/stage.ts';
import { command } from './command.ts';

it('an empty ledger against a tenant that holds the data is stopped, rebuilt, and then sends nothing', async (context) => {
  const rows = someRows(120);
  const stage = await aStage(context, { rows });
  // Somebody wrote one more under an application of ours, which no row equals.
  stage.sandbox.seed({
    interviews: [...rows.map(bodyOf), { ...bodyOf(rows[0]!), participate_status: 3 }],
  });
  const stopped = await stage.sync();
  expect(stopped.exitCode).toBe(4);
  expect(stopped.stderr).toContain('ledger rebuild');
  expect(stage.arrivals('external_interview.create')).toHaveLength(0);

  const rebuilt = await command(
    stage,
    'ledger',
    'rebuild',
    stage.pipelineFile,
    '--source',
    stage.source,
    '--rate',
    '200',
  );
  expect(rebuilt.out).toContain('120 matched, 0 near, 0 unmatched, 0 ambiguous, 0 known before');
  expect(rebuilt.out).toContain('1 objects under them equal no row');
  expect(rebuilt.code).toBe(0);
  const again = await command(
    stage,
    'ledger',
    'rebuild',
    stage.pipelineFile,
    '--source',
    stage.source,
    '--rate',
    '200',
  );
  expect(again.out).toContain('0 matched, 0 near, 0 unmatched, 0 ambiguous, 120 known before');

  const synced = await stage.sync();
  expect(synced.report?.rows).toMatchObject({ read: 120, unchanged: 120, created: 0 });
  expect(stage.arrivals('external_interview.create')).toHaveLength(0);
  const byId = new Map(stage.sandbox.interviews().map((object) => [object.id, object.body]));
  for (const row of rows) expect(byId.get(stage.entries().get(row.id)?.remote_id ?? '')).toEqual(bodyOf(row));
});

it('a rebuild adopts nothing where there are more equal objects than rows, and says so', async (context) => {
  const [row] = someRows(1);
  const stage = await aStage(context, { rows: [row!] });
  stage.sandbox.seed({ interviews: [bodyOf(row!), bodyOf(row!)] } as Parameters<Stage['sandbox']['seed']>[0]);
  const rebuilt = await command(stage, 'ledger', 'rebuild', stage.pipelineFile, '--source', stage.source);
  expect(rebuilt.out).toMatch(/ambiguous\s+R-001\s+\d{19}, \d{19}/);
  expect(rebuilt.code).toBe(3);
  expect(stage.entries().size).toBe(0);
});

it('--allow existing-content lifts the guard; an unknown guard is refused', async (context) => {
  const rows = someRows(101);
  const stage = await aStage(context, { rows });
  stage.sandbox.seed({ interviews: rows.slice(0, 60).map(bodyOf) });
  const wrong = await stage.sync('--allow', 'everything');
  expect([wrong.exitCode, wrong.stderr]).toEqual([2, expect.stringContaining('existing-content')]);
  expect((await stage.sync()).exitCode).toBe(4);
  const lifted = await stage.sync('--allow', 'existing-content');
  // What is there already is adopted all the same.
  expect(lifted.report).toMatchObject({ rows: { created: 41, unchanged: 60 }, noted: { adopted: 60 } });
});

it('a typing error in --adopt says which object the record had, and that one is taken back', async (context) => {
  const rows = someRows(2);
  const stage = await aStage(context, { rows });
  expect((await stage.sync()).exitCode).toBe(0);
  const id = stage.entries().get('R-001')?.remote_id ?? '';
  const typo = await command(stage, 'resolve', 'faults', 'R-001', '--adopt', '123');
  expect(typo.out).toContain(`Until now its object was ${id}`);
  expect((await stage.sync()).exitCode).toBe(3);
  const back = /--adopt \d+/.exec(typo.out)?.[0].split(' ') ?? [];
  const decided = await command(stage, 'resolve', 'faults', 'R-001', ...back);
  expect([decided.code, decided.err]).toEqual([0, '']);
  const after = await stage.sync();
  expect(after.exitCode, after.stderr).toBe(0);
  expect(stage.entries().get('R-001')?.remote_id).toBe(id);
  expect(stage.sandbox.interviews()).toHaveLength(2);
});

it('--create after a wrong --adopt says that it makes a second object, and how that is taken back', async (context) => {
  const stage = await aStage(context, { rows: someRows(2) });
  await stage.sync();
  const id = stage.entries().get('R-001')?.remote_id ?? '';
  await command(stage, 'resolve', 'faults', 'R-001', '--adopt', '123');
  const create = await command(stage, 'resolve', 'faults', 'R-001', '--create');
  expect(create.out).toMatch(
    /123 was named by hand .*the id that the record had before is the way back.*undo --run RUN.*before another --adopt/,
  );
  const synced = await stage.sync();
  expect(synced.report?.rows).toMatchObject({ created: 1, unchanged: 1 });
  expect(stage.sandbox.interviews()).toHaveLength(3);
  const undone = await command(stage, 'undo', '--run', synced.report?.run ?? '', '--yes');
  expect([undone.code, undone.err]).toEqual([0, '']);
  expect((await command(stage, 'resolve', 'faults', 'R-001', '--adopt', id)).code).toBe(0);
  expect((await stage.sync()).exitCode).toBe(0);
  expect(stage.entries().get('R-001')).toMatchObject({ remote_id: id, state: 'settled', held: null });
  expect(stage.sandbox.interviews()).toHaveLength(2);
});

it('a held record is resolved by hand: adopt, create, skip', async (context) => {
  const rows = someRows(3);
  const stage = await aStage(context, { rows });
  expect((await stage.sync()).exitCode).toBe(0);
  const ids = rows.map((row) => stage.entries().get(row.id)?.remote_id ?? '');
  stage.daysLater();
  // All three vanish from Feishu, and change in the source: each update finds nothing.
  for (const id of ids) {
    await stage.sandbox.fetch(`http://sandbox/open-apis/hire/v1/external_interviews/${id}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${await token(stage)}` },
    });
  }
  const changed = rows.map((row) => ({ ...row, comment: `${row.comment}，补充` }));
  stage.write(changed);
  const held = await stage.sync();
  expect(held.exitCode).toBe(3);
  expect(held.report?.rows).toMatchObject({ held: 3, updated: 0 });
  expect([...stage.entries().values()].map(({ held }) => held?.code)).toEqual([
    'missing-in-feishu',
    'missing-in-feishu',
    'missing-in-feishu',
  ]);
  expect((await stage.sync()).report?.rows).toMatchObject({ held: 3, updated: 0 });

  const seeded = stage.sandbox.seed({
    interviews: [{ ...bodyOf(rows[0]!), participate_status: 1 }],
  });
  const adopted = seeded.interviews[0]!;
  expect((await command(stage, 'resolve', 'faults', 'R-001', '--adopt', adopted)).code).toBe(0);
  expect((await command(stage, 'resolve', stage.pipelineFile, 'R-002', '--create')).code).toBe(0);
  expect((await command(stage, 'resolve', 'faults', 'R-003', '--skip')).code).toBe(0);
  const after = await stage.sync();
  expect(after.report?.rows).toMatchObject({ updated: 1, created: 1, skipped: 1, held: 0 });
  expect(after.exitCode).toBe(0);
  const bodies = new Map(stage.sandbox.interviews().map((object) => [object.id, object]));
  expect(bodies.get(adopted)?.body).toEqual(bodyOf(changed[0]!));
  const created = bodies.get(stage.entries().get('R-002')?.remote_id ?? '');
  expect([created?.externalId, created?.body]).toEqual(['faults:R-002#2', bodyOf(changed[1]!)]);
  expect(stage.sandbox.interviews()).toHaveLength(2);
  expect((await stage.sync()).report?.rows).toMatchObject({ unchanged: 2, skipped: 1 });
});

it('resolve and the ledger commands say what is wrong with what they are given', async (context) => {
  const stage = await aStage(context, { rows: someRows(1) });
  const missing = await command(stage, 'ledger', 'check');
  expect([missing.code, missing.err]).toEqual([2, expect.stringContaining('There is no ledger')]);
  const rekeyed = await command(stage, 'rekey', stage.pipelineFile, '--source', stage.source);
  expect([rekeyed.code, rekeyed.err]).toEqual([2, expect.stringContaining('There is no ledger')]);
  expect(existsSync(stage.ledgerFile)).toBe(false);
  await stage.sync();
  for (const [args, said] of [
    [['resolve', 'faults', 'R-001', '--again'], 'nothing was decided about it'],
    [['resolve', 'faults', 'R-009', '--skip'], 'knows no record "R-009"'],
    [['resolve', 'faults', 'R-009', '--keep'], 'there is nothing to keep'],
    [['resolve', 'faults', '--skip'], 'Which record?'],
    [['resolve', 'faults', 'R-001', '--from', 'x.csv'], 'no KEY and no other decision beside it'],
    [['resolve', 'faults', '--from', 'x.csv'], 'x.csv'],
    [['resolve', 'faults', 'R-001'], 'one of --adopt ID, --create, --skip'],
    [['resolve', 'faults', 'R-001', '--adopt', '6.9E18'], 'must be a Feishu id'],
    [['ledger', 'export', '--format', 'xml'], 'csv or jsonl'],
    [['ledger', 'backup', stage.ledgerFile], 'exists already'],
  ] as const) {
    const { code, err } = await command(stage, ...args);
    expect([code, err]).toEqual([2, expect.stringContaining(said)]);
    expect(err).not.toMatch(/^\s+at /m);
  }
  const sound = await command(stage, 'ledger', 'check');
  expect([sound.code, sound.out]).toEqual([0, expect.stringContaining('is sound')]);
});

async function token(stage: Stage): Promise<string> {
  const answer = await stage.sandbox.fetch('http://sandbox/open-apis/auth/v3/tenant_access_token/internal', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ app_id: SANDBOX_APP.appId, app_secret: SANDBOX_APP.appSecret }),
  });
  return ((await answer.json()) as { tenant_access_token: string }).tenant_access_token;
}

it('says what a decision about a sound record means, and that a file without decisions decides nothing', async (context) => {
  const rows = someRows(3);
  const stage = await aStage(context, { rows });
  await stage.sync();
  const id = stage.entries().get('R-001')?.remote_id;
  const skipped = await command(stage, 'resolve', 'faults', 'R-001', '--skip');
  expect(skipped.out).toContain(
    `its object ${id} stays in Feishu as it is now, and what changes in the source does not reach it; \`resolve --again\` takes that back.`,
  );
  await command(stage, 'resolve', 'faults', 'R-001', '--again');

  stage.daysLater();
  await deleteInFeishu(stage.sandbox, id ?? '');
  stage.write([{ ...rows[0]!, comment: '改过' }, ...rows.slice(1)]);
  const held = join(dirname(stage.ledgerFile), 'holds.csv');
  expect((await stage.sync('--report', held)).report?.rows).toMatchObject({ held: 1 });
  const none = await command(stage, 'resolve', 'faults', '--from', held);
  expect([none.code, none.out, none.err]).toEqual([
    2,
    '',
    expect.stringMatching(
      /nothing was decided: its column "decision" is empty in every line; fill in .*\n {2}- line \d+, R-001 \(missing-in-feishu\): .*create/,
    ),
  ]);

  const nowhere = await command(stage, 'ledger', 'backup', 'nowhere/copy.db');
  expect([nowhere.code, nowhere.err]).toEqual([
    2,
    expect.stringMatching(/there is no folder .*nowhere: make it first, or name another\./),
  ]);
  const verified = await command(stage, 'verify', 'faults');
  expect(verified.out).toContain('Next: ');
});
