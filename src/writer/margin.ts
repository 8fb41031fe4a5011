/** The room a window gets beyond its length, so that a request held up on its way does not meet the ninth after it. */
export interface Margin {
  /** A timer, or a turn of the event loop, came this much later than it should, in ms. */
  late(ms: number): void;
  /** The next start is made. */
  started(): void;
  /** In ms. */
  now(): number;
}

// 9 requests per 1025 ms are 8.78 a second. Feishu's side of the network is not in our hands.
const USUAL_MS = 25;
// Timers of an idle machine are late by less than this.
const USUAL_LATENESS_MS = 10;
const MOST_EXTRA_MS = 100;
// Half of a spike is left after 23 starts, some three seconds at full pace: overload comes in spikes and stays a while.
const KEPT_PER_START = 0.97;

/**
 * Widens while the machine is overloaded: where our timers are late, so is the sending of what we wrote and, if the
 * other side runs here too, the reading of it (both cores busy: 80 ms measured).
 */
export function createMargin(): Margin {
  let lateness = 0;
  return Object.freeze({
    late(ms: number) {
      lateness = Math.max(lateness, ms);
    },
    started() {
      lateness *= KEPT_PER_START;
    },
    now: () => USUAL_MS + Math.min(MOST_EXTRA_MS, 2 * Math.max(0, lateness - USUAL_LATENESS_MS)),
  });
}
