import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { HireSyncError } from '../../src/errors.ts';
import type { FileCount, SourceRecord } from '../../src/model.ts';
import type { ReadContext, Source } from '../../src/readers/source.ts';
import { openStaging } from '../../src/readers/staging.ts';

type Orphan = Parameters<ReadContext['onOrphan']>[0];

export interface ReadResult {
  readonly records: readonly SourceRecord[];
  readonly files: readonly FileCount[];
  readonly orphans: readonly Orphan[];
  readonly error: HireSyncError | undefined;
}

/** A temporary folder with these files, removed after the test. */
export function aFolder(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'hire-sync-readers-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), content);
  return folder;
}

/** Everything a source yields and reports, and the error that ended it; any other error is thrown. */
export async function readFrom(folder: string, source: Source<unknown>): Promise<ReadResult> {
  const staging = openStaging();
  const records: SourceRecord[] = [];
  const files: FileCount[] = [];
  const orphans: Orphan[] = [];
  const context: ReadContext = {
    folder,
    staging,
    onFile: (count) => files.push(count),
    onOrphan: (orphan) => orphans.push(orphan),
  };
  try {
    for await (const record of source.read(context)) records.push(record);
    return { records, files, orphans, error: undefined };
  } catch (error) {
    if (!HireSyncError.is(error)) throw error;
    return { records, files, orphans, error };
  } finally {
    staging.close();
  }
}

export const readFile = (name: string, content: string | Uint8Array, source: Source<unknown>) =>
  readFrom(aFolder({ [name]: content }), source);

/** A folder of the conformance data beside the repository; undefined, with a line saying so, where it is absent. */
export function conformance(name: string): string | undefined {
  const folder = new URL(`../../../shared/data/conformance/${name}/`, import.meta.url).pathname;
  if (existsSync(folder)) return folder;
  process.stderr.write(`skipped: ${folder} is not there (the conformance data lies beside the repository)\n`);
  return undefined;
}

/** `bytes` in pieces of `size`. */
export async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
