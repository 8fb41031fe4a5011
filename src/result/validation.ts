import type { Complaint } from '../complaint.ts';
import type { SourceFault } from '../errors.ts';
import type { Eye, FileCount } from '../model.ts';
import type { Verdicts } from '../plan/verdicts.ts';
import type { Made } from './made.ts';
import type { AbsentName } from './report.ts';

/** What a validation found, in numbers. */
export interface Validation {
  readonly pipeline: string;
  readonly mode: 'validate';
  readonly made?: Made;
  readonly exitCode: number;
  readonly rows: {
    readonly read: number;
    readonly valid: number;
    /** Rows that were read and not mapped, because a file that the mapping needs was refused. */
    readonly unchecked: number;
    readonly skipped: number;
    readonly rejected: number;
    /** Rows that wait for something a lookup does not have. */
    readonly held: number;
    /** Rows of records that somebody had erased; absent where there are none. */
    readonly forgotten?: number;
  };
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly orphans: number;
  readonly files: readonly FileCount[];
  /** Members of JSON records that the pipeline reads and no record has. */
  readonly absent: readonly AbsentName[];
  readonly eyes: readonly Eye[];
  /** Files that cannot be trusted from some place on, or at all: a sync would stop at the first of them. */
  readonly refused: readonly Refusal[];
  /** Guards that would stop a first run with this export. */
  readonly complaints: readonly Complaint[];
  /** Which words of the export end as what; null where a file was refused. */
  readonly verdicts: Verdicts | null;
}

/** Why a file cannot be trusted, and where. */
export interface Refusal {
  readonly file: string;
  /** Physical line, counted from 1; null when it is the file as a whole. */
  readonly line: number | null;
  /** Byte offset, counted from 0, where the bytes are the problem. */
  readonly offset: number | null;
  /** What is wrong with it, where that can be told in a word. */
  readonly fault: SourceFault | null;
  readonly message: string;
}
