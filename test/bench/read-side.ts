/**
 * Measures the read side: `npm run bench [-- --size 100k --runs 3 --only no-op --json --keep FOLDER]`. Data by seed, each case
 * in a process of its own, ratios to `sqlite3 .import` of the same files. See README.md beside this file.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { changedOf, pipelineText, type Variant, writeArchive } from './archive.ts';
import { type Measured, median, node, shell } from './measure.ts';

const SIZES = { '10k': 10_000, '100k': 100_000, '1m': 1_000_000 } as const;
const BIN = join(import.meta.dirname, '../../dist/cli/bin.js');
const script = (name: string) => join(import.meta.dirname, name);

interface Case {
  readonly name: string;
  readonly needs: readonly Variant[];
  readonly ledger?: Variant;
  readonly run: (place: Place) => Promise<Measured>;
  /** What its output must hold, or nothing was measured. */
  readonly proves?: (output: string, size: number) => boolean;
}

interface Place {
  readonly root: string;
  readonly folder: (variant: Variant) => string;
  readonly pipeline: (variant: Variant) => string;
  readonly ledger: (variant: Variant) => string;
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
        BIN,
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

const CASES: readonly Case[] = [
  {
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
    name: 'read only (join)',
    needs: ['sorted'],
    run: ({ root, folder, pipeline }) =>
      node([script('read-only.ts'), pipeline('sorted'), folder('sorted')], root),
    proves: (output, size) => output.includes(`"rows":${size}`),
  },
  {
    name: 'validate',
    needs: ['sorted'],
    run: ({ root, folder, pipeline }) =>
      node([BIN, 'validate', pipeline('sorted'), '--source', folder('sorted'), '--json'], root),
    proves: (output, size) => rowsOf(output).valid === size,
  },
  {
    name: 'plan, all creates',
    needs: ['sorted'],
    run: plan('sorted', null, '--limit', '1'),
    proves: told('to create', 1),
  },
  {
    name: 'no-op, sorted',
    needs: ['sorted'],
    ledger: 'sorted',
    run: plan('sorted', 'sorted'),
    proves: told('unchanged', 1),
  },
  {
    name: 'no-op, shuffled',
    needs: ['sorted', 'shuffled'],
    ledger: 'sorted',
    run: plan('shuffled', 'sorted'),
    proves: told('unchanged', 1),
  },
  {
    name: 'no-op, --full',
    needs: ['sorted'],
    ledger: 'sorted',
    run: plan('sorted', 'sorted', '--full'),
    proves: told('unchanged', 1),
  },
  {
    name: '1 % changed',
    needs: ['sorted', 'changed'],
    ledger: 'sorted',
    run: plan('changed', 'sorted', '--limit', '1'),
    proves: (output, size) => output.includes(`${changedOf(size).length} to update`),
  },
  {
    name: 'validate, the changed 1 % alone',
    needs: ['changed-alone'],
    run: ({ root, folder, pipeline }) =>
      node([BIN, 'validate', pipeline('changed'), '--source', folder('changed-alone'), '--json'], root),
    proves: (output, size) => rowsOf(output).valid === changedOf(size).length,
  },
  {
    name: 'validate, GB18030',
    needs: ['gb18030'],
    run: ({ root, folder, pipeline }) =>
      node([BIN, 'validate', pipeline('gb18030'), '--source', folder('gb18030'), '--json'], root),
    proves: (output, size) => rowsOf(output).valid === size,
  },
  {
    name: 'no-op, GB18030',
    needs: ['gb18030'],
    ledger: 'gb18030',
    run: plan('gb18030', 'gb18030'),
    proves: told('unchanged', 1),
  },
  {
    name: 'validate, JSON',
    needs: ['json'],
    run: ({ root, folder, pipeline }) =>
      node([BIN, 'validate', pipeline('json'), '--source', folder('json'), '--json'], root),
    proves: (output, size) => rowsOf(output).valid === size,
  },
  {
    name: 'no-op, JSON',
    needs: ['json'],
    ledger: 'json',
    run: plan('json', 'json'),
    proves: told('unchanged', 1),
  },
  { name: 'start-up: bare node', needs: [], run: ({ root }) => node(['-e', '0'], root) },
  { name: 'start-up: --help', needs: [], run: ({ root }) => node([BIN, '--help'], root) },
  {
    name: 'start-up: plan of 10 rows',
    needs: [],
    run: ({ root }) => {
      const folder = join(root, 'ten');
      if (!existsSync(folder)) {
        writeArchive(folder, 10, 'sorted');
        writeFileSync(join(folder, 'pipeline.ts'), pipelineText('sorted'));
      }
      return node(
        [BIN, 'plan', join(folder, 'pipeline.ts'), '--source', folder, '--ledger', join(folder, 'none.db')],
        root,
      );
    },
  },
];

const { values: flags } = parseArgs({
  options: {
    size: { type: 'string', default: '10k' },
    runs: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
    keep: { type: 'string' },
  },
});
const size = SIZES[flags.size as keyof typeof SIZES];
if (size === undefined) throw new Error(`--size is one of ${Object.keys(SIZES).join(', ')}`);
const root = flags.keep ?? mkdtempSync(join(tmpdir(), 'hire-sync-bench-'));
mkdirSync(root, { recursive: true });
const place: Place = {
  root,
  folder: (variant) => join(root, variant),
  pipeline: (variant) => join(root, variant === 'json' ? 'archive-json.ts' : 'archive.ts'),
  ledger: (variant) => join(root, `ledger-${variant}.db`),
};
const say = (text: string) => process.stderr.write(`${text}\n`);

async function prepare({ needs, ledger }: Case): Promise<void> {
  for (const variant of needs) {
    if (!existsSync(place.pipeline(variant))) writeFileSync(place.pipeline(variant), pipelineText(variant));
    if (existsSync(place.folder(variant))) continue;
    say(`writing ${variant}`);
    const unfinished = `${place.folder(variant)}.part`;
    writeArchive(unfinished, size as number, variant);
    cpSync(unfinished, place.folder(variant), { recursive: true });
    rmSync(unfinished, { recursive: true });
  }
  if (ledger === undefined || existsSync(place.ledger(ledger))) return;
  say(`filling the ledger of ${ledger}`);
  const filled = await node(
    [script('fill-ledger.ts'), place.pipeline(ledger), place.folder(ledger), place.ledger(ledger)],
    root,
  );
  if (!filled.stdout.includes('"context":true'))
    throw new Error(`The ledger was not filled: ${filled.stdout}`);
}

const results: { readonly name: string; readonly measured: Measured }[] = [];
try {
  for (const one of CASES) {
    if (!new RegExp(flags.only).test(one.name) && one.name !== 'sqlite3 .import') continue;
    await prepare(one);
    const runs: Measured[] = [];
    for (let run = 0; run < Number(flags.runs); run++) runs.push(await one.run(place));
    const measured = median(runs);
    if (one.name === 'sqlite3 .import' && measured.exitCode !== 0) {
      say('sqlite3 is not installed (apt-get install sqlite3): there will be no ratios to it');
      continue;
    }
    if (one.proves?.(measured.stdout, size) === false) {
      throw new Error(`${one.name} did not do what it is to be measured for: ${measured.stdout.slice(-600)}`);
    }
    results.push({ name: one.name, measured });
    say(`${one.name}: ${Math.round(measured.wallMs)} ms`);
  }
} finally {
  if (flags.keep === undefined) rmSync(root, { recursive: true, force: true });
}

const wallOf = (name: string) => results.find((one) => one.name === name)?.measured.wallMs;
const cpuOf = (name: string) => results.find((one) => one.name === name)?.measured.cpuMs;
const ratio = (ms: number, to: number | undefined) => (to === undefined ? '' : (ms / to).toFixed(2));
const table = results.map(({ name, measured: { wallMs, cpuMs, peakMb } }) => ({
  case: name,
  wallMs: Math.round(wallMs),
  cpuMs: Math.round(cpuMs),
  peakMb: peakMb === null ? '' : Math.round(peakMb),
  toImport: ratio(wallMs, wallOf('sqlite3 .import')),
  cpuToImport: ratio(cpuMs, cpuOf('sqlite3 .import')),
  toNaive: ratio(wallMs, wallOf('naive script, no-op')),
}));
const machine = {
  size: flags.size,
  node: process.version,
  cpu: cpus()[0]?.model,
  cores: cpus().length,
  load: loadavg()[0],
};
if (flags.json) process.stdout.write(`${JSON.stringify({ ...machine, cases: table })}\n`);
else {
  const head =
    '| case | wall s | CPU s | peak MB | × import, wall | × import, CPU | × naive, wall |\n|---|---|---|---|---|---|---|';
  const body = table.map((row) => {
    const seconds = (ms: number) => (ms / 1000).toFixed(ms < 1000 ? 2 : 1);
    return `| ${row.case} | ${seconds(row.wallMs)} | ${seconds(row.cpuMs)} | ${row.peakMb} | ${row.toImport} | ${row.cpuToImport} | ${row.toNaive} |`;
  });
  const { cpu, cores, load } = machine;
  process.stdout.write(
    `${head}\n${body.join('\n')}\n\n${flags.size}, Node ${process.version}, ${cores} × ${cpu}, load ${load?.toFixed(1)}\n`,
  );
}
