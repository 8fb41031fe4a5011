import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { sandboxEnv } from '../child-env.ts';
import { expectExactlyOnce } from '../faults/expect.ts';
import { someRows } from '../faults/rows.ts';
import { aStage, type Cleanup } from '../faults/stage.ts';
import { type Container, run } from './container.ts';

/** A night in the container with a root that cannot be written to, as the image's own user and as one that it does not know. */
export async function expectToWork(image: Container, folder: string, context: Cleanup): Promise<void> {
  const rows = someRows(6);
  const stage = await aStage(context, { rows });
  expect(image.user).toMatch(/^[1-9]/);
  expect(existsSync(join(image.layer, 'app/LICENSE'))).toBe(true);
  for (const [n, user] of [image.user, '12345:0'].entries()) {
    // As Docker fills a new volume: with what the image has there.
    const data = join(folder, `data-${n}`);
    const { mode, uid, gid } = statSync(join(image.layer, 'data'));
    mkdirSync(data);
    chownSync(data, uid, gid);
    chmodSync(data, mode & 0o7777);
    cpSync(stage.pipelineFile, join(data, 'pipeline.ts'));
    cpSync(stage.source, join(data, 'export'), { recursive: true });
    const night = (...args: string[]) => run(image, args, { user, data, env: sandboxEnv(stage.url) });
    const sync = ['sync', 'pipeline.ts', '--source', 'export', '--rate', '200'];
    const adopts = n === 0 ? [] : ['--allow', 'existing-content'];
    const { code, stderr } = await night(...sync, ...adopts);
    expect([code, stderr]).toEqual([0, expect.stringContaining('New ledger: /data/.hire-sync/ledger.db')]);
    const status = await night('status', '--lang', 'en');
    expect([status.code, status.stdout]).toEqual([0, expect.stringContaining(image.env.TZ ?? 'no TZ')]);
    expect(statSync(join(data, '.hire-sync/ledger.db'))).toMatchObject({ uid: Number(user.split(':')[0]) });
    if (n === 0) cpSync(join(data, '.hire-sync/ledger.db'), stage.ledgerFile);
    // Nothing else of the root can be written to.
    writeFileSync(
      join(data, 'try.mjs'),
      "import { writeFileSync } from 'node:fs'; writeFileSync('/app/x', '');",
    );
    const refused = await run({ ...image, entrypoint: ['node'] }, ['try.mjs'], { user, data });
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/EROFS|EACCES/)]);
  }
  expectExactlyOnce(stage, rows);
}
