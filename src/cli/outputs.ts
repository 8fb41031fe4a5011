import { closeSync, lstatSync, mkdirSync, readSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { HireSyncError } from '../errors.ts';
import type { Bilingual } from '../plan/shape.ts';
import { writeWhole } from '../pull/write-whole.ts';
import { openRegularSync } from '../readers/regular-file.ts';
import { w } from '../report/sentences.ts';

/** A file that somebody wants written. */
export interface Output {
  /** The flag that names it: `--report`. */
  readonly flag: string;
  /** Absolute. */
  readonly path: string;
  /** Whether a file that begins with this text is an older one of the same kind, which may be replaced. */
  readonly isOurs: (head: string) => boolean;
}

const HEAD_BYTES = 512;

/**
 * Refuses, before anything is done, to write over what must not be lost: a file that the command itself uses, whatever it
 * is called there, or one that does not begin like an older one of its kind.
 * @param inputs absolute paths of what the command reads, and of its ledger
 * @throws HireSyncError CONFIG_INVALID
 */
export function checkOutputs(outputs: readonly Output[], inputs: readonly string[]): void {
  for (const [index, output] of outputs.entries()) {
    const { flag, path } = output;
    const input = inputs.find((one) => isSameFile(one, path));
    if (input !== undefined)
      throw refused(output, w(`就是本命令用到的 ${input}`, `is ${input}, which this command uses`));
    const twin = outputs.slice(0, index).find((one) => isSameFile(one.path, path));
    if (twin !== undefined) {
      const isAnother = twin.flag === flag;
      const zh = `也是${isAnother ? '另一个 ' : ' '}${twin.flag} 要写的文件`;
      throw refused(output, w(zh, `is also what ${isAnother ? 'another ' : ''}${twin.flag} writes`));
    }
    mustBeReplaceable(output);
  }
}

/** Writes an output, mode 0600, whole or not at all. @throws HireSyncError CONFIG_INVALID, and what the file system says */
export function writeOutput(output: Output, pieces: Iterable<string>): void {
  mkdirSync(dirname(output.path), { recursive: true, mode: 0o700 });
  // Once more: a run may take a day, and somebody else may have put a file there.
  writeWhole(output.path, pieces, () => mustBeReplaceable(output));
}

/** @throws HireSyncError CONFIG_INVALID unless nothing is there, an empty file, or an older one of the same kind */
function mustBeReplaceable(output: Output): void {
  const { path, isOurs } = output;
  // The name itself: what a link leads to was not named.
  const there = whatIs(path, lstatSync);
  if (there === undefined) return;
  if (there.isSymbolicLink()) throw refused(output, w('是链接，不会跟随', 'is a link, and is not followed'));
  if (!there.isFile()) throw refused(output, w('不是文件', 'is no file'));
  if (there.size > 0 && !isOurs(headOf(path)))
    throw refused(
      output,
      w(
        '已经存在，而开头不像 hire-sync 写的，因此不覆盖',
        'is there already and does not begin like what hire-sync writes there, so it is not overwritten',
      ),
    );
}

function refused({ flag, path }: Output, why: Bilingual): HireSyncError {
  return new HireSyncError(
    'CONFIG_INVALID',
    w(`${flag}：${path} ${why.zh}。请换一个文件名。`, `${flag}: ${path} ${why.en}. Name another file.`),
  );
}

function headOf(path: string): string {
  const { handle } = openRegularSync(path);
  try {
    const bytes = Buffer.alloc(HEAD_BYTES);
    return bytes.toString('utf8', 0, readSync(handle, bytes));
  } finally {
    closeSync(handle);
  }
}

/** Also by another name: through a linked folder, a hard link, in other letters where case does not count. */
function isSameFile(one: string, other: string): boolean {
  const [a, b] = [one, other].map((path) => whatIs(path, statSync));
  if (a !== undefined && b !== undefined) return a.dev === b.dev && a.ino === b.ino;
  return a === b && placeOf(one) === placeOf(other);
}

/** Undefined for nothing, and for what cannot be reached: then writing will tell why. */
function whatIs(path: string, stat: typeof lstatSync) {
  try {
    return stat(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** Where a file that is not there yet will be. */
function placeOf(path: string): string {
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch {
    return resolve(path);
  }
}
