import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/result/report.ts';
import { SANDBOX_APP } from '../../src/sandbox/index.ts';
import { someRows } from '../faults/rows.ts';
import { aScene, mixedNight } from './scene.ts';

const WHAT = { created: 5, updated: 3, unchanged: 3, held: 1, rejected: 1, read: 13 };

describe('a plan and the sync that follows', { concurrent: true, timeout: 60_000 }, () => {
  it.for(['plan --remote', 'plan --out'])('print the same lines: %s', async (way, context) => {
    const scene = await aScene(context);
    await mixedNight(scene);
    const file = join(scene.folder, 'night.plan');
    const saved = way === 'plan --out';
    // What lies there is replaced, with the rights of a plan.
    if (saved) {
      writeFileSync(file, '');
      chmodSync(file, 0o644);
    }
    const planned = await scene.go(['plan', '--remote', ...(saved ? ['--out', file] : [])]);
    expect(planned.code, planned.stderr).toBe(3);
    expect(planned.writes).toBe(0);
    expect(planned.stdout).toContain(
      'Plan: 5 to create, 3 to update, 3 unchanged (1 in Feishu already), 0 skipped, 1 rejected, 1 held = 13 rows read.',
    );
    expect(planned.items.match(/^ {2}[+~?!=] /gm)).toHaveLength(11);

    const synced = await scene.go(['sync', ...(saved ? ['--plan', file] : [])]);
    expect(synced.items).toBe(planned.items);
    expect(synced.code, synced.stderr).toBe(3);
    expect(synced.writes).toBe(8);
    expect(synced.stdout).toContain(
      'Sync: 5 created, 3 updated, 3 unchanged (1 in Feishu already), 0 skipped, 1 rejected, 1 held,',
    );
    // The row that waits, and the rejected one, are kept as by any other sync.
    const [id = ''] = readdirSync(join(scene.folder, '.hire-sync/runs')).sort().reverse();
    const rejects = readFileSync(join(scene.folder, '.hire-sync/runs', id, 'rejects.csv'), 'utf8');
    expect(rejects).toContain('R-012,');
    expect(rejects).toContain('通过（待复核）');
    const next = await scene.json(['plan', '--detailed-exitcode', ...(saved ? [] : ['--remote'])]);
    expect(next.code, next.stderr).toBe(0);
    expect(next.report.rows).toMatchObject({ created: 0, updated: 0, unchanged: 11, held: 1, rejected: 1 });
  });

  it('a saved plan holds what was reported, no secret, and is its owner’s alone', async (context) => {
    const scene = await aScene(context);
    await mixedNight(scene);
    const file = join(scene.folder, 'plans/deep/night.plan');
    const planned = await scene.json(['plan', '--remote', '--out', file]);
    expect(planned.report.rows).toMatchObject(WHAT);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(scene.folder, 'plans')).mode & 0o777).toBe(0o700);
    const text = readFileSync(file, 'utf8');
    const [header = '', ...lines] = text.trimEnd().split('\n');
    const { report } = JSON.parse(header) as { report: Report };
    expect(report.rows).toEqual(planned.report.rows);
    expect(report.noted).toEqual(planned.report.noted);
    // One line per row, and the seal.
    expect(lines).toHaveLength(WHAT.read + 1);
    expect(text).not.toContain(SANDBOX_APP.appSecret);
    expect(text).not.toMatch(/\bt-\w{8}|bearer/i);
    const synced = await scene.json(['sync', '--plan', file]);
    const { inDoubt: _, failed: __, ...rows } = synced.report.rows;
    expect(planned.report.rows).toMatchObject(rows);
    expect(synced.report.noted).toEqual(planned.report.noted);
  });

  it('asks nobody when there is nothing to change', async (context) => {
    const scene = await aScene(context);
    scene.write(someRows(3));
    await scene.here();
    const file = join(scene.folder, 'empty.plan');
    const before = scene.sandbox.arrivals().length;
    await scene.here();
    // Not even for a token, once it need not sign in.
    expect(scene.sandbox.arrivals().length - before).toBe(0);
    await scene.here({ planOnly: true, out: file });
    const applied = await scene.go(['sync', '--plan', file]);
    expect([applied.code, applied.requests]).toEqual([0, 0]);
  });
});
