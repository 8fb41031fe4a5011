import { readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { aPlace } from '../cli/place.ts';
import { type Row, someRows } from '../faults/rows.ts';
import { aStage } from '../faults/stage.ts';

const rows = someRows(24);
const bad = (row: Row, by: Partial<Record<'verdict' | 'beginMs', string>> = { verdict: '好' }): Row =>
  ({ ...row, ...by }) as unknown as Row;

it('--fail-on turns 3 into 0 where nothing new is open, and leaves every other code alone', async (context) => {
  const [first, second, ...others] = rows as [Row, Row, ...Row[]];
  const stage = await aStage(context, { rows: [bad(first), second, ...others] });
  const night = async (policy: string, ...flags: string[]) => {
    const { exitCode, report, stderr } = await stage.sync('--fail-on', policy, ...flags);
    return { exitCode, says: report?.failOn, was: report?.exitCode, stderr };
  };
  // A first night has no last time.
  expect(await night('new')).toMatchObject({ exitCode: 3, was: 3, says: { policy: 'new', exitCode: 3 } });
  // The same row, at another line.
  stage.write([second, bad(first), ...others]);
  const same = await night('new');
  expect(same).toMatchObject({ exitCode: 0, was: 3, says: { policy: 'new', exitCode: 0 } });
  expect(same.stderr).toContain(
    'faults: all rows that are left open were so last time, for the same reason (--fail-on new).',
  );
  const database = new Database(stage.ledgerFile, { readonly: true });
  expect(database.prepare('SELECT exit_code FROM run ORDER BY id').pluck().all()).toEqual([3, 3]);
  database.close();
  // Another row, then the first for another reason, then for one more.
  stage.write([bad(second), first, ...others]);
  expect(await night('new')).toMatchObject({ exitCode: 3 });
  stage.write([bad(second, { beginMs: 'soon' }), first, ...others]);
  expect(await night('new')).toMatchObject({ exitCode: 3 });
  stage.write([bad(second, { beginMs: 'soon', verdict: '好' }), first, ...others]);
  expect(await night('new')).toMatchObject({ exitCode: 3 });
  expect(await night('new')).toMatchObject({ exitCode: 0 });
  // One of two is fewer, and nothing new; so is none.
  stage.write([bad(second, { beginMs: 'soon' }), first, ...others]);
  expect(await night('new')).toMatchObject({ exitCode: 0, was: 3 });
  expect(await night('stopped')).toMatchObject({ exitCode: 0, was: 3 });
  expect((await stage.sync()).report?.failOn).toBeUndefined();
  // Rows that a canary leaves to the next run are nobody's failure, as before; a guard and wrong usage are.
  stage.write([]);
  expect(await night('stopped')).toMatchObject({ exitCode: 4 });
  expect((await stage.sync('--fail-on', 'old')).exitCode).toBe(2);
});

const ROUNDS = `
import { csv, definePipeline, join, many, required } from 'hire-sync';
export default definePipeline({
  name: 'rounds', target: 'external_interview', sourceDir: '.',
  source: join(csv('rounds.csv', { columns: ['id', 'application'] }), {
    cards: many(csv('cards.csv', { columns: ['round', 'by'] }), { parent: 'id', child: 'round' }),
  }),
  key: (row) => row.id,
  map: (row) => ({
    external_application_id: required(row.application),
    interview_assessments: row.cards.map((card) => ({ username: required(card.by) })),
  }),
});
`;

it('knows children without a parent again by the parent that they name', async () => {
  const place = await aPlace();
  const file = join(place.folder, 'rounds.ts');
  writeFileSync(file, ROUNDS);
  const ids = Array.from({ length: 12 }, (_, n) => `RD-${n}`);
  const rounds = ids.map((id, n) => `${id},69606632409259560${n + 10}`);
  writeFileSync(join(place.folder, 'rounds.csv'), ['id,application', ...rounds, ''].join('\n'));
  const night = async (...lost: string[]) => {
    const cards = [...lost, ...ids].map((id) => `${id},王强`);
    writeFileSync(join(place.folder, 'cards.csv'), ['round,by', ...cards, ''].join('\n'));
    const { stdout, code } = await place.run(['sync', file, '--fail-on', 'new', '--rate', '200', '--json']);
    return [code, (JSON.parse(stdout) as { orphans: number }).orphans];
  };
  expect(await night('RD-98', 'RD-99')).toEqual([3, 2]);
  expect(await night('RD-99', 'RD-98')).toEqual([0, 2]);
  expect(await night('RD-99', 'RD-97')).toEqual([3, 2]);
  expect(await night('RD-97')).toEqual([0, 1]);
  expect(await night('RD-97', 'RD-97')).toEqual([3, 2]);
  // Data of the run before that another version wrote, or that is damaged: what cannot be compared is new.
  const runs = join(place.folder, '.hire-sync', 'runs');
  const eachData = (harm: (file: string) => void): void => {
    for (const run of readdirSync(runs)) harm(join(runs, run, 'changes.db'));
  };
  expect(await night('RD-97', 'RD-97')).toEqual([0, 2]);
  eachData((file) => {
    const database = new Database(file);
    database.pragma('user_version = 1');
    database.close();
  });
  expect(await night('RD-97', 'RD-97')).toEqual([3, 2]);
  eachData((file) => truncateSync(file, 5000));
  expect(await night('RD-97', 'RD-97')).toEqual([3, 2]);
});
