import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aFolder } from '../builders.ts';
import { CHILD_ENV } from '../child-env.ts';
import { BIN, hireSync, withoutProgress } from './child.ts';
import { EXPECTED } from './exports.ts';
import { aPlace, PIPELINE, type Place } from './place.ts';

/** The machine's own Node, if it is older than what hire-sync needs. */
function oldNode(): string | undefined {
  const folders = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules'));
  const node = folders.map((folder) => join(folder, 'node')).find((file) => existsSync(file));
  if (node === undefined) return undefined;
  const [major = 0, minor = 0] = execFileSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' })
    .split('.')
    .map(Number);
  return major < 22 || (major === 22 && minor < 19) ? node : undefined;
}

describe('the bin', () => {
  const node = oldNode();
  it.skipIf(node === undefined)(
    'on an old Node says which one it needs, before any other module is loaded',
    async () => {
      const cwd = aFolder();
      const ended = await hireSync(['--version'], { cwd, node: node! });
      expect(ended.code).toBe(2);
      expect(ended.stdout).toBe('');
      expect(ended.stderr).toMatch(
        /^hire-sync needs Node 22\.19 or newer; this is Node \d+\.\d+\.\d+ \(.*\)\.\n$/,
      );

      // Alone, without main.js and node_modules, it says the same: it needs no module to say it.
      const alone = join(cwd, 'cli/bin.js');
      mkdirSync(join(cwd, 'cli'));
      copyFileSync(BIN, alone);
      writeFileSync(join(cwd, 'package.json'), '{"type":"module"}');
      expect(await hireSync(['sync', PIPELINE], { cwd, node: node!, bin: alone })).toEqual(ended);
    },
  );

  it('tells its version and its commands', async () => {
    const cwd = aFolder();
    expect(await hireSync(['--version'], { cwd })).toMatchObject({ code: 0, stdout: '0.1.0\n', stderr: '' });
    const { code, stdout } = await hireSync(['--help'], { cwd });
    expect(code).toBe(0);
    for (const command of ['plan', 'sync', 'runs', 'sandbox'])
      expect(stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'));
    expect(stdout).toContain('Exit codes:');
  });
});

describe('a reader that goes away', () => {
  it.each(['true', 'head -1'])('from a plan (| %s) is no error', async (reader) => {
    const place = await aPlace();
    const { stderr } = await piped(place, ['plan', PIPELINE, '--limit', '0'], `| ${reader}`);
    expect(stderr).toMatch(
      /^No ledger yet: .*\nRejected rows, to be corrected: \S+ \(of their children: .*\)\nexit 3\n$/,
    );
  });

  it('from the report of a sync (| true) is no error', async () => {
    const place = await aPlace();
    const { stderr } = await piped(place, ['sync', PIPELINE, '--json', '--rate', '200'], '| true');
    expect(withoutProgress(stderr)).toMatch(
      /^New ledger: .*\nFirst write to app .*\nRejected rows, to be corrected: \S+ \(of their children: .*\)\nexit 3\n$/,
    );
    expect(place.sandbox.interviews()).toHaveLength(EXPECTED.create.length);
  });

  it('from everything a sync says (2>&1 | true) does not keep it from its end', async () => {
    const place = await aPlace({
      faults: [
        {
          match: { endpoint: 'external_interview.create', nth: 20 },
          fault: { kind: 'limited', resetSeconds: 1 },
        },
      ],
    });
    const args = ['sync', PIPELINE, '--rate', '200', '--log-level', 'debug'];
    expect(await piped(place, args, '2>&1 | true')).toEqual({ stderr: 'exit 3\n' });
    expect(place.sandbox.interviews()).toHaveLength(EXPECTED.create.length);
    expect(place.entries().filter(({ state }) => state !== 'settled')).toEqual([]);
    const { runs } = JSON.parse((await place.run(['runs', '--json'])).stdout) as { runs: object[] };
    expect(runs).toMatchObject([{ state: 'finished', exitCode: 3 }]);
  });
});

/** Runs a command line with its output led on by a shell; its exit code is the last line of stderr. */
function piped(place: Place, args: readonly string[], redirection: string): Promise<{ stderr: string }> {
  // The code goes to the shell's own stderr, whatever the command's is.
  const script = `{ { "$0" "$@"; echo "exit $?" >&3; } ${redirection}; } 3>&2`;
  const child = spawn('sh', ['-c', script, process.execPath, BIN, ...args], {
    cwd: place.folder,
    env: { ...CHILD_ENV, ...place.env },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 60_000,
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    stderr += piece;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve({ stderr }));
  });
}
