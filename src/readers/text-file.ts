import { isAscii } from 'node:buffer';
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { HireSyncError } from '../errors.ts';
import type { FileCount } from '../model.ts';
import { decode } from './decode.ts';
import { detectEncoding } from './detect.ts';
import { ENCODINGS, type Encoding, encodingCalled } from './encodings.ts';
import { gunzip, isPacked } from './gunzip.ts';
import { nearest } from './nearest.ts';
import type { Picture } from './picture.ts';
import { NoRegularFile, openRegular, stampOf } from './regular-file.ts';

// Large enough that the cost per chunk vanishes, small enough to stay in the processor's cache.
const CHUNK_BYTES = 64 * 1024;
// Asked of the system at once: each time costs a thread's round trip.
const BLOCK_BYTES = 4 * CHUNK_BYTES;

/** A file of the source folder as text, read once. */
export interface TextFile {
  /** Its text in pieces that never split a character, without a byte order mark. */
  readonly chunks: AsyncIterable<string>;
  /** To be asked for when `chunks` has come to its end. */
  count(counts: ReaderCounts): FileCount;
}

/** Where a file lies, and who is to be told that it is opened. */
export interface FileContext {
  /** Absolute path of the source folder. */
  readonly folder: string;
  readonly picture?: Picture | undefined;
  /** Ends the reading by its reason. */
  readonly stopping?: AbortSignal | undefined;
}

/** What only the reader of a format knows of a file. */
export type ReaderCounts = Pick<FileCount, 'rows'> &
  Partial<Pick<FileCount, 'delimiter' | 'blank' | 'ignored' | 'normalised' | 'emptied' | 'controls'>>;

/**
 * A file of the source folder as text; opened when its first chunk is asked for, closed when reading ends. One whose
 * name ends with .gz is unpacked on the way.
 * @param format what the text is said to be
 * @param encoding undefined to find it out, which reads the file once more
 * @throws HireSyncError PIPELINE_INVALID for an unknown encoding; reading throws SOURCE_MISSING, SOURCE_INVALID
 */
export function openText(
  context: FileContext,
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
        ? await detectEncoding(() => readBytes(context, file), where, format)
        : { encoding };
    used = detection.encoding;
    for await (const chunk of decode(readBytes(context, file, measure), where, detection)) {
      finalNewline = chunk.endsWith('\n') || chunk.endsWith('\r');
      if (chunk.includes('\uFEFF')) marks += chunk.split('\uFEFF').length - 1;
      yield chunk;
    }
  }

  return {
    chunks: chunks(),
    count(counts) {
      sha256 ??= hash.digest('hex');
      const none = {
        delimiter: null,
        blank: 0,
        ignored: 0,
        normalised: 0,
        emptied: 0,
        marks,
        controls: 0,
        orphaned: 0,
        unnamed: 0,
        role: '',
      };
      return { file, bytes, sha256, encoding: used, finalNewline, ...none, ...counts };
    },
  };
}

/** Hex SHA-256 of a file of the source folder as it lies there; null when there is none. @throws HireSyncError SOURCE_INVALID */
export async function hashOf(context: FileContext, file: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of readRaw(context, file)) hash.update(chunk);
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
  const read = () => readBytes({ folder }, file);
  const { encoding, undeclared } = await detectEncoding(read, file, 'csv');
  if (undeclared === true) {
    const text = `${file} is neither UTF-8 nor Chinese text in GB18030, and a corrected file has no place to declare its encoding: open it again, and save it as "CSV UTF-8".`;
    throw new HireSyncError('SOURCE_INVALID', text, { fault: 'encoding' });
  }
  if (encoding !== 'utf-8') return encoding !== 'gb18030';
  for await (const chunk of read()) if (!isAscii(chunk)) return true;
  return false;
}

/**
 * The bytes of a file, unpacked if it is packed.
 * @param measure sees them as they lie in the file
 */
export function readBytes(
  context: FileContext,
  file: string,
  measure?: (chunk: Uint8Array) => void,
): AsyncIterable<Uint8Array> {
  const raw = readRaw(context, file, measure);
  return isPacked(file) ? gunzip(raw, file, CHUNK_BYTES) : raw;
}

async function* readRaw(
  { folder, picture, stopping }: FileContext,
  file: string,
  measure?: (chunk: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  const { handle, stamp: before } = await openFile(folder, file);
  try {
    picture?.opened(file, before);
    const read = () => {
      const reading = handle.read(Buffer.allocUnsafe(BLOCK_BYTES), 0, BLOCK_BYTES);
      // Its failure is told when its turn has come, if it comes.
      reading.catch(() => {});
      return reading;
    };
    for (let next = read(); ; ) {
      const { bytesRead, buffer } = await next;
      stopping?.throwIfAborted();
      if (bytesRead === 0) break;
      // While this block is being worked on the next one is read.
      next = read();
      const block = buffer.subarray(0, bytesRead);
      measure?.(block);
      for (let at = 0; at < block.length; at += CHUNK_BYTES) yield block.subarray(at, at + CHUNK_BYTES);
    }
    const after = stampOf(await handle.stat({ bigint: true }));
    if (after.size !== before.size || after.modifiedNs !== before.modifiedNs) {
      throw new HireSyncError(
        'SOURCE_INVALID',
        `${file} was changed while it was being read: run again when the export is complete.`,
        { fault: 'changed' },
      );
    }
  } catch (cause) {
    if (HireSyncError.is(cause)) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new HireSyncError('SOURCE_INVALID', `${file} could not be read to its end: ${why}`, {
      cause,
      fault: 'unreadable',
    });
  } finally {
    await handle.close();
  }
}

async function openFile(folder: string, file: string) {
  const absolute = path.resolve(folder, file);
  try {
    return await openRegular(absolute);
  } catch (cause) {
    if (cause instanceof NoRegularFile) throw noFile(absolute, cause);
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    const what = code === 'ENOENT' ? 'does not exist' : `cannot be opened (${code})`;
    const advice =
      code === 'EACCES' || code === 'EPERM'
        ? 'Give this user the right to read it.'
        : await neighbours(absolute);
    const text = `The source file ${absolute} ${what}. ${advice}`;
    throw new HireSyncError('SOURCE_MISSING', text, { cause });
  }
}

function noFile(absolute: string, { kind, message }: NoRegularFile): HireSyncError {
  // It is read more than once: to find out its encoding, and to make sure at the end that it is still the same.
  const advice = kind === 'a folder' ? '' : ' Write the export to a file first, and name that.';
  return new HireSyncError('SOURCE_MISSING', `The source file ${absolute} ${message}.${advice}`);
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
