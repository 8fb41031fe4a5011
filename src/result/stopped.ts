import type { HireSyncError } from '../errors.ts';

/** Why a run stopped before its end. */
export interface Stopped {
  readonly code: string;
  readonly message: string;
  /** The guards that stopped it, by the names that --allow takes. */
  readonly guards?: readonly string[];
}

export function stoppedBy(error: HireSyncError | null): Stopped | null {
  if (error === null) return null;
  const { code, message, guards } = error;
  return { code, message, ...(guards.length > 0 && { guards }) };
}
