import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { sandboxEnv } from '../child-env.ts';
import { type Row, someRows } from '../faults/rows.ts';
import { aStage, type Cleanup, type Stage } from '../faults/stage.ts';
import { type Ended, start } from './child.ts';

const ROWS = someRows(5);
/** Whom a read-only folder keeps from writing: root is nobody. */
const NOBODY = 65534;

/** A ledger of five records in a folder that nobody may write to, and the commands of one who may not. */
async function aShelf(
  context: Cleanup,
  leaveOpen = false,
): Promise<Stage & { run(...args: string[]): Promise<Ended> }> {
  const shelf = mkdtempSync(join(tmpdir(), 'hire-sync-shelf-'));
  context.onTestFinished(() => rmSync(shelf, { recursive: true, force: true }));
  const home = join(shelf, 'ledger');
  mkdirSync(home);
  const stage = await aStage(context, { rows: ROWS, ledgerFolder: home });
  expect((await stage.sync()).exitCode).toBe(0);
  if (leaveOpen) {
    // What the last run left in the WAL belongs to the ledger.
    const database = new Database(stage.ledgerFile);
    context.onTestFinished(() => void database.close());
    database.pragma('wal_autocheckpoint = 0');
    const reason = JSON.stringify({ code: 'refused-repeat' });
    database.exec(`UPDATE entry SET held_reason = '${reason}' WHERE key = 'R-001'`);
    const files = readdirSync(home).filter((name) => name.startsWith('ledger.db'));
    const kept = files.map((name) => [name, readFileSync(join(home, name))] as const);
    expect(kept.find(([name]) => name.endsWith('-wal'))?.[1].length).toBeGreaterThan(0);
    rmSync(join(home, 'ledger.db-shm'));
  }
  for (const folder of [shelf, dirname(stage.pipelineFile), stage.source]) chmodSync(folder, 0o755);
  for (const name of readdirSync(home))
    chmodSync(join(home, name), name.startsWith('ledger.db') ? 0o444 : 0o555);
  chmodSync(home, 0o555);
  context.onTestFinished(() => chmodSync(home, 0o755));
  const run = (...args: string[]): Promise<Ended> =>
    start([...args, '--ledger', stage.ledgerFile], {
      cwd: dirname(stage.pipelineFile),
      env: sandboxEnv(stage.url),
      uid: process.getuid?.() === 0 ? NOBODY : undefined,
    }).ended;
  return { ...stage, run };
}

it('reading commands work on a ledger that may only be read', async (context) => {
  const shelf = await aShelf(context);
  const before = readFileSync(shelf.ledgerFile);
  const files = readdirSync(dirname(shelf.ledgerFile));
  for (const [args, code, says] of [
    [['runs'], 0, /faults/],
    [['ledger', 'check'], 0, /ledger\.db is sound/],
    [['ledger', 'export'], 0, /R-005/],
    [['plan', shelf.pipelineFile, '--source', shelf.source], 0, /5 unchanged/],
    [['plan', shelf.pipelineFile, '--source', shelf.source, '--remote'], 0, /5 unchanged/],
    [['verify', 'faults'], 0, /5 equal/],
  ] as const) {
    const ended = await shelf.run(...args);
    expect([ended.code, ended.stderr], args.join(' ')).toEqual([code, '']);
    expect(ended.stdout).toMatch(says);
  }
  const refused = await shelf.run('sync', shelf.pipelineFile, '--source', shelf.source);
  expect(refused.stderr).toMatch(/ledger\.db cannot be written \(\w+\)/);
  expect(refused.code).toBe(1);
  expect(readdirSync(dirname(shelf.ledgerFile))).toEqual(files);
  expect(readFileSync(shelf.ledgerFile)).toEqual(before);
});

it('with what its last run left beside it', async (context) => {
  const shelf = await aShelf(context, true);
  const { stdout, stderr } = await shelf.run('ledger', 'check');
  expect(stderr).toBe('');
  expect(stdout).toMatch(/5 settled, 1 of them held/);
});

it('plans where the rejected rows cannot be written, and says where they can', async (context) => {
  const shelf = await aShelf(context);
  const [first, ...others] = ROWS as [Row, ...Row[]];
  shelf.write([{ ...first, verdict: '好' } as unknown as Row, ...others]);
  const { code, stdout, stderr } = await shelf.run('plan', shelf.pipelineFile, '--source', shelf.source);
  expect([code, stdout]).toEqual([3, expect.stringContaining('4 unchanged, 0 skipped, 1 rejected')]);
  expect(stderr).toMatch(
    /^Besides, the rejected rows could not be written to \S+rejects\.csv \(EACCES\)\.\nThe plan is made all the same\..*--report FILE\.csv/,
  );
  const elsewhere = join(mkdtempSync(join(tmpdir(), 'hire-sync-else-')), 'holds.csv');
  chmodSync(dirname(elsewhere), 0o777);
  await shelf.run('plan', shelf.pipelineFile, '--source', shelf.source, '--report', elsewhere);
  expect(readFileSync(elsewhere, 'utf8')).toContain('好');
  rmSync(dirname(elsewhere), { recursive: true });
});
