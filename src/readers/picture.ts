import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { HireSyncError } from '../errors.ts';
import type { FileCount } from '../model.ts';
import { type Stamp, stampOf } from './regular-file.ts';
import { type FileContext, hashOf } from './text-file.ts';

/**
 * All files of a night, as they were when its reading began. An exporter that replaces them one by one while they are
 * read would leave half of one night and half of the next, each file sound in itself.
 */
export interface Picture {
  /**
   * To be told of every file that is opened for reading, and of what the open file is.
   * @throws HireSyncError SOURCE_INVALID when it is another one by now
   */
  opened(file: string, stamp: Stamp): void;
  /** To be told of every file that was read to its end. */
  read(file: Pick<FileCount, 'file' | 'sha256'>): void;
  /**
   * Looks at all files together once more; no bytes are read but of a file that may have moved. Returns what moved:
   * `a.csv was changed`.
   */
  look(): Promise<readonly string[]>;
}

/** One file of a picture. */
interface Pictured {
  /** As the pipeline names it. */
  readonly file: string;
  /** Null: there was none. */
  stamp: Stamp | null;
  /** Since when its stamp is known to belong to its bytes, epoch ns. */
  sinceNs: bigint;
  /** It was opened with other times, or as another file of the same size: only its bytes tell. */
  doubtful: boolean;
  /** Hex SHA-256 of all that was read of it: one, unless it moved. */
  readonly hashes: Set<string>;
}

/**
 * Takes the picture. What is no file is for its reader to refuse.
 * @param files relative to its folder
 */
export function takePicture(
  context: Pick<FileContext, 'folder' | 'stopping'>,
  files: Iterable<string>,
): Picture {
  const { folder, stopping } = context;
  const pictured = new Map<string, Pictured>();
  const add = (file: string, stamp: Stamp | null): Pictured => {
    const one = { file, stamp, sinceNs: nowNs(), doubtful: false, hashes: new Set<string>() };
    pictured.set(file, one);
    return one;
  };
  for (const file of files) add(file, stampAt(folder, file));

  /** What happened to a file since; null for nothing. */
  const movedSince = async (one: Pictured): Promise<string | null> => {
    const { file, stamp, hashes } = one;
    const now = stampAt(folder, file);
    if (now === null) return stamp === null ? null : GONE;
    if (stamp === null) return APPEARED;
    const what = difference(stamp, now);
    if (hashes.size > 1 || stamp.size !== now.size) return what ?? CHANGED;
    const isCertain = what === null && !one.doubtful && !isTooFresh(one, stamp);
    // Of a file that was not read nothing depends on its bytes.
    if (isCertain || hashes.size === 0) return what;
    // Somebody touched it, or put a copy where it was; or its times are too coarse, or too young, to prove anything.
    const sinceNs = nowNs();
    // What cannot be read to its end is being written.
    const hash = await hashOf(context, file).catch(() => '');
    stopping?.throwIfAborted();
    if (hash === null) return GONE;
    if (!hashes.has(hash)) return what ?? CHANGED;
    Object.assign(one, { stamp: now, sinceNs, doubtful: false });
    return null;
  };

  return {
    opened(file, stamp) {
      const one = pictured.get(file) ?? add(file, stamp);
      const what = one.stamp === null ? APPEARED : difference(one.stamp, stamp);
      const isOther = one.stamp?.size !== stamp.size || one.stamp.modifiedNs !== stamp.modifiedNs;
      if (what !== null && isOther) throw exportMoved([`${file} ${what}`]);
      one.doubtful ||= what !== null;
    },
    read: ({ file, sha256 }) => void pictured.get(file)?.hashes.add(sha256),
    async look() {
      const moved: string[] = [];
      for (const one of pictured.values()) {
        const what = await movedSince(one);
        if (what !== null) moved.push(`${one.file} ${what}`);
      }
      return moved;
    },
  };
}

const GONE = 'is not there any more';
const APPEARED = 'was not there at first';
const CHANGED = 'was changed';
const REPLACED = 'was replaced by another file';

function difference(before: Stamp, now: Stamp): string | null {
  if (before.inode !== now.inode || before.device !== now.device) return REPLACED;
  const isSame =
    before.size === now.size && before.modifiedNs === now.modifiedNs && before.changedNs === now.changedNs;
  return isSame ? null : CHANGED;
}

// A file's times move by the tick of the kernel's clock (up to 10 ms), on some file systems by 1 or 2 s: a change within
// the tick in which its stamp was taken does not show in it.
const TICK_NS = 20_000_000n;
const COARSE_TICK_NS = 2_000_000_000n;
const SECOND_NS = 1_000_000_000n;

function isTooFresh({ sinceNs }: Pictured, { modifiedNs, changedNs }: Stamp): boolean {
  return [modifiedNs, changedNs].some((time) => {
    const tick = time % SECOND_NS === 0n ? COARSE_TICK_NS : TICK_NS;
    return time > sinceNs - tick && time < sinceNs + tick;
  });
}

const nowNs = (): bigint => BigInt(Date.now()) * 1_000_000n;

function stampAt(folder: string, file: string): Stamp | null {
  try {
    const stats = statSync(resolve(folder, file), { bigint: true, throwIfNoEntry: false });
    return stats === undefined ? null : stampOf(stats);
  } catch {
    // Why it cannot be reached, its reader tells.
    return null;
  }
}

const SHOWN = 10;

/** SOURCE_INVALID for an export that moved since its picture was taken; null when it did not. */
export async function movedSince(picture: Picture): Promise<HireSyncError | null> {
  const moved = await picture.look();
  return moved.length === 0 ? null : exportMoved(moved);
}

function exportMoved(moved: readonly string[]): HireSyncError {
  const more = moved.length > SHOWN ? ` and ${moved.length - SHOWN} more` : '';
  const message = `The export moved while it was being read: ${moved.slice(0, SHOWN).join('; ')}${more}. Its files may be of two different nights, so nothing of it is sent. Run again when the export is complete.`;
  return new HireSyncError('SOURCE_INVALID', message, { fault: 'changed' });
}
