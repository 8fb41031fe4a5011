import { HireSyncError } from '../errors.ts';
import type { Outcome } from '../model.ts';

/** Watches the first changes of a run: where Feishu takes none of them, the rows are not what is wrong. */
export interface FirstRefusals {
  /**
   * `wasRefused`: Feishu refused the very same before, so that it is no surprise.
   * @throws HireSyncError TOO_MANY_FAILURES when the first 20 were all refused
   */
  note(outcome: Outcome, wasRefused: boolean): void;
  /** How many changes may be under way: until one is taken, only as many as may still be refused. */
  room(): number;
}

const FIRST = 20;

export function createFirstRefusals(): FirstRefusals {
  const codes = new Map<number, number>();
  let refused = 0;
  let taken = false;
  // What was refused before comes last, and does not count.
  let lastBegun = false;
  return {
    room: () => (taken || lastBegun ? Number.POSITIVE_INFINITY : FIRST - refused),
    note(outcome, wasRefused) {
      taken ||= outcome.kind === 'done';
      lastBegun ||= wasRefused;
      if (taken || wasRefused || outcome.kind !== 'refused') return;
      refused++;
      codes.set(outcome.code, (codes.get(outcome.code) ?? 0) + 1);
      if (refused < FIRST) return;
      const told = [...codes].map(([code, times]) => `code ${code} ${times} times`).join(', ');
      throw new HireSyncError(
        'TOO_MANY_FAILURES',
        `Feishu refused the first ${refused} changes and took none (${told}): that is hardly these rows. See Feishu's words in the reject ` +
          'file. Often the ids of the applications are those of another tenant or app, or a field of the pipeline holds what Feishu ' +
          'does not take. Put that right and run again: what was not sent yet is sent then, and what was refused is tried last.',
      );
    },
  };
}
