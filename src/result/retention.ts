/** What holds candidate data, besides Feishu and the ledger's own records. */
export const KEPT_KINDS = [
  'rejects',
  'runData',
  'replacedVersions',
  'backups',
  'savedPlans',
  'spools',
] as const;

export type KeptKind = (typeof KEPT_KINDS)[number];

/** Both are limits: what exceeds either goes. */
export interface Limit {
  readonly days?: number | undefined;
  /** So many of the newest stay: of each pipeline, or of all copies of the ledger. */
  readonly runs?: number | undefined;
}

export type Retention = Readonly<Partial<Record<KeptKind, Limit | undefined>>>;

/** Why something stays that is beyond its limit. */
export const NEEDS = [
  'open-rejects',
  'being-corrected',
  'open-rows',
  'undo-possible',
  'plan-begun',
  'newest-copy',
] as const;

export type Need = (typeof NEEDS)[number];

/** What goes, or stays beyond its limit. */
export interface Named {
  readonly kind: KeptKind;
  /** A run, or a file. */
  readonly name: string;
  /** ISO 8601, UTC: how old it is. */
  readonly at: string;
  /** Bytes of files; rows of the ledger. */
  readonly size: number;
}

/** What `hire-sync prune` did, or would do. */
export interface Pruned {
  readonly dryRun: boolean;
  readonly gone: readonly Named[];
  readonly stays: readonly (Named & { readonly why: Need })[];
}
