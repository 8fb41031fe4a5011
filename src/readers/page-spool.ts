import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { HireSyncError } from '../errors.ts';
import type { RemoteObject } from '../feishu/endpoints.ts';

/**
 * Applications that are read through, so that a run that was killed goes on where it was. An application is kept whole
 * or not at all: a page token of one process is never used by another. The file (mode 0600: candidate text) belongs to
 * one tenant and one list; whoever starts the run removes it when the run is through.
 */
export interface PageSpool {
  /** The interviews of an application; undefined when it has to be read. */
  find(application: string): readonly RemoteObject[] | undefined;
  add(application: string, interviews: readonly RemoteObject[]): void;
  close(): void;
}

/** What lies longer is read again: somebody may have corrected a record meanwhile. In ms. */
const FRESH_MS = 6 * 3_600_000;
const CHUNK_BYTES = 1024 * 1024;
// `<epoch ms> <application> `
const PREFIX = /^(\d{1,16}) (\d{1,20}) $/;
const PREFIX_BYTES = 40;

interface Place {
  /** Of the JSON text, in bytes. */
  readonly offset: number;
  readonly length: number;
}

/**
 * Opens the spool at `file`, or begins it anew when it is another owner's.
 * @param owner what the pages belong to: tenant, app, list
 */
export function openPageSpool(file: string | null, owner: string, now: () => number): PageSpool {
  if (file === null) return { find: () => undefined, add: () => {}, close: () => {} };
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const descriptor = openSync(file, constants.O_RDWR | constants.O_CREAT, 0o600);
  const { places, end } = scan(descriptor, owner, now());
  let size = end;
  // A line that a kill cut off would run into the next one.
  ftruncateSync(descriptor, size);
  const append = (text: string): void => {
    const bytes = Buffer.from(text);
    try {
      for (let done = 0; done < bytes.length; )
        done += writeSync(descriptor, bytes, done, bytes.length - done, size + done);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      const message = `${file}, which keeps what was read from Feishu for a run that has to begin anew, cannot be written (${code}). Make room there, then run again: it goes on where this run stopped.`;
      throw new HireSyncError('TEMP_UNWRITABLE', message, { cause });
    }
    size += bytes.length;
  };
  if (size === 0) append(`${owner}\n`);
  return {
    find(application) {
      const place = places.get(application);
      return place === undefined ? undefined : parse(readAt(descriptor, place).toString());
    },
    add(application, interviews) {
      const prefix = `${now()} ${application} `;
      const json = JSON.stringify(interviews);
      const offset = size + prefix.length;
      append(`${prefix}${json}\n`);
      places.set(application, { offset, length: Buffer.byteLength(json) });
    },
    close: () => closeSync(descriptor),
  };
}

/** Where each application's interviews lie, and where the last whole line ends; nothing of another owner's file. */
function scan(descriptor: number, owner: string, now: number): { places: Map<string, Place>; end: number } {
  const places = new Map<string, Place>();
  const { size } = fstatSync(descriptor);
  let begin = 0;
  for (let at = 0; at < size; at += CHUNK_BYTES) {
    const chunk = readAt(descriptor, { offset: at, length: Math.min(CHUNK_BYTES, size - at) });
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, end + 1)) {
      const line = { offset: begin, length: at + end - begin };
      if (begin === 0 && readAt(descriptor, line).toString() !== owner) return { places, end: 0 };
      if (begin > 0) note(descriptor, line, { places, now });
      begin = at + end + 1;
    }
  }
  return { places, end: begin };
}

function note(
  descriptor: number,
  { offset, length }: Place,
  { places, now }: { readonly places: Map<string, Place>; readonly now: number },
): void {
  const head = readAt(descriptor, { offset, length: Math.min(length, PREFIX_BYTES) }).toString('latin1');
  const [prefix = '', at, application] = PREFIX.exec(head.slice(0, head.indexOf('['))) ?? [];
  if (application === undefined) return;
  const age = now - Number(at);
  // Written before an older line of the same application ran out, or by a clock that was set back.
  if (age >= 0 && age < FRESH_MS)
    places.set(application, { offset: offset + prefix.length, length: length - prefix.length });
}

function readAt(descriptor: number, { offset, length }: Place): Buffer {
  const buffer = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const read = readSync(descriptor, buffer, done, length - done, offset + done);
    if (read === 0) break;
    done += read;
  }
  return buffer.subarray(0, done);
}

function parse(json: string): readonly RemoteObject[] | undefined {
  try {
    return JSON.parse(json) as readonly RemoteObject[];
  } catch {
    // Damaged on disk: read again.
    return undefined;
  }
}
