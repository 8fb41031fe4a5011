import type { Habits } from '../difference.ts';
import type { Entry } from '../ledger/entries.ts';
import type { Payload } from '../model.ts';
import { compareShown } from './evening.ts';
import { inSentTerms } from './in-sent-terms.ts';
import type { Shape } from './shape.ts';

/**
 * What Feishu holds of a record, in the words of what was sent to it: the open intent, if Feishu shows that; what was
 * applied, if nobody edited it since; else what was applied with the edits in it. An object that a person named is as
 * Feishu shows it. Pure.
 */
export function heldPayload(
  { applied, intent, shown }: Pick<Entry, 'applied' | 'intent' | 'shown'>,
  now: Payload,
  shape: Shape,
  habits: Habits,
): Payload {
  if (intent !== null) {
    const { kind } = compareShown(shape, intent.json, now.json, habits);
    if (kind === 'same' || kind === 'evened') return intent;
  }
  if (applied === null || applied.fingerprint === '') return now;
  return inSentTerms({ sent: applied.json, shown }, now, shape, habits);
}
