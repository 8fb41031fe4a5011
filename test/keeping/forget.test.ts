import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { forgetSchema } from '../../src/report/forget-schema.ts';
import { createInFeishu } from '../faults/feishu-user.ts';
import { bodyOf, csvOf, type Row, someRows } from '../faults/rows.ts';
import { aStage, type Cleanup, type Stage } from '../faults/stage.ts';
import { command } from '../ledger/command.ts';
import { CREATE, DELETE, objectsIn } from '../target.ts';

const TIMEOUT = { timeout: 240_000 };
/** Six rows; the third is a person's who wants to be forgotten, of an application of her own. */
const ROWS = someRows(6).map(
  (row): Row =>
    row.id === 'R-003'
      ? { ...row, interviewer: '赵忘忘', comment: '机密评语XYZZY', application: '6960663240911112222' }
      : row,
);
const edited = (rows: readonly Row[], id: string): Row[] =>
  rows.map((row) => (row.id === id ? { ...row, comment: `${row.comment}改` } : row));
const without = (rows: readonly Row[], id: string): Row[] => rows.filter((row) => row.id !== id);

/** All that must be nowhere afterwards. */
const HERS = ['R-003', '赵忘忘', 'XYZZY', '6960663240911112222'];

interface Home {
  readonly stage: Stage;
  readonly home: string;
  cli(...args: string[]): ReturnType<typeof command>;
}

/** A stage whose ledger lies in a folder of its own, apart from the export. */
async function aHome(context: Cleanup, rows: readonly Row[] = ROWS): Promise<Home> {
  const home = mkdtempSync(join(tmpdir(), 'hire-sync-keeping-'));
  context.onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const stage = await aStage(context, { rows, ledgerFolder: home, sandbox: { limits: { [DELETE]: null } } });
  return { stage, home, cli: (...args) => command(stage, ...args) };
}

/** The files of a folder that hold one of these texts, in UTF-8 or GB18030. */
function filesWith(folder: string, texts: readonly string[]): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => {
      const bytes = readFileSync(file);
      return texts.some((text) => bytes.includes(Buffer.from(text)));
    });
}

/** Everything that may hold her text: versions, rejects, run data, a saved plan, a spool, backups of two kinds. */
async function aFullHome(context: Cleanup): Promise<Home & { readonly plan: string }> {
  const at = await aHome(context);
  const { stage, home, cli } = at;
  expect((await stage.sync()).exitCode).toBe(0);
  stage.write(edited(ROWS, 'R-003'));
  expect((await stage.sync()).exitCode).toBe(0);
  // A row of hers that is rejected, and one that cannot be read.
  const rejected = csvOf(edited(edited(ROWS, 'R-003'), 'R-005'))
    .replace('R-003,6960663240911112222,赵忘忘,待定', 'R-003,6960663240911112222,赵忘忘,不知道XYZZY')
    .replace(/(R-004,.*)\n/, '$1\nR-003,6960663240911112222,赵忘忘,通过,XYZZY,1709600700000,surplus\n');
  writeFileSync(join(stage.source, 'interviews.csv'), rejected);
  expect((await stage.sync()).exitCode).toBe(3);
  mkdirSync(join(home, 'backups'));
  expect((await cli('ledger', 'backup', join(home, 'backups', 'one.db'))).code).toBe(0);
  expect((await cli('ledger', 'backup', join(home, 'two.db'))).code).toBe(0);
  stage.write(edited(edited(edited(ROWS, 'R-003'), 'R-003'), 'R-001'));
  const plan = join(home, 'saved.plan.json');
  expect((await stage.plan('--out', plan)).exitCode).toBe(0);
  mkdirSync(join(home, 'read'));
  writeFileSync(join(home, 'read', 'faults.pages'), 'owner\n1 2 [{"name":"赵忘忘"}]\n');
  return { ...at, plan };
}

describe.concurrent('hire-sync forget', TIMEOUT, () => {
  it('erases a record everywhere, certifies it, and what is left still works', async (context) => {
    const { stage, home, cli, plan } = await aFullHome(context);
    const where = () =>
      filesWith(home, HERS).map((file) => file.slice(home.length + 1).replace(/\d{8}-\d{6}-\w+/, 'RUN'));
    expect(new Set(where())).toEqual(
      new Set([
        'ledger.db',
        'two.db',
        'backups/one.db',
        'saved.plan.json',
        'read/faults.pages',
        'runs/RUN/changes.db',
        'runs/RUN/rejects.csv',
        'runs/RUN/rejects.original.csv',
      ]),
    );
    const asked = await cli('forget', 'faults', 'R-003');
    expect([asked.code, asked.err]).toEqual([
      2,
      expect.stringContaining('There is no terminal to ask at: say --yes'),
    ]);
    expect(asked.err).toMatch(/Feishu: \d+.*replaced versions 1.*saved plans: 1 files/s);

    const done = await cli('forget', 'faults', 'R-003', '--yes', '--json');
    expect(done.code, done.err + done.out).toBe(0);
    const report = forgetSchema.parse(JSON.parse(done.out));
    expect(report.certificates).toHaveLength(1);
    expect(report.certificates[0]).toMatchObject({
      key: 'R-003',
      erased: {
        rejects: { files: 2 },
        savedPlans: { files: 1 },
        spools: { files: 1 },
        backups: { files: 2 },
      },
      feishu: { deleted: [expect.stringMatching(/^\d+$/)], notDeleted: [] },
      left: [],
    });
    expect(where()).toEqual([]);
    expect(objectsIn(stage.sandbox)).toHaveLength(5);
    expect((await cli('ledger', 'check')).code).toBe(0);

    // The saved plan has another hash, and is carried out but for her.
    const applied = await stage.sync('--plan', plan);
    expect([applied.exitCode, applied.stderr]).toEqual([0, expect.anything()]);
    expect(applied.report?.rows).toMatchObject({ read: 6, updated: 2, forgotten: 1 });
    expect(where()).toEqual([]);

    // Tomorrow's export has her still.
    const next = await stage.sync();
    expect(next.exitCode, next.stderr).toBe(0);
    expect(next.report?.rows).toMatchObject({ read: 6, forgotten: 1, created: 0 });
    expect(next.report).toMatchObject({ forgottenRows: [{ file: 'interviews.csv', line: 4 }] });
    expect(where()).toEqual([]);
    expect(objectsIn(stage.sandbox)).toHaveLength(5);
    const status = await cli('status', '--json');
    expect(JSON.parse(status.out)).toMatchObject({ pipelines: [{ finished: { rows: { forgotten: 1 } } }] });

    // Reports of earlier runs, in every format.
    const runs = readdirSync(join(home, 'runs')).filter((run) =>
      existsSync(join(home, 'runs', run, 'changes.db')),
    );
    for (const run of runs)
      for (const format of ['json', 'html', 'csv', 'text']) {
        const made = await cli('runs', run, '--format', format);
        expect([made.code, HERS.filter((text) => made.out.includes(text))], made.err).toEqual([0, []]);
      }
    // Asked again, it certifies the same.
    const again = await cli('forget', 'faults', 'R-003', '--json');
    expect(again.code, again.err).toBe(0);
    expect(JSON.parse(again.out).certificates).toEqual(report.certificates);

    // The undo of a run that had a part in her, and of what the plan did.
    const undone = await cli('undo', '--run', applied.report?.run ?? '', '--yes', '--rate', '200', '--json');
    expect([undone.code, JSON.parse(undone.out).rows], undone.err).toEqual([
      0,
      expect.objectContaining({ read: 2, restored: 2 }),
    ]);
  });

  it('is heeded by a copy that is put back, and ends what it brings back', async (context) => {
    const { stage, home, cli } = await aHome(context);
    expect((await stage.sync()).exitCode).toBe(0);
    const elsewhere = mkdtempSync(join(tmpdir(), 'hire-sync-elsewhere-'));
    context.onTestFinished(() => rmSync(elsewhere, { recursive: true, force: true }));
    const copy = join(elsewhere, 'copy.db');
    expect((await cli('ledger', 'backup', copy)).code).toBe(0);
    expect((await cli('forget', 'faults', 'R-003', '--yes')).code).toBe(0);
    copyFileSync(copy, stage.ledgerFile);
    // Somebody entered her by hand again: what the copy knows is another object.
    const back = await stage.plan('--allow', 'restored');
    expect(back.report?.rows).toMatchObject({ read: 6, forgotten: 1 });
    const restored = await stage.sync('--allow', 'restored');
    expect(restored.exitCode, restored.stderr).toBe(0);
    expect(restored.stderr).toContain('Completed what was begun: 1 forgotten');
    expect(restored.report?.rows).toMatchObject({ read: 6, created: 0, forgotten: 1 });
    expect(objectsIn(stage.sandbox)).toHaveLength(5);
    expect(filesWith(home, HERS)).toEqual([]);
    // A ledger that is lost altogether.
    for (const suffix of ['', '-wal', '-shm']) rmSync(stage.ledgerFile + suffix, { force: true });
    const anew = await stage.sync('--allow', 'restored');
    expect(anew.report?.rows).toMatchObject({ read: 6, created: 0, forgotten: 1 });
    expect(objectsIn(stage.sandbox)).toHaveLength(5);

    const revoked = await cli('forget', 'faults', 'R-003', '--revoke');
    expect(revoked.code, revoked.err).toBe(0);
    const came = await stage.sync();
    expect(came.report?.rows).toMatchObject({ read: 6, created: 1 });
    expect(came.report?.rows).not.toHaveProperty('forgotten');
    expect(objectsIn(stage.sandbox)).toHaveLength(6);
  });
});
void createInFeishu;
void bodyOf;
void without;
void CREATE;
