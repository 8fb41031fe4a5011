import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HireSyncError } from '../../src/errors.ts';
import { isNeedsParser } from '../../src/incremental/needs-parser.ts';
import { type FileFacts, scanFile } from '../../src/incremental/scan-file.ts';
import type { FileCount, SourceRecord } from '../../src/model.ts';
import type { ScanFile, Source } from '../../src/readers/source.ts';
import { openStaging } from '../../src/readers/staging.ts';

/** What the reader makes of a file. */
export interface Read {
  readonly records: readonly SourceRecord[];
  readonly count: FileCount;
}

/** What the scanner makes of it. */
export interface Scanned {
  readonly facts: FileFacts;
  readonly records: readonly {
    readonly line: number;
    readonly bytes: Uint8Array;
    readonly keys: readonly string[];
  }[];
}

/** Puts `bytes` into a file and gives the folder to `work`. */
export async function withFile<T>(name: string, bytes: Uint8Array, work: (folder: string) => Promise<T>) {
  const folder = mkdtempSync(join(tmpdir(), 'hire-sync-scan-'));
  try {
    writeFileSync(join(folder, name), bytes);
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** All records of a source, or the message it stops with. */
export async function read(source: Source<unknown>, folder: string): Promise<Read | string> {
  const staging = openStaging();
  let count: FileCount | undefined;
  const onFile = (one: FileCount) => {
    count = one;
  };
  const context = { folder, staging, onFile, onOrphan: () => {} };
  try {
    const records: SourceRecord[] = [];
    for await (const record of source.read(context)) records.push(record);
    if (count === undefined) throw new Error('The file was not counted.');
    return { records, count };
  } catch (error) {
    if (HireSyncError.is(error)) return error.message;
    throw error;
  } finally {
    staging.close();
  }
}

/** All records as the scanner finds them, or why they need the parser. */
export async function scan(
  file: ScanFile,
  folder: string,
  bytes: Uint8Array,
  keys: readonly string[] = [],
): Promise<Scanned | string> {
  const records: Scanned['records'][number][] = [];
  try {
    const facts = await scanFile(folder, file, keys, ({ offset, length, line, hasKey, keys: hashes }) => {
      records.push({
        line,
        bytes: bytes.slice(offset, offset + length),
        keys: keys.map((_, slot) =>
          hasKey[slot] === 1 ? hashes.subarray(slot * 4, slot * 4 + 4).join() : '',
        ),
      });
    });
    return isNeedsParser(facts) ? facts.needsParser : { facts, records };
  } catch (error) {
    if (HireSyncError.is(error)) return error.message;
    throw error;
  }
}
