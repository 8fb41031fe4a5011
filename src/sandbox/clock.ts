/** Milliseconds since the epoch from the monotonic clock, with fractions: comparable between processes, never set back. */
export function epochNow(): number {
  return performance.timeOrigin + performance.now();
}

/** The sandbox's own time: what tokens, the 24-hour window and the read lag go by. It only moves forward. */
export interface Clock {
  /** Milliseconds since the epoch, whole. */
  now(): number;
  /** @throws RangeError if `ms` is not a number ≥ 0. */
  advance(ms: number): void;
  /** How far this clock is ahead of the real one, in ms. */
  offsetMs(): number;
}

export function createClock({
  realNow,
  offsetMs,
  onChange,
}: {
  readonly realNow: () => number;
  readonly offsetMs: number;
  readonly onChange: () => void;
}): Clock {
  let offset = offsetMs;
  return {
    now: () => Math.floor(realNow() + offset),
    advance(ms) {
      if (!Number.isFinite(ms) || ms < 0)
        throw new RangeError(`advance takes a number of ms ≥ 0, not ${String(ms)}`);
      offset += ms;
      onChange();
    },
    offsetMs: () => offset,
  };
}
