import { setTimeout } from 'node:timers/promises';

/** Waits `ms`, or less if the signal aborts meanwhile. Never rejects: who waits looks at the signal afterwards. */
export type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>;

export const sleep: Sleep = async (ms, signal) => {
  try {
    await setTimeout(ms, undefined, signal === undefined ? {} : { signal });
  } catch {
    // Only an abort rejects.
  }
};
