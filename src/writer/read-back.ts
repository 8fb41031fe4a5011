import { MAX_QUERY_IDS, type RemoteObject } from '../feishu/endpoints.ts';
import type { Call, CallResult } from './contract.ts';
import type { TargetEndpoints } from './write.ts';

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
  const items: RemoteObject[] = [];
  let pageToken: string | undefined;
  for (;;) {
    const filter = { applicationId: application, pageSize: MAX_QUERY_IDS, pageToken };
    const page = await callRead({ effect: 'read', send: (options) => endpoints.query(filter, options) });
    if (page.kind !== 'done') return page;
    items.push(...page.data.items);
    if (page.data.pageToken === null) return { ...page, data: items };
    pageToken = page.data.pageToken;
  }
}

/** Whether Feishu no longer has an object; false when it cannot be asked. */
export async function isGone(remoteId: string, { callRead, endpoints }: ReadBack): Promise<boolean> {
  const page = await callRead({
    effect: 'read',
    send: (options) => endpoints.query({ ids: [remoteId] }, options),
  });
  return page.kind === 'done' && !page.data.items.some(({ id }) => id === remoteId);
}
