import type { Target } from '../feishu/target.ts';
import type { Change, Json, Payload } from '../model.ts';
import { canonicalJson, fingerprintOf } from '../plan/canonical.ts';

/**
 * What is wrong with a row of a plan file whose seal holds; null when it is sound. The seal has no secret in it, so whoever
 * edits a plan can seal it anew: at least nothing is sent that no plan could have held.
 */
export function unsound(change: Change, target: Pick<Target, 'schema' | 'shape'>): string | null {
  // The file is text: what a row holds is known only once it was looked at.
  try {
    const differs = payloadsOf(change).some(({ json, fingerprint }) => fingerprintOf(json) !== fingerprint);
    const wrong = differs ? NOT_PLANNED : isSent(change) ? wrongWith(change.payload, target) : null;
    return wrong === null ? null : `${change.key ?? 'a row'} ${wrong}`;
  } catch {
    return 'a row is no change';
  }
}

function isSent(change: Change): change is Extract<Change, { kind: 'create' | 'update' }> {
  return change.kind === 'create' || change.kind === 'update';
}

const NOT_PLANNED = 'has not the payload that was planned';

/** What is sent, noted or kept. */
function payloadsOf(change: Change): readonly Payload[] {
  switch (change.kind) {
    case 'create':
    case 'adopt':
      return [change.payload];
    case 'update':
    case 'record': {
      const { payload, source, drift } = change;
      const overwrites = change.kind === 'update' ? change.overwrites : undefined;
      return [payload, source, drift?.found, overwrites].filter((one) => one !== undefined);
    }
    case 'drifted':
    case 'unchanged':
    case 'forgotten':
    case 'skipped':
    case 'held':
    case 'in-doubt':
    case 'rejected':
      return [];
  }
}

function wrongWith({ json }: Payload, { schema, shape }: Pick<Target, 'schema' | 'shape'>): string | null {
  const body = JSON.parse(json) as Json;
  if (!schema.safeParse(body).success) return 'has a payload that the target does not take';
  return canonicalJson(shape, body) === json ? null : NOT_PLANNED;
}
