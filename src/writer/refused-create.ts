import type { RemoteObject } from '../feishu/endpoints.ts';
import type { Intent } from '../ledger/entries.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type Answers, applicationOf, LIKENESSES } from './answers.ts';
import type { CallResult } from './contract.ts';

/** What looking for the object of a refused create takes. */
export interface RefusedInput {
  readonly ledger: Pick<Ledger, 'doubts'>;
  readonly answers: Pick<Answers, 'likeness'>;
  /** All objects of an application, every page of them. */
  readonly readAll: (application: string) => Promise<CallResult<readonly RemoteObject[]>>;
}

/**
 * A create may be refused after it was carried out: its application is read once before its row is blamed.
 * @returns the object; `none` where there is none, `unknown` where that cannot be told
 */
export async function findRefused(
  { target, pipeline, key, payload }: Intent,
  { ledger: { doubts }, answers, readAll }: RefusedInput,
): Promise<RemoteObject | 'none' | 'unknown'> {
  const application = String(applicationOf(payload));
  const found = await readAll(application);
  // An application that Feishu refuses to list takes no create either.
  if (found.kind !== 'done') return found.kind === 'refused' ? 'none' : 'unknown';
  const free = found.data.filter(({ id }) => !doubts.isOwned(target, id));
  const object = LIKENESSES.map((like) => free.find((one) => answers.likeness(payload, one) === like)).find(
    (one) => one !== undefined,
  );
  if (object === undefined) return 'none';
  // It may as well be the other one's: once both have ended, their number tells.
  const rivals = doubts.of(pipeline, application).filter((entry) => entry.key !== key);
  const isTheirs = rivals.some(({ intent }) => intent !== null && answers.likeness(intent, object) !== null);
  return isTheirs ? 'unknown' : object;
}
