import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import * as self from '../src/index.ts';
import { loadPipeline } from '../src/pipeline/load.ts';

interface Transpiled {
  /** The name that the file in the cache has after the hash of the pipeline's path. */
  readonly ending: string;
  readonly code: string;
}

const byText = new Map<string, Promise<Transpiled>>();

/**
 * Puts the transpiled form of a pipeline into a ledger's folder, as an earlier run leaves it there. Each test has a new
 * folder, and each child would spend half of its start on the transpiler. Should the transpiler name its files in
 * another way one day, this is without effect.
 */
export async function warmUp(home: string, pipelineFile: string): Promise<void> {
  const text = readFileSync(pipelineFile, 'utf8');
  if (!byText.has(text)) byText.set(text, transpile(pipelineFile));
  const { ending, code } = await byText.get(text)!;
  const folder = join(home, 'code-cache');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, `${stemOf(pipelineFile)}.${hashOf(pipelineFile)}${ending}`), code);
}

async function transpile(file: string): Promise<Transpiled> {
  const folder = mkdtempSync(join(tmpdir(), 'hire-sync-code-'));
  try {
    await loadPipeline(file, self, folder);
    const start = `${stemOf(file)}.${hashOf(file)}`;
    const name = readdirSync(folder).find((found) => found.startsWith(start)) ?? '';
    return { ending: name.slice(start.length), code: name && readFileSync(join(folder, name), 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const stemOf = (file: string): string => `${basename(dirname(file))}-${basename(file, '.ts')}`;

const hashOf = (file: string): string => createHash('md5').update(file).digest('hex').slice(0, 8);
