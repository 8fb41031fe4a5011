import type { Complaint } from '../complaint.ts';
import type { HireSyncError, SourceFault } from '../errors.ts';

/** Why a run stopped before its end. */
export interface Stopped {
  readonly code: string;
  /** English. */
  readonly message: string;
  /** The same in Chinese, where it is more than for a technician. */
  readonly zh?: string;
  /** What is wrong with a file (`SOURCE_INVALID`). */
  readonly fault?: SourceFault;
  /** The guards that stopped it, by the names that --allow takes. */
  readonly guards?: readonly string[];
  /** What they say, as data; absent in runs of earlier versions, whose message says it. */
  readonly complaints?: readonly Complaint[];
}

export function stoppedBy(error: HireSyncError): Stopped;
export function stoppedBy(error: HireSyncError | null): Stopped | null;
export function stoppedBy(error: HireSyncError | null): Stopped | null {
  if (error === null) return null;
  const { code, message, zh, complaints, fault } = error;
  if (complaints.length === 0)
    return { code, message, ...(zh !== null && { zh }), ...(fault !== null && { fault }) };
  return { code, message, guards: [...new Set(complaints.map(({ guard }) => guard))], complaints };
}
