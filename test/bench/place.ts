/** Where a build's measurements lie, and how the data for a case gets there. */
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipelineText, type Variant, writeArchive } from './archive.ts';
import { node } from './measure.ts';

/** The files of one build's measurements. */
export interface Place {
  /** The build that is measured: a folder with `dist` and `node_modules`. */
  readonly build: string;
  /** For what this build writes: ledgers, and the pipelines, whose transpiled code is kept beside the ledger. */
  readonly root: string;
  readonly folder: (variant: Variant) => string;
  readonly pipeline: (variant: Variant) => string;
  readonly ledger: (variant: Variant) => string;
}

/** This project, as `npm run build` left it. */
export const THIS_BUILD = join(import.meta.dirname, '../..');

/** `data` may serve several builds: the archives in it are read, never written to. */
export function placeOf(build: string, { root, data }: { root: string; data: string }): Place {
  mkdirSync(root, { recursive: true });
  return {
    build,
    root,
    folder: (variant) => join(data, variant),
    pipeline: (variant) => join(root, variant === 'json' ? 'archive-json.ts' : 'archive.ts'),
    ledger: (variant) => join(root, `ledger-${variant}.db`),
  };
}

/** What a case needs before it can run. */
export interface Needs {
  readonly needs: readonly Variant[];
  /** The archive whose records its ledger knows. */
  readonly ledger?: Variant;
}

/** Writes what a case needs and is not there yet: archives of `size` interviews, pipelines, a filled ledger. */
export async function prepare(
  { needs, ledger }: Needs,
  place: Place,
  { size, say }: { size: number; say: (text: string) => void },
): Promise<void> {
  for (const variant of needs) {
    if (!existsSync(place.pipeline(variant))) writeFileSync(place.pipeline(variant), pipelineText(variant));
    if (existsSync(place.folder(variant))) continue;
    say(`writing ${variant}`);
    const unfinished = `${place.folder(variant)}.part`;
    writeArchive(unfinished, size, variant);
    cpSync(unfinished, place.folder(variant), { recursive: true });
    rmSync(unfinished, { recursive: true });
  }
  if (ledger === undefined || existsSync(place.ledger(ledger))) return;
  say(`filling the ledger of ${ledger}`);
  const files = [place.pipeline(ledger), place.folder(ledger), place.ledger(ledger)];
  const filled = await node([fillerOf(place.build), ...files, place.build], place.root);
  if (!filled.stdout.includes('"context":true')) {
    throw new Error(`The ledger for ${place.build} was not filled: ${filled.stdout}${filled.stderr}`);
  }
}

/** A checkout fills its ledger itself: it knows its own tables and names. A build without tests has only its `dist`. */
function fillerOf(build: string): string {
  const own = join(build, 'test/bench/fill-ledger.ts');
  return existsSync(own) ? own : join(import.meta.dirname, 'fill-ledger.ts');
}
