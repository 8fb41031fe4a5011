import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { HireSyncError } from '../errors.ts';

export const isPacked = (file: string) => /\.gz$/i.test(file);

/**
 * Unpacks a gzip file while it is read (several members one after the other are one text).
 * @throws HireSyncError SOURCE_INVALID for a file that is no gzip, is cut off or damaged
 */
export async function* gunzip(
  bytes: AsyncIterable<Uint8Array>,
  file: string,
  chunkBytes: number,
): AsyncGenerator<Uint8Array> {
  const unpacked = createGunzip({ chunkSize: chunkBytes });
  // Whatever fails on the way arrives in the loop below.
  pipeline(Readable.from(bytes, { objectMode: false }), unpacked, () => {});
  try {
    for await (const chunk of unpacked) yield chunk as Uint8Array;
  } catch (cause) {
    if (HireSyncError.is(cause)) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    const text = `${file} is not an intact gzip file (${why}): it was cut off, damaged or never packed. Export it again.`;
    throw new HireSyncError('SOURCE_INVALID', text, { cause });
  }
}
