/** The cases of the read side, and what each needs: see README.md beside this file. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { changedOf, pipelineText, type Variant, writeArchive } from './archive.ts';
import { type Measured, node, shell } from './measure.ts';
import type { Needs, Place } from './place.ts';

const binOf = (build: string) => join(build, 'dist/cli/bin.js');
const script = (name: string) => join(import.meta.dirname, name);

export interface Case extends Needs {
  /** What `--only` calls it. */
  readonly id: string;
  readonly name: string;
  readonly run: (place: Place) => Promise<Measured>;
  /** What its output must hold, or nothing was measured. */
  readonly proves?: (output: string, size: number) => boolean;
}

interface Rows {
  readonly rows?: Readonly<Record<string, number>>;
}
const rowsOf = (output: string) => (JSON.parse(output) as Rows).rows ?? {};

const plan =
  (variant: Variant, ledger: Variant | null, ...flags: string[]) =>
  (place: Place) =>
    node(
      [
        binOf(place.build),
        'plan',
        place.pipeline(variant),
        '--source',
        place.folder(variant),
        '--ledger',
        ledger === null ? join(place.root, 'none.db') : place.ledger(ledger),
        ...flags,
      ],
      place.root,
    );

const told = (name: string, share: number) => (output: string, size: number) =>
  new RegExp(`\\b${Math.round(size * share)} ${name}`).test(output);

export const CASES: readonly Case[] = [
  {
    id: 'import',
    name: 'sqlite3 .import',
    needs: ['sorted'],
    run: ({ root, folder }) => {
      const file = join(root, 'import.db');
      rmSync(file, { force: true });
      const imports = ['interviews', 'assessments', 'scores'].map(
        (table) => `-cmd '.import --csv ${folder('sorted')}/${table}.csv ${table}'`,
      );
      return shell(`sqlite3 ${file} ${imports.join(' ')} 'SELECT 1'`, root);
    },
  },
  {
    id: 'naive',
    name: 'naive script, no-op',
    needs: ['sorted'],
    run: async ({ root, folder }) => {
      const state = join(root, 'naive.json');
      const args = ['--max-old-space-size=8192', script('naive.ts'), folder('sorted'), state];
      if (!existsSync(state)) await node([...args, 'fill'], root);
      return node(args, root);
    },
    proves: (output, size) => output.includes(`"unchanged":${size}`),
  },
  {
    id: 'read',
    name: 'read only (join)',
    needs: ['sorted'],
    run: ({ root, folder, pipeline }) =>
      node([script('read-only.ts'), pipeline('sorted'), folder('sorted')], root),
    proves: (output, size) => output.includes(`"rows":${size}`),
  },
  {
    id: 'validate',
    name: 'validate',
    needs: ['sorted'],
    run: ({ build, root, folder, pipeline }) =>
      node([binOf(build), 'validate', pipeline('sorted'), '--source', folder('sorted'), '--json'], root),
    proves: (output, size) => rowsOf(output).valid === size,
  },
  {
    id: 'plan',
    name: 'plan, all creates',
    needs: ['sorted'],
    run: plan('sorted', null, '--limit', '1'),
    proves: told('to create', 1),
  },
  {
    id: 'noop',
    name: 'no-op, sorted',
    needs: ['sorted'],
    ledger: 'sorted',
    run: plan('sorted', 'sorted'),
    proves: told('unchanged', 1),
  },
  {
    id: 'shuffled',
    name: 'no-op, shuffled',
    needs: ['sorted', 'shuffled'],
    ledger: 'sorted',
    run: plan('shuffled', 'sorted'),
    proves: told('unchanged', 1),
  },
  {
    id: 'full',
    name: 'no-op, --full',
    needs: ['sorted'],
    ledger: 'sorted',
    run: plan('sorted', 'sorted', '--full'),
    proves: told('unchanged', 1),
  },
  {
    id: 'changed',
    name: '1 % changed',
    needs: ['sorted', 'changed'],
    ledger: 'sorted',
    run: plan('changed', 'sorted', '--limit', '1'),
    proves: (output, size) => output.includes(`${changedOf(size).length} to update`),
  },
  {
    id: 'changed-alone',
    name: 'validate, the changed 1 % alone',
    needs: ['changed-alone'],
    run: ({ build, root, folder, pipeline }) =>
      node(
        [binOf(build), 'validate', pipeline('changed'), '--source', folder('changed-alone'), '--json'],
        root,
      ),
    proves: (output, size) => rowsOf(output).valid === changedOf(size).length,
  },
  {
    id: 'validate-gb18030',
    name: 'validate, GB18030',
    needs: ['gb18030'],
    run: ({ build, root, folder, pipeline }) =>
      node([binOf(build), 'validate', pipeline('gb18030'), '--source', folder('gb18030'), '--json'], root),
    proves: (output, size) => rowsOf(output).valid === size,
  },
  {
    id: 'noop-gb18030',
    name: 'no-op, GB18030',
    needs: ['gb18030'],
    ledger: 'gb18030',
    run: plan('gb18030', 'gb18030'),
    proves: told('unchanged', 1),
  },
  {
    id: 'validate-json',
    name: 'validate, JSON',
    needs: ['json'],
    run: ({ build, root, folder, pipeline }) =>
      node([binOf(build), 'validate', pipeline('json'), '--source', folder('json'), '--json'], root),
    proves: (output, size) => rowsOf(output).valid === size,
  },
  {
    id: 'noop-json',
    name: 'no-op, JSON',
    needs: ['json'],
    ledger: 'json',
    run: plan('json', 'json'),
    proves: told('unchanged', 1),
  },
  { id: 'node', name: 'start-up: bare node', needs: [], run: ({ root }) => node(['-e', '0'], root) },
  {
    id: 'help',
    name: 'start-up: --help',
    needs: [],
    run: ({ build, root }) => node([binOf(build), '--help'], root),
  },
  {
    id: 'ten',
    name: 'start-up: plan of 10 rows',
    needs: [],
    run: ({ build, root }) => {
      const folder = join(root, 'ten');
      if (!existsSync(folder)) {
        writeArchive(folder, 10, 'sorted');
        writeFileSync(join(folder, 'pipeline.ts'), pipelineText('sorted'));
      }
      return node(
        [
          binOf(build),
          'plan',
          join(folder, 'pipeline.ts'),
          '--source',
          folder,
          '--ledger',
          join(folder, 'none.db'),
        ],
        root,
      );
    },
  },
];

/** The cases that `only` names: ids or regular expressions over names, with commas between; none: all of them. */
export function chosen(only: string): readonly Case[] {
  const parts = only.split(',').map((part) => part.trim());
  const unknown = parts.filter((part) => !CASES.some((one) => isNamed(one, part)));
  if (unknown.length > 0) {
    throw new Error(
      `--only: no case is called ${unknown.join(' or ')}. Cases: ${CASES.map(({ id }) => id).join(', ')}`,
    );
  }
  return CASES.filter((one) => parts.some((part) => isNamed(one, part)));
}

// An id first: "plan" is not to bring "start-up: plan of 10 rows", too.
function isNamed({ id, name }: Case, part: string): boolean {
  return CASES.some((one) => one.id === part) ? id === part : new RegExp(part).test(name);
}

/** @throws Error where a run did something else than what was to be measured */
export function assertProof({ name, proves }: Case, { stdout, stderr }: Measured, size: number): void {
  if (proves === undefined || proves(stdout, size)) return;
  throw new Error(
    `${name} did not do what it is to be measured for: ${stdout.slice(-600)}${stderr.slice(-600)}`,
  );
}
