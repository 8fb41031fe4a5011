import { createHash, type Hash } from 'node:crypto';
import { appendFileSync, closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Change } from '../model.ts';
import type { Missing } from '../plan/planned.ts';
import { inJson, isKeyCell, withoutKey } from '../without-key.ts';
import { FORMAT, forgottenLine, isOf, isWritten, type Line, type PlanHeader, rawLines } from './plan-file.ts';

/** What a saved plan is about, and what it has of a record. */
export interface PlanLook {
  readonly header: PlanHeader;
  /** Lines that are about the record, or name it. */
  readonly lines: number;
  /** Hex SHA-256: what `sync --plan` knows it by. Null where it was edited, cut off, or is of another version. */
  readonly id: string | null;
}

interface Wanted {
  readonly pipeline: string;
  readonly key: string;
}

/** Looks through a saved plan; null for a file that is none, or one of another pipeline. */
export async function lookInPlan(file: string, { pipeline, key }: Wanted): Promise<PlanLook | null> {
  let header: PlanHeader | undefined;
  let lines = 0;
  const seal = await throughPlan(file, (line) => {
    if (header === undefined) header = headerOf(line);
    // Of a file that begins otherwise nothing more is wanted.
    if (header?.bound?.pipeline !== pipeline) return false;
    if (lineWithout(line, key) !== line) lines++;
    return true;
  });
  if (header?.bound?.pipeline !== pipeline) return null;
  return { header, lines, id: header.format === FORMAT ? seal : null };
}

/**
 * Writes a saved plan anew, without a record: of its rows the place is left, as forgotten ones. It has another hash, under
 * which it is carried out as it was.
 * @param part an empty file
 * @returns the new hash
 */
export async function writePlanWithout(file: string, part: string, { key }: Wanted): Promise<string> {
  const hash = createHash('sha256');
  let block = '';
  const put = (text: string): void => {
    block += text;
    if (block.length < BLOCK_CHARACTERS) return;
    appendFileSync(part, block);
    block = '';
  };
  await throughPlan(file, (line) => {
    const left = lineWithout(line, key);
    if (left !== null) put(hashed(hash, `${left}\n`));
    return true;
  });
  const id = hash.digest('hex');
  put(`${JSON.stringify({ sha256: id })}\n`);
  appendFileSync(part, block);
  return id;
}

const BLOCK_CHARACTERS = 65_536;

function hashed(hash: Hash, text: string): string {
  hash.update(text);
  return text;
}

/** A line without a record; null where it goes. The line itself where it is not about it. */
function lineWithout(line: string, key: string): string | null {
  if (!line.includes(inJson(key))) return line;
  const row = JSON.parse(line) as Partial<Line> & { readonly missing?: Missing };
  if (row.missing?.key === key) return null;
  const { change } = row;
  if (change === undefined) return same(line, row, withoutKey(row, key));
  if (isOf(change, (one) => one === key) || isUnread(change, row.original, key))
    return JSON.stringify(forgottenLine(change));
  // A payload is sent as it is, and has a fingerprint.
  return isWritten(change) ? line : same(line, row, { ...row, change: withoutKey(change, key) });
}

/** Line by line as it was made, where nothing has changed. */
function same(line: string, before: unknown, after: unknown): string {
  const text = JSON.stringify(after);
  return text === JSON.stringify(before) ? line : text;
}

/** A row that cannot be read, and has the key in one of its cells. */
function isUnread({ kind, key: own }: Change, original: string | undefined, key: string): boolean {
  if (kind !== 'rejected' || own !== null || original === undefined) return false;
  const { values } = JSON.parse(original) as { readonly values: Readonly<Record<string, unknown>> };
  return Object.values(values).some((cell) => isKeyCell(cell, key));
}

function headerOf(line: string): PlanHeader | undefined {
  try {
    return JSON.parse(line) as PlanHeader;
  } catch {
    return undefined;
  }
}

/** Goes through the lines before the seal, until one is refused; their hash where the seal is theirs, else null. */
async function throughPlan(file: string, onLine: (line: string) => boolean): Promise<string | null> {
  const hash = createHash('sha256');
  let held: string | undefined;
  for await (const line of rawLines({ file, stopping: undefined })) {
    if (held !== undefined) {
      hash.update(held).update('\n');
      if (!onLine(held)) return null;
    }
    held = line;
  }
  const id = hash.digest('hex');
  return held === JSON.stringify({ sha256: id }) ? id : null;
}

/** What a saved plan is bound to, and its hash, by its first and last line alone; null for a file that is none. */
export function planFacts(
  file: string,
): { readonly bound: PlanHeader['bound']; readonly id: string | null } | null {
  const descriptor = openSync(file, 'r');
  try {
    const header = headerOf(firstLine(descriptor));
    if (header?.bound?.tenant === undefined) return null;
    const tail = Buffer.alloc(SEAL_BYTES);
    const from = Math.max(0, fstatSync(descriptor).size - SEAL_BYTES);
    const read = readSync(descriptor, tail, 0, SEAL_BYTES, from);
    const id = /^\{"sha256":"([0-9a-f]{64})"\}\n$/.exec(tail.toString('latin1', 0, read))?.[1] ?? null;
    return { bound: header.bound, id };
  } finally {
    closeSync(descriptor);
  }
}

// `{"sha256":"…"}` and its line feed.
const SEAL_BYTES = 78;
// The report of a plan has a line for each file, word and sample.
const HEADER_BYTES = 16 * 1024 * 1024;

function firstLine(descriptor: number): string {
  const pieces: Buffer[] = [];
  for (let at = 0; at < HEADER_BYTES; ) {
    const piece = Buffer.alloc(BLOCK_CHARACTERS);
    const read = readSync(descriptor, piece, 0, piece.length, at);
    const end = piece.subarray(0, read).indexOf(10);
    pieces.push(piece.subarray(0, end === -1 ? read : end));
    if (end !== -1 || read === 0) break;
    at += read;
  }
  return Buffer.concat(pieces).toString('utf8');
}
