import { type FileHandle, open, readdir } from 'node:fs/promises';
import path from 'node:path';
import { HireSyncError } from '../errors.ts';
import { type DecodedText, decode } from './decode.ts';
import { ENCODINGS, type Encoding } from './encodings.ts';
import { nearest } from './nearest.ts';

// Large enough that the cost per chunk vanishes, small enough to stay in the processor's cache.
const CHUNK_BYTES = 256 * 1024;

/**
 * A file of the source folder as text; opened when its first chunk is asked for, closed when reading ends.
 * @throws HireSyncError PIPELINE_INVALID for an unknown encoding; reading throws SOURCE_MISSING, SOURCE_INVALID
 */
export function openText(folder: string, file: string, encoding: Encoding): DecodedText {
  if (!ENCODINGS.includes(encoding)) {
    const text = `${file}: encoding "${encoding}" is not supported; use ${ENCODINGS.join(', ')} (gb18030 reads GBK as well).`;
    throw new HireSyncError('PIPELINE_INVALID', text);
  }
  return decode(readBytes(folder, file), file, encoding);
}

async function* readBytes(folder: string, file: string): AsyncGenerator<Uint8Array> {
  const handle = await openFile(folder, file);
  try {
    for (;;) {
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new HireSyncError('SOURCE_INVALID', `${file} could not be read to its end: ${why}`, { cause });
  } finally {
    await handle.close();
  }
}

async function openFile(folder: string, file: string): Promise<FileHandle> {
  const absolute = path.resolve(folder, file);
  let handle: FileHandle;
  try {
    handle = await open(absolute, 'r');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    const what = code === 'ENOENT' ? 'does not exist' : `cannot be opened (${code})`;
    const text = `The source file ${absolute} ${what}. ${await neighbours(absolute)}`;
    throw new HireSyncError('SOURCE_MISSING', text, { cause });
  }
  if ((await handle.stat()).isDirectory()) {
    await handle.close();
    throw new HireSyncError('SOURCE_MISSING', `The source file ${absolute} is a folder, not a file.`);
  }
  return handle;
}

async function neighbours(absolute: string): Promise<string> {
  const folder = path.dirname(absolute);
  let names: string[];
  try {
    names = await readdir(folder);
  } catch {
    return `Its folder ${folder} cannot be read either: check the path of the source folder.`;
  }
  const close = nearest(path.basename(absolute), names).slice(0, 3);
  if (close.length > 0) return `Did you mean ${close.join(' or ')}, which is in that folder?`;
  const listed = names.sort().slice(0, 10).join(', ');
  return names.length === 0
    ? 'The folder is empty.'
    : `The folder holds: ${listed}${names.length > 10 ? ', …' : ''}.`;
}
