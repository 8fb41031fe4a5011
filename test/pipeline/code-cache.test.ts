import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { codeCacheIn } from '../../src/pipeline/code-cache.ts';
import { definePipeline } from '../../src/pipeline/define.ts';
import { loadPipeline } from '../../src/pipeline/load.ts';
import { sourceOf } from './record-of.ts';

const self = { definePipeline, csv: () => sourceOf() };

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hire-sync-code-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

function pipelineNamed(name: string): string {
  return `import { csv, definePipeline } from 'hire-sync';
export default definePipeline({
  name: '${name}' as string, target: 'external_interview', source: csv(), key: (row) => row.id,
  map: (row) => ({ external_application_id: row.app }),
});
`;
}

test('transpiled code is kept for this user only, and an edited or damaged one is transpiled again', async () => {
  const home = aFolder();
  const cache = codeCacheIn(home);
  expect(cache).toBe(join(home, 'code-cache'));
  expect(statSync(cache!).mode & 0o777).toBe(0o700);
  const file = join(aFolder(), 'ats.ts');
  const nameOf = async () => (await loadPipeline(file, self, cache)).pipeline.name;
  writeFileSync(file, pipelineNamed('one'));
  expect([await nameOf(), await nameOf()]).toEqual(['one', 'one']);
  const [kept] = readdirSync(cache!);
  expect(kept).toMatch(/ats/);
  writeFileSync(file, pipelineNamed('two'));
  expect(await nameOf()).toBe('two');
  // As a run that was killed leaves it.
  writeFileSync(join(cache!, kept!), 'export default {');
  expect(await nameOf()).toBe('two');
  // Where it cannot be written the code is run all the same.
  rmSync(join(cache!, kept!));
  mkdirSync(`${join(cache!, kept!)}/in-the-way`, { recursive: true });
  expect(await nameOf()).toBe('two');
});

test('there is no cache where others could write, behind a link, or where no folder is', () => {
  const home = aFolder();
  expect(codeCacheIn(join(home, 'none'))).toBeUndefined();
  expect(readdirSync(home)).toEqual([]);
  symlinkSync(aFolder(), join(home, 'code-cache'));
  expect(codeCacheIn(home)).toBeUndefined();
  const open = aFolder();
  chmodSync(open, 0o777);
  expect(codeCacheIn(open)).toBeUndefined();
  const inside = aFolder();
  mkdirSync(join(inside, 'code-cache'));
  chmodSync(join(inside, 'code-cache'), 0o770);
  expect(codeCacheIn(inside)).toBeUndefined();
});
