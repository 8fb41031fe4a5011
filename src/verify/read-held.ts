import type { Habits } from '../difference.ts';
import { HireSyncError } from '../errors.ts';
import { MAX_QUERY_IDS, type RemoteObject } from '../feishu/endpoints.ts';
import type { Target } from '../feishu/target.ts';
import type { Entry } from '../ledger/entries.ts';
import type { Payload } from '../model.ts';
import { heldPayload } from '../plan/held-payload.ts';
import { shownPayload } from '../plan/shown.ts';
import { pause, READ_BACK_WAITS_MS, type ReadBack, readIds } from '../writer/read-back.ts';

/** A way to read what Feishu holds, as payloads of one target. */
export interface Reading extends ReadBack {
  readonly target: Pick<Target, 'shape' | 'readBack'>;
  readonly stopping: AbortSignal;
  /** Epoch ms. */
  readonly now: () => number;
}

/** An object to be read. */
export interface Wanted {
  readonly remoteId: string;
  /** In whose words it is told; null where only its being there matters. */
  readonly entry: Pick<Entry, 'applied' | 'intent' | 'shown'> | null;
  /** The fingerprints it may have; `null`: it may be gone. */
  readonly expected: readonly (string | null)[];
  /** When it was last written, epoch ms: a read-back of a moment later may still show what was there before. */
  readonly writtenAt: number;
}

/** What Feishu holds under an id. */
export interface Held {
  /** In the words of what was sent: see `heldPayload`. */
  readonly payload: Payload;
  /** As Feishu shows it. */
  readonly raw: Payload;
}

const LAG_MS = READ_BACK_WAITS_MS.reduce((sum, ms) => sum + ms);

/**
 * What Feishu holds now under each id, `null` where it holds nothing: 20 ids per request, side by side as the read
 * budget allows. What is not as expected and was written a moment ago is read again before it is believed, and what is not
 * to be seen always: only two reads apart in time say that it is gone.
 * @throws HireSyncError FEISHU_UNREACHABLE when a request fails for good, and what the calls throw
 */
export async function readHeld(
  wanted: readonly Wanted[],
  reading: Reading,
  habits: Habits,
): Promise<Map<string, Held | null>> {
  const held = new Map<string, Held | null>();
  const { target } = reading;
  let left = wanted;
  for (const waitMs of [0, ...READ_BACK_WAITS_MS]) {
    if (left.length === 0) break;
    if (waitMs > 0) await pause(waitMs, reading);
    const askedAt = reading.now();
    const unseen = new Set(left.flatMap(({ remoteId }) => (held.get(remoteId) === null ? [remoteId] : [])));
    const items = new Map(await readOnce(left, reading));
    for (const { remoteId, entry } of left) {
      const item = items.get(remoteId) ?? null;
      const raw = item === null ? null : shownPayload(target, item);
      const payload = raw === null || entry === null ? raw : heldPayload(entry, raw, target.shape, habits);
      held.set(remoteId, raw === null || payload === null ? null : { payload, raw });
    }
    left = left.filter(({ remoteId, expected, writtenAt }) => {
      const fingerprint = held.get(remoteId)?.payload.fingerprint ?? null;
      if (fingerprint === null && !unseen.has(remoteId)) return true;
      return !expected.includes(fingerprint) && Math.abs(askedAt - writtenAt) < LAG_MS;
    });
  }
  return held;
}

async function readOnce(
  wanted: readonly Wanted[],
  reading: Reading,
): Promise<readonly (readonly [string, RemoteObject | null])[]> {
  const ids = wanted.map(({ remoteId }) => remoteId);
  const batches = Array.from({ length: Math.ceil(ids.length / MAX_QUERY_IDS) }, (_, i) =>
    ids.slice(i * MAX_QUERY_IDS, (i + 1) * MAX_QUERY_IDS),
  );
  const pages = await Promise.all(batches.map((batch) => query(batch, reading)));
  return pages.flat();
}

async function query(
  ids: readonly string[],
  reading: Reading,
): Promise<readonly (readonly [string, RemoteObject | null])[]> {
  const found = await readIds(ids, reading);
  if (found.kind !== 'done') throw unreadable(found.message);
  return ids.map((id) => [id, found.data.get(id) ?? null] as const);
}

/** @param message of a call that did not end `done` */
export function unreadable(message: string): HireSyncError {
  return new HireSyncError(
    'FEISHU_UNREACHABLE',
    `Feishu could not be read: ${message} Run the same command again; it goes on where it stopped.`,
  );
}
