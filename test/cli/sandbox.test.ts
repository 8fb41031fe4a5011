import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { hireSync, ROOT, start } from './child.ts';
import { aPlace, PIPELINE, type Place } from './place.ts';

const CHECKS = join(ROOT, 'pipelines/background-checks.ts');
const SEED = join(ROOT, 'fixtures/background-checks/sandbox-seed.json');

/** `hire-sync sandbox`, and what a user pastes of its output. */
async function aSandbox({ folder: cwd }: Place, ...flags: string[]) {
  const { child, ended, printed } = start(['sandbox', ...flags], { cwd });
  onTestFinished(() => void child.kill('SIGKILL'));
  const text = await printed('stdout', /FEISHU_APP_SECRET=.+\n/);
  const env = Object.fromEntries(
    text.matchAll(/^export (\w+)=(.+)$/gm).map(([, name, value]) => [name, value]),
  );
  return {
    env,
    async stop() {
      child.kill('SIGTERM');
      expect((await ended).code).toBe(0);
    },
  };
}

it('takes the bundled background checks, whose attachments are seeded once, and keeps them over a restart', async () => {
  const place = await aPlace();
  const sync = ['sync', CHECKS, '--json', '--ledger', place.ledgerFile];
  const first = await aSandbox(place, '--state', 'feishu.json', '--seed', SEED);
  const created = await hireSync(sync, { cwd: place.folder, env: first.env });
  expect(JSON.parse(created.stdout), created.stderr).toMatchObject({
    exitCode: 0,
    rows: { created: 4, skipped: 1 },
  });
  await first.stop();

  // A ledger belongs to one address.
  const { port } = new URL(first.env.FEISHU_BASE_URL!);
  const again = await aSandbox(place, '--port', port, '--state', 'feishu.json', '--seed', SEED);
  const verified = await hireSync(['verify', CHECKS, '--ledger', place.ledgerFile], {
    cwd: place.folder,
    env: again.env,
  });
  expect(verified.stdout, verified.stderr).toContain('4 equal, 0 changed, 0 missing');
  expect(verified.code).toBe(0);
  await again.stop();
});

it('refuses a seed that it cannot read or that is not one, before it listens', async () => {
  const place = await aPlace();
  const file = join(place.folder, 'seed.json');
  writeFileSync(file, '{"attachments": [{"id": 5}], "candidates": []}');
  for (const [seed, ...says] of [
    ['nowhere.json', /nowhere\.json cannot be read \(ENOENT\)/],
    [PIPELINE, /legacy-ats\.ts is not JSON/],
    [file, /attachments/, /candidates/],
  ] as const) {
    const ended = await place.run(['sandbox', '--seed', seed]);
    for (const words of says) expect(ended.stderr).toMatch(words);
    expect([ended.code, ended.stdout]).toEqual([2, '']);
  }
});
