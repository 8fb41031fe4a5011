export interface Ids {
  /** The next id: 19 digits, greater than every one before it. */
  next(): string;
  last(): string;
}

export const MAX_SEED = 99_999_999;

/**
 * Feishu's ids: decimal strings of 19 digits, beyond 2^53. Neighbours differ by 1, so an id that went through
 * a floating-point number collides with its neighbour. Each seed has a range of its own, of 10^9 ids.
 */
export function createIds(seed: number, last?: string): Ids {
  let current =
    last === undefined ? 6_900_000_000_000_000_000n + BigInt(seed) * 1_000_000_000n : BigInt(last);
  return {
    next() {
      current += 1n;
      return String(current);
    },
    last: () => String(current),
  };
}
