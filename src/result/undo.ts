import type { RequestCounts } from '../model.ts';
import type { Findings } from '../plan/findings.ts';
import { EXIT } from './exit.ts';
import type { Made } from './made.ts';
import type { Stopped } from './stopped.ts';

/** What an undo would do with one record. */
export const UNDO_PLANNED = [
  /** Its old version is PUT back. */
  'restore',
  /** Its object is deleted. */
  'delete',
  /** Only the ledger is brought back: nothing is sent. */
  'ledger',
  /** Left alone: edited since, or changed by a later run, or in doubt. */
  'left',
] as const;

/** What became of it; `left` may also come of that. */
export const UNDO_DONE = ['restored', 'deleted', 'relinked', 'failed', 'in-doubt'] as const;

export type UndoKind = (typeof UNDO_PLANNED)[number] | (typeof UNDO_DONE)[number];

/** The numbers of an undo, or of its plan. Holds no candidate text. */
export interface UndoReport {
  readonly run: string;
  readonly pipeline: string;
  /** `undo-plan`: nothing was sent yet. */
  readonly mode: 'undo' | 'undo-plan';
  readonly made?: Made;
  /** The run that is taken back. */
  readonly undoes: string;
  readonly exitCode: number;
  /** Records; they add up to `read`. In a plan: what would become of them. `ledger`: nothing needed to be sent. */
  readonly rows: Readonly<
    Record<'read' | 'restored' | 'deleted' | 'ledger' | 'left' | 'failed' | 'inDoubt' | 'notBegun', number>
  >;
  /** Source files of the run: none. */
  readonly files: readonly never[];
  /** By endpoint. */
  readonly requests: Readonly<Record<string, RequestCounts>>;
  /** The most writes that started within any sliding 1000 ms. */
  readonly maxWritesPer1000ms: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** What it would cost; null once it is carried out. */
  readonly cost: {
    readonly requests: number;
    readonly ratePerSecond: number;
    readonly expectedMs: number;
  } | null;
  readonly stopped: Stopped | null;
}

/** The rows of an undo, counted. In its plan what is to be done counts as done. */
export function undoRows(
  findings: Pick<Findings<UndoKind>, 'count'>,
  mode: UndoReport['mode'],
): UndoReport['rows'] {
  const n = (kind: UndoKind): number => findings.count(kind);
  const planned = mode === 'undo-plan';
  const to = [n('restore'), n('delete'), n('ledger')] as const;
  const rows = {
    restored: n('restored') + (planned ? to[0] : 0),
    deleted: n('deleted') + (planned ? to[1] : 0),
    ledger: n('relinked') + (planned ? to[2] : 0),
    left: n('left'),
    failed: n('failed'),
    inDoubt: n('in-doubt'),
    notBegun: planned ? 0 : to[0] + to[1] + to[2],
  };
  return { read: Object.values(rows).reduce((sum, one) => sum + one, 0), ...rows };
}

/** 3 when something was left alone or did not go through. */
export function undoExitCode({ left, failed, inDoubt, notBegun }: UndoReport['rows']): number {
  return left + failed + inDoubt + notBegun > 0 ? EXIT.leftOpen : EXIT.done;
}
