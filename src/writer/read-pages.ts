import type { Answer, CallOptions } from '../feishu/answer.ts';
import type { Page, RemoteObject } from '../feishu/endpoints.ts';
import type { Call, CallResult } from './contract.ts';

/** All pages of a list together. */
export interface ReadPages {
  readonly items: readonly RemoteObject[];
  /** Pages that were read, empty ones included. */
  readonly pages: number;
}

/**
 * Reads a list to its last page, one page after the other; anything but `done` when one page could not be had: never a
 * part of a list. `fetch` asks for one page, the first without a token.
 * @throws HireSyncError what the call throws
 */
export async function readPages(
  call: Call,
  fetch: (pageToken: string | undefined, options: CallOptions) => Promise<Answer<Page>>,
): Promise<CallResult<ReadPages>> {
  const items: RemoteObject[] = [];
  const seen = new Set<string>();
  let pageToken: string | undefined;
  for (;;) {
    const page = await call({ effect: 'read', send: (options) => fetch(pageToken, options) });
    if (page.kind !== 'done') return page;
    items.push(...page.data.items);
    if (page.data.pageToken === null) return { ...page, data: { items, pages: seen.size + 1 } };
    // An endless list would never let go of the run.
    if (seen.has(page.data.pageToken)) {
      const message = 'the pages of a list repeat themselves';
      return { kind: 'failed', code: null, message, attempts: page.attempts, logId: page.logId };
    }
    seen.add(page.data.pageToken);
    pageToken = page.data.pageToken;
  }
}
