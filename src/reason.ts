/**
 * Why a record is not simply written: one closed union of codes with their data. Types only. The words are in
 * `report/reason-words.ts`, one entry per code; decisions look at `code`, never at a sentence.
 *
 * Data are ids, keys, payload paths, counts and times (epoch ms). Text that somebody typed stands in `words` (and
 * `values` beside it) and nowhere else: a redacted report leaves them out.
 */
export type Reason = HoldReason | SkipReason | VerifyReason | UndoReason;

export type ReasonCode = Reason['code'];

/** The data of one code. */
export type ReasonOf<Code extends ReasonCode> = Extract<Reason, { readonly code: Code }>;

/** Nothing was written, and nothing will be before what the code names has happened. */
export type HoldReason =
  /** The ledger has its id, and Feishu shows no object under it. */
  | { readonly code: 'missing-in-feishu'; readonly remoteId: string }
  /** The same of an object that is younger than a day: `untilMs`. Nothing is held in the ledger, and each run asks again. */
  | { readonly code: 'not-visible-yet'; readonly remoteId: string; readonly untilMs: number }
  /** Feishu answered its create with an id that is another record's. */
  | { readonly code: 'owned-by-another'; readonly remoteId: string }
  /** Feishu answered its create with an object of another application, and shows none of its own. */
  | { readonly code: 'other-application'; readonly remoteId: string; readonly application: string }
  /** Feishu answered its create with an object of its application that says something else, and shows none of its own. */
  | { readonly code: 'answered-with-another'; readonly remoteId: string }
  /** Feishu shows `***` for values that an update would have to keep. */
  | { readonly code: 'masked-values'; readonly remoteId: string }
  /** An object that no record owns may be what is to be created. `agrees`: in what; `all` = the whole content. */
  | { readonly code: 'near-stranger'; readonly remoteId: string; readonly agrees: readonly NearPart[] }
  /** An object of another pipeline's record may be what is to be created: that pipeline may have the name `pipeline` now. */
  | {
      readonly code: 'near-other-pipeline';
      readonly pipeline: string;
      readonly remoteId: string;
      readonly agrees: readonly NearPart[];
      readonly owner: { readonly pipeline: string; readonly key: string };
    }
  /** A record that the export no longer has may be this one under another key. */
  | {
      readonly code: 'near-missing';
      readonly was: string;
      readonly remoteId: string | null;
      readonly agrees: readonly NearPart[];
    }
  /** The ledger is older than what was written, and these objects under its application are no record's and equal no row. */
  | { readonly code: 'beside-strangers'; readonly ids: readonly string[] }
  /** More equal objects in Feishu than open creates that could own them. */
  | { readonly code: 'ambiguous-objects'; readonly ids: readonly string[]; readonly records: number }
  /** Feishu would not create it again, and does not show it. */
  | { readonly code: 'refused-repeat' }
  /** An update would drop what stands at `path`, and the source may only have lost it. */
  | {
      readonly code: 'drops-child';
      readonly path: string;
      /**
       * An orphan of the export has a key that cannot be read, has a key that looks like this record's, or is the very row
       * that this record had; or a reject file may lack rows of its group. `orphans`: by an older version.
       */
      readonly because: 'unreadable-key' | 'look-alike-key' | 'very-row' | 'partial-group' | 'orphans';
      /** Child rows of the export without a parent. */
      readonly orphans: number;
    }
  /** Feishu could not be asked what it holds; null: it did not answer. */
  | { readonly code: 'not-compared'; readonly feishuCode: number | null }
  /** A saved plan says otherwise than Feishu does now. */
  | { readonly code: 'changed-since-plan' }
  /** Edited there, and the pipeline holds such records (`onDrift: hold`). `conflicts`: the source changed them, too. */
  | {
      readonly code: 'changed-in-feishu';
      readonly fields: readonly string[];
      readonly conflicts: readonly string[];
    }
  /** What `onDrift: keep` would leave in Feishu and what the source says make no valid payload together. */
  | { readonly code: 'kept-does-not-fit' }
  /** A person named its object (`resolve --adopt`), and the object differs from the source in these fields. */
  | { readonly code: 'named-by-hand'; readonly fields: readonly string[] }
  /** The same key belonged to another application. */
  | { readonly code: 'key-reused'; readonly before: string; readonly after: string }
  /** A lookup does not have what it needs yet. `words` quotes the row. `sinceMs` null: met for the first time. */
  | {
      readonly code: 'waiting';
      readonly sinceMs: number | null;
      readonly days: number;
      readonly words: string;
      /** What the lookups do not have, as the row says it; absent in runs of earlier versions. */
      readonly values?: readonly string[];
    }
  /** An undo of `run` sent its delete, and no answer settled it. */
  | { readonly code: 'undo-delete-in-doubt'; readonly run: string }
  /** Its create was sent, and no answer settled it. */
  | { readonly code: 'create-in-doubt'; readonly sentAtMs: number }
  /** Held by a hire-sync that kept sentences, and this is one that is not known. */
  | { readonly code: 'held-by-older-version'; readonly words: string };

/**
 * In what two payloads agree, see `plan/near.ts`; `all`: they are equal but for what Feishu makes of it. `key`: those of
 * their records are the same but for their spelling.
 */
export type NearPart = 'all' | 'begin' | 'who' | 'text' | 'key';

/** The row is left out. */
export type SkipReason =
  /** `skip()` of the pipeline; `words` is what it gave. */
  | { readonly code: 'skipped-by-pipeline'; readonly words: string }
  /** The same content stands at this place already. */
  | { readonly code: 'duplicate-row'; readonly file: string; readonly line: number }
  /** Somebody decided so: `hire-sync resolve --skip`. */
  | { readonly code: 'decided-skip' };

/** Why a verify has nothing to compare, or whose an object without a record may be. */
export type VerifyReason =
  | { readonly code: 'update-in-doubt'; readonly sentAtMs: number }
  | { readonly code: 'being-written' }
  | { readonly code: 'may-be-create-of'; readonly keys: readonly string[] };

/** What an undo makes of a record, and why. */
export type UndoReason =
  | { readonly code: 'undo-not-in-ledger' }
  | { readonly code: 'undo-named-since' }
  | { readonly code: 'undo-changed-since'; readonly run: string }
  | { readonly code: 'undo-edited-since' }
  | { readonly code: 'undo-deleted-since' }
  /** What Feishu held before is not known, or cannot be sent. */
  | { readonly code: 'undo-version-unknown' }
  /** The run was one of a hire-sync that kept no versions, or they were erased when their time was over. */
  | { readonly code: 'undo-version-not-kept' }
  | { readonly code: 'undo-request-in-doubt' }
  | { readonly code: 'undo-equal-objects'; readonly ids: readonly string[] }
  /** Its create of the run was sent a moment ago and is not to be seen. */
  | { readonly code: 'undo-not-visible-yet'; readonly run: string; readonly untilMs: number }
  | { readonly code: 'undo-no-answer'; readonly run: string }
  /** The answer to its PUT showed another object, or nothing of it. */
  | { readonly code: 'undo-other-answer'; readonly run: string }
  | { readonly code: 'undo-refused'; readonly feishuCode: number | null; readonly logId: string }
  | { readonly code: 'undo-given-up'; readonly feishuCode: number | null; readonly logId: string }
  /** Only the ledger is brought back. */
  | { readonly code: 'undo-adopted' }
  | { readonly code: 'undo-recorded' }
  | { readonly code: 'undo-gone-already' }
  | { readonly code: 'undo-holds-old-version' }
  | { readonly code: 'undo-never-arrived' };
