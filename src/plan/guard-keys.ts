import type { Complaint, GuardLimits } from './guard.ts';
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
  const share = (part: number): string => `${Math.round((part / known) * 1000) / 10} %`;
  if (rekeyed.count >= SOME && rekeyed.count / known > limits.rekeyed) {
    const pairs = rekeyed.examples.map(({ was, key }) => `${was} → ${key}`).join(', ');
    const more = rekeyed.count > rekeyed.examples.length ? ', …' : '';
    const message =
      `${rekeyed.count} new keys have the very content of records that vanished, ${share(rekeyed.count)} of the ${known} known ` +
      `(guards.rekeyed allows ${Math.round(limits.rekeyed * 1000) / 10} %): ${pairs}${more}. If the keys are only spelt otherwise, ` +
      '`hire-sync rekey PIPELINE` takes the new ones over';
    return [{ guard: 'rekeyed', message }];
  }
  if (known >= limits.from && vanished / known > limits.vanished && added >= vanished / 2) {
    const message =
      `${vanished} of ${known} known records vanish (${share(vanished)}, guards.vanished allows ${Math.round(limits.vanished * 1000) / 10} %) ` +
      `and ${added} are new: these may be the same under other keys (\`hire-sync rekey PIPELINE\` looks for them)`;
    return [{ guard: 'vanished', message }];
  }
  return [];
}
