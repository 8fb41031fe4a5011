import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';
import { HireSyncError } from '../errors.ts';
import type { Done } from './journal.ts';

/** The file that a pull writes, while it is unfinished. */
export interface Part {
  /** Appends, and returns when it is on disk. */
  append(bytes: Uint8Array): Pick<Done, 'start' | 'end' | 'sha256'>;
  /** Bytes so far, and the hex SHA-256 of all of them. */
  sum(): { readonly bytes: number; readonly sha256: string };
  close(): void;
}

const CHUNK = 1024 * 1024;
// As 'a+', but for a link, which is not followed.
const APPEND = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | (constants.O_NOFOLLOW ?? 0);

/**
 * Opens the unfinished file, mode 0600: a new one begins with `head`; of one that is there every byte the journal knows
 * of is verified, and what lies behind them, the tail of a process that was killed while it wrote, is cut off (`tail`: in a
 * finished file there can be none, and one is refused).
 * @throws HireSyncError OUTPUT_INVALID when what was written is no longer there as it was
 */
export function openPart(
  file: string,
  {
    head,
    done,
    tail,
  }: { readonly head: string; readonly done: Iterable<Done>; readonly tail: 'cut' | 'refuse' },
): Part {
  const descriptor = attempt(file, () => openSync(file, APPEND, 0o600));
  const whole = createHash('sha256');
  const headBytes = Buffer.from(head);
  let size = 0;
  const verify = (end: number, expected: string): void => {
    const sha256 = hashOf(descriptor, size, end, (chunk) => whole.update(chunk));
    if (sha256 !== expected) throw changed(file, size, end);
    size = end;
  };
  const write = (bytes: Uint8Array): void => {
    attempt(file, () => {
      for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
      // The journal must not know of bytes that a power failure takes away.
      fsyncSync(descriptor);
    });
    whole.update(bytes);
    size += bytes.length;
  };
  try {
    const entries = [...done];
    if (entries.length > 0) {
      if (headBytes.length > 0) verify(headBytes.length, sha256Of(headBytes));
      for (const { end, sha256 } of entries) verify(end, sha256);
    }
    const found = fstatSync(descriptor).size;
    if (found > size && tail === 'refuse') throw changed(file, size, found);
    if (found > size) attempt(file, () => ftruncateSync(descriptor, size));
    if (entries.length === 0) write(headBytes);
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  return {
    append(bytes) {
      const start = size;
      write(bytes);
      return { start, end: size, sha256: sha256Of(bytes) };
    },
    sum: () => ({ bytes: size, sha256: whole.copy().digest('hex') }),
    close: () => closeSync(descriptor),
  };
}

function hashOf(
  descriptor: number,
  start: number,
  end: number,
  onChunk: (chunk: Uint8Array) => void,
): string {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK, Math.max(1, end - start)));
  for (let at = start; at < end; ) {
    const count = readSync(descriptor, buffer, 0, Math.min(buffer.length, end - at), at);
    // Shorter than it was: the hash differs.
    if (count === 0) break;
    const chunk = buffer.subarray(0, count);
    hash.update(chunk);
    onChunk(chunk);
    at += count;
  }
  return hash.digest('hex');
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function changed(file: string, start: number, end: number): HireSyncError {
  const message = `${file} was changed after it was written: bytes ${start} to ${end} are not what the journal beside it says. Remove both to begin anew.`;
  return new HireSyncError('OUTPUT_INVALID', message);
}

/** @throws HireSyncError OUTPUT_INVALID for an error of the file system */
export function attempt<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === undefined) throw cause;
    const message = `${file} cannot be written (${code}). What is in it stays; make room or rights, then run the same command again.`;
    throw new HireSyncError('OUTPUT_INVALID', message, { cause });
  }
}
