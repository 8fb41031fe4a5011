import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { aFolder } from '../builders.ts';
import { hireSync, ROOT } from './child.ts';
import { aPlace, PIPELINE } from './place.ts';

/** One insertion into a file of the copy; the text that it stands before must be there once. */
function insert(folder: string, file: string, before: string, added: string): void {
  const path = join(folder, file);
  const [start, end, ...more] = readFileSync(path, 'utf8').split(before);
  if (start === undefined || end === undefined || more.length > 0) throw new Error(`${file}: ${before}`);
  writeFileSync(path, `${start}${added}${before}${end}`);
}

it('a new flag takes two files: its declaration, and its use', async () => {
  const folder = aFolder();
  cpSync(join(ROOT, 'src'), join(folder, 'src'), { recursive: true });
  for (const name of ['package.json', 'tsconfig.json']) cpSync(join(ROOT, name), join(folder, name));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const declaration =
    "sample: number('<n>', 'records shown', { min: 1, max: 99, whole: true, allowed: 'from 1 to 99' }),\n";
  insert(folder, 'src/cli/settings.ts', '  full: toggle(', `  ${declaration}`);
  insert(folder, 'src/cli/commands/plan.ts', "'rate', 'limiter', 'logLevel'", "'sample', ");
  insert(
    folder,
    'src/cli/commands/plan.ts',
    '  const [first] = jobs;',
    '  say(String(flags.sample?.toFixed(1)));\n',
  );
  // Types, lists of names and whatever else knew of it would fail here.
  execFileSync('npm', ['run', 'build'], { cwd: folder, stdio: 'pipe' });
  const schema = JSON.parse(readFileSync(join(folder, 'dist/cli/settings.schema.json'), 'utf8')) as object;
  expect(schema).toMatchObject({ properties: { sample: { type: 'integer', minimum: 1, maximum: 99 } } });

  const bin = join(folder, 'dist/cli/bin.js');
  const plan = (...args: readonly string[]) => hireSync(['plan', ...args], { cwd: folder, bin });
  expect((await plan('--help')).stdout).toMatch(/^ {2}--sample <n> +records shown/m);
  expect(await plan(PIPELINE, '--sample', 'x')).toMatchObject({
    code: 2,
    stderr: 'hire-sync: --sample is "x": from 1 to 99\n',
  });
  writeFileSync(join(folder, 'hire-sync.config.json'), '{"sample": 7}');
  expect((await plan(PIPELINE)).stderr).toMatch(/^7\.0$/m);
});

it('a settings file is heeded by every command', async () => {
  const place = await aPlace();
  const settings = (values: object) =>
    writeFileSync(join(place.folder, 'hire-sync.config.json'), JSON.stringify(values));
  settings({ ledger: 'data/ledger.db', rate: 200, format: 'json', limit: 1 });
  rmSync(join(place.folder, '.hire-sync'), { recursive: true });
  const synced = await place.run(['sync', PIPELINE]);
  expect([synced.code, JSON.parse(synced.stdout)]).toMatchObject([3, { mode: 'sync' }]);
  const moved = join(place.folder, 'data');
  expect(existsSync(join(moved, 'ledger.db'))).toBe(true);
  // What is said on the command line comes first.
  expect((await place.run(['runs', '--json'])).stdout).toMatch(/^\{"runs":\[\{"id":/);
  expect((await place.run(['plan', PIPELINE, '--format', 'text'])).stdout).toMatch(/^Plan: /m);

  // The ledger is where it was before there was a settings file.
  const left = join(place.folder, '.hire-sync');
  renameSync(moved, left);
  const before = place.writes().length;
  for (const args of [['sync', PIPELINE], ['validate', PIPELINE], ['ledger', 'check'], ['sandbox']]) {
    const { code, stdout, stderr } = await place.run(args);
    expect([code, stdout], args.join(' ')).toEqual([2, '']);
    expect(stderr).toContain(`has the ledger at ${join(moved, 'ledger.db')}`);
    expect(stderr).toContain(`there is one at ${join(left, 'ledger.db')}`);
  }
  // Either piece of advice works.
  expect((await place.run(['ledger', 'check', '--ledger', '.hire-sync/ledger.db'])).code).toBe(0);
  renameSync(left, moved);
  const again = await place.run(['sync', PIPELINE]);
  expect([again.code, JSON.parse(again.stdout)]).toMatchObject([3, { rows: { created: 0, updated: 0 } }]);
  expect(place.writes()).toHaveLength(before);

  settings({ rate: 200, limit: 'all', appSecret: 'abc' });
  const { code, stdout, stderr } = await place.run(['sync', PIPELINE]);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/limit is "all": it must be a whole number.*\n.*"appSecret" looks like a secret/);
});
