import { MAX_QUERY_IDS, type RemoteObject } from '../feishu/endpoints.ts';
import { sleep as realSleep } from '../feishu/sleep.ts';
import type { Learned } from './learned.ts';
import { READ_BACK_WAITS_MS, type ReadBack, readIds } from './read-back.ts';

/**
 * Reads an object back by its id, again and again until it is as `isSettled` wants it or the read-back has had its time.
 * @returns what was seen last; null when it was not seen, or Feishu could not be asked
 */
export type Confirm = (
  id: string,
  isSettled: (object: RemoteObject) => boolean,
) => Promise<RemoteObject | null>;

/** So long, in ms, further ids are waited for before a request with fewer than 20 leaves: at 10 writes/s, five. */
const GATHER_MS = 500;

interface Waiting {
  readonly id: string;
  readonly resolve: (object: RemoteObject | null) => void;
  readonly reject: (error: unknown) => void;
}

/** Ids of writes that go on side by side share requests of 20, out of the read budget: writes wait for none of them. */
export function createConfirm({
  callRead,
  endpoints,
  stopping,
  learned,
  sleep = realSleep,
}: ReadBack & { readonly stopping: AbortSignal; readonly learned?: Learned | undefined }): Confirm {
  let waiting: Waiting[] = [];
  let gathered = new AbortController();

  const read = async (some: readonly Waiting[]): Promise<void> => {
    try {
      const ids = [...new Set(some.map(({ id }) => id))];
      const found = await readIds(ids, { callRead, endpoints, stopping, sleep });
      for (const { id, resolve } of some)
        resolve(found.kind === 'done' ? (found.data.get(id) ?? null) : null);
    } catch (error) {
      for (const { reject } of some) reject(error);
    }
  };
  const send = (): void => {
    gathered.abort();
    gathered = new AbortController();
    const some = waiting;
    waiting = [];
    void read(some);
  };
  const gather = async (signal: AbortSignal): Promise<void> => {
    await sleep(GATHER_MS, signal);
    if (!signal.aborted) send();
  };
  const readOnce = (id: string): Promise<RemoteObject | null> =>
    new Promise((resolve, reject) => {
      waiting.push({ id, resolve, reject });
      if (waiting.length >= MAX_QUERY_IDS) send();
      else if (waiting.length === 1) void gather(gathered.signal);
    });

  return async (id, isSettled) => {
    let seen: RemoteObject | null = null;
    for (const waitMs of [0, ...(learned?.readBackWaitsMs ?? READ_BACK_WAITS_MS)]) {
      if (waitMs > 0) await sleep(waitMs, stopping);
      seen = (await readOnce(id)) ?? seen;
      if (seen !== null && isSettled(seen)) break;
    }
    return seen;
  };
}
