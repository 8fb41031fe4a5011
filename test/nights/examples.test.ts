import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { commandsFor } from '../../src/cli/commands/index.ts';
import { spelling } from '../../src/cli/flag.ts';
import { aFolder } from '../builders.ts';
import { ROOT } from '../cli/child.ts';

const EXAMPLES = join(ROOT, 'examples');
const text = (file: string) => readFileSync(join(EXAMPLES, file), 'utf8');

it('the command lines of the examples are command lines of hire-sync', async () => {
  const lines = [
    ...text('crontab').matchAll(/hire-sync ([a-z]+ --.*?)(?: >>|$)/gm),
    ...text('systemd/hire-sync.service').matchAll(/^ExecStart=\S+ (.*)$/gm),
    ...text('kubernetes/cronjob.yaml')
      .replace(/args: \[(.*)\]/, (_, args: string) => `hire-sync ${args.replaceAll(', ', ' ')}`)
      .matchAll(/hire-sync (sync --.*)$/gm),
  ].map(([, line]) => line!.split(' '));
  expect(lines).toHaveLength(4);
  for (const [name = '', ...args] of lines) {
    const command = (await commandsFor([name])).find((one) => one.name === name);
    const known = Object.keys(command?.flags ?? {}).map(spelling);
    for (const flag of args.filter((arg) => arg.startsWith('--'))) expect(known, name).toContain(flag);
  }
});

it.runIf(spawnSync('systemd-analyze', ['--version']).status === 0)(
  'systemd takes the service and the timer',
  () => {
    const folder = aFolder();
    for (const unit of ['hire-sync.service', 'hire-sync.timer'])
      copyFileSync(join(EXAMPLES, 'systemd', unit), join(folder, unit));
    // That the program is installed is not what is looked at.
    execFileSync('sed', ['-i', 's#^ExecStart=\\S*#ExecStart=/bin/true#', join(folder, 'hire-sync.service')]);
    const units = ['hire-sync.service', 'hire-sync.timer'].map((unit) => join(folder, unit));
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', ...units], { encoding: 'utf8' });
    expect([status, stderr.split('\n').filter((line) => line.includes('hire-sync.'))]).toEqual([0, []]);
  },
);
