import type { GuardName } from '../complaint.ts';
import type { Sleep } from '../feishu/sleep.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Restored } from '../ledger/restored.ts';
import type { Tenant } from '../ledger/tenant.ts';
import type { RequestCounts } from '../model.ts';
import type { PlanStore } from '../plan/plan-store.ts';
import type { Policy } from '../plan/three-way.ts';
import type { SourceTenant } from '../readers/source-tenant.ts';
import type { Cost } from '../result/cost.ts';
import type { Step } from '../result/step.ts';
import type { Call } from '../writer/contract.ts';
import type { Learned } from '../writer/learned.ts';
import type { TargetEndpoints } from '../writer/send-journalled.ts';
import type { Pipeline } from './define.ts';
import type { Code } from './skip-unchanged.ts';

/** One run of one pipeline. */
export interface Job {
  readonly run: string;
  readonly pipeline: Pipeline;
  /** Its file as commands take it, for somebody to type next. */
  readonly file?: string | undefined;
  /** Absolute path of the source folder. */
  readonly folder: string;
  /** A corrected reject file: only its rows are taken. */
  readonly onlyRejects?: string | undefined;
  /** What the pipeline's code is known by; without it every record is parsed, on this night and the next. */
  readonly identity?: Code | undefined;
  /** Every record is parsed, also those whose bytes have not changed since they were settled. */
  readonly full?: boolean | undefined;
  /** Absolute path of the folder of the runs' reject files, with which a corrected one is compared. */
  readonly runs?: string | undefined;
  /** The plan is in a file, or to be: `remote` whether it was compared with Feishu, as it is then once more. */
  readonly inFile?: { readonly remote: boolean } | undefined;
  /** Guards that are lifted for this run. */
  readonly allowed: readonly GuardName[];
  /**
   * Set where the ledger may know less than Feishu. It stops the run, unless the guard `restored` is lifted: then every
   * create and update is compared, and no create is sent beside an object that belongs to no record.
   */
  readonly restored?: Restored | undefined;
  /** Only so many changes, spread over the kinds, are carried out, read back and compared. */
  readonly canary?: number | undefined;
  /** A sample for acceptance of at most so many records is drawn; without it only in a first run, of a bounded size. */
  readonly sample?: number | undefined;
  /** What is done about what somebody changed in Feishu; `DEFAULT_POLICY` without it. */
  readonly policy?: Policy | undefined;
}

/** What a run takes from the outside. */
export interface Deps {
  readonly ledger: Ledger;
  /** Empty; afterwards it holds the plan, for the reports. */
  readonly store: PlanStore;
  /** The tenant that the pipeline's source reads from, where it reads from one. */
  readonly sourceTenant?: SourceTenant | undefined;
  /** Null: the run ends with the plan. */
  readonly writer: Writer | null;
  /** The way to ask Feishu, for a plan that compares with it. */
  readonly remote?: Remote | undefined;
  /** Writes per second the throttle allows at most, for the estimate. */
  readonly rate: number;
  /** Epoch ms. */
  readonly now: () => number;
  /** The app that a plan is for, where that is known without signing in; a writer has its own. */
  readonly tenant?: Tenant | null | undefined;
  /** The machine's time zone, where the pipeline names none; UTC if not given. */
  readonly zone?: string | undefined;
  /** Epoch ms by which a run should be done. */
  readonly deadlineMs?: number | undefined;
  /** Told how many records are to be parsed before the first one is; null where nobody knows, because all are. */
  readonly onReading?: (records: number | null) => void;
  /** Told what it will cost, before the first write. */
  readonly onPlanned?: (cost: Cost) => void;
  /** Told what the run is busy with. */
  readonly onStep?: (step: Step) => void;
  /** Awaited once the plan is settled and before it is carried out. @throws HireSyncError when it must not be */
  readonly beforeWriting?: () => Promise<void>;
  readonly onProgress?: (state: {
    readonly done: number;
    readonly total: number;
    readonly failed: number;
  }) => void;
}

/** The way to ask Feishu, for one run. */
export interface Remote {
  /** Signs in. @throws HireSyncError when the app is refused or Feishu cannot be reached: nothing was sent then */
  ready(): Promise<void>;
  /** Reads: a budget of their own. */
  readonly callRead: Call;
  readonly endpoints: Pick<TargetEndpoints, 'query'>;
  /** What `hire-sync probe` found out about the tenant. */
  readonly learned?: Learned | undefined;
  /** Ends the asking when it is aborted. */
  readonly stopping: AbortSignal;
  /** How it is waited between reads; in real time if not given. */
  readonly sleep?: Sleep | undefined;
  requests(): Readonly<Record<string, RequestCounts>>;
}

/** The way to Feishu, for one run. */
export interface Writer extends Remote {
  /** Writes: all of a run pass one throttle. */
  readonly call: Call;
  readonly endpoints: TargetEndpoints;
  /** The tenant and app it writes to. */
  readonly tenant: Tenant;
  /** No further change is begun when it is aborted. */
  readonly stopping: AbortSignal;
  maxWritesPer1000ms(): number;
}
