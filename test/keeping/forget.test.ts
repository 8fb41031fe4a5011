import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { forgetSchema } from '../../src/report/forget-schema.ts';
import type { FaultRule } from '../../src/sandbox/faults.ts';
import { hireSync } from '../cli/child.ts';
import { runHere } from '../faults/in-process.ts';
import { BATCH_QUERY, CREATE, DELETE, objectsIn, PATH } from '../target.ts';
import { aFullHome } from './full-home.ts';
import { aHome, edited, filesWith, HERS, ROWS } from './home.ts';

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
        // What runs have made before they wrote.
        'backups/ledger.before-RUN.db',
        'saved.plan.json',
        'read/faults.pages',
        'runs/RUN/changes.db',
        'runs/RUN/rejects.csv',
        'runs/RUN/rejects.original.csv',
      ]),
    );
    const elsewhere = join(stage.source, 'corrected.csv');
    const rejects = readdirSync(join(home, 'runs')).map((run) => join(home, 'runs', run, 'rejects.csv'));
    copyFileSync(rejects.find((file) => existsSync(file)) ?? '', elsewhere);
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
        backups: { files: expect.any(Number) },
      },
      feishu: { deleted: [expect.stringMatching(/^\d+$/)], notDeleted: [] },
      left: [],
    });
    expect(where()).toEqual([]);
    expect(objectsIn(stage.sandbox)).toHaveLength(5);
    expect((await cli('ledger', 'check')).code).toBe(0);

    // The saved plan has another hash, and is carried out but for her.
    const metrics = join(home, '..', `${basename(home)}.prom`);
    context.onTestFinished(() => rmSync(metrics, { force: true }));
    const applied = await stage.sync('--plan', plan, '--metrics', metrics);
    expect(readFileSync(metrics, 'utf8')).toContain(
      'hire_sync_rows{pipeline="faults",outcome="forgotten"} 1',
    );
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

    // A reject file that somebody has copied elsewhere has her rows, and nobody decides about her.
    const fed = await stage.sync('--only-rejects', elsewhere);
    expect(fed.report?.rows, fed.stderr).toMatchObject({ read: 2, forgotten: 2, rejected: 0 });
    const resolved = await cli('resolve', 'faults', 'R-003', '--create');
    expect([resolved.code, resolved.err]).toEqual([
      2,
      expect.stringContaining('forget faults R-003 --revoke'),
    ]);
    expect(where()).toEqual([]);

    // A validation, which needs no ledger, does not show her either.
    const cwd = dirname(stage.pipelineFile);
    writeFileSync(join(cwd, 'hire-sync.config.json'), JSON.stringify({ ledger: stage.ledgerFile }));
    const validated = await hireSync(['validate', stage.pipelineFile, '--source', stage.source, '--json'], {
      cwd,
    });
    expect(JSON.parse(validated.stdout), validated.stderr).toMatchObject({
      rows: { read: 6, valid: 5, forgotten: 1 },
      forgottenRows: [{ file: 'interviews.csv', line: 4 }],
    });

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
    stage.write(edited(edited(ROWS, 'R-003'), 'R-001'));
    const plan = join(elsewhere, 'plan.json');
    expect((await stage.plan('--out', plan)).exitCode).toBe(0);
    expect((await cli('forget', 'faults', 'R-003', '--yes')).code).toBe(0);
    // A saved plan that lies elsewhere has her still.
    const planned = await stage.sync('--plan', plan);
    expect(planned.report?.rows, planned.stderr).toMatchObject({ read: 6, updated: 1, forgotten: 1 });
    expect(filesWith(home, HERS)).toEqual([]);
    copyFileSync(copy, stage.ledgerFile);
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

  it('finds a create that lost its answer; what Feishu will not delete is named, what cannot be asked is asked again', async (context) => {
    let armed: readonly FaultRule[] = [
      { match: { endpoint: CREATE, key: 'R-003' }, fault: { kind: 'reset-after' } },
      { match: { endpoint: BATCH_QUERY }, fault: { kind: 'error', status: 500, code: 2200 } },
    ];
    const { stage, home, cli } = await aHome(context, ROWS, ({ url }, { sandbox }) => {
      // What Feishu holds can be read before the first write, and not afterwards.
      if (armed.length === 0 || !new RegExp(`${PATH}$`).test(url)) return;
      sandbox.setFaults(armed);
      armed = [];
    });
    const night = await runHere(stage, { policy: { attempts: 1, baseMs: 1, capMs: 1 } });
    expect(night.rows).toMatchObject({ created: 5, inDoubt: 1 });
    expect(objectsIn(stage.sandbox)).toHaveLength(6);
    stage.sandbox.setFaults([{ match: { endpoint: DELETE }, fault: { kind: 'permission' } }]);
    const refused = await cli('forget', 'faults', 'R-003', '--yes', '--rate', '200');
    expect([refused.code, objectsIn(stage.sandbox).length], refused.err).toEqual([1, 6]);
    // Nothing else is done before it; without the permission the night says why.
    const stopped = await stage.sync();
    expect([stopped.exitCode, stopped.stderr]).toEqual([1, expect.stringContaining('--leave-in-feishu')]);
    expect((await cli('undo', '--run', 'x', '--plan')).code).toBe(2);
    stage.sandbox.setFaults([]);
    const completed = await stage.sync();
    expect(completed.report?.rows, completed.stderr).toMatchObject({ read: 6, forgotten: 1, unchanged: 5 });
    expect(objectsIn(stage.sandbox)).toHaveLength(5);
    expect(filesWith(home, HERS)).toEqual([]);

    stage.sandbox.setFaults([
      { match: { endpoint: DELETE }, fault: { kind: 'error', status: 400, code: 1002002 } },
    ]);
    const kept = await cli('forget', 'faults', 'R-001', '--yes', '--json', '--rate', '200');
    expect(kept.code, kept.err).toBe(3);
    expect(JSON.parse(kept.out).certificates[0].feishu).toEqual({
      deleted: [],
      notDeleted: [{ ids: [expect.any(String)], code: 1002002 }],
    });
    // A report that somebody has put there.
    writeFileSync(join(home, 'report.csv'), 'create,R-0021\ncreate,R-002,王强\n');
    const left = await cli('forget', 'faults', 'R-002', '--yes', '--leave-in-feishu', '--lang', 'zh');
    expect([left.code, left.out], left.err).toEqual([
      3,
      expect.stringMatching(
        /遗忘证明：faults R-002.*飞书中未删除，请人工处理：\d+.*仍含该编号或无法检查：.*report\.csv/s,
      ),
    ]);
    const next = await stage.sync();
    expect(next.report?.rows, next.stderr).toMatchObject({ read: 6, forgotten: 3, unchanged: 3 });
    expect(objectsIn(stage.sandbox)).toHaveLength(5);
  });
});
