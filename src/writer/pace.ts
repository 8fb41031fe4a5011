/** The pause and the slower pace after Feishu has answered "rate limited". */
export interface Pace {
  /** No start before this time; ms, `-Infinity` without a pause. */
  pausedUntil(): number;
  /** The factor by which windows and distances are stretched now: 1 at full pace, up to 8. */
  slowdown(): number;
  /** A request has started: enough of them in a row bring the pace one step back up. */
  started(): void;
  /** A request that started at `startedAt` was limited: `rest` and, unless the pace was lowered since, `lower`. */
  limited(ms: number, startedAt: number): void;
  /** No start for `ms` from now on. */
  rest(ms: number): void;
  /** Half the pace, as far down as an eighth. */
  lower(): void;
}

const SLOWEST = 1 / 8;
const STEP = 1 / 8;
// Windows' worth of starts for one step up: about two seconds each at full pace.
const WINDOWS_PER_STEP = 2;

/** @param settings.starts how many requests a window holds at full pace */
export function createPace(settings: { readonly now: () => number; readonly starts: number }): Pace {
  const { now, starts } = settings;
  let pausedUntil = Number.NEGATIVE_INFINITY;
  let loweredAt = Number.NEGATIVE_INFINITY;
  let share = 1;
  let startsSince = 0;

  function rest(ms: number): void {
    pausedUntil = Math.max(pausedUntil, now() + ms);
    startsSince = 0;
  }

  function lower(): void {
    share = Math.max(SLOWEST, share / 2);
    loweredAt = now();
  }

  return Object.freeze({
    pausedUntil: () => pausedUntil,
    slowdown: () => 1 / share,
    started() {
      if (share === 1) return;
      startsSince += 1;
      if (startsSince < WINDOWS_PER_STEP * starts) return;
      share = Math.min(1, share + STEP);
      startsSince = 0;
    },
    limited(ms: number, startedAt: number) {
      rest(ms);
      // What was already on its way when the pace was lowered says nothing about the lower pace.
      if (startedAt > loweredAt) lower();
    },
    rest,
    lower,
  });
}
