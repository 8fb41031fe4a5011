import { isUtf8 } from 'node:buffer';
import { closeSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import { HireSyncError } from '../errors.ts';
import { detectEncoding } from '../readers/detect.ts';
import { completeLength, type Encoding } from '../readers/encodings.ts';
import { openRegularSync } from '../readers/regular-file.ts';
import { Doubt } from './csv-borders.ts';

const HEAD_BYTES = 4096;
const BLOCK_BYTES = 256 * 1024;

/**
 * The encoding of a file that declares none, found out over its whole length as reading does.
 * @throws Doubt for one that is not text of that encoding; HireSyncError SOURCE_INVALID for what is no text
 */
export async function encodingOf(folder: string, file: string, format: 'csv' | 'json'): Promise<Encoding> {
  const head = utf8Head(resolve(folder, file));
  const read = head === undefined ? () => blocksOf(resolve(folder, file)) : () => once(head);
  const detection = await detectEncoding(read, file, format);
  if (detection.encoding === 'utf-8' && detection.complaint !== undefined) throw new Doubt('not UTF-8');
  return detection.encoding;
}

/** Whether the beginning of a file says that it is UTF-8, if only the rest is, too: see `encodingOf`. */
export async function beginsAsUtf8(folder: string, file: string, format: 'csv' | 'json'): Promise<boolean> {
  const block = new Uint8Array(HEAD_BYTES);
  const { handle: descriptor } = openRegularSync(resolve(folder, file));
  let used = 0;
  try {
    for (let count = -1; count !== 0 && used < block.length; used += count) {
      count = readSync(descriptor, block, used, block.length - used, null);
    }
  } finally {
    closeSync(descriptor);
  }
  const part = block.subarray(0, used);
  const head = part.subarray(0, completeLength(part, 'utf-8'));
  if (!isUtf8(head)) return false;
  try {
    const { encoding, complaint } = await detectEncoding(() => once(head), file, format);
    return encoding === 'utf-8' && complaint === undefined;
  } catch (error) {
    // It is to be refused, if all of it is what it begins as.
    if (HireSyncError.is(error)) return false;
    throw error;
  }
}

/** The bytes of a file. A block is written to again when the one after the next is asked for: nothing keeps them longer. */
async function* blocksOf(path: string): AsyncGenerator<Uint8Array> {
  const blocks = [new Uint8Array(BLOCK_BYTES), new Uint8Array(BLOCK_BYTES)] as const;
  const { handle: descriptor } = openRegularSync(path);
  try {
    for (let [block, other] = blocks; ; [block, other] = [other, block]) {
      const count = readSync(descriptor, block, 0, block.length, null);
      if (count === 0) return;
      yield block.subarray(0, count);
    }
  } finally {
    closeSync(descriptor);
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/**
 * The beginning of a file all of which is UTF-8: that alone then tells the rest (marks, UTF-16 without one). Undefined
 * for any other file. One block of memory serves for all of it.
 */
function utf8Head(path: string): Uint8Array | undefined {
  const { handle: descriptor } = openRegularSync(path);
  try {
    const block = new Uint8Array(BLOCK_BYTES);
    let head: Uint8Array | undefined;
    let used = 0;
    for (;;) {
      const count = readSync(descriptor, block, used, block.length - used, null);
      used += count;
      const complete = count === 0 ? used : completeLength(block.subarray(0, used), 'utf-8');
      const part = block.subarray(0, complete);
      if (!isUtf8(part)) return undefined;
      head ??= part.slice(0, completeLength(part.subarray(0, HEAD_BYTES), 'utf-8'));
      if (count === 0) return head;
      block.copyWithin(0, complete, used);
      used -= complete;
    }
  } finally {
    closeSync(descriptor);
  }
}
