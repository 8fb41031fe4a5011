import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { HireSyncError } from '../errors.ts';

/** A file to be written, by its path in the folder. */
export interface NewFile {
  readonly name: string;
  readonly text: string;
  /** Whether it holds values of the export, which others are not to read. */
  readonly isPrivate: boolean;
}

/**
 * Writes new files into a folder: all of them, or none where one of them is there already.
 * @returns their absolute paths
 * @throws HireSyncError CONFIG_INVALID
 */
export async function writeNew(folder: string, files: readonly NewFile[]): Promise<readonly string[]> {
  const paths = files.map(({ name }) => join(resolve(folder), name));
  const there = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)));
  const taken = paths.filter((_, at) => there[at] !== undefined);
  if (taken.length > 0) {
    const advice = 'Nothing was written: name another folder with --out, or move them away';
    throw new HireSyncError('CONFIG_INVALID', `There already is ${taken.join(' and ')}. ${advice}.`);
  }
  const written: string[] = [];
  try {
    for (const [at, { text, isPrivate }] of files.entries()) {
      const path = paths[at] ?? '';
      await mkdir(dirname(path), { recursive: true });
      // Somebody may have made it since: it is not replaced, nor is what a link points to.
      await writeFile(path, text, { flag: 'wx', mode: isPrivate ? 0o600 : 0o644 });
      written.push(path);
    }
  } catch (cause) {
    for (const path of written) await rm(path, { force: true });
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new HireSyncError('CONFIG_INVALID', `The folder ${folder} cannot be written to: ${why}.`, {
      cause,
    });
  }
  return written;
}
