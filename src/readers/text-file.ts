import { isAscii } from 'node:buffer';
import { createHash } from 'node:crypto';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import path from 'node:path';
import { HireSyncError } from '../errors.ts';
import type { FileCount } from '../model.ts';
import { decode } from './decode.ts';
import { detectEncoding } from './detect.ts';
import { ENCODINGS, type Encoding, encodingCalled } from './encodings.ts';
import { gunzip, isPacked } from './gunzip.ts';
import { nearest } from './nearest.ts';

// Large enough that the cost per chunk vanishes, small enough to stay in the processor's cache.
const CHUNK_BYTES = 64 * 1024;

/** A file of the source folder as text, read once. */
export interface TextFile {
  /** Its text in pieces that never split a character, without a byte order mark. */
  readonly chunks: AsyncIterable<string>;
  /** To be asked for when `chunks` has come to its end. */
  count(counts: ReaderCounts): FileCount;
}

/** What only the reader of a format knows of a file. */
export type ReaderCounts = Pick<FileCount, 'rows'> &
  Partial<Pick<FileCount, 'delimiter' | 'blank' | 'ignored' | 'normalised' | 'controls'>>;

/**
 * A file of the source folder as text; opened when its first chunk is asked for, closed when reading ends. One whose
 * name ends with .gz is unpacked on the way.
 * @param format what the text is said to be
 * @param encoding undefined to find it out, which reads the file once more
 * @throws HireSyncError PIPELINE_INVALID for an unknown encoding; reading throws SOURCE_MISSING, SOURCE_INVALID
 */
export function openText(
  folder: string,
  file: string,
  format: 'csv' | 'json',
  encoding: Encoding | undefined,
): TextFile {
  if (encoding !== undefined && !ENCODINGS.includes(encoding)) {
    const meant = encodingCalled(encoding);
    const hint = meant === undefined ? '' : ` Did you mean encoding: '${meant}'?`;
    const text = `${file}: encoding "${encoding}" is not supported; use ${ENCODINGS.join(', ')} (gb18030 reads GBK as well), or leave it out.${hint}`;
    throw new HireSyncError('PIPELINE_INVALID', text);
  }
  const hash = createHash('sha256');
  let bytes = 0;
  let sha256: string | undefined;
  let used: Encoding = 'utf-8';
  let finalNewline = false;
  let marks = 0;
  const measure = (chunk: Uint8Array) => {
    hash.update(chunk);
    bytes += chunk.length;
  };

  async function* chunks(): AsyncGenerator<string> {
    const where = isPacked(file) ? `${file} (unpacked)` : file;
    const detection =
      encoding === undefined
        ? await detectEncoding(() => readBytes(folder, file, { again: true }), where, format)
        : { encoding };
    used = detection.encoding;
    for await (const chunk of decode(readBytes(folder, file, { measure }), where, detection)) {
      finalNewline = chunk.endsWith('\n') || chunk.endsWith('\r');
      if (chunk.includes('\uFEFF')) marks += chunk.split('\uFEFF').length - 1;
      yield chunk;
    }
  }

  return {
    chunks: chunks(),
    count(counts) {
      sha256 ??= hash.digest('hex');
      const none = { delimiter: null, blank: 0, ignored: 0, normalised: 0, marks, controls: 0, orphaned: 0 };
      return { file, bytes, sha256, encoding: used, finalNewline, ...none, ...counts };
    },
  };
}

/** Hex SHA-256 of a file of the source folder as it lies there; null when there is none. @throws HireSyncError SOURCE_INVALID */
export async function hashOf(folder: string, file: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of readRaw(folder, file, {})) hash.update(chunk);
  } catch (error) {
    if (HireSyncError.is(error) && error.code === 'SOURCE_MISSING') return null;
    throw error;
  }
  return hash.digest('hex');
}

/**
 * Whether a file that was saved by a spreadsheet is in an encoding that holds every character: otherwise (GBK, or ASCII of
 * what was more once) it has a `?` for each one it lacks.
 * @throws HireSyncError SOURCE_MISSING, SOURCE_INVALID, also where its encoding would have to be declared
 */
export async function holdsEveryCharacter(folder: string, file: string): Promise<boolean> {
  const read = () => readBytes(folder, file, { again: true });
  const { encoding, undeclared } = await detectEncoding(read, file, 'csv');
  if (undeclared === true) {
    const text = `${file} is neither UTF-8 nor Chinese text in GB18030, and a corrected file has no place to declare its encoding: open it again, and save it as "CSV UTF-8".`;
    throw new HireSyncError('SOURCE_INVALID', text);
  }
  if (encoding !== 'utf-8') return encoding !== 'gb18030';
  for await (const chunk of read()) if (!isAscii(chunk)) return true;
  return false;
}

/**
 * The bytes of a file, unpacked if it is packed.
 * @param options.measure sees them as they lie in the file
 * @param options.again whether the file will be read a second time
 */
export function readBytes(
  folder: string,
  file: string,
  options: { readonly measure?: (chunk: Uint8Array) => void; readonly again?: boolean },
): AsyncIterable<Uint8Array> {
  const raw = readRaw(folder, file, options);
  return isPacked(file) ? gunzip(raw, file, CHUNK_BYTES) : raw;
}

async function* readRaw(
  folder: string,
  file: string,
  { measure, again }: { readonly measure?: (chunk: Uint8Array) => void; readonly again?: boolean },
): AsyncGenerator<Uint8Array> {
  const handle = await openFile(folder, file, again ?? false);
  try {
    const before = await handle.stat();
    const read = () => {
      const reading = handle.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES);
      // Its failure is told when its turn has come, if it comes.
      reading.catch(() => {});
      return reading;
    };
    for (let next = read(); ; ) {
      const { bytesRead, buffer } = await next;
      if (bytesRead === 0) break;
      // While this chunk is being worked on the next one is read. Not from a pipe: closing it would wait for its writer.
      if (before.isFile()) next = read();
      const chunk = buffer.subarray(0, bytesRead);
      measure?.(chunk);
      yield chunk;
      if (!before.isFile()) next = read();
    }
    const after = await handle.stat();
    // A pipe's times tell when it was last written to, which is what it is for.
    if (before.isFile() && (after.size !== before.size || after.mtimeMs !== before.mtimeMs)) {
      throw new HireSyncError(
        'SOURCE_INVALID',
        `${file} was changed while it was being read: run again when the export is complete.`,
      );
    }
  } catch (cause) {
    if (HireSyncError.is(cause)) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new HireSyncError('SOURCE_INVALID', `${file} could not be read to its end: ${why}`, { cause });
  } finally {
    await handle.close();
  }
}

async function openFile(folder: string, file: string, again: boolean): Promise<FileHandle> {
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
  const kind = await handle.stat();
  if (kind.isDirectory()) {
    await handle.close();
    throw new HireSyncError('SOURCE_MISSING', `The source file ${absolute} is a folder, not a file.`);
  }
  if (again && !kind.isFile()) {
    await handle.close();
    const text = `${file} is a pipe or a device, which can be read only once: declare its encoding, such as encoding: 'utf-8'.`;
    throw new HireSyncError('PIPELINE_INVALID', text);
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
