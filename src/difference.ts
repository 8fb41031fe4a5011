import type { Json } from './model.ts';

/** What Feishu makes of a field that was sent. Types only; the other nouns are in `model.ts`. */

/**
 * One way in which Feishu shows a field otherwise than it was sent, by its own doing. `path` is the field's, without list
 * places: `interview_assessments.content`.
 */
export type Difference = { readonly path: string } & (
  | { readonly kind: 'blanks' | 'line-ends' | 'order' | 'absent' }
  /** A time of which the rest of a second (1,000) or a minute (60,000) is gone, in ms. */
  | { readonly kind: 'floored'; readonly toMs: number }
  | Claim
);

/**
 * Looks like Feishu's own doing, and may as well be another object: an older text that the source went on writing, a
 * value that a person entered. It counts only once Feishu has answered a PUT with it: see `Habits` and `plan/evening.ts`.
 * `cut`: what is shown is how the text that was sent begins; lengths in characters (code points).
 */
export type Claim = { readonly path: string } & (
  | { readonly kind: 'cut'; readonly length: number; readonly sentLength: number }
  /** Nothing was sent, and Feishu shows this. */
  | { readonly kind: 'default'; readonly value: Json }
  /** A value was sent, and is left out or masked. */
  | { readonly kind: 'hidden' }
);

/** A difference as a run tells it. `other`: Feishu shows something else, also in the answer to a second PUT. */
export type Told = Difference | { readonly kind: 'other'; readonly path: string };

/** What Feishu is known to make of a field, because it answered a PUT with it. */
export interface Habits {
  /** Lengths, in characters, that texts of this field were cut to. */
  cuts(path: string): readonly number[];
  defaults(path: string): readonly Json[];
  hidden(path: string): boolean;
}
