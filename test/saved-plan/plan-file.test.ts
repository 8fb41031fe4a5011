import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writePlanText } from '../../src/cli/saved-plan.ts';

const BENCH = join(import.meta.dirname, '../bench/plan-file.ts');

it('a plan is written and read in a heap that does not grow with it', () => {
  // As much text as the heap, so that nothing of it can be kept; `npm run bench:plan` takes a million.
  const args = [BENCH, '--changes', '30000', '--heap', '24'];
  const ran = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(ran.status, ran.stderr).toBe(0);
});

it('a full disk is told, and leaves the older plan as it was', ({ onTestFinished, skip }) => {
  const folder = mkdtempSync(join(tmpdir(), 'hire-sync-plan-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]).status !== 0)
    return skip('this process may not mount a file system');
  onTestFinished(() => void spawnSync('umount', [folder]));
  const file = join(folder, 'night.plan');
  const output = { flag: '--out', path: file, isOurs: () => true };
  writePlanText(output, ['old\n']);
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(join(folder, 'rest'), Buffer.alloc((bavail - 20) * bsize));
  const many = Array.from({ length: 10_000 }, () => '改过改过改过\n');
  expect(() => writePlanText(output, many)).toThrow(
    expect.objectContaining({ code: 'OUTPUT_INVALID', message: expect.stringContaining('(ENOSPC)') }),
  );
  expect(readdirSync(folder).sort()).toEqual(['night.plan', 'rest']);
});
