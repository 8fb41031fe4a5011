import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { csvOf } from '../faults/rows.ts';
import type { Cleanup } from '../faults/stage.ts';
import { aHome, edited, type Home, ROWS } from './home.ts';

/** Everything that may hold her text: versions, rejects, run data, a saved plan, a spool, backups of two kinds. */
export async function aFullHome(context: Cleanup): Promise<Home & { readonly plan: string }> {
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
  mkdirSync(join(home, 'backups'), { recursive: true });
  expect((await cli('ledger', 'backup', join(home, 'backups', 'one.db'))).code).toBe(0);
  expect((await cli('ledger', 'backup', join(home, 'two.db'))).code).toBe(0);
  stage.write(edited(edited(edited(ROWS, 'R-003'), 'R-003'), 'R-001'));
  const plan = join(home, 'saved.plan.json');
  expect((await stage.plan('--out', plan)).exitCode).toBe(0);
  mkdirSync(join(home, 'read'));
  writeFileSync(join(home, 'read', 'faults.pages'), 'owner\n1 2 [{"name":"赵忘忘"}]\n');
  return { ...at, plan };
}
