export const LIMIT_WINDOW_MS = 1000;

export interface Limiter {
  /**
   * Counts one request of `key` (endpoint and app) that arrived at `atMs`, unless `perSecond` requests were
   * already let in during the 1000 ms before it.
   * @returns null when it is let in, else the ms until the next one would be
   */
  take(key: string, atMs: number, perSecond: number | null): number | null;
}

/** A sliding window. Refused requests do not count: whoever waits long enough is let in. */
export function createLimiter(): Limiter {
  const admitted = new Map<string, number[]>();
  return {
    take(key, atMs, perSecond) {
      if (perSecond === null) return null;
      const recent = (admitted.get(key) ?? []).filter((time) => time > atMs - LIMIT_WINDOW_MS);
      admitted.set(key, recent);
      const blocking = recent[recent.length - perSecond];
      if (blocking !== undefined) return blocking + LIMIT_WINDOW_MS - atMs;
      recent.push(atMs);
      return null;
    },
  };
}
