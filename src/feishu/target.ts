import type { z } from 'zod';
import type { Shape } from '../plan/shape.ts';

/**
 * What hire-sync can write to: one kind of external object of Feishu Hire. A target is this one description. Plan,
 * ledger, writer, recovery and reports know nothing else of it, so a new one brings no code path of its own.
 *
 * To add a third, for example `external_offer` (platform.md §1.3):
 * 1. Write `external-offer.ts` beside this file, as `external-background-check.ts` is: the schema of the PUT body
 *    (`biz_create_time` is a _string_ of ms there: a codec of its own, not `epochMs`), its shape in the order of the
 *    document, its date, by what it is recognised (`near`), and `readBack` (offers show `attachment_list` and take `attachment_id_list`, too).
 * 2. List it in `targets.ts`. `definePipeline({ target: 'external_offer' })`, its types, the endpoints and the ledger's
 *    column follow from that.
 * 3. Teach the sandbox its endpoints from the documents, not from this description, and name it in `test/target.ts`,
 *    `test/crash/rows.ts` and `test/faults/rows.ts`: the same suites then run over it.
 * `test/pipeline/third-target.test.ts` takes one that is in no list through a whole run.
 *
 * What all have in common, and the rest of the program relies on:
 * - `POST`, `PUT :id`, `POST batch_query` and `DELETE :id` under `/open-apis/hire/v1/<name>s`, answers under
 *   `data.<name>`, ids in `<name>_id_list`: see `createExternalResource`.
 * - `external_id` on create only, good for 24 h; PUT is a full replace.
 * - It hangs under one `external_application_id`, by which it can be found again.
 */
export interface Target<Body = unknown> {
  /** Feishu's own name of the object, in the singular. The ledger keeps it: never renamed. */
  readonly name: string;
  /** What one of them is called in a sentence. */
  readonly label: { readonly zh: string; readonly en: string };
  /** The body of an update, and of a create without its `external_id`. */
  readonly schema: z.ZodType<Body>;
  /** The same body as canonical form and reports see it: every field of the schema, in the order of the document. */
  readonly shape: Shape;
  /**
   * The shape says all that the schema demands: ids of digits, sound texts, instants in ms, the words of an enum, what is
   * `required`, and what holds between fields. Payloads are then checked by the shape, and by the schema only where the shape is unsure.
   * `test/plan/quick-check.test.ts` holds the two together.
   */
  readonly shapeIsExact?: boolean;
  /** The payload field (epoch ms) that tells how new a record is. */
  readonly dateField: string;
  /** By what else an object is recognised that is not equal to a record: see `plan/near.ts`. Payload paths without list places. */
  readonly near: {
    /** Who it is by (the interviewers); of a kind without people, what it is called. */
    readonly who: string;
    /** Where somebody writes at length. */
    readonly texts: readonly string[];
  };
  /**
   * Payload paths without list places where a wrong value is worse than anywhere else: reports begin with which words of the
   * export end there as what, see `plan/verdicts.ts`. None without it.
   */
  readonly verdicts?: readonly string[];
  /** An object as Feishu shows it, as the payload that it amounts to (ids and unknown fields do not matter). */
  readonly readBack: (found: Readonly<Record<string, unknown>>) => unknown;
}

/** The permission without which the app may not see, or write, external objects: every document of the family names it. */
export const SCOPE = 'hire:external_application';

// A registered symbol: a target made by another copy of this module is still a target.
const BRAND = Symbol.for('hire-sync.target');

/** @throws TypeError for a name that can be no path and no field of Feishu's */
export function defineTarget<Body>(target: Target<Body>): Target<Body> {
  if (!/^[a-z]+(_[a-z]+)*$/.test(target.name))
    throw new TypeError(`"${target.name}" is no name of a target: lower-case words joined by "_".`);
  return Object.freeze({ ...target, [BRAND]: true });
}

/** True for what `defineTarget` made. */
export function isTarget(value: unknown): value is Target {
  return typeof value === 'object' && value !== null && BRAND in value;
}
