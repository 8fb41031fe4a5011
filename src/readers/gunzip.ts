import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { HireSyncError } from '../errors.ts';

export const isPacked = (file: string) => /\.gz$/i.test(file);

/**
 * Unpacks a gzip file while it is read (several members one after the other are one text; zeros may follow them).
 * @throws HireSyncError SOURCE_INVALID for a file that is no gzip, is cut off or damaged, or goes on behind its end
 */
export async function* gunzip(
  bytes: AsyncIterable<Uint8Array>,
  file: string,
  chunkBytes: number,
): AsyncGenerator<Uint8Array> {
  const unpacked = createGunzip({ chunkSize: chunkBytes });
  const packed = createFeed(bytes);
  // Whatever fails on the way arrives in the loop below.
  pipeline(
    Readable.from(
      packed.chunks(() => unpacked.bytesWritten),
      { objectMode: false },
    ),
    unpacked,
    () => {},
  );
  try {
    for await (const chunk of unpacked) yield chunk as Uint8Array;
    // Node takes a zero behind a member for the end of the whole, and says nothing of what follows it.
    if (await packed.goesOn(unpacked.bytesWritten)) throw new Error('there is something behind its end');
  } catch (cause) {
    if (HireSyncError.is(cause)) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    const text = `${file} is not an intact gzip file (${why}): it was cut off, damaged or never packed. Export it again.`;
    throw new HireSyncError('SOURCE_INVALID', text, { cause, fault: 'gzip' });
  } finally {
    await packed.close();
  }
}

/** The bytes of a file on their way to a reader that may stop before their end. */
function createFeed(bytes: AsyncIterable<Uint8Array>) {
  const iterator = bytes[Symbol.asyncIterator]();
  // What was handed on and is not used yet, and where it begins in the file.
  const ahead: Uint8Array[] = [];
  let begin = 0;
  const drop = (used: number) => {
    for (let [first] = ahead; first !== undefined && begin + first.length <= used; [first] = ahead) {
      begin += first.length;
      ahead.shift();
    }
  };
  return {
    /** @param used how many of the bytes the reader has used so far */
    async *chunks(used: () => number): AsyncGenerator<Uint8Array> {
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
        drop(used());
        ahead.push(next.value);
        yield next.value;
      }
    },
    /** Reads on to the end; whether there is more than zeros behind the bytes that were used. */
    async goesOn(used: number): Promise<boolean> {
      let found = false;
      for (let next = await iterator.next(); !next.done; next = await iterator.next())
        found ||= next.value.some((byte) => byte !== 0);
      drop(used);
      const [first = new Uint8Array(), ...others] = ahead;
      return (
        [first.subarray(used - begin), ...others].some((part) => part.some((byte) => byte !== 0)) || found
      );
    },
    async close(): Promise<void> {
      await iterator.return?.();
    },
  };
}
