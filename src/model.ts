/**
 * The nouns of hire-sync, in the order of the flow:
 * source record → payload → change → outcome → ledger entry and report. Types only.
 */
import type { ProblemDetail } from './problem-detail.ts';
import type { Reason } from './reason.ts';

export type { Eye, FileCount, OrphanRule } from './file-count.ts';

/** Any JSON value, as it is sent to Feishu and kept in the ledger. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** Where a record stood in the export. */
export interface Origin {
  /** Path as the pipeline names it, relative to the source folder: `interviews.csv`. */
  readonly file: string;
  /** Physical line at which the record begins, counted from 1 (a header is line 1). */
  readonly line: number;
}

/**
 * One thing that is wrong with a row. `field` is a source column (`面试结果`, `scores[1].score`) when the
 * mapping found it, or a payload path (`interview_assessments[0].conclusion`) when the schema did.
 */
export interface Problem {
  readonly code: ProblemCode;
  readonly field: string;
  /** The offending value as text, `''` when it is absent. May be candidate data: never logged. */
  readonly value: string;
  /** One sentence that says what is wrong and what is allowed. May quote the value: never logged. */
  readonly message: string;
  /** The same sentence in Chinese, where code, value and `detail` do not tell all of it. */
  readonly zh?: string;
  /** What the value is, as data, where the code does not tell it: words for it are in the reports. */
  readonly detail?: ProblemDetail;
  /** The allowed values, where they can be listed. */
  readonly allowed?: readonly string[];
  /** What the row's own cells do not show of it (surplus cells, say), as text: `_unread` of a reject file. */
  readonly unread?: string;
  /** Columns that the row's line does not reach. */
  readonly absent?: readonly string[];
  /** The row may be right: what it needs (an application in a lookup) may be there another night. */
  readonly waits?: boolean;
  /** Feishu's answer, of a row that Feishu refused. */
  readonly refusal?: { readonly code: number; readonly logId: string };
  /** Set when the problem lies in a child record (another file or line than its parent). */
  readonly origin?: Origin;
}

export type ProblemCode =
  | 'KEY_MISSING'
  | 'KEY_DUPLICATE'
  | 'CELL_COUNT'
  | 'CELL_INVALID'
  | 'RECORD_UNREADABLE'
  | 'VALUE_MISSING'
  | 'VALUE_UNKNOWN'
  | 'NUMBER_INVALID'
  | 'DATE_INVALID'
  | 'LOOKUP_MISSING'
  | 'LOOKUP_AMBIGUOUS'
  | 'PAYLOAD_INVALID'
  | 'MAPPING_REJECTED'
  | 'MAPPING_FAILED'
  | 'FEISHU_REFUSED'
  /** A row of a reject file whose record was settled, or whose row in the export changed, since. */
  | 'ROW_STALE';

/**
 * One record of the source as a reader yields it: its own cells, and the child records a join attached.
 * `problems` is set when the reader could not read the record properly (too few cells, broken JSON); such a record
 * is rejected, with these problems and what the mapping finds in the cells that can be trusted.
 */
export interface SourceRecord {
  readonly origin: Origin;
  /** CSV: text by column. JSON: values by name; numbers that do not print as they are written are text. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Joined child records by the name the pipeline gave them; `{}` without a join. */
  readonly children: Readonly<Record<string, readonly SourceRecord[]>>;
  readonly problems?: readonly Problem[];
  /** Which record of its file it is, from 0: of JSON, where several may begin on one line. */
  readonly ordinal?: number;
  /** The rows it was made of, if it is not one itself (a group): a reject file has these. */
  readonly rows?: readonly SourceRecord[];
  /** The row that a spreadsheet shows it in, where that is not its line (cells hold line ends). */
  readonly row?: number;
  /** Of a row that was read from a reject file. */
  readonly rejected?: RejectMark;
}

/** What a reject file notes of a row, so that it is known again. */
export interface RejectMark {
  /** Where the row stands in the export. */
  readonly origin: Origin;
  readonly row: number;
  /** Which record of which run's reject file it belongs to, `run:number`; '' where the file does not say. */
  readonly record: string;
  /** `_check`: see `readers/reject-check.ts`. '' where the file does not say. */
  readonly check: string;
}

/** The encodings a source may be in. `euc-kr` is code page 949 as well, `shift_jis` 932, `gb18030` also GBK and 936. */
export type Encoding =
  | 'utf-8'
  | 'gb18030'
  | 'utf-16le'
  | 'utf-16be'
  | 'euc-kr'
  | 'shift_jis'
  | 'euc-jp'
  | 'big5'
  | `windows-125${0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8}`
  | `iso-8859-${2 | 3 | 4 | 5 | 6 | 7 | 8 | 10 | 13 | 14 | 15 | 16}`;

/** One changed field of an update, by payload path, before → after; `undefined` = absent. */
export interface FieldChange {
  readonly path: string;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/** A payload in canonical form (see `plan/canonical.ts`): what is hashed, stored, compared and sent. */
export interface Payload {
  /** Canonical JSON text. */
  readonly json: string;
  /** Hex SHA-256 of `json`: two payloads are the same if and only if this is. */
  readonly fingerprint: string;
}

/** What is done about a record that was edited in Feishu since it was last written: see `plan/three-way.ts`. */
export type DriftPolicy = 'overwrite' | 'keep' | 'hold';

/** Somebody edited the object in Feishu since hire-sync last wrote it. */
export interface Drift {
  /** What they changed: last applied → Feishu now. Never empty. */
  readonly fields: readonly FieldChange[];
  /** What the source changed as well, to something else: paths of `fields`, or of a list that holds them. */
  readonly conflicts: readonly string[];
  readonly policy: DriftPolicy;
  /** Feishu now, in canonical form: what an update overwrites is kept in the ledger. */
  readonly found: Payload;
}

/** What a run would do with one source row: a decision, as plain data. */
export type Change =
  | {
      readonly kind: 'create';
      readonly key: string;
      readonly origin: Origin;
      readonly payload: Payload;
      /** The id of the object that this one takes the place of: deleted in Feishu, or of the key's old application. */
      readonly recreates?: string;
    }
  /** Feishu holds its content already, in an object that no record owns: the ledger takes its id, nothing is sent. */
  | {
      readonly kind: 'adopt';
      readonly key: string;
      readonly origin: Origin;
      readonly remoteId: string;
      readonly payload: Payload;
    }
  | {
      readonly kind: 'update';
      readonly key: string;
      readonly origin: Origin;
      readonly remoteId: string;
      readonly payload: Payload;
      /** Feishu now (or, where Feishu was not asked, last applied) → `payload`. Never empty. */
      readonly fields: readonly FieldChange[];
      /** The source's own payload, where values kept from Feishu make `payload` another one. */
      readonly source?: Payload;
      readonly drift?: Drift;
      /**
       * What Feishu was seen to hold, where the ledger does not know what was there (an object that a person named): like
       * an edit that is overwritten, it is kept in the ledger.
       */
      readonly overwrites?: Payload;
    }
  /** Feishu holds `payload` already, and the ledger does not know: it is noted, nothing is sent. */
  | {
      readonly kind: 'record';
      readonly key: string;
      readonly origin: Origin;
      readonly remoteId: string;
      readonly payload: Payload;
      /** As with an update. */
      readonly source?: Payload;
      readonly drift?: Drift;
    }
  /** The source did not change, Feishu did, and nobody asked to repair it (`--repair-drift`): left as it is. */
  | {
      readonly kind: 'drifted';
      readonly key: string;
      readonly origin: Origin;
      readonly remoteId: string;
      readonly drift: Drift;
    }
  | { readonly kind: 'unchanged'; readonly key: string; readonly origin: Origin; readonly remoteId: string }
  /** Without a key where `skip` leaves out what has no good one: a footer, a second header. */
  | {
      readonly kind: 'skipped';
      readonly key: string | null;
      readonly origin: Origin;
      readonly reason: Reason;
    }
  | {
      readonly kind: 'held';
      readonly key: string;
      readonly origin: Origin;
      readonly reason: Reason;
      readonly drift?: Drift;
    }
  /**
   * Somebody had the record erased (`hire-sync forget`): nothing of the row is kept but where it stood, not even its key.
   */
  | { readonly kind: 'forgotten'; readonly key: null; readonly origin: Origin }
  /** Its create was sent earlier, and nobody knows yet what became of it. */
  | { readonly kind: 'in-doubt'; readonly key: string; readonly origin: Origin; readonly reason: Reason }
  | {
      readonly kind: 'rejected';
      /** `null` when the row has no key, or cannot be read: whatever stands in the key's place may be anything. */
      readonly key: string | null;
      readonly origin: Origin;
      readonly problems: readonly Problem[];
      /** What stands in the key's place of a row that cannot be read: tells that its record is there. Never shown. */
      readonly hiddenKey?: string;
    };

export type ChangeKind = Change['kind'];

/** What became of a change that was carried out. */
export type Outcome =
  | { readonly kind: 'done'; readonly remoteId: string }
  /** Feishu answered that it will not take this row; nothing was written. */
  | { readonly kind: 'refused'; readonly code: number; readonly message: string; readonly logId: string }
  /** Nothing was written, and all attempts are used up. */
  | {
      readonly kind: 'failed';
      readonly code: number | null;
      readonly message: string;
      readonly logId: string;
    }
  /** Nothing was written, and nothing will be before somebody decides. */
  | { readonly kind: 'held'; readonly reason: Reason }
  /** Nobody knows whether it was written: stays open in the ledger. */
  | {
      readonly kind: 'in-doubt';
      readonly code: number | null;
      readonly message: string;
      readonly logId: string;
    };

/**
 * Row counts of a run. They add up to `read`; a run whose counts do not is an error. Rows for which nothing needed to be
 * sent (`adopt`, `record`, `drifted`) are among `unchanged`.
 */
export interface RowCounts {
  readonly read: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly skipped: number;
  readonly rejected: number;
  readonly held: number;
  readonly failed: number;
  readonly inDoubt: number;
  /** Rows of records that somebody had erased; absent where there are none. */
  readonly forgotten?: number;
}

/** Requests of one endpoint in a run. `sent` counts every request that left, retries included. */
export interface RequestCounts {
  readonly sent: number;
  readonly retried: number;
  /** Answers that said "rate limited". */
  readonly limited: number;
}
