/** Compares this build with another one: both run in turn, so that what else the machine does slows down both. */
import { existsSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { assertProof, type Case, chosen } from './cases.ts';
import { type Measured, medianOf } from './measure.ts';
import { type Place, placeOf, prepare, THIS_BUILD } from './place.ts';
import { spinControl } from './spin.ts';

/** What the other issues call "as before" is judged by these. */
const USUAL = 'validate,plan,full,noop,shuffled,changed';

/** One case over both builds: medians. A ratio is that of a pair, new to old; its median is not the ratio of the medians. */
export interface ComparedCase {
  readonly id: string;
  readonly case: string;
  readonly wallRatio: number;
  readonly cpuRatio: number;
  /** The ratios of all pairs, in the order in which they ran. */
  readonly wallRatios: readonly number[];
  readonly old: Figures;
  readonly new: Figures;
  /** Two CPU-bound processes at once against one alone, before this case: 1 where two cores were free, 2 where one was. */
  readonly twoSpins: number;
}

interface Figures {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakMb: number;
}

/** What a comparison came to. */
export interface Compared {
  readonly against: string;
  readonly rows: number;
  readonly pairs: number;
  readonly node: string;
  readonly cpu: string | undefined;
  readonly cores: number;
  readonly load: number;
  readonly cases: readonly ComparedCase[];
}

/**
 * Runs the cases that `only` names (none: those of `USUAL`), `pairs` times with each build.
 * @param against a folder with `dist` and `node_modules`, such as another checkout in which `npm ci && npm run build` ran
 * @throws Error for a folder without them, and for a run that did not do what was to be measured
 */
export async function compare(
  against: string,
  settings: {
    readonly root: string;
    readonly size: number;
    readonly pairs: number;
    readonly only: string;
    readonly say: (text: string) => void;
  },
): Promise<Compared> {
  for (const needed of ['dist/cli/bin.js', 'node_modules', 'package.json']) {
    if (existsSync(join(against, needed))) continue;
    throw new Error(
      `--against ${against}: there is no ${needed}. It is a folder in which \`npm ci && npm run build\` ran.`,
    );
  }
  const { root, size, pairs, only } = settings;
  const data = join(root, 'data');
  const builds: Builds = {
    old: placeOf(against, { root: join(root, 'old'), data }),
    new: placeOf(THIS_BUILD, { root: join(root, 'new'), data }),
  };
  const cases: ComparedCase[] = [];
  for (const one of chosen(only === '' ? USUAL : only)) cases.push(await compareCase(one, builds, settings));
  return {
    against,
    rows: size,
    pairs,
    node: process.version,
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    load: loadavg()[0] ?? 0,
    cases,
  };
}

type Which = 'old' | 'new';
type Builds = Readonly<Record<Which, Place>>;

async function compareCase(
  one: Case,
  builds: Builds,
  { size, pairs, say }: Parameters<typeof compare>[1],
): Promise<ComparedCase> {
  const run = async (which: Which): Promise<Measured> => {
    const measured = await one.run(builds[which]);
    assertProof(one, measured, size);
    return measured;
  };
  for (const place of Object.values(builds)) await prepare(one, place, { size, say });
  // Not counted: the first run transpiles the pipeline, and finds files that are not in the page cache.
  for (const which of ['old', 'new'] as const) await run(which);
  const twoSpins = await spinControl();
  const runs: Record<Which, Measured>[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    // Whichever is first in a pair has what the one before left behind: dirty pages, a warm or a throttled processor.
    if (pair % 2 === 0) runs.push({ old: await run('old'), new: await run('new') });
    else {
      const second = await run('new');
      runs.push({ old: await run('old'), new: second });
    }
  }
  const ratios = (of: (measured: Measured) => number) => runs.map((pair) => of(pair.new) / of(pair.old));
  const figures = (which: Which): Figures => ({
    wallMs: medianOf(runs.map((pair) => pair[which].wallMs)),
    cpuMs: medianOf(runs.map((pair) => pair[which].cpuMs)),
    peakMb: medianOf(runs.map((pair) => pair[which].peakMb ?? 0)),
  });
  const wallRatios = ratios(({ wallMs }) => wallMs);
  const compared = {
    id: one.id,
    case: one.name,
    wallRatio: medianOf(wallRatios),
    cpuRatio: medianOf(ratios(({ cpuMs }) => cpuMs)),
    wallRatios,
    old: figures('old'),
    new: figures('new'),
    twoSpins,
  };
  say(`${one.name}: × ${compared.wallRatio.toFixed(2)}`);
  return compared;
}

/** The comparison as a Markdown table. */
export function textOf({ against, rows, pairs, node, cpu, cores, load, cases }: Compared): string {
  const seconds = (ms: number) => (ms / 1000).toFixed(ms < 1000 ? 2 : 1);
  const head = [
    'case',
    'wall, new / old',
    'CPU, new / old',
    'wall of the pairs',
    'old wall s',
    'new wall s',
    'old CPU s',
    'new CPU s',
    'old peak MB',
    'new peak MB',
    'two spins',
  ];
  const body = cases.map((one) => [
    one.case,
    one.wallRatio.toFixed(2),
    one.cpuRatio.toFixed(2),
    `${Math.min(...one.wallRatios).toFixed(2)}–${Math.max(...one.wallRatios).toFixed(2)}`,
    seconds(one.old.wallMs),
    seconds(one.new.wallMs),
    seconds(one.old.cpuMs),
    seconds(one.new.cpuMs),
    one.old.peakMb.toFixed(0),
    one.new.peakMb.toFixed(0),
    one.twoSpins.toFixed(2),
  ]);
  const table = [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`);
  return [
    ...table,
    '',
    `${rows} interviews, ${pairs} pairs, medians; old is ${against}.`,
    `Node ${node}, ${cores} × ${cpu}, load ${load.toFixed(1)}. "two spins": two CPU-bound processes at once against one alone;`,
    'where it is far above 1.0 the machine had no two free cores, and CPU time tells more than wall time.',
    '',
  ].join('\n');
}
