import type { Complaint } from './complaint.ts';

/**
 * Every error hire-sync raises on purpose: one table of codes, each with the verdict that decides what the
 * program does about it, and a brand that survives two copies of this module (a pipeline may bring its own).
 */

/**
 * What an error means for the run: `usage` → exit 2, `stop` → exit 1, `guard` → exit 4, `busy` → exit 5,
 * `interrupted` → exit 130 or 143.
 */
export type Verdict = 'usage' | 'stop' | 'guard' | 'busy' | 'interrupted';

export const CODES = {
  /** A flag, a setting or a pipeline file is wrong. */
  CONFIG_INVALID: 'usage',
  PIPELINE_INVALID: 'usage',
  CREDENTIALS_MISSING: 'usage',
  /** A source file or folder is missing. */
  SOURCE_MISSING: 'usage',
  /** A file that cannot be trusted: cut off, in another encoding, without a column. Nothing was written. */
  SOURCE_INVALID: 'guard',
  LEDGER_BUSY: 'busy',
  LEDGER_INVALID: 'stop',
  LEDGER_UNWRITABLE: 'stop',
  /** No room for what a run keeps on disk while it works: the plan, joined rows. */
  TEMP_UNWRITABLE: 'stop',
  /** Feishu refuses the app, its secret, its scope or its address: no row can go through. */
  FEISHU_REFUSES_APP: 'stop',
  /** Feishu refuses a request with a code that is about no row. */
  FEISHU_REFUSES_REQUEST: 'stop',
  FEISHU_UNREACHABLE: 'stop',
  /** The Redis of `--limiter` refuses, or cannot be reached: without it nothing may be sent. */
  LIMITER_UNREACHABLE: 'stop',
  TOO_MANY_FAILURES: 'stop',
  /** The input, or what Feishu already holds, cannot be right: nothing was written. */
  GUARDED: 'guard',
  /** The app may not see a field that an update would have to keep: nothing was written. */
  FIELD_UNREADABLE: 'guard',
  /** A saved plan whose ground has moved: nothing was sent. */
  PLAN_STALE: 'guard',
  /** The file of an unfinished pull was changed by somebody else, or cannot be written. */
  OUTPUT_INVALID: 'stop',
  /** Another process writes the same file. */
  OUTPUT_BUSY: 'busy',
  /** Something that was asked for cannot be read whole; what was read so far is kept. */
  PULL_INCOMPLETE: 'stop',
  /** An experiment could not be made. */
  PROBE_FAILED: 'stop',
  COUNTS_DO_NOT_ADD_UP: 'stop',
  INTERRUPTED: 'interrupted',
} as const satisfies Record<string, Verdict>;

export type ErrorCode = keyof typeof CODES;

// `instanceof` fails across two copies of a module; a registered symbol does not.
const BRAND = Symbol.for('hire-sync.error');

/** Why a file, or what stands for one, cannot be trusted. */
export type SourceFault =
  | 'empty'
  | 'encoding'
  | 'binary'
  | 'gzip'
  | 'delimiter'
  | 'header'
  | 'quotes'
  | 'json'
  | 'column'
  | 'member'
  | 'digits'
  | 'lookup-row'
  | 'application'
  | 'tenant'
  | 'changed'
  | 'unreadable';

/** A sentence in both languages. */
interface Words {
  readonly zh: string;
  readonly en: string;
}

/**
 * An error with a message a user can act on: what happened, what may have happened, what to do next. `message` is English;
 * what a user of the reports meets is given in both languages.
 */
export class HireSyncError extends Error {
  override readonly name = 'HireSyncError';
  readonly [BRAND] = true;
  readonly code: ErrorCode;
  readonly verdict: Verdict;
  /** The message in Chinese; null where it is for a technician only. */
  readonly zh: string | null;
  /** What the guards that spoke up say (`GUARDED`). The message names them; their words are in the reports. */
  readonly complaints: readonly Complaint[];
  /** What is wrong with the file (`SOURCE_INVALID`), where it can be told in a word. */
  readonly fault: SourceFault | null;

  constructor(
    code: ErrorCode,
    message: string | Words,
    options: {
      readonly cause?: unknown;
      readonly complaints?: readonly Complaint[];
      readonly fault?: SourceFault;
    } = {},
  ) {
    const { complaints = [], fault = null, ...cause } = options;
    super(typeof message === 'string' ? message : message.en, cause);
    this.zh = typeof message === 'string' ? null : message.zh;
    this.code = code;
    this.complaints = complaints;
    this.fault = fault;
    this.verdict = CODES[code];
  }

  static is(value: unknown): value is HireSyncError {
    return typeof value === 'object' && value !== null && BRAND in value;
  }
}
