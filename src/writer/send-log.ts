/**
 * The times at which requests were really sent, with those that have started and not been sent yet. Keeps no more
 * than the last second and the last `window` sends. Times in ms on a clock that never goes back.
 */
export interface SendLog {
  /** A request has started; it counts as being sent right now until `sent` or `dropped` tells more. */
  started(): void;
  sent(at: number): void;
  /** A started request ended without having been sent. */
  dropped(): void;
  /**
   * When the next start keeps at most `starts` sends in any `windowMs`; `Infinity` while requests that started and
   * have not been sent fill the window by themselves.
   */
  openAt(windowMs: number): number;
  /** When the last request was sent, `-Infinity` before the first. */
  last(): number;
  /** The most sends within any 1000 ms so far. */
  maxPer1000ms(): number;
}

const SECOND_MS = 1_000;

/** @param starts how many requests a window may hold */
export function createSendLog(starts: number): SendLog {
  let sends: number[] = [];
  let unsent = 0;
  let max = 0;

  function countLastSecond(at: number): number {
    let count = 0;
    for (let index = sends.length - 1; index >= 0 && (sends[index] ?? 0) > at - SECOND_MS; index -= 1)
      count += 1;
    return count;
  }

  return Object.freeze({
    started() {
      unsent += 1;
    },
    sent(at: number) {
      unsent -= 1;
      sends.push(at);
      const lastSecond = countLastSecond(at);
      max = Math.max(max, lastSecond);
      // Shortened now and then, not at each send.
      const kept = Math.max(starts, lastSecond);
      if (sends.length > 2 * kept + 16) sends = sends.slice(-kept);
    },
    dropped() {
      unsent -= 1;
    },
    openAt(windowMs: number) {
      const free = starts - unsent;
      if (free <= 0) return Number.POSITIVE_INFINITY;
      // The window has room once the send that is `free` places back has left it.
      const oldest = sends[sends.length - free];
      return oldest === undefined ? Number.NEGATIVE_INFINITY : oldest + windowMs;
    },
    last: () => sends.at(-1) ?? Number.NEGATIVE_INFINITY,
    maxPer1000ms: () => max,
  });
}
