import type { Complaint } from '../complaint.ts';
import type { HireSyncError, Remake, SourceFault } from '../errors.ts';

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
  /** Where what they stopped is a saved plan. */
  readonly remake?: Remake;
}

export function stoppedBy(error: HireSyncError): Stopped;
export function stoppedBy(error: HireSyncError | null): Stopped | null;
export function stoppedBy(error: HireSyncError | null): Stopped | null {
  if (error === null) return null;
  const { code, message, zh, complaints, fault, remake } = error;
  if (complaints.length === 0)
    return { code, message, ...(zh !== null && { zh }), ...(fault !== null && { fault }) };
  const guards = [...new Set(complaints.map(({ guard }) => guard))];
  return { code, message, guards, complaints, ...(remake !== null && { remake }) };
}
