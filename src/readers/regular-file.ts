import { type BigIntStats, closeSync, constants, fstatSync, openSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

// Opening a pipe waits for its other end, and nothing can interrupt that; with O_NONBLOCK it does not wait. It means
// nothing for a regular file, and Windows does not have it.
const READ_ONLY = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** What tells whether a file is still the one it was, without reading it. */
export interface Stamp {
  readonly device: bigint;
  readonly inode: bigint;
  /** In bytes. */
  readonly size: bigint;
  /** When its bytes were last changed, and when its name, rights or owner were; epoch ns. */
  readonly modifiedNs: bigint;
  readonly changedNs: bigint;
}

/** A regular file that is open, and what it was when it was opened. */
interface Opened<Handle> {
  readonly handle: Handle;
  readonly stamp: Stamp;
}

export function stampOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): Stamp {
  return { device: dev, inode: ino, size, modifiedNs: mtimeNs, changedNs: ctimeNs };
}

/** Thrown for a folder, a pipe or a device in the place of a file. */
export class NoRegularFile extends Error {
  override readonly name = 'NoRegularFile';
  /** `a folder`, `a pipe`, … */
  readonly kind: string;
  constructor(kind: string) {
    super(`is ${kind}, not a file`);
    this.kind = kind;
  }
}

/** Opens a regular file for reading, and nothing else. @throws NoRegularFile, and what `open` throws */
export async function openRegular(path: string): Promise<Opened<FileHandle>> {
  const handle = await open(path, READ_ONLY);
  try {
    const stats = await handle.stat({ bigint: true });
    mustBeRegular(stats);
    return { handle, stamp: stampOf(stats) };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** As `openRegular`, at once. */
export function openRegularSync(path: string): Opened<number> {
  const handle = openSync(path, READ_ONLY);
  try {
    const stats = fstatSync(handle, { bigint: true });
    mustBeRegular(stats);
    return { handle, stamp: stampOf(stats) };
  } catch (error) {
    closeSync(handle);
    throw error;
  }
}

/** @throws NoRegularFile for what has no bytes of its own, or could be read only once */
function mustBeRegular(stats: BigIntStats): void {
  if (stats.isFile()) return;
  if (stats.isDirectory()) throw new NoRegularFile('a folder');
  if (stats.isFIFO()) throw new NoRegularFile('a pipe');
  if (stats.isSocket()) throw new NoRegularFile('a socket');
  throw new NoRegularFile('a device');
}
