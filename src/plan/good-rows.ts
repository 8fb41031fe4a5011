import type { Change } from '../model.ts';
import type { Seen } from './planned.ts';

/**
 * Rows of which nothing is asked but whether a second row of the same key says the same: what `validate` finds nothing
 * wrong with. They are kept in memory, 40 bytes each, and a plan of them writes nothing to its file.
 */
export interface GoodRows {
  /** Keeps a create. `fingerprint` is of its payload, 64 hex digits. */
  add(seq: number, change: Extract<Change, { kind: 'create' }>): void;
  find(seq: number): Seen | undefined;
  /** Whether there was one at this place, which is taken out. */
  remove(seq: number): boolean;
  readonly count: number;
  byFile(): Iterable<{ readonly file: string; readonly kind: 'create'; readonly rows: number }>;
  clear(): void;
}

// Rows stand together by place: no list has to be copied when it grows.
const PER_BLOCK = 2 ** 14;
const FINGERPRINT_BYTES = 32;

interface Block {
  readonly fingerprints: Buffer;
  readonly lines: Float64Array;
  /** The file's number, from 1; 0 where there is no such row. */
  readonly files: Uint16Array;
}

export function createGoodRows(): GoodRows {
  let blocks = new Map<number, Block>();
  let files = new Map<string, number>();
  let names: string[] = [];
  let rows: number[] = [];
  let count = 0;

  const blockAt = (seq: number): Block => {
    const number = Math.floor(seq / PER_BLOCK);
    const known = blocks.get(number);
    if (known !== undefined) return known;
    const made = {
      fingerprints: Buffer.allocUnsafe(PER_BLOCK * FINGERPRINT_BYTES),
      lines: new Float64Array(PER_BLOCK),
      files: new Uint16Array(PER_BLOCK),
    };
    blocks.set(number, made);
    return made;
  };
  const numberOf = (file: string): number => {
    const known = files.get(file);
    if (known !== undefined) return known;
    names.push(file);
    rows.push(0);
    files.set(file, names.length);
    return names.length;
  };
  const fileAt = (seq: number): number =>
    blocks.get(Math.floor(seq / PER_BLOCK))?.files[seq % PER_BLOCK] ?? 0;

  return {
    add(seq, { origin, payload }) {
      const block = blockAt(seq);
      const at = seq % PER_BLOCK;
      const file = numberOf(origin.file);
      block.fingerprints.write(payload.fingerprint, at * FINGERPRINT_BYTES, FINGERPRINT_BYTES, 'hex');
      block.lines[at] = origin.line;
      block.files[at] = file;
      rows[file - 1] = (rows[file - 1] ?? 0) + 1;
      count++;
    },
    find(seq) {
      const file = fileAt(seq);
      if (file === 0) return undefined;
      const block = blockAt(seq);
      const at = seq % PER_BLOCK;
      const from = at * FINGERPRINT_BYTES;
      return {
        seq,
        kind: 'create',
        origin: { file: names[file - 1] ?? '', line: block.lines[at] ?? 0 },
        sameness: block.fingerprints.toString('hex', from, from + FINGERPRINT_BYTES),
      };
    },
    remove(seq) {
      const file = fileAt(seq);
      if (file === 0) return false;
      blockAt(seq).files[seq % PER_BLOCK] = 0;
      rows[file - 1] = (rows[file - 1] ?? 0) - 1;
      count--;
      return true;
    },
    get count() {
      return count;
    },
    *byFile() {
      for (const [at, file] of names.entries()) {
        const ofFile = rows[at] ?? 0;
        if (ofFile > 0) yield { file, kind: 'create', rows: ofFile };
      }
    },
    clear() {
      blocks = new Map();
      files = new Map();
      names = [];
      rows = [];
      count = 0;
    },
  };
}
