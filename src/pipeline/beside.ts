import type { RemoteObject } from '../feishu/endpoints.ts';
import type { Doubts } from '../ledger/doubts.ts';
import type { Entry } from '../ledger/entries.ts';
import type { Payload } from '../model.ts';
import { compareShown, isAlike } from '../plan/evening.ts';
import { nearness, traitsOf } from '../plan/near.ts';
import { shownPayload } from '../plan/shown.ts';
import type { ReasonOf } from '../reason.ts';
import type { Pipeline } from './define.ts';

/**
 * Why an open create must not be sent again: an object of its application is near it, and is that of no open create. What
 * may be its own, but for what the app does not see of it, is near it. The same as for a first create, see `strangers.ts`:
 * objects count that no record owns, or one that is missing tonight.
 */
export function besideStranger(
  { name, target }: Pick<Pipeline, 'name' | 'target'>,
  { key, intent }: Entry,
  found: readonly RemoteObject[],
  {
    doubts,
    isMissing,
  }: { readonly doubts: Pick<Doubts, 'ownerOf' | 'of'>; readonly isMissing: (key: string) => boolean },
): ReasonOf<'near-stranger' | 'near-missing'> | null {
  if (intent === null) return null;
  const open = doubts.of(name, applicationOf(intent));
  const fields = { begin: target.dateField, ...target.near };
  const traits = traitsOf(intent.json, fields);
  for (const object of found) {
    const owner = doubts.ownerOf(target.name, object.id);
    if (owner !== undefined && !(owner.pipeline === name && isMissing(owner.key))) continue;
    const { json } = shownPayload(target, object);
    const near = nearness(traits, traitsOf(json, fields));
    if (near === null) continue;
    const isTheirs =
      owner === undefined &&
      open.some((one) => {
        if (one.intent === null) return false;
        const compared = compareShown(target.shape, one.intent.json, json);
        return one.key === key ? isAlike(compared) : compared.kind !== 'other';
      });
    if (isTheirs) continue;
    const { agrees } = near;
    if (owner !== undefined) return { code: 'near-missing', was: owner.key, remoteId: object.id, agrees };
    return { code: 'near-stranger', remoteId: object.id, agrees };
  }
  return null;
}

function applicationOf({ json }: Payload): string {
  return (JSON.parse(json) as { readonly external_application_id: string }).external_application_id;
}
