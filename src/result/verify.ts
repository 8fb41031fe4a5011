import type { RequestCounts } from '../model.ts';
import { EXIT } from './exit.ts';
import type { Made } from './made.ts';

/** What a verify finds of a record, or of an object without one. */
export type VerifyKind = 'equal' | 'changed' | 'missing' | 'open' | 'unknown';

/** The numbers of a verify. Holds no candidate text. */
export interface VerifyReport {
  readonly pipeline: string;
  readonly mode: 'verify';
  readonly made?: Made;
  readonly exitCode: number;
  /** `read` is the sum of the others. */
  readonly records: Readonly<Record<'read' | 'equal' | 'changed' | 'missing' | 'open', number>>;
  /** Objects under the records' applications that belong to no record; null when nobody looked (`--known-only`). */
  readonly unknown: number | null;
  /** Applications that were searched. */
  readonly applications: number;
  /** Records that an interrupted verify had read already. */
  readonly resumed: number;
  /** A run that was going on meanwhile; null when none was. */
  readonly meanwhile: string | null;
  /** By endpoint. */
  readonly requests: Readonly<Record<string, RequestCounts>>;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
}

/** 10 when Feishu is not what was last applied, else 3 when some records could not be compared, else 0. */
export function verifyExitCode({ records, unknown }: Pick<VerifyReport, 'records' | 'unknown'>): number {
  if (records.changed + records.missing + (unknown ?? 0) > 0) return EXIT.changes;
  return records.open > 0 ? EXIT.leftOpen : EXIT.done;
}
