import type { RemoteObject } from '../feishu/endpoints.ts';
import type { Doubts } from '../ledger/doubts.ts';
import type { Entry } from '../ledger/entries.ts';
import type { Payload } from '../model.ts';
import { compareShown } from '../plan/evening.ts';
import { nearness, traitsOf } from '../plan/near.ts';
import { shownPayload } from '../plan/shown.ts';
import type { ReasonOf } from '../reason.ts';
import type { Pipeline } from './define.ts';

/**
 * Why an open create must not be sent again: an object of its application is near it, and is that of no other open create.
 * Its own may be among those, where the app may not see all of it. The same as for a first create, see `strangers.ts`;
 * here only objects that no record owns count.
 */
export function besideStranger(
  { name, target }: Pick<Pipeline, 'name' | 'target'>,
  { key, intent }: Entry,
  found: readonly RemoteObject[],
  doubts: Pick<Doubts, 'isOwned' | 'of'>,
): ReasonOf<'near-stranger'> | null {
  if (intent === null) return null;
  const open = doubts.of(name, applicationOf(intent));
  const fields = { begin: target.dateField, ...target.near };
  const traits = traitsOf(intent.json, fields);
  for (const object of found) {
    if (doubts.isOwned(target.name, object.id)) continue;
    const { json } = shownPayload(target, object);
    const near = nearness(traits, traitsOf(json, fields));
    if (near === null) continue;
    const isTheirs = open.some(
      (one) =>
        one.key !== key &&
        one.intent !== null &&
        compareShown(target.shape, one.intent.json, json).kind !== 'other',
    );
    if (isTheirs) continue;
    return { code: 'near-stranger', remoteId: object.id, agrees: near.agrees, owner: null };
  }
  return null;
}

function applicationOf({ json }: Payload): string {
  return (JSON.parse(json) as { readonly external_application_id: string }).external_application_id;
}
