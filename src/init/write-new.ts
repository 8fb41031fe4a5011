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
    throw new HireSyncError('CONFIG_INVALID', {
      zh: `已有 ${taken.join('、')}。没有写入任何内容：请用 --out 指定另一个文件夹，或先移走它们。`,
      en: `There already is ${taken.join(' and ')}. Nothing was written: name another folder with --out, or move them away.`,
    });
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
    const told = {
      zh: `无法写入文件夹 ${folder}：${why}。`,
      en: `The folder ${folder} cannot be written to: ${why}.`,
    };
    throw new HireSyncError('CONFIG_INVALID', told, { cause });
  }
  return written;
}
