import type { Complaint } from '../complaint.ts';
import type { GuardLimits } from './guard.ts';
import type { Rekeyed } from './rekeyed.ts';

/** What the guards look at that see keys. */
export interface Keys {
  /** Records the ledger knows of the pipeline. */
  readonly known: number;
  /** Those of them that the export no longer has. */
  readonly vanished: number;
  /** Records the ledger does not know. */
  readonly added: number;
  readonly rekeyed: Rekeyed;
}

/** Fewer are held row by row. */
const SOME = 3;

/** Keys that are spelt otherwise than last night, or that are others altogether. Pure. */
export function complaintsAboutKeys(
  { known, vanished, added, rekeyed }: Keys,
  limits: Pick<GuardLimits, 'rekeyed' | 'vanished' | 'from'>,
): Complaint[] {
  const { count, examples } = rekeyed;
  if (count >= SOME && count / known > limits.rekeyed)
    return [{ guard: 'rekeyed', count, known, examples, allows: limits.rekeyed }];
  if (known >= limits.from && vanished / known > limits.vanished && added >= vanished / 2)
    return [{ guard: 'vanished', vanished, known, added, allows: limits.vanished }];
  return [];
}
