import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { sandboxEnv } from '../child-env.ts';
import { someRows } from '../faults/rows.ts';
import { aStage } from '../faults/stage.ts';
import { hireSync } from './child.ts';

it('where the temporary files have no room, they are named, and not the ledger', async (context) => {
  const tiny = mkdtempSync(join(tmpdir(), 'hire-sync-tiny-'));
  context.onTestFinished(() => rmSync(tiny, { recursive: true, force: true }));
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', tiny]).status !== 0)
    return context.skip('this process may not mount a file system');
  context.onTestFinished(() => void spawnSync('umount', [tiny]));
  // More text than the plan keeps in memory.
  const rows = someRows(60).map((row) => ({ ...row, comment: '长'.repeat(60_000) }));
  const stage = await aStage(context, { rows });
  const env = {
    SQLITE_TMPDIR: tiny,
    ...sandboxEnv(stage.url),
  };
  for (const command of ['plan', 'sync']) {
    const args = [command, stage.pipelineFile, '--source', stage.source, '--ledger', stage.ledgerFile];
    const { code, stdout, stderr } = await hireSync(args, { cwd: dirname(stage.source), env });
    expect(stderr).toContain(`they are in ${tiny}, and may grow`);
    const said = stderr.replace(/^(?:No ledger yet:|New ledger:|First write to app) .*\n/gm, '');
    expect(said).toMatch(/^hire-sync: The temporary files of this run cannot be written \(SQLITE_FULL\)/);
    expect(said).not.toContain('ledger');
    expect([code, stdout]).toEqual([1, '']);
  }
  expect(stage.arrivals('external_interview.create')).toEqual([]);
  expect(existsSync(stage.ledgerFile)).toBe(true);
  expect((await stage.sync()).exitCode).toBe(0);
});
