/**
 * What speaks against an export, or a ledger, before the first write: one closed union of guards with their data, as
 * `reason.ts` is of records. Types only. The words are in `report/complaint-words.ts`, one entry per guard.
 *
 * Data are names of files, pipelines and columns, keys, run ids, payload paths, counts, shares (0 to 1) and times (epoch
 * ms). `allows`: the threshold that is exceeded, as the pipeline's `guards` has it.
 */
export type Complaint =
  | ({ readonly guard: 'restored'; readonly pipeline: string; readonly ledger: string } & RestoredLedger)
  /** Feishu already holds `found` of `compared` creates of a pipeline that the ledger knows nothing of. */
  | {
      readonly guard: 'existing-content';
      readonly pipeline: string;
      readonly creates: number;
      readonly applications: number;
      readonly compared: number;
      readonly found: number;
      readonly owners: readonly string[];
    }
  /** Words of a column that are mapped the other way. `path` without places in lists; `value` null: not one value. */
  | {
      readonly guard: 'reversed';
      readonly path: string;
      readonly file: string;
      readonly column: string;
      readonly words: readonly {
        readonly word: string;
        readonly value: number | string | null;
        readonly count: number;
        /** How many of them at least; absent: all. */
        readonly some?: number;
      }[];
    }
  /** `file` null: the whole export. `before`: how it was the last time; null where that is not known. */
  | { readonly guard: 'empty'; readonly file: string | null; readonly before: Before | null }
  | { readonly guard: 'truncated'; readonly file: string }
  | {
      readonly guard: 'shrunk';
      readonly file: string;
      readonly rows: number;
      readonly before: Before;
      readonly allows: number;
    }
  | {
      readonly guard: 'changed';
      readonly changed: number;
      readonly known: number;
      readonly allows: number;
    }
  /** `path` without places in lists. `emptied`: it becomes empty in so many; otherwise it changes. */
  | {
      readonly guard: 'field';
      readonly path: string;
      readonly emptied: boolean;
      readonly records: number;
      readonly known: number;
      readonly allows: number;
    }
  | { readonly guard: 'rejected'; readonly rejected: number; readonly rows: number; readonly allows: number }
  | { readonly guard: 'older'; readonly newestMs: number; readonly lastMs: number }
  /**
   * `alone` of the `rows` that name a parent have none. `share`: more than the pipeline allows; `rise`: more points above
   * the share `before` than it allows; `none`: it allows none, and rows that name no parent count, too.
   */
  | {
      readonly guard: 'orphans';
      readonly file: string;
      readonly alone: number;
      readonly rows: number;
      readonly because: 'none' | 'share' | 'rise';
      readonly before: number | null;
      readonly allows: number;
    }
  | {
      readonly guard: 'rekeyed';
      readonly count: number;
      readonly known: number;
      readonly examples: readonly { readonly was: string; readonly key: string }[];
      readonly allows: number;
    }
  | {
      readonly guard: 'vanished';
      readonly vanished: number;
      readonly known: number;
      readonly added: number;
      readonly allows: number;
    }
  /** `isAll` false: it was not counted to the end. `allows` records, and from `from` known ones on the share `allowsShare`. */
  | {
      readonly guard: 'missing';
      readonly count: number;
      readonly known: number;
      readonly isAll: boolean;
      readonly allows: number;
      readonly from: number;
      readonly allowsShare: number;
    };

/** By what `--allow` lifts it. */
export type GuardName = Complaint['guard'];

/** The data of one guard. */
export type ComplaintOf<Guard extends GuardName> = Extract<Complaint, { readonly guard: Guard }>;

/** A file at the last run that was carried out. `file` null: it had the same name. */
interface Before {
  readonly file: string | null;
  readonly rows: number;
}

/** Why the ledger may know less than Feishu holds: see `ledger/restored.ts`. */
interface RestoredLedger {
  readonly kind: 'copy' | 'behind' | 'new';
  readonly copiedAt: number | null;
  readonly runs: readonly string[];
}
