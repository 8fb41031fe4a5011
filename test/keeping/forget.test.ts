import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { forgetSchema } from '../../src/report/forget-schema.ts';
import { objectsIn } from '../target.ts';
import { aFullHome } from './full-home.ts';
import { aHome, filesWith, HERS } from './home.ts';

const TIMEOUT = { timeout: 240_000 };

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
