import type { RemoteObject } from '../feishu/endpoints.ts';
import type { Entry } from '../ledger/entries.ts';
import { compareShown } from '../plan/evening.ts';
import { nearness, traitsOf } from '../plan/near.ts';
import { shownPayload } from '../plan/shown.ts';
import type { Reason } from '../reason.ts';
import type { Pipeline } from './define.ts';

/**
 * Why an open create must not be sent again: an object of its application is near it, and is that of no open create. The
 * same as for a first create, see `strangers.ts`; here all objects are ones that no record owns.
 */
export function besideStranger(
  { target }: Pick<Pipeline, 'target'>,
  { intent }: Entry,
  found: readonly RemoteObject[],
  open: readonly Entry[],
): Reason | null {
  if (intent === null) return null;
  const fields = { begin: target.dateField, ...target.near };
  const traits = traitsOf(intent.json, fields);
  for (const object of found) {
    const { json } = shownPayload(target, object);
    const near = nearness(traits, traitsOf(json, fields));
    if (near === null) continue;
    const isTheirs = open.some(
      (one) => one.intent !== null && compareShown(target.shape, one.intent.json, json).kind !== 'other',
    );
    if (isTheirs) continue;
    return { code: 'near-stranger', remoteId: object.id, agrees: near.agrees, owner: null };
  }
  return null;
}
