import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Stage, Step } from './dockerfile.ts';

/**
 * A stand-in for a container, without Docker and without an image: the files of this machine with a layer of its own above
 * them (overlayfs), in which the steps of a Dockerfile run as they would in an image, with its paths, users and variables.
 */
export interface Container {
  /** Where the files lie that its steps have made. */
  readonly layer: string;
  readonly env: Readonly<Record<string, string>>;
  readonly workdir: string;
  readonly user: string;
  readonly entrypoint: readonly string[];
}

/** Whether this process may do what a container needs: mount, and change its root. */
export function canContain(folder: string): boolean {
  return inNamespace(folder, 'true', { env: {} }).status === 0;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

interface Inside {
  readonly env: Readonly<Record<string, string>>;
  readonly workdir?: string;
  /** `uid:gid` */
  readonly user?: string;
  /** The root file system cannot be written to; `data` is a volume, /tmp a file system of its own. */
  readonly readOnly?: { readonly data: string };
}

/** The command line that runs `command` in a mount namespace that ends with it. */
function lineOf(layer: string, command: string, { workdir = '/', user = '0:0', readOnly }: Inside): string {
  const [root, work] = [`${layer}.root`, `${layer}.work`];
  for (const folder of [layer, root, work]) mkdirSync(folder, { recursive: true });
  const to = (path: string): string => quoted(root + path);
  const options = `lowerdir=/,upperdir=${layer},workdir=${work}${readOnly === undefined ? '' : ',ro'}`;
  const volumes =
    readOnly === undefined
      ? []
      : [`mount -t tmpfs tmpfs ${to('/tmp')}`, `mount --bind ${quoted(readOnly.data)} ${to('/data')}`];
  return [
    `mount -t overlay overlay -o ${quoted(options)} ${quoted(root)}`,
    `mount -t proc proc ${to('/proc')}`,
    `mount --rbind /dev ${to('/dev')}`,
    ...volumes,
    `exec chroot --userspec=${user} --groups= ${quoted(root)} /bin/sh -c ${quoted(`cd ${quoted(workdir)} && ${command}`)}`,
  ].join(' && ');
}

function inNamespace(layer: string, command: string, inside: Inside) {
  const line = lineOf(layer, command, inside);
  return spawnSync('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', line], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', ...inside.env },
  });
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Runs the steps of a stage. `context`: the folder that COPY takes from; `stages`: layers of other stages, by their names. */
export function build(
  layer: string,
  { steps }: Pick<Stage, 'steps'>,
  {
    context,
    stages = {},
    env: outside = {},
    onStep = () => {},
  }: {
    readonly context: string;
    readonly stages?: Readonly<Record<string, string>>;
    /** Variables that are no part of the image, such as the address of a registry. */
    readonly env?: Readonly<Record<string, string>>;
    readonly onStep?: (step: Step) => void;
  },
): Container {
  const made = {
    env: { PATH } as Record<string, string>,
    workdir: '/',
    user: '0:0',
    entrypoint: [] as string[],
  };
  // The image has this very Node.
  put(process.execPath, join(layer, 'usr/local/bin/node'));
  for (const step of steps) {
    onStep(step);
    const { instruction, text } = step;
    switch (instruction) {
      case 'WORKDIR':
        made.workdir = text;
        mkdirSync(join(layer, text), { recursive: true });
        break;
      case 'ENV':
        for (const [, name = '', value = ''] of text.matchAll(/(\w+)=(\S+)/g)) made.env[name] = value;
        break;
      case 'COPY': {
        const [, from, files = ''] = /^(?:--from=(\S+)\s+)?(.*)$/.exec(text) ?? [];
        const names = files.split(/\s+/);
        const target = join(layer, made.workdir, names.pop() ?? '');
        const base = from === undefined ? context : (stages[from] ?? '');
        for (const name of names)
          put(join(base, name), files.endsWith('/') ? join(target, basename(name)) : target);
        break;
      }
      case 'RUN': {
        const inside = { env: { HOME: '/root', ...outside, ...made.env }, workdir: made.workdir };
        const { status, stdout, stderr } = inNamespace(layer, text, inside);
        if (status !== 0) throw new Error(`RUN ${text}\nended with ${status}:\n${stdout}${stderr}`);
        break;
      }
      case 'USER':
        made.user = `${text}:${text}`;
        break;
      case 'ENTRYPOINT':
        made.entrypoint = JSON.parse(text) as string[];
        break;
      case 'VOLUME':
      case 'CMD':
        break;
      default:
        throw new Error(`There is no rule here for ${instruction}.`);
    }
  }
  return { layer, ...made };
}

function put(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  // Packages are many files, and no step changes one that it did not make.
  if (basename(from) === 'node_modules') link(dirname(from), [basename(from)], dirname(to));
  else cpSync(from, to, { recursive: true, verbatimSymlinks: true });
}

/** Puts folders below `from` under `to` as well, without a copy of their files where that can be. */
export function link(from: string, folders: readonly string[], to: string): void {
  mkdirSync(to, { recursive: true });
  const copy = (how: string) =>
    spawnSync('cp', [how, '--parents', ...folders, to], { cwd: from, encoding: 'utf8' });
  if (copy('-al').status === 0) return;
  const { status, stderr } = copy('-a');
  if (status !== 0) throw new Error(stderr);
}

/** `docker run --read-only --tmpfs /tmp --user USER -v DATA:/data IMAGE ARGS` */
export async function run(
  { layer, env, workdir, user, entrypoint }: Container,
  args: readonly string[],
  given: { readonly user?: string; readonly data: string; readonly env?: Readonly<Record<string, string>> },
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const command = `exec ${[...entrypoint, ...args].map(quoted).join(' ')}`;
  const line = lineOf(layer, command, {
    env,
    workdir,
    user: given.user ?? user,
    readOnly: { data: given.data },
  });
  const child = spawn('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', line], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...env, HOME: '/', ...given.env },
  });
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (piece: string) => (text[name] += piece));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, ...text };
}
