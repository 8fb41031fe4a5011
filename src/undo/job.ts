import type { Target } from '../feishu/target.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { UndoStep } from '../ledger/undos.ts';
import type { Findings } from '../plan/findings.ts';
import type { UndoKind } from '../result/undo.ts';
import type { Reading } from '../verify/read-held.ts';
import type { Call } from '../writer/contract.ts';
import type { TargetEndpoints } from '../writer/send-journalled.ts';

/** One undo of one run. */
export interface UndoJob {
  /** The undo: a run of its own. */
  readonly run: string;
  /** The run that it takes back. */
  readonly undoes: string;
  readonly pipeline: string;
}

/** What an undo takes from the outside. */
export interface UndoDeps {
  readonly ledger: Pick<Ledger, 'find' | 'doubts' | 'versions' | 'undos' | 'habits' | 'reading'>;
  /** Empty; afterwards it holds what is to be done, and later what became of it. */
  readonly findings: Findings<UndoKind>;
  readonly reading: Reading & { readonly target: Target };
}

/** The way to Feishu, for writing. */
export interface UndoWriter {
  readonly call: Call;
  readonly endpoints: Pick<TargetEndpoints, 'update' | 'delete'>;
}

export function stepOf({ run, undoes, pipeline }: UndoJob, key: string): UndoStep {
  return { run, undoes, pipeline, key };
}
