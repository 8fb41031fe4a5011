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

const kubectl = (...args: string[]) =>
  spawnSync('kubectl', [...args, '--local', '-o', 'json', '-f', join(EXAMPLES, 'kubernetes/cronjob.yaml')], {
    encoding: 'utf8',
  });

/** The values of a manifest by their paths, without what a typed client adds by itself. */
function leavesOf(value: unknown, path = ''): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return { [path]: value };
  const parts = Object.entries(value).map(([name, part]) => leavesOf(part, `${path}/${name}`));
  return Object.assign({}, ...parts) as Record<string, unknown>;
}

// Without a cluster, kubectl knows the types of Kubernetes all the same: what is no field of theirs is lost on the way
// through them, and what has another type is refused.
it.runIf(kubectl('annotate', 'a=b').status === 0)('the CronJob is one, and says what it must', () => {
  // It says nothing of what it does not change.
  const typed = kubectl('set', 'image', 'hire-sync=other');
  expect([typed.status, typed.stderr]).toEqual([0, '']);
  const raw = leavesOf(JSON.parse(kubectl('annotate', 'a=b').stdout));
  const known = leavesOf(JSON.parse(typed.stdout));
  const lost = Object.entries(raw).filter(
    ([path, value]) => !/annotations|image$/.test(path) && known[path] !== value,
  );
  expect(lost).toEqual([]);
  const spec = '/spec/jobTemplate/spec';
  const container = `${spec}/template/spec/containers/0`;
  expect(known).toMatchObject({
    '/kind': 'CronJob',
    '/spec/concurrencyPolicy': 'Forbid',
    '/spec/timeZone': 'Asia/Shanghai',
    [`${spec}/podFailurePolicy/rules/0/action`]: 'FailJob',
    [`${spec}/podFailurePolicy/rules/0/onExitCodes/operator`]: 'In',
    // Kubernetes takes the policy only with this.
    [`${spec}/template/spec/restartPolicy`]: 'Never',
    [`${container}/securityContext/readOnlyRootFilesystem`]: true,
    [`${container}/securityContext/allowPrivilegeEscalation`]: false,
  });
  const codes = Object.entries(known).filter(([path]) => path.includes('/onExitCodes/values/'));
  // In order, and never 0: else it is refused.
  expect(codes.map(([, code]) => code)).toEqual([2, 3, 4, 5]);
  const secrets = Object.entries(known).filter(([, value]) => String(value) === '/run/secrets/hire-sync');
  expect(secrets).toHaveLength(1);
});

it('the crontab has lines of five times and a command, and variables', () => {
  const lines = text('crontab')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  for (const line of lines)
    expect(line).toMatch(/^(?:[A-Z_]+=\S+|(?:[\d*,/-]+\s+){5}cd \S+ && hire-sync .*)$/);
});
