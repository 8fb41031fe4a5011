import type { Change, ChangeKind, Origin, RejectMark, SourceRecord } from '../model.ts';

/** What a plan keeps of the rows of an export. Types only; where it keeps them is `plan-store.ts`. */

/** A change with its place in the plan, and the record's own cells for a reject file. */
export interface PlannedChange {
  /** Place in the plan, counted from 1, in source order. */
  readonly seq: number;
  readonly change: Change;
  /** The source record as JSON text, see `Original`; null where nobody will ask for it. */
  readonly original: string | null;
  /** The key of a rejected row that cannot be read: as in `Change`, never shown. */
  readonly hiddenKey?: string;
}

/** A child record without a parent. */
export interface Orphan {
  readonly file: string;
  readonly line: number;
  readonly message: string;
  /** The same in Chinese; null where only its code and value tell. */
  readonly zh: string | null;
}

/** An orphan with its place in the list, counted from 1. */
export interface ListedOrphan extends Orphan {
  readonly id: number;
}

/** A record the ledger knows and the source no longer has. */
export interface Missing {
  readonly key: string;
  readonly remoteId: string | null;
}

/** What is kept of a source record whose change may end in the reject file. */
export interface Original {
  readonly values: SourceRecord['values'];
  /** Where the child records a join attached to it stand: `assessments.csv:12`. */
  readonly children: readonly string[];
  /** As in `SourceRecord`. */
  readonly row?: number;
  readonly rejected?: RejectMark;
  /** Of a group: the rows it was made of, which stand in the reject file instead. */
  readonly rows?: readonly (Origin & Pick<Original, 'values' | 'children' | 'row' | 'rejected'>)[];
  /** Of a rejected record: the rows of its children that something is wrong with. */
  readonly faulty?: readonly (Origin & Pick<Original, 'values' | 'row' | 'rejected'>)[];
  /** The whole record, of a row that waits (a later export may not have it), and of an update that drops a child. */
  readonly record?: SourceRecord;
}

/** A row of the plan that was mapped, with the fingerprint of its payload and the mark of its bytes. */
export interface MarkedRow {
  readonly key: string;
  readonly fingerprint: string;
  readonly mark: Uint8Array;
}

/** What the plan remembers of a key that has already come by. */
export interface Seen {
  readonly seq: number;
  readonly kind: ChangeKind;
  readonly origin: Origin;
  readonly sameness: string;
}
