import type { Origin, Payload, Problem } from '../model.ts';
import type { ReasonOf } from '../reason.ts';

/** What the mapping made of one source record, and who it is about (`label`), where the pipeline says so. */
export type Mapped = Made & { readonly label?: string };

type Made =
  | {
      readonly kind: 'mapped';
      readonly key: string;
      readonly origin: Origin;
      readonly payload: Payload;
      /** The date that tells how new the record is, epoch ms; absent or null without one. */
      readonly dateMs?: number | null;
    }
  | {
      readonly kind: 'skipped';
      /** `null` where `skip` leaves out a row that has no good key: a footer, a second header. */
      readonly key: string | null;
      readonly origin: Origin;
      readonly reason: ReasonOf<'skipped-by-pipeline'>;
    }
  /** The row may be right, and what it needs may be there another night. */
  | {
      readonly kind: 'waiting';
      readonly key: string;
      readonly origin: Origin;
      readonly reason: ReasonOf<'waiting'>;
    }
  | {
      readonly kind: 'rejected';
      readonly key: string | null;
      readonly origin: Origin;
      readonly problems: readonly Problem[];
      /** As in `Change`. */
      readonly hiddenKey?: string;
    };

/** By which key a record is known while the plan is made, whether it may be shown or not. */
export function knownBy(of: { readonly key: string | null; readonly hiddenKey?: string }): string | null {
  return of.key ?? of.hiddenKey ?? null;
}
