import type { RequestCounts } from '../model.ts';

/** Files, and the rows in them that are about a record; files that go as a whole have none. */
export interface InFiles {
  readonly files: number;
  readonly rows: number;
}

/** Where text about a record lies: what is found before it is erased, and what a certificate says was erased. */
export interface Whereabouts {
  /** Rows of the ledger by table. */
  readonly ledger: Readonly<Record<string, number>>;
  readonly runData: InFiles;
  readonly rejects: InFiles;
  readonly savedPlans: InFiles;
  readonly spools: InFiles;
  readonly backups: InFiles;
  /** Objects in Feishu: the record's own, by its id; null where there is none, or nobody knows yet. */
  readonly feishuId: string | null;
}

/** What became of the record in Feishu. */
export interface InFeishu {
  readonly deleted: readonly string[];
  /**
   * What is still there, to be deleted by hand: what Feishu would not delete (`code`), what nobody can tell apart, or what
   * was to stay. No id: its create got no answer.
   */
  readonly notDeleted: readonly { readonly ids: readonly string[]; readonly code: number | null }[];
}

/** What a forgetting never reaches, by what it is. */
export const UNREACHED = [
  'source-export',
  'feishu-bin',
  'copies-elsewhere',
  'reports',
  'logs',
  'freed-blocks',
] as const;

export type Unreached = (typeof UNREACHED)[number];

/** What was erased of one record, and what was not. Holds no candidate text but the key, which the ledger does not keep. */
export interface Certificate {
  readonly pipeline: string;
  readonly key: string;
  /** ISO 8601, UTC: when its erasing was begun, and ended. */
  readonly begunAt: string;
  readonly endedAt: string;
  readonly app: { readonly baseUrl: string; readonly appId: string } | null;
  readonly ledger: string;
  readonly erased: Whereabouts;
  readonly feishu: InFeishu;
  /** Saved plans that were written anew have another hash: who signed one finds it here. */
  readonly plans: readonly { readonly was: string; readonly is: string }[];
  /** Other files of the ledger's folder (reports, exports) that were looked through afterwards. */
  readonly looked: number;
  /** Files that still have its key, or could not be looked into: to be dealt with by hand. */
  readonly left: readonly string[];
  readonly unreached: readonly Unreached[];
}

/** What `hire-sync forget` came to. */
export interface ForgetReport {
  readonly run: string;
  readonly pipeline: string;
  readonly exitCode: number;
  readonly certificates: readonly Certificate[];
  /** By endpoint. */
  readonly requests: Readonly<Record<string, RequestCounts>>;
}
