import { HASH_WORDS, type Hash } from './hash.ts';
import type { NeedsParser } from './needs-parser.ts';

/** What is found of one record. The object is the finder's own, and changes with the next record. */
export interface FoundRecord {
  /** Where its first byte lies in the file, and how many it has, without its line end. */
  readonly offset: number;
  readonly length: number;
  /** Physical line, from 1. */
  readonly line: number;
  /** Lines of the file before it that hold nothing, or nothing but delimiters; without those among the title rows. */
  readonly blanks: number;
  /** Of its bytes. */
  readonly hash: Hash;
  /** Of each key cell's text, `HASH_WORDS` words each. */
  readonly keys: Int32Array;
  /** Whether the key cell is there and holds something. */
  readonly hasKey: Uint8Array;
}

/** Takes the records of a file; `ordinal` counts them from 0. */
export type TakeRecord = (found: FoundRecord, ordinal: number) => void;

/** The bytes of a file from `from` up to `to`; `bytes[0]` lies at `offset` in it. */
export interface Window {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly from: number;
  readonly to: number;
  readonly offset: number;
  /** The file ends there. */
  readonly isLast: boolean;
}

/** Finds the records of a file in its bytes. */
export interface RecordFinder {
  /** @returns how far the window was read: a record that begins there does not end in it, and is to be shown again */
  push(window: Window): number | NeedsParser;
  /** Of what was read so far: records, empty lines, control characters, and where the first record begins. */
  found(): {
    readonly rows: number;
    readonly blank: number;
    readonly controls: number;
    readonly first: number | undefined;
  };
}

export function createFound(keys: number) {
  return {
    offset: 0,
    length: 0,
    line: 1,
    blanks: 0,
    hash: new Int32Array(HASH_WORDS) as Hash,
    keys: new Int32Array(keys * HASH_WORDS),
    hasKey: new Uint8Array(keys),
  };
}

/** A window's bytes as text, one character for each, so that places in it are places in the window. */
export const latin1 = ({ bytes, from, to }: Window): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
