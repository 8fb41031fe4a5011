/**
 * Measures the read side: `npm run bench [-- --rows 100000 --runs 3 --only noop,plan --json --keep FOLDER]`, or compares it with
 * another build: `npm run bench -- --against FOLDER`. Data by seed, each case in a process of its own, ratios to
 * `sqlite3 .import` of the same files, or to the other build. See README.md beside this file.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { compare, textOf } from './against.ts';
import { assertProof, type Case, chosen } from './cases.ts';
import { type Measured, median } from './measure.ts';
import { placeOf, prepare, THIS_BUILD } from './place.ts';

const SIZES: Readonly<Record<string, number>> = { '10k': 10_000, '100k': 100_000, '1m': 1_000_000 };

const { values: flags } = parseArgs({
  options: {
    rows: { type: 'string' },
    size: { type: 'string', default: '10k' },
    runs: { type: 'string' },
    only: { type: 'string', default: '' },
    against: { type: 'string' },
    json: { type: 'boolean', default: false },
    keep: { type: 'string' },
  },
});
const size = flags.rows === undefined ? SIZES[flags.size] : Number(flags.rows);
if (size === undefined || !Number.isInteger(size) || size < 1) {
  throw new Error(`--rows is a whole number, --size one of ${Object.keys(SIZES).join(', ')}`);
}
const runsOf = (otherwise: number): number => {
  const runs = Number(flags.runs ?? otherwise);
  if (!Number.isInteger(runs) || runs < 1) throw new Error('--runs is a whole number');
  return runs;
};
const say = (text: string) => process.stderr.write(`${text}\n`);
const root = resolve(flags.keep ?? mkdtempSync(join(tmpdir(), 'hire-sync-bench-')));

interface Result {
  readonly name: string;
  readonly measured: Measured;
}

async function measureAll(cases: readonly Case[], runs: number, rows: number): Promise<readonly Result[]> {
  const results: Result[] = [];
  const place = placeOf(THIS_BUILD, { root, data: root });
  for (const one of cases) {
    await prepare(one, place, { size: rows, say });
    const measurements: Measured[] = [];
    for (let run = 0; run < runs; run++) measurements.push(await one.run(place));
    const measured = median(measurements);
    if (one.id === 'import' && measured.exitCode !== 0) {
      say('sqlite3 is not installed (apt-get install sqlite3): there will be no ratios to it');
      continue;
    }
    assertProof(one, measured, rows);
    results.push({ name: one.name, measured });
    say(`${one.name}: ${Math.round(measured.wallMs)} ms`);
  }
  return results;
}

function print(results: readonly Result[], rows: number): void {
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
    rows,
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
      `${head}\n${body.join('\n')}\n\n${rows} interviews, Node ${process.version}, ${cores} × ${cpu}, load ${load?.toFixed(1)}\n`,
    );
  }
}

try {
  if (flags.against !== undefined) {
    const compared = await compare(resolve(flags.against), {
      root,
      size,
      pairs: runsOf(5),
      only: flags.only,
      say,
    });
    process.stdout.write(flags.json ? `${JSON.stringify(compared)}\n` : textOf(compared));
  } else {
    // The import is what all ratios are to.
    const cases = [...new Set([...chosen('import'), ...chosen(flags.only)])];
    print(await measureAll(cases, runsOf(3), size), size);
  }
} finally {
  if (flags.keep === undefined) rmSync(root, { recursive: true, force: true });
}
