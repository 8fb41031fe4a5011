import { isUtf8 } from 'node:buffer';
import { closeSync, readSync } from 'node:fs';
import { HireSyncError } from '../errors.ts';
import { detectEncoding } from '../readers/detect.ts';
import { completeLength, type Encoding } from '../readers/encodings.ts';
import { openRegularSync } from '../readers/regular-file.ts';
import { type NeedsParser, needsParser } from './needs-parser.ts';

export const HEAD_BYTES = 4096;
const BLOCK_BYTES = 256 * 1024;

/**
 * The encoding of a file that declares none, found out over its whole length as reading does.
 * @throws HireSyncError SOURCE_INVALID for what is no text
 */
export async function encodingOf(
  path: string,
  file: string,
  format: 'csv' | 'json',
): Promise<Encoding | NeedsParser> {
  const { encoding, complaint } = await detectEncoding(() => blocksOf(path, BLOCK_BYTES), file, format);
  return encoding === 'utf-8' && complaint !== undefined ? needsParser('not UTF-8') : encoding;
}

/** Whether the beginning of a file says that it is UTF-8, if only the rest is, too: see `encodingOf`. */
export async function beginsAsUtf8(path: string, file: string, format: 'csv' | 'json'): Promise<boolean> {
  const { value } = await blocksOf(path, HEAD_BYTES).next();
  const block: Uint8Array = value ?? new Uint8Array();
  const head = block.subarray(0, completeLength(block, 'utf-8'));
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
export async function* blocksOf(path: string, size: number): AsyncGenerator<Uint8Array> {
  const blocks = [new Uint8Array(size), new Uint8Array(size)] as const;
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
