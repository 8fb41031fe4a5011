import type { CallOptions } from '../feishu/answer.ts';
import { MAX_QUERY_IDS, type RemoteObject } from '../feishu/endpoints.ts';
import { sleep } from '../feishu/sleep.ts';
import type { Call, CallResult } from './contract.ts';
import type { Learned } from './learned.ts';
import { readPages } from './read-pages.ts';
import type { TargetEndpoints } from './send-journalled.ts';

/** How long the read-back is given to catch up with a write, in ms, one wait after the other: its delay is not documented. */
export const READ_BACK_WAITS_MS: readonly number[] = [1_000, 2_000, 4_000];

/** What the read-back needs: a call with the read budget, and the target's query. */
export interface ReadBack {
  readonly callRead: Call;
  readonly endpoints: Pick<TargetEndpoints, 'query'>;
}

/** All objects of an application, every page; anything but `done` when one page could not be had. */
export async function readAll(
  application: string,
  { callRead, endpoints }: ReadBack,
): Promise<CallResult<readonly RemoteObject[]>> {
  const answer = await readPages(callRead, (pageToken, options) =>
    endpoints.query({ applicationId: application, pageSize: MAX_QUERY_IDS, pageToken }, options),
  );
  return answer.kind === 'done' ? { ...answer, data: answer.data.items } : answer;
}

/**
 * Whether Feishu no longer has an object; false when it cannot be asked. One that is not to be seen is asked for again:
 * the read-back may lag behind a create of a moment ago.
 */
export async function isGone(
  remoteId: string,
  {
    callRead,
    endpoints,
    stopping,
    learned,
  }: ReadBack & { readonly stopping: AbortSignal; readonly learned?: Learned | undefined },
): Promise<boolean> {
  for (const waitMs of [0, ...(learned?.readBackWaitsMs ?? READ_BACK_WAITS_MS)]) {
    if (waitMs > 0) await sleep(waitMs, stopping);
    const send = (options: CallOptions) => endpoints.query({ ids: [remoteId] }, options);
    const page = await callRead({ effect: 'read', send });
    if (page.kind !== 'done' || page.data.items.some(({ id }) => id === remoteId)) return false;
  }
  return true;
}
