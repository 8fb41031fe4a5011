import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { aFolder } from '../builders.ts';
import { ROOT } from '../cli/child.ts';
import { build, canContain, link } from './container.ts';
import { stagesIn } from './dockerfile.ts';
import { expectToWork } from './expect-to-work.ts';

const [first, last] = stagesIn(ROOT);

it('the Dockerfile copies what is there, keeps the version of Node, and downloads no second one', () => {
  const ignored = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n');
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    devDependencies: { node: string };
  };
  for (const { image } of [first!, last!]) expect(image).toBe(`node:${devDependencies.node}-bookworm-slim`);
  const texts = (instruction: string) =>
    [...first!.steps, ...last!.steps]
      .filter((step) => step.instruction === instruction)
      .map(({ text }) => text);
  for (const text of texts('COPY').filter((one) => !one.startsWith('--from'))) {
    for (const name of text.split(' ').slice(0, -1)) {
      expect(existsSync(join(ROOT, name)), name).toBe(true);
      expect(ignored).toContain(`!${name}`);
    }
  }
  for (const text of texts('RUN'))
    for (const [npm] of text.matchAll(/npm (?:ci|prune)[^&]*/g)) expect(npm).toContain('--ignore-scripts');
});

// What `npm ci` and the build make is taken from this checkout: `npm run test:docker` runs these, too.
it('what it makes works with a read-only root, as any user, in the zone that it is given', async (context) => {
  const folder = aFolder();
  if (!canContain(join(folder, 'try'))) return context.skip('this process may not mount a file system');
  const built = join(folder, 'built');
  for (const name of ['package.json', 'dist'])
    cpSync(join(ROOT, name), join(built, 'app', name), { recursive: true });
  link(ROOT, packagesToRun(), join(built, 'app'));
  const image = build(join(folder, 'image'), last!, { context: ROOT, stages: { build: built } });
  await expectToWork(image, folder, context);
});

/** Folders of the packages that are no tools of development. */
function packagesToRun(): string[] {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean }>;
  };
  return Object.keys(packages).filter(
    (path) => path !== '' && packages[path]?.dev !== true && existsSync(join(ROOT, path)),
  );
}
