import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../cli/child.ts';
import { build, canContain } from './container.ts';
import { stagesIn } from './dockerfile.ts';
import { expectToWork } from './expect-to-work.ts';

/** `npm run test:docker`: all steps of the Dockerfile, one by one, with `npm ci` from the registry. Root only. */
it('the steps of the Dockerfile make an image that works', { timeout: 1_200_000 }, async (context) => {
  // Overlays do not lie on a tmpfs that is full after one `npm ci`.
  const folder = mkdtempSync(join(process.env.HIRE_SYNC_SCRATCH ?? tmpdir(), 'hire-sync-image-'));
  context.onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  expect(canContain(join(folder, 'try')), 'this process may mount file systems').toBe(true);
  const names = Object.keys(process.env).filter((name) =>
    /^(npm_config_|https?_proxy|no_proxy|NODE_EXTRA_CA)/i.test(name),
  );
  const env = Object.fromEntries(names.map((name) => [name, process.env[name] ?? '']));
  const stages: Record<string, string> = {};
  for (const stage of stagesIn(ROOT)) {
    const layer = join(folder, `layer-${Object.keys(stages).length}`);
    const onStep = ({ instruction, text }: { instruction: string; text: string }) =>
      process.stderr.write(`${instruction} ${text}\n`);
    const image = build(layer, stage, { context: ROOT, stages, env, onStep });
    stages[stage.name] = layer;
    if (stage.name === '') await expectToWork(image, folder, context);
  }
});
