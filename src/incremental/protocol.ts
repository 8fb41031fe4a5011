import type { ScanFile, ScanNode } from '../readers/source.ts';
import type { Passed, PassTask } from './pass-file.ts';
import type { FileFacts } from './scan-file.ts';

/** What a thread is started with: to scan a source, or to read one of its files. */
export type ThreadJob =
  | { readonly kind: 'scan'; readonly task: ScanTask }
  | { readonly kind: 'pass'; readonly task: PassTask };

export interface ScanTask {
  readonly folder: string;
  readonly source: ScanNode;
  /** Lookups: their bytes count, their records are not told apart. */
  readonly lookups: readonly ScanFile[];
  /** Epoch ms: later dates are not the newest. */
  readonly nowMs: number;
}

/** The first of the groups with the newest date. */
export interface NewestGroup {
  /** Epoch ms. */
  readonly ms: number;
  /** Of its first record in the topmost file: its line, or its ordinal where it has one (`SourceRecord.ordinal`). */
  readonly place: number;
  readonly hash: Uint8Array;
}

/** One file's records that are to be read, and where they lie; the descriptor belongs to the process. */
export interface KeptRecords {
  readonly file: string;
  readonly bits: Uint8Array;
  readonly records: number;
  readonly places: number;
}

/** From a thread. Only `passed` comes of a single file. */
export type ScanAnswer =
  | { readonly kind: 'files'; readonly files: readonly FileFacts[]; readonly lookups: readonly FileFacts[] }
  | { readonly kind: 'page'; readonly from: Uint8Array; readonly to: Uint8Array | null }
  | {
      readonly kind: 'done';
      readonly settled: number;
      readonly newest: NewestGroup | null;
      readonly kept: readonly KeptRecords[];
      readonly keptGroups: number;
      /** Descriptors and lengths of the lists. */
      readonly order: { readonly descriptor: number; readonly entries: number };
      readonly unmatched: { readonly descriptor: number; readonly entries: number };
    }
  | { readonly kind: 'passed'; readonly passed: Passed }
  | { readonly kind: 'needs-parser'; readonly why: string };

/** To it. */
export type ScanQuestion =
  | { readonly kind: 'compare'; readonly known: boolean }
  | { readonly kind: 'page'; readonly marks: Uint8Array };
